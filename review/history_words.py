"""The history of a case in words: one line for each thing that was done."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from flask_babel import gettext

from cases.handlers import GIVE_STEP, TAKE_STEP
from cases.history import BAR_STEP, RECUSE_STEP
from cases.names import CARRY_STEP, ORIGINAL_ASK, ORIGINAL_GIVE, ORIGINAL_REFUSE
from cases.opened import OpenedEntry
from cases.proposals import APPROVE_STEP, PROPOSE_STEP, REFUSE_STEP, deed_of
from policy.states import CaseState, CaseStep
from review.desk import the_office
from review.identity_words import IDENTITY_LINES
from review.keeping_words import KEEPING_LINES
from review.law_words import (
    LINKS,
    TEST_WORDS,
    answer_words,
    decision_words,
    detail_words,
    finding_words,
    mark_words,
    measure_name,
    test_words,
)
from review.protection_words import PROTECTION_LINES
from review.reward_words import REWARD_LINES
from review.words import legal_name, rule_words, state_words, step_words, track_words, unit_name
from web.languages import show_date


def step_line(entry: OpenedEntry) -> str:
    """Return what a line of the history says was done."""
    kind = entry.text("step") or entry.text("event")
    line = _LINES.get(kind)
    return line(entry) if line else _plain_step(entry)


def _plain_step(entry: OpenedEntry) -> str:
    words, target = step_words(entry.text("step")), entry.text("to")
    source = entry.text("from")
    return f"{words}: {_state(source)} → {_state(target)}" if target else words


def _refer_line(entry: OpenedEntry) -> str:
    kept = gettext("giữ quyền xem") if entry.values.get("keeps") else gettext("thôi quyền xem")
    source, target = unit_name(entry.text("from")), unit_name(entry.text("to"))
    said = [kept]
    if entry.values.get("redacted"):
        said.append(gettext("giao bản đã che"))
    if entry.values.get("clean"):
        said.append(gettext("xác nhận không có gì cho biết ai gửi"))
    return f"{step_words(CaseStep.REFER)}: {source} → {target} ({'; '.join(said)})"


def _escalated_line(entry: OpenedEntry) -> str:
    if entry.text("from") == entry.text("to"):
        return gettext("Không còn ai ở cấp trên được nhận, nên ở lại đây")
    return gettext("Chuyển lên cấp trên: %(unit)s", unit=unit_name(entry.text("to")))


def _classify_line(entry: OpenedEntry) -> str:
    answers = entry.texts_by_name("tests")
    said = [f"{test_words(test)} {answer_words(answers.get(test, ''))}" for test in TEST_WORDS]
    marks = [mark_words(code) for code in entry.texts("marks")]
    complained = [decision_words(entry.text("decision")), entry.text("decision_number")]
    parts = [track_words(entry.text("track")), *said, *marks, *filter(None, complained)]
    return gettext("Phân loại: %(what)s", what="; ".join(parts))


def _mark_line(entry: OpenedEntry) -> str:
    said = (entry.text("document"), entry.text("people"))
    parts = [mark_words(entry.text("mark")), _day_of(entry, "on"), *said]
    return "; ".join(part for part in parts if part.strip())


def _extend_line(entry: OpenedEntry) -> str:
    parts = [
        gettext(
            "Gia hạn %(rule)s: %(before)s → %(after)s",
            rule=rule_words(entry.text("rule")),
            before=_day_of(entry, "from"),
            after=_day_of(entry, "to"),
        ),
        entry.text("document"),
        *(legal_name(the_office().pack.grounds, code) for code in entry.texts("grounds")),
    ]
    return "; ".join(part for part in parts if part)


def _recount_line(entry: OpenedEntry) -> str:
    return gettext(
        "Lịch làm việc thay đổi, hạn được tính lại. %(rule)s: %(before)s → %(after)s",
        rule=rule_words(entry.text("rule")),
        before=_day_of(entry, "from"),
        after=_day_of(entry, "to"),
    )


def _outcome_line(entry: OpenedEntry) -> str:
    parts = [finding_words(entry.text("finding")), *map(measure_name, entry.texts("measures"))]
    details = entry.texts_by_name("details")
    parts += [f"{detail_words(name)}: {_detail(name, words)}" for name, words in details.items()]
    return gettext("Kết quả: %(what)s", what="; ".join(parts))


def _link_line(entry: OpenedEntry) -> str:
    kind = str(LINKS.get(entry.text("kind"), ""))
    number = entry.text("number")
    if entry.values.get("is_older"):
        return gettext("Hồ sơ này %(how)s hồ sơ %(number)s", how=kind, number=number)
    return gettext("Hồ sơ %(number)s %(how)s hồ sơ này", how=kind, number=number)


def _unlink_line(entry: OpenedEntry) -> str:
    return gettext("Thôi nối với hồ sơ %(number)s", number=entry.text("number"))


def _split_line(entry: OpenedEntry) -> str:
    unit = unit_name(entry.text("to"))
    return gettext("Tách một phần thành hồ sơ riêng, do %(unit)s nhận", unit=unit)


def _recuse_line(_: OpenedEntry) -> str:
    return gettext("Một thành viên thôi xử lý vì có xung đột lợi ích")


def _bar_line(entry: OpenedEntry) -> str:
    heads = [
        gettext("người đứng đầu %(unit)s", unit=unit_name(each))
        for each in entry.texts("accused_head")
    ]
    named = "; ".join((*map(unit_name, entry.texts("accused")), *heads))
    if entry.text("from") == entry.text("to"):
        return gettext("Hồ sơ nói về: %(who)s. Những nơi đó mất hồ sơ", who=named)
    unit = unit_name(entry.text("to"))
    return gettext("Hồ sơ nói về: %(who)s. Chuyển tới %(unit)s", who=named, unit=unit)


def _give_line(entry: OpenedEntry) -> str:
    return gettext("Giao cho %(name)s xử lý, chờ người ấy cam kết", name=entry.text("name"))


def _take_line(entry: OpenedEntry) -> str:
    words = {"words": entry.text("declared"), "basis": entry.text("basis")}
    return gettext("Nhận xử lý, và cam kết: “%(words)s” [%(basis)s]", **words)


def _carry_line(_: OpenedEntry) -> str:
    return gettext("Xuất cho người giữ khóa ngoài mạng")


def _propose_line(entry: OpenedEntry) -> str:
    return gettext("Đề nghị, chờ người thứ hai: %(what)s", what=step_line(deed_of(entry)))


def _ask_line(_: OpenedEntry) -> str:
    return gettext("Đề nghị xem bản gốc")


def _show_line(_: OpenedEntry) -> str:
    return gettext("Cho xem bản gốc")


def _keep_line(_: OpenedEntry) -> str:
    return gettext("Không cho xem bản gốc, hoặc rút lại đề nghị")


def _approve_line(entry: OpenedEntry) -> str:
    return gettext("Duyệt đề nghị của %(by)s: %(what)s", **_settled(entry))


def _refuse_line(entry: OpenedEntry) -> str:
    if entry.text("by") == entry.text("proposed_by"):
        return gettext("Rút lại đề nghị: %(what)s", **_settled(entry))
    return gettext("Không duyệt đề nghị của %(by)s: %(what)s", **_settled(entry))


def _settled(entry: OpenedEntry) -> dict[str, str]:
    return {"by": entry.text("proposed_by"), "what": step_line(deed_of(entry))}


_LINES: Final[Mapping[str, Callable[[OpenedEntry], str]]] = {
    CaseStep.REFER: _refer_line,
    "escalated": _escalated_line,
    "classify": _classify_line,
    "mark": _mark_line,
    "extend": _extend_line,
    "recount": _recount_line,
    "outcome": _outcome_line,
    "link": _link_line,
    "unlink": _unlink_line,
    "split": _split_line,
    RECUSE_STEP: _recuse_line,
    BAR_STEP: _bar_line,
    GIVE_STEP: _give_line,
    TAKE_STEP: _take_line,
    CARRY_STEP: _carry_line,
    PROPOSE_STEP: _propose_line,
    APPROVE_STEP: _approve_line,
    REFUSE_STEP: _refuse_line,
    ORIGINAL_ASK: _ask_line,
    ORIGINAL_GIVE: _show_line,
    ORIGINAL_REFUSE: _keep_line,
    **PROTECTION_LINES,
    **REWARD_LINES,
    **KEEPING_LINES,
    **IDENTITY_LINES,
}


def _detail(name: str, words: str) -> str:
    if name == "carry_out_by":
        return show_date(date.fromisoformat(words))
    rows = {"detection": the_office().pack.detections, "decision": the_office().pack.decision_kinds}
    return legal_name(rows[name], words) if name in rows else words


def _state(code: str) -> str:
    return state_words(CaseState(code)) if code in set(CaseState) else code


def _day_of(entry: OpenedEntry, name: str) -> str:
    try:
        return show_date(date.fromisoformat(entry.text(name)))
    except ValueError:
        return ""
