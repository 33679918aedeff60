"""What a reviewer's forms say: parsed once into typed values, or refused by field."""

import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from flask import request
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from cases.approvals import Settling
from cases.casework import Decision
from cases.handlers import Giving, Taking
from cases.recusal import Recusal
from cases.referral import Referral
from cases.reviewers import SignedIn
from cases.role_changes import RoleVerdict
from crypto.boxes import keyed_digest
from policy.states import CaseStep

TEXT_CHARS: Final = 20_000
REASON_CHARS: Final = 5_000
ONCE_BYTES: Final = 32
VERSION_DIGITS: Final = 9
APPROVE: Final = "approve"
DECLARED: Final = "yes"
VERDICTS: Final = (APPROVE, "refuse")
REFERENCE: Final = re.compile(r"[a-z2-7]{26}")

Faults = tuple[tuple[str, LazyString], ...]

TEXT_MISSING: Final = lazy_gettext("Chưa viết gì")
TEXT_TOO_LONG: Final = lazy_gettext("Dài quá: nhiều nhất 20.000 ký tự")
REASON_MISSING: Final = lazy_gettext("Chưa viết lý do")
REASON_TOO_LONG: Final = lazy_gettext("Lý do dài quá: nhiều nhất 5.000 ký tự")
UNIT_MISSING: Final = lazy_gettext("Chưa chọn đơn vị nhận trong danh sách")
KEEPS_MISSING: Final = lazy_gettext("Chưa chọn giữ hay thôi quyền xem")
CLEAN_MISSING: Final = lazy_gettext(
    "Chuyển cả hồ sơ thì phải xác nhận không có gì cho biết ai gửi; nếu có, hãy che rồi chuyển"
)
REPEATED: Final = lazy_gettext("Ô này được gửi lên nhiều lần. Xin kiểm tra lại")
RECUSED_MISSING: Final = lazy_gettext("Chưa chọn người thôi xử lý trong danh sách")
MEMBER_MISSING: Final = lazy_gettext("Chưa chọn người nhận trong danh sách")
VERDICT_MISSING: Final = lazy_gettext("Chưa chọn duyệt hay không duyệt")
STEP_MISSING: Final = lazy_gettext("Chưa chọn bước xử lý trong danh sách")


class RefusedFormError(Exception):
    """A form breaks a rule; the reviewer can mend it. Nothing of it was kept."""

    def __init__(self, faults: Faults, status: int = 422) -> None:
        super().__init__("refused form")
        self.faults = faults
        self.status = status


def new_once() -> str:
    """Return a random tag for one form, so that a double click adds once."""
    return secrets.token_hex(ONCE_BYTES)


def typed_again() -> dict[str, str]:
    """Return what this request's form says; what came twice under one name stands in one box."""
    return {name: "\n".join(request.form.getlist(name)) for name in request.form}


def form_tag(form: Mapping[str, str], words: Iterable[str], *digests: bytes) -> bytes | None:
    """Return what storage remembers of a form and its words; None where it has no tag of ours.

    The same form with other words, sent after going back, has another tag: it is not lost as a
    second click.
    """
    try:
        secret = bytes.fromhex(form.get("once", ""))
    except ValueError:
        return None
    if len(secret) != ONCE_BYTES:
        return None
    said = (word.encode("utf-8", "replace") for word in words)
    return keyed_digest(secret, "desk form", *said, *digests)


def parse_text(form: Mapping[str, str], field: str, *, may_be_empty: bool = False) -> str:
    """Return the words of an answer or a note, exactly as typed.

    Raises:
        RefusedFormError: there are none, or too many.
    """
    text = form.get("text", "")
    if typed_chars(text) > TEXT_CHARS:
        raise RefusedFormError(((field, TEXT_TOO_LONG),))
    if not text.strip() and not may_be_empty:
        raise RefusedFormError(((field, TEXT_MISSING),))
    return text


def parse_decision(
    form: Mapping[str, str], steps: Collection[CaseStep], tag: bytes | None
) -> Decision:
    """Return the step that the reviewer chose, with its reason.

    Raises:
        RefusedFormError: no step, no reason, or too long a one.
    """
    chosen = next((step for step in steps if step == form.get("step")), None)
    faults = [] if chosen else [("step", STEP_MISSING)]
    reason, unreasoned = parse_reason(form, "step-reason")
    if chosen is None or unreasoned:
        raise RefusedFormError((*faults, *unreasoned))
    return Decision(chosen, reason, parse_version(form), tag)


def parse_referral(form: Mapping[str, str], units: Collection[str], tag: bytes | None) -> Referral:
    """Return to whom the reviewer passes the case, and why.

    Raises:
        RefusedFormError: no unit of the list, no reason, nothing said about access, or nobody
            says that nothing of the case tells who reported.
    """
    unit, keeps = form.get("unit", ""), form.get("keeps", "")
    faults = [] if unit in units else [("unit", UNIT_MISSING)]
    reason, unreasoned = parse_reason(form, "referral-reason")
    unsaid = [] if keeps in {"yes", "no"} else [("keeps", KEEPS_MISSING)]
    unread = [] if form.get("clean") == "yes" else [("clean", CLEAN_MISSING)]
    if faults or unreasoned or unsaid or unread:
        raise RefusedFormError((*faults, *unreasoned, *unsaid, *unread))
    return Referral(unit, reason, keeps == "yes", parse_version(form), tag, is_clean=True)


def parse_recusal(form: Mapping[str, str], signed_in: SignedIn, tag: bytes | None) -> Recusal:
    """Return who is to lose a case; whoever says so of themselves needs to give no reason.

    Raises:
        RefusedFormError: nobody was chosen, or no reason was given.
    """
    reviewer_id = form.get("recused", "")
    reason, unreasoned = parse_reason(form, "recusal-reason")
    if reviewer_id == signed_in.reviewer_id and not reason.strip():
        unreasoned = ()
    faults = [] if REFERENCE.fullmatch(reviewer_id) else [("recused", RECUSED_MISSING)]
    if faults or unreasoned:
        raise RefusedFormError((*faults, *unreasoned))
    version = parse_version(form)
    return Recusal(reviewer_id=reviewer_id, reason=reason, version=version, form_tag=tag)


def parse_taking(form: Mapping[str, str], tag: bytes | None) -> Taking:
    """Return that the reviewer takes a case, and whether they declared."""
    return Taking(form.get("declares") == DECLARED, parse_version(form), tag)


def parse_giving(form: Mapping[str, str], tag: bytes | None) -> Giving:
    """Return to whom a head gives a case, and why.

    Raises:
        RefusedFormError: nobody was chosen, or no reason was given.
    """
    reviewer_id = form.get("member", "")
    faults = [] if REFERENCE.fullmatch(reviewer_id) else [("member", MEMBER_MISSING)]
    reason, unreasoned = parse_reason(form, "give-reason")
    if faults or unreasoned:
        raise RefusedFormError((*faults, *unreasoned))
    version = parse_version(form)
    return Giving(reviewer_id=reviewer_id, reason=reason, version=version, form_tag=tag)


def parse_settling(form: Mapping[str, str], tag: bytes | None) -> Settling:
    """Return what a second person says of a proposal.

    Raises:
        RefusedFormError: neither approved nor refused, or no reason.
    """
    verdict = form.get("verdict", "")
    faults = [] if verdict in VERDICTS else [("verdict", VERDICT_MISSING)]
    reason, unreasoned = parse_reason(form, "verdict-reason")
    if faults or unreasoned:
        raise RefusedFormError((*faults, *unreasoned))
    proposal = form.get("proposal", "")
    return Settling(
        # What is no reference of ours names no proposal, and no store is asked about it.
        proposal=proposal if REFERENCE.fullmatch(proposal) else "",
        approves=verdict == APPROVE,
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def parse_role_verdict(form: Mapping[str, str]) -> tuple[RoleVerdict, str, Faults]:
    """Return what somebody says of a change of roles, its place on the page, and what is wrong.

    What names no change of ours names nothing.
    """
    change = form.get("change", "")
    known = change if REFERENCE.fullmatch(change) else ""
    place = f"change-{known}"
    reason, faults = parse_reason(form, place)
    return RoleVerdict(known, form.get("verdict") == APPROVE, reason), place, faults


def parse_reason(form: Mapping[str, str], field: str) -> tuple[str, Faults]:
    """Return why somebody does something, and what is wrong with it."""
    reason = form.get("reason", "")
    if not reason.strip():
        return reason, ((field, REASON_MISSING),)
    return reason, ((field, REASON_TOO_LONG),) if typed_chars(reason) > REASON_CHARS else ()


def typed_chars(text: str) -> int:
    """Return how many characters somebody typed: browsers send a line break as two."""
    return len(text) - text.count("\r\n")


def parse_version(form: Mapping[str, str]) -> int:
    """Return the version of the case that a form was shown with."""
    # A version that no case ever has is stale, like any other one that is not the case's own.
    typed = form.get("version", "")
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= VERSION_DIGITS
    return int(typed) if is_number else 0
