"""The form by which a case is handed over redacted, and those about its original."""

from collections.abc import Collection, Mapping
from typing import Final

from flask_babel import lazy_gettext

from cases.handover import Handover
from cases.history import Change
from cases.originals import OriginalAnswer
from cases.redaction import Marks
from review.forms import (
    REASON_CHARS,
    REFERENCE,
    UNIT_MISSING,
    Faults,
    RefusedFormError,
    parse_reason,
    parse_version,
    typed_chars,
)

WORDS_CHARS: Final = 5_000
MOST_WORDS: Final = 200
MOST_DIGITS: Final = 6
SEND: Final = "send"

WORDS_TOO_LONG: Final = lazy_gettext("Dài quá: nhiều nhất 5.000 ký tự và 200 dòng")
ANSWER_MISSING: Final = lazy_gettext("Chưa chọn cho xem hay từ chối")


def parse_marks(typed: Mapping[str, str]) -> Marks:
    """Return what is marked; what has several values has one a line.

    Raises:
        RefusedFormError: there are too many words to hide.
    """
    words = typed.get("words", "")
    lines = tuple(line.strip() for line in words.splitlines() if line.strip())
    if typed_chars(words) > WORDS_CHARS or len(lines) > MOST_WORDS:
        raise RefusedFormError((("words", WORDS_TOO_LONG),))
    chosen = frozenset(map(_place, typed.get("hide", "").split()))
    return Marks(chosen, lines, frozenset(typed.get("files", "").split()))


def parse_handover(
    form: Mapping[str, str], marks: Marks, units: Collection[str], tag: bytes | None
) -> Handover:
    """Return to whom a case is handed over, and why.

    Raises:
        RefusedFormError: no unit of the list, or no reason.
    """
    unit = form.get("unit", "")
    faults: Faults = () if unit in units else (("unit", UNIT_MISSING),)
    reason, unreasoned = parse_reason(form, "reason")
    if faults or unreasoned:
        raise RefusedFormError((*faults, *unreasoned))
    return Handover(
        unit=unit,
        marks=marks,
        shown=form.get("shown", ""),
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def parse_ask(form: Mapping[str, str], tag: bytes | None) -> Change:
    """Return why somebody asks for the original.

    Raises:
        RefusedFormError: no reason, or too long a one.
    """
    reason, unreasoned = parse_reason(form, "ask-reason")
    if unreasoned:
        raise RefusedFormError(unreasoned)
    return Change(reason=reason, version=parse_version(form), form_tag=tag)


def parse_answer(form: Mapping[str, str], tag: bytes | None) -> OriginalAnswer:
    """Return whether the original is given; only a refusal needs a reason.

    Raises:
        RefusedFormError: neither given nor refused, refused without a reason, or too long a one.
    """
    said, request = form.get("original", ""), form.get("request", "")
    faults: Faults = () if said in {"give", "refuse"} else (("original", ANSWER_MISSING),)
    reason, unreasoned = parse_reason(form, "original-reason")
    if said == "give" and typed_chars(reason) <= REASON_CHARS:
        unreasoned = ()
    if faults or unreasoned:
        raise RefusedFormError((*faults, *unreasoned))
    return OriginalAnswer(
        request=request if REFERENCE.fullmatch(request) else "",
        gives=said == "give",
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def _place(typed: str) -> tuple[int, int]:
    piece, dot, at = typed.partition(".")
    is_place = all(
        each.isascii() and each.isdecimal() and len(each) <= MOST_DIGITS for each in (piece, at)
    )
    # A place that no text has is refused where the texts are known.
    return (int(piece), int(at)) if dot and is_place else (-1, -1)
