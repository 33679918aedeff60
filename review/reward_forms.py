"""The forms about rewards: parsed once into typed values, or refused by field."""

from typing import Final

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from cases.reward_ledger import Payment
from cases.reward_steps import RewardDecision, RewardProposal
from policy.pack import Pack
from review.forms import REFERENCE, RefusedFormError, form_tag, parse_version
from review.law_forms import (
    DOCUMENT_MISSING,
    MOST_FIGURE,
    FaultList,
    checked_reason,
    figure,
    line,
    needed_day,
)

Form = MultiDict[str, str]

GRANTED, REFUSED = "granted", "refused"
OUTCOMES: Final = {
    GRANTED: lazy_gettext("Khen thưởng"),
    REFUSED: lazy_gettext("Không khen thưởng"),
}
CODE: Final = "code"
# Longer than any code, however it is spaced.
CODE_CHARS: Final = 100

LEVEL_MISSING: Final = lazy_gettext("Chưa chọn mức khen thưởng trong danh sách")
OUTCOME_MISSING: Final = lazy_gettext("Chưa chọn quyết định trong danh sách")
CODE_MISSING: Final = lazy_gettext("Chưa gõ mã nhận thưởng")
CODE_TOO_LONG: Final = lazy_gettext("Đoạn này dài hơn mọi mã nhận thưởng")


def parse_proposal(form: Form, pack: Pack, tag: bytes | None) -> RewardProposal:
    """Return which reward is proposed.

    Raises:
        RefusedFormError: something is missing, or is not of the list.
    """
    faults: FaultList = []
    level = _level(form, pack, "reward-level", faults)
    recovered = figure(form, "recovered", MOST_FIGURE, faults, "reward-recovered")
    reason = checked_reason(form, "reward-reason", faults)
    return RewardProposal(
        level=level,
        recovered=recovered,
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def parse_reward_decision(form: Form, pack: Pack, tag: bytes | None) -> RewardDecision:
    """Return what was decided on a reward.

    Raises:
        RefusedFormError: something is missing, or is not of the list.
    """
    faults: FaultList = []
    reward, outcome = form.get("reward", ""), form.get("outcome", "")
    if outcome not in OUTCOMES:
        faults.append(("outcome", OUTCOME_MISSING))
    level = _level(form, pack, "decision-level", faults)
    amount = figure(form, "amount", MOST_FIGURE, faults, "decision-amount")
    day = needed_day(form, "day", faults, "decision-day")
    document = line(form, "document", faults, "decision-document")
    if not document.strip():
        faults.append(("decision-document", DOCUMENT_MISSING))
    reason = checked_reason(form, "decision-reason", faults)
    return RewardDecision(
        reward=reward if REFERENCE.fullmatch(reward) else "",
        granted=outcome == GRANTED,
        level=level,
        amount=amount if form.get("amount", "").strip() else None,
        day=day,
        document=document,
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def parse_code(form: Form) -> str:
    """Return the claim code that somebody brought, as it was typed.

    Raises:
        RefusedFormError: there is none.
    """
    faults: FaultList = []
    code = _code(form, faults)
    if faults:
        raise RefusedFormError(tuple(faults))
    return code


def parse_payment(form: Form) -> Payment:
    """Return that somebody was paid.

    Raises:
        RefusedFormError: something is missing.
    """
    faults: FaultList = []
    code, day = _code(form, faults), needed_day(form, "day", faults, "pay-day")
    document = line(form, "document", faults, "pay-document")
    if not document.strip():
        faults.append(("pay-document", DOCUMENT_MISSING))
    if faults:
        raise RefusedFormError(tuple(faults))
    words = ("rewards.pay", code, day.isoformat(), document)
    return Payment(code, day, document, form_tag(form, words))


def _level(form: Form, pack: Pack, place: str, faults: FaultList) -> str:
    level = form.get("level", "")
    if level not in {row.code for row in pack.reward_levels}:
        faults.append((place, LEVEL_MISSING))
    return level


def _code(form: Form, faults: FaultList) -> str:
    code = form.get("code", "")
    if not code.strip():
        faults.append((CODE, CODE_MISSING))
    elif len(code) > CODE_CHARS:
        faults.append((CODE, CODE_TOO_LONG))
    return code
