"""The law of a case in words: the pack's where it has them, the desk's own for what it asks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from cases.history import StandingLink
from cases.reports import Attachment
from policy.case_rows import Finding, Mark
from policy.clock import ClockStatus
from policy.rows import MARK_GROUPS, Named
from review.clock_rows import ClockRow
from review.desk import the_office
from review.law_forms import HEAD_PREFIX, STAFF_PREFIX
from review.words import language, legal_name, track_words, unit_name
from web.languages import show_date
from web.texts import visible

# The words of a group, and its choices.
ChoiceGroup = tuple[str, list[tuple[str, str]]]

GROUPS: Final[Mapping[str, LazyString]] = {
    "notice": lazy_gettext("Thông báo, công khai"),
    "verification": lazy_gettext("Xác minh"),
    "clock": lazy_gettext("Dừng và chạy lại thời hạn"),
    "danger": lazy_gettext("Nguy cơ mất chứng cứ, bỏ trốn"),
    "protection": lazy_gettext("Bảo vệ người gửi"),
    "party": lazy_gettext("Đảng viên"),
    "outside": lazy_gettext("Cơ quan khác"),
}
STATUSES: Final[Mapping[str, LazyString]] = {
    ClockStatus.RUNNING: lazy_gettext("đang chạy"),
    ClockStatus.OVERDUE: lazy_gettext("quá hạn"),
    ClockStatus.PAUSED: lazy_gettext("tạm dừng"),
    ClockStatus.MET: lazy_gettext("đã làm, đúng hạn"),
    ClockStatus.LATE: lazy_gettext("đã làm, trễ hạn"),
    ClockStatus.LAPSED: lazy_gettext("không cần nữa"),
}
LINKS: Final[Mapping[str, LazyString]] = {
    "duplicate": lazy_gettext("trùng với"),
    "related": lazy_gettext("liên quan tới"),
}
ACTORS: Final[Mapping[str, LazyString]] = {
    "intake": lazy_gettext("đơn vị tiếp nhận"),
    "head": lazy_gettext("người đứng đầu"),
    "resolver": lazy_gettext("người giải quyết"),
    "superior": lazy_gettext("cấp trên"),
    "police": lazy_gettext("Công an"),
    "operator": lazy_gettext("người vận hành hệ thống"),
}
TEST_WORDS: Final[Mapping[str, LazyString]] = {
    "who": lazy_gettext("Có nói rõ ai vi phạm không?"),
    "evidence": lazy_gettext("Có tài liệu, chứng cứ cụ thể không?"),
    "verifiable": lazy_gettext("Có cơ sở để thẩm tra, xác minh không?"),
}
ANSWERS: Final[Mapping[str, LazyString]] = {
    "yes": lazy_gettext("Có"),
    "no": lazy_gettext("Không"),
    "unknown": lazy_gettext("Chưa rõ"),
}
FIGURES: Final[Mapping[str, LazyString]] = {
    "money_to_recover": lazy_gettext("Tiền phải thu hồi (đồng)"),
    "money_recovered": lazy_gettext("Tiền đã thu hồi (đồng)"),
    "land_to_recover": lazy_gettext("Đất phải thu hồi (m²)"),
    "land_recovered": lazy_gettext("Đất đã thu hồi (m²)"),
    "people": lazy_gettext("Số người bị xử lý"),
    "officials": lazy_gettext("Trong đó cán bộ, công chức, viên chức"),
    "heads": lazy_gettext("Người đứng đầu bị xử lý trách nhiệm (số người)"),
}
DETAIL_WORDS: Final[Mapping[str, LazyString]] = {
    "head": lazy_gettext("Người đứng đầu chịu trách nhiệm"),
    "carry_out_by": lazy_gettext("Phải thực hiện xong trước hết ngày"),
    "detection": lazy_gettext("Nguồn phát hiện khác"),
    "document": lazy_gettext("Số kết luận, quyết định, bản án liên quan"),
    "decision": lazy_gettext("Quyết định, hành vi hành chính bị khiếu nại"),
    "decision_number": lazy_gettext("Số, ngày quyết định bị khiếu nại"),
    "loophole": lazy_gettext("Sơ hở tìm thấy, và kiến nghị sửa"),
    "assets": lazy_gettext(
        "Tài sản, thu nhập không giải trình được, đã chuyển cơ quan kiểm soát tài sản, thu nhập"
    ),
}


def status_words(status: str) -> str:
    """Return how a clock stands."""
    return str(STATUSES[status])


def who_words(actor: str) -> str:
    """Return who must do what a deadline asks for."""
    return str(ACTORS[actor])


def test_words(test: str) -> str:
    """Return one of the three tests as a question."""
    return str(TEST_WORDS[test])


def answer_words(answer: str) -> str:
    """Return an answer to one of the tests."""
    return str(ANSWERS.get(answer, answer))


def figure_words(name: str) -> str:
    """Return what a figure of an outcome is."""
    return str(FIGURES[name])


def detail_words(name: str) -> str:
    """Return what a sealed line of an outcome is."""
    return str(DETAIL_WORDS.get(name, name))


def finding_words(code: str) -> str:
    """Return what a conclusion found."""
    return legal_name(the_office().pack.findings, code)


def decision_words(code: str) -> str:
    """Return what kind of administrative decision a report complains of."""
    return legal_name(the_office().pack.decision_kinds, code)


def mark_words(code: str) -> str:
    """Return what happened beside the steps."""
    return legal_name(the_office().pack.marks, code)


def row_choice(row: Named) -> tuple[str, str]:
    """Return a row of the pack as a choice of a form."""
    return row.code, row.name(language())


def two_choice(row: Finding | Mark) -> tuple[str, str]:
    """Return a finding or mark as a choice, saying where it takes two people."""
    name = row.name(language())
    return row.code, gettext("%(name)s (cần hai người)", name=name) if row.needs_two else name


def track_choice(code: str) -> tuple[str, str]:
    """Return a track as a choice of a form."""
    return code, track_words(code)


def extension_choice(row: ClockRow) -> tuple[str, str]:
    """Return a clock that can be given more time, and how much that is."""
    more = row.extension.name(language()) if row.extension else ""
    return row.rule.code, f"{row.rule.name(language())} ({show_date(row.due)}): {more}"


def accused_choice(pair: tuple[str, str]) -> tuple[str, str]:
    """Return whom a part is about as a choice of a form."""
    value, unit = pair
    if the_office().todays_pack.unit(value.partition(":")[2]).all_heads:
        return value, unit
    if value.startswith(HEAD_PREFIX):
        return value, gettext("%(unit)s – người đứng đầu, cấp phó hoặc cả nơi đó", unit=unit)
    return value, gettext("%(unit)s – người ở đó", unit=unit)


def grouped_marks(marks: Sequence[Mark]) -> list[ChoiceGroup]:
    """Return marks as choices of a form, by the groups in which people look for them."""
    of_group = {
        group: [two_choice(mark) for mark in marks if mark.group == group] for group in MARK_GROUPS
    }
    return [(str(GROUPS[group]), choices) for group, choices in of_group.items() if choices]


def grouped_choices() -> list[ChoiceGroup]:
    """Return whom somebody can be told to be about, by the groups of the public form."""
    groups = the_office().todays_pack.accusable_groups()
    return [
        (group.name(language()), [choice for unit in units for choice in _people_of(unit.code)])
        for group, units in groups
    ]


def _people_of(unit: str) -> list[tuple[str, str]]:
    values = [f"{HEAD_PREFIX}{unit}"]
    if not the_office().todays_pack.unit(unit).all_heads:
        values.insert(0, f"{STAFF_PREFIX}{unit}")
    return [accused_choice((value, unit_name(unit))) for value in values]


def link_choice(link: StandingLink) -> tuple[str, str]:
    """Return a link of a case as a choice: the other case, and how they belong together."""
    how = ", ".join(str(LINKS[kind]) for kind in sorted(link.kinds) if kind in LINKS)
    return link.other, gettext("%(how)s hồ sơ %(number)s", how=how, number=link.number)


def file_choice(file: Attachment) -> tuple[str, str]:
    """Return a file as a choice of a form."""
    return file.object_key, str(visible(file.file_name))


def measure_name(code: str) -> str:
    """Return a way of handling in words."""
    return legal_name(the_office().pack.measures, code)


CHOICES: Final = (
    row_choice,
    two_choice,
    track_choice,
    extension_choice,
    accused_choice,
    file_choice,
    link_choice,
    measure_name,
)


def law_words_for_templates() -> dict[str, Callable[..., Any]]:
    """Return the functions by which templates put the law of a case into words."""
    functions: tuple[Callable[..., Any], ...] = (
        status_words, who_words, test_words, answer_words, figure_words, detail_words,
        finding_words, mark_words, decision_words,
    )  # fmt: skip
    return {function.__name__: function for function in functions}
