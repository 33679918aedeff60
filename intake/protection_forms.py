"""From the forms of protection and feedback to typed values, or to a refusal by field."""

from collections.abc import Collection, Sequence
from typing import Final

from werkzeug.datastructures import MultiDict

from cases.errors import InvalidReportError
from cases.feedback import FEEDBACK_ANSWERS, Feedback
from cases.protection_requests import ANSWERS, NO, FollowUpAnswer, ProtectionRequest
from crypto.boxes import keyed_digest
from crypto.receipts import Receipt
from intake.form_secrets import read_secret
from intake.forms import MISSING, NOT_LISTED, REPEATED, TICKED, TOO_LONG
from policy.pack import Pack

# Stated on the page before anybody types.
WORDS_CHARS: Final = 10_000

Words = MultiDict[str, str]
FormFaults = list[tuple[str, str]]


def parse_request(form: Words, pack: Pack, receipt: Receipt) -> ProtectionRequest:
    """Return what is to be protected, of whom and why, every word exactly as typed.

    Raises:
        InvalidReportError: with every fault, in the order of the form.
    """
    kinds, persons = form.getlist("kinds"), form.getlist("persons")
    faults: FormFaults = []
    _check_list("kinds", kinds, [row.code for row in pack.protection_kinds], faults)
    _check_list("persons", persons, [row.code for row in pack.protected_persons], faults)
    text = checked_words(form, faults, is_needed=True)
    if faults:
        raise InvalidReportError(tuple(faults))
    is_urgent = form.get("urgent") in TICKED
    said = (*sorted(kinds), "|", *sorted(persons), "|", str(is_urgent), text)
    return ProtectionRequest(
        tuple(kinds), tuple(persons), is_urgent, text, form_tag(form, receipt, "request", said)
    )


def parse_follow_up(form: Words, receipt: Receipt) -> FollowUpAnswer:
    """Return whether anything happened.

    Raises:
        InvalidReportError: none of the answers; or something happened, and no word says what.
    """
    answer, faults = form.get("answer", ""), FormFaults()
    if answer not in ANSWERS:
        faults.append(("answer", NOT_LISTED if answer else MISSING))
    text = checked_words(form, faults, is_needed=answer not in {NO, ""})
    if faults:
        raise InvalidReportError(tuple(faults))
    return FollowUpAnswer(answer, text, form_tag(form, receipt, "follow-up", (answer, text)))


def parse_feedback(form: Words) -> Feedback:
    """Return the two answers about a closed case.

    Raises:
        InvalidReportError: one of them is missing.
    """
    answers = {name: form.get(name, "") for name in ("fair", "safe")}
    wrong = [(name, answer) for name, answer in answers.items() if answer not in FEEDBACK_ANSWERS]
    if wrong:
        raise InvalidReportError(
            tuple((name, NOT_LISTED if answer else MISSING) for name, answer in wrong)
        )
    return Feedback(**answers)


def shown_again(form: Words) -> Words:
    """Return a refused form as its box shows it: what came twice under one name is in one box."""
    shown = form.copy()
    if len(typed := form.getlist("words")) > 1:
        shown["words"] = "\n".join(typed)
    return shown


def _check_list(
    name: str, chosen: Sequence[str], offered: Collection[str], faults: FormFaults
) -> None:
    if not chosen:
        faults.append((name, MISSING))
    elif not set(chosen) <= set(offered):
        faults.append((name, NOT_LISTED))


def checked_words(
    form: Words, faults: FormFaults, *, is_needed: bool, most: int = WORDS_CHARS
) -> str:
    """Return what stands in the box of a form, and add what is wrong with it to the faults."""
    typed = form.getlist("words")
    text = typed[0] if typed else ""
    if len(typed) > 1:
        faults.append(("words", REPEATED))
    elif is_needed and not text.strip():
        faults.append(("words", MISSING))
    elif len(text) - text.count("\r\n") > most:
        faults.append(("words", TOO_LONG))
    return text


def form_tag(form: Words, receipt: Receipt, label: str, said: Sequence[str]) -> bytes | None:
    """Return what storage remembers of a form and its words, so that a second click adds nothing.

    None where it has no tag of ours.
    """
    # The same form with other words, sent after going back, is another one and is not lost.
    secret = read_secret(form.get("once", ""))
    if secret is None:
        return None
    words = (word.encode("utf-8", "replace") for word in said)
    return keyed_digest(
        secret, "protection/form", label.encode(), receipt.code.encode("ascii"), *words
    )
