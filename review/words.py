"""Codes in the reader's words: the pack's where it has them, the desk's own for what it does."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from cases.case_file import CaseFile
from cases.members import Member, list_members
from cases.opened import OpenedEntry
from cases.protection_file import ProtectionFile
from cases.queue import Only
from policy.rights import Role
from policy.rows import Field, Language, Named, Worded
from policy.states import CaseState, CaseStep
from review.desk import reviewer, the_office
from review.entrance import typed_texts
from web.attachments import UploadOutcome
from web.languages import reader_language

RowKind = TypeVar("RowKind", bound=Named)

STEPS: Final[Mapping[str, LazyString]] = {
    "open": lazy_gettext("Mở hồ sơ lần đầu"),
    CaseStep.ASSESS: lazy_gettext("Bắt đầu xem xét"),
    CaseStep.REFER: lazy_gettext("Chuyển sang đơn vị khác"),
    CaseStep.ACCEPT: lazy_gettext("Nhận giải quyết"),
    CaseStep.DECLINE: lazy_gettext("Không nhận giải quyết"),
    CaseStep.TRANSFER: lazy_gettext("Chuyển cơ quan có thẩm quyền bên ngoài"),
    CaseStep.VERIFY: lazy_gettext("Bắt đầu xác minh"),
    CaseStep.CONCLUDE: lazy_gettext("Kết luận"),
    CaseStep.DECIDE: lazy_gettext("Quyết định xử lý"),
    CaseStep.PUBLISH: lazy_gettext("Công khai kết luận, quyết định xử lý"),
    CaseStep.FOLLOW_UP: lazy_gettext("Theo dõi, đôn đốc việc thực hiện"),
    CaseStep.STOP: lazy_gettext("Đình chỉ giải quyết"),
    CaseStep.CLOSE: lazy_gettext("Khép hồ sơ"),
    CaseStep.REOPEN: lazy_gettext("Mở lại"),
}
ROLES: Final[Mapping[str, LazyString]] = {
    "intake": lazy_gettext("Người tiếp nhận"),
    "handler": lazy_gettext("Người xử lý"),
    "protection": lazy_gettext("Người phụ trách bảo vệ"),
    "head": lazy_gettext("Người đứng đầu"),
    "overseer": lazy_gettext("Người giám sát"),
    "administrator": lazy_gettext("Người quản trị"),
}
# What a list can be narrowed to, the most pressing first.
ONLY: Final[Mapping[Only, LazyString]] = {
    "mine": lazy_gettext("Của tôi"),
    "approval": lazy_gettext("Chờ bạn duyệt"),
    "overdue": lazy_gettext("Quá hạn"),
    "today": lazy_gettext("Đến hạn hôm nay"),
    "urgent": lazy_gettext("Khẩn"),
    "answered": lazy_gettext("Người gửi đã trả lời"),
    "new": lazy_gettext("Mới, chưa ai mở"),
}
OUTCOMES: Final[Mapping[UploadOutcome, LazyString]] = {
    UploadOutcome.KEPT: lazy_gettext("đã tới nơi nhưng chưa gửi; xin chọn lại khi gửi"),
    UploadOutcome.TOO_LARGE: lazy_gettext("lớn quá mức của một tệp"),
    UploadOutcome.OVER_TOTAL: lazy_gettext("vượt tổng mức của một lần gửi"),
    UploadOutcome.TOO_MANY: lazy_gettext("quá số tệp của một lần gửi"),
    UploadOutcome.TOKEN_REFUSED: lazy_gettext("không nhận vì trang đã mở quá lâu; xin chọn lại"),
    UploadOutcome.FAILED: lazy_gettext("kho lưu trữ không nhận được; xin thử lại sau"),
}


def language() -> Language:
    """Return the language of this page, as packs know it."""
    return "en" if reader_language() == "en" else "vi"


def unit_name(code: str) -> str:
    """Return a unit's legal name; the code itself for a unit that the pack no longer has."""
    try:
        return the_office().todays_pack.unit_name(code, language())
    except KeyError:
        return code


def state_words(state: CaseState, track: str = "") -> str:
    """Return what a state is called on a track."""
    return the_office().todays_pack.state_words(state, track).name(language())


def track_words(code: str) -> str:
    """Return what a legal track is called."""
    return legal_name(the_office().pack.tracks, code)


def field_words(code: str) -> str:
    """Return a field of life in everyday words."""
    return _plain(the_office().pack.fields, code)


def field_name(code: str) -> str:
    """Return a field of life by its legal name."""
    return legal_name(the_office().pack.fields, code)


def act_words(code: str) -> str:
    """Return an act in everyday words."""
    return _plain(the_office().pack.acts, code)


def act_name(code: str) -> str:
    """Return an act by its legal name and source."""
    row = _found(the_office().pack.acts, code)
    return f"{row.name(language())} ({row.basis})" if row else code


def kind_words(code: str) -> str:
    """Return which form was filled in."""
    return _plain(the_office().pack.quick_kinds, code)


def rule_words(code: str) -> str:
    """Return what a deadline is for."""
    return legal_name(the_office().pack.deadlines, code)


def has_alarm(code: str) -> bool:
    """Return whether to miss a deadline is a matter for discipline by itself."""
    rule = the_office().pack.rules.get(code)
    return rule is not None and rule.alarm


def step_words(step: str) -> str:
    """Return a step in words."""
    return str(STEPS.get(step, step))


def role_words(role: str) -> str:
    """Return a role in words."""
    return str(ROLES.get(role, role))


def roles_words(roles: Iterable[str]) -> str:
    """Return roles in words, in the order of the table of rights."""
    return ", ".join(str(ROLES[role]) for role in Role if role in roles)


def only_choices() -> Mapping[Only, LazyString]:
    """Return what a list can be narrowed to."""
    return ONLY


def outcome_words(outcome: UploadOutcome) -> str:
    """Return what became of a file."""
    return str(OUTCOMES[outcome])


def author_words(author: str) -> str:
    """Return who wrote an entry."""
    return gettext("Người gửi thông tin") if author == "reporter" else unit_name(author)


def event_words(entry: OpenedEntry) -> str:
    """Return what happened, as the thread tells both sides."""
    kind, source, target = (entry.text(name) for name in ("event", "from", "to"))
    if kind == "referred":
        return gettext(
            "Chuyển từ %(left)s sang %(to)s", left=unit_name(source), to=unit_name(target)
        )
    if kind == "escalated":
        by = (
            gettext("người gửi yêu cầu")
            if entry.text("by") == "reporter"
            else gettext("quá hạn mở")
        )
        if source == target:
            return gettext("Không còn ai ở cấp trên được nhận, nên ở lại đây (%(by)s)", by=by)
        return gettext("Chuyển lên cấp trên: %(to)s (%(by)s)", to=unit_name(target), by=by)
    if kind == "outcome":
        found = the_office().pack.finding_plain(entry.text("finding"), language())
        return gettext("Kết quả kiểm tra: %(finding)s.", finding=found)
    if kind == "split":
        return gettext("Tách một phần thành hồ sơ riêng, do %(unit)s nhận", unit=unit_name(target))
    return gettext("Trạng thái mới: %(state)s", state=_state(target))


def holder_words(holders: Iterable[str]) -> list[str]:
    """Return who can open a case: whole units by name, single reviewers by sign-in name."""
    found = [holder.partition(":") for holder in sorted(holders)]
    people = {"reviewer", "protection"}
    names = _reviewer_names() if any(kind in people for kind, _, _ in found) else {}
    shown: dict[str, Callable[[str], str]] = {
        "unit": unit_name,
        "reviewer": lambda code: names.get(code, code),
        "protection": lambda code: names.get(code, code),
        "recovery": lambda _: gettext("người giữ khóa khôi phục"),
    }
    return list(dict.fromkeys(shown[kind](code) for kind, _, code in found))


def own_units() -> list[str]:
    """Return the reviewer's units, in the order of their codes."""
    return sorted(reviewer().units)


def number_words(case: CaseFile | ProtectionFile) -> str:
    """Return a case's number; with its unit where that is none of the reviewer's own.

    Each unit numbers its own cases, so two may have the same number.
    """
    serial = case.serial or gettext("chưa có số")
    return serial if case.unit in reviewer().units else f"{serial} – {unit_name(case.unit)}"


def named_units(every: str) -> list[tuple[str, str]]:
    """Return the choices of the queue's unit filter."""
    return [("", every), *((code, unit_name(code)) for code in own_units())]


def named_states(states: Iterable[CaseState], every: str) -> list[tuple[str, str]]:
    """Return the choices of the queue's state filter."""
    return [("", every), *((state.value, state_words(state)) for state in states)]


def named_fields(every: str, fields: Iterable[Field] | None = None) -> list[tuple[str, str]]:
    """Return fields of life as choices: those given, or every one that a case can be about."""
    rows = the_office().pack.fields if fields is None else fields
    return [("", every), *((field.code, field.plain(language())) for field in rows)]


def member_choice(member: Member) -> tuple[str, str]:
    """Return a member as a choice of a form."""
    return member.reviewer_id, member.sign_in_name


def unit_choice(code: str) -> tuple[str, str]:
    """Return a unit as a choice of a form."""
    return code, unit_name(code)


def words_for_templates() -> dict[str, Callable[..., Any]]:
    """Return the functions by which templates put codes into words."""
    functions: tuple[Callable[..., Any], ...] = (
        unit_name, state_words, track_words, field_words, field_name, act_words, act_name,
        kind_words, rule_words, has_alarm, step_words, role_words, roles_words, outcome_words,
        only_choices,
        author_words, event_words, holder_words, typed_texts, own_units, number_words, named_units,
        named_states, named_fields,
    )  # fmt: skip
    return {function.__name__: function for function in functions}


def _reviewer_names() -> dict[str, str]:
    units = frozenset(unit.code for unit in the_office().pack.units)
    return {member.reviewer_id: member.sign_in_name for member in list_members(the_office(), units)}


def _state(code: str) -> str:
    return state_words(CaseState(code)) if code in set(CaseState) else code


def _found(rows: Iterable[RowKind], code: str) -> RowKind | None:
    return next((row for row in rows if row.code == code), None)


def _plain(rows: Iterable[Worded], code: str) -> str:
    row = _found(rows, code)
    return row.plain(language()) if row else code


def legal_name(rows: Iterable[Named], code: str) -> str:
    """Return a row's legal name; the code itself for one that the pack no longer has."""
    row = _found(rows, code)
    return row.name(language()) if row else code
