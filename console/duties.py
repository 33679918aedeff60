"""The plan's duties on paper, and as lines for the operator: both say what the pack says."""

from collections.abc import Iterator, Mapping

from policy.pack import Pack
from policy.rows import (
    BUILT,
    CONTEXT,
    CORE,
    DESK_PAGE,
    DOCUMENT,
    FEED,
    NOT_YET,
    OUT,
    PARTLY,
    PUBLIC_PAGE,
    Duty,
)

STATES = {BUILT: "đã có", PARTLY: "có một phần", NOT_YET: "chưa có"}
CLASSES = {CORE: "phải làm", FEED: "giúp số liệu", CONTEXT: "phải theo", OUT: "ngoài phạm vi"}


def open_duties(pack: Pack) -> Iterator[str]:
    """Return a line for each duty that asks this system to act and that is not built, or partly."""
    for duty in _core(pack):
        if duty.state != BUILT:
            yield f"{duty.code}: {duty.state}: {duty.text('vi')}"


def summary(pack: Pack) -> str:
    """Return how many of the duties that ask this system to act are in which state."""
    return f"{len(_core(pack))} core duties: {_counted(pack, {state: state for state in STATES})}"


def duties_paper(pack: Pack) -> str:
    """Return the page of docs/vi that lists every duty; the pack is its only source."""
    kinds = ", ".join(f"{words} (`{code}`)" for code, words in CLASSES.items())
    lines = [
        "# Nhiệm vụ của kế hoạch và việc hệ thống làm",
        "",
        f"Do `make papers` viết từ bảng `duties.toml` của gói `{pack.place.code}`; đừng sửa ở đây.",
        f"Loại: {kinds}.",
        f"Trong {len(_core(pack))} nhiệm vụ phải làm: {_counted(pack, STATES)}.",
    ]
    for section in pack.plan:
        rows = [_row(duty) for duty in pack.duties if duty.section == section.code]
        head = ["", f"## {section.name('vi')}", "", f"Căn cứ: {section.basis}."]
        table = ["", "| Mã | Nhiệm vụ | Loại | Tình trạng | Hệ thống làm gì | Ở đâu |"]
        lines += [*head, *table, "|---|---|---|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def _core(pack: Pack) -> list[Duty]:
    return [duty for duty in pack.duties if duty.class_ == CORE]


def _counted(pack: Pack, words: Mapping[str, str]) -> str:
    states = [duty.state for duty in _core(pack)]
    return ", ".join(f"{states.count(state)} {said}" for state, said in words.items())


def _row(duty: Duty) -> str:
    state = "" if duty.class_ == OUT else STATES[duty.state]
    does = (
        duty.does("vi") if duty.confirmed else f"{duty.does('vi')} Còn phải đối chiếu: {duty.note}"
    )
    where = ", ".join(_place(place) for place in duty.where)
    cells = (duty.code, duty.text("vi"), CLASSES[duty.class_], state, does, where)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _place(place: str) -> str:
    if place.startswith(DOCUMENT):
        return f"[{place}](../{place.removeprefix(DOCUMENT)})"
    if place.startswith(DESK_PAGE):
        # The prefix ends with the slash that the page's own path begins with.
        return f"bàn làm việc `{PUBLIC_PAGE}{place.removeprefix(DESK_PAGE)}`"
    return f"`{place}`"
