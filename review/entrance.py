"""The entrance: nobody passes without having signed in, but to the few pages listed here."""

from typing import Final

from flask import g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from cases.errors import SignInError, StorageError
from cases.reviewers import SignedIn
from review.desk import desk, visit
from review.rights import check_right
from review.uploads import refuse_files

# Every other page needs a sign-in (tests/architecture/test_routes.py holds the same list).
OPEN_ENDPOINTS: Final = frozenset(
    {"static", "sign_in.show", "sign_in.enter", "enrolment.show", "enrolment.accept"}
)
# What a reviewer writes into any form but a passphrase's; a choice is never shown back.
TYPED_FIELDS: Final = (
    "text", "words", "reason", "name", "number", "day", "from", "until", "document", "people",
    "other", "head", "carry_out_by", "decision_number", "loophole", "assets", "money_to_recover",
    "money_recovered", "land_to_recover", "land_recovered", "officials", "heads", "address",
    "letter_code", "code", "amount", "recovered", "passage", "recipient",
)  # fmt: skip

REVIEWER_KEY: Final = "reviewer_id"
SEED_KEY: Final = "seed"
MARK_KEY: Final = "passphrase_mark"


def require_sign_in() -> ResponseReturnValue | None:
    """Let a signed-in reviewer pass; answer everybody else, giving back what they typed."""
    if request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return None
    try:
        g.signed_in = resume()
    except StorageError:
        # The page of this refusal gives back what was typed, so the form is read all the same.
        if request.method == "POST":
            refuse_files()
        raise
    if g.signed_in is not None:
        check_right()
        return None
    if request.method == "POST" and request.endpoint != "sign_in.leave":
        refuse_files()
        return make_response(render_template("review/session_over.html"), 401)
    return redirect("/sign-in", 303)


def resume() -> SignedIn | None:
    """Return the reviewer of this browser's session, with the memberships of this moment."""
    here = visit()
    reviewer_id, seed = here.get(REVIEWER_KEY), here.get(SEED_KEY)
    if reviewer_id is None or seed is None:
        return None
    try:
        signed_in = desk().sign_in_desk.resume(reviewer_id, seed)
    except SignInError:
        # They left the office meanwhile.
        here.end()
        return None
    if signed_in.passphrase_mark != here.get(MARK_KEY):
        # They changed their passphrase elsewhere, perhaps because of this very session.
        here.end()
        return None
    return signed_in


def keep_signed_in(signed_in: SignedIn) -> None:
    """Begin a new session for a reviewer; whatever this browser had before opens nothing."""
    here = visit()
    here.rotate()
    here[REVIEWER_KEY] = signed_in.reviewer_id
    here[SEED_KEY] = signed_in.identity.seed
    here[MARK_KEY] = signed_in.passphrase_mark


def typed_texts() -> list[str]:
    """Return what was written in a form that could not be taken, to be shown again."""
    if request.method != "POST":
        return []
    typed = (text for name in TYPED_FIELDS for text in request.form.getlist(name))
    return [text for text in typed if text.strip()]


def signed_in_name() -> str | None:
    """Return who is signed in on this page, if anybody."""
    found: SignedIn | None = g.get("signed_in")
    return found.sign_in_name if found else None
