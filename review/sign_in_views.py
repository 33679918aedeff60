"""Signing in and out."""

from contextlib import suppress
from typing import Final

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from cases.errors import SignInError, StoreUnavailableError
from cases.officers import give_protection
from cases.recovery_sealing import seal_to_recovery
from cases.reviewers import SignedIn
from cases.signing_in import Credentials
from cases.unit_epochs import count_unsealed, seal_anew
from crypto.errors import OpenError
from policy.rights import Action
from review.desk import desk, the_office, visit
from review.entrance import keep_signed_in
from review.passkey_ceremonies import given_passkey
from review.passphrases import MOST_CHARS
from review.rights import needs
from web.limits import spend

bp = Blueprint("sign_in", __name__)

FIELDS: Final = ("name", "passphrase", "code")


@bp.get("/sign-in")
def show() -> str:
    """Ask for name, passphrase and second factor."""
    return render_template("review/sign_in.html", typed_name="", is_refused=False)


@bp.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Open the reviewer's identity, or say nothing about which of the three was wrong."""
    given = _given()
    spend("sign_in")
    desk().brake.wait(given.sign_in_name)
    try:
        signed_in = desk().sign_in_desk.sign_in(given)
    except SignInError:
        return make_response(_refused_page(), 401)
    except OpenError:
        return make_response(render_template("review/exchanged.html"), 403)
    desk().brake.passed(given.sign_in_name)
    _let_in(signed_in)
    return redirect("/cases", 303)


def _given() -> Credentials:
    # One character more than any passphrase has: a longer one is wrong, and costs no more.
    name, phrase, code = (request.form.get(field, "")[: MOST_CHARS + 1] for field in FIELDS)
    return Credentials(name, phrase, code, given_passkey())


def _let_in(signed_in: SignedIn) -> None:
    keep_signed_in(signed_in)
    # A disk that is full keeps nobody from reading: it follows with the next sign-in.
    with suppress(StoreUnavailableError):
        seal_to_recovery(the_office(), signed_in)
        for unit in count_unsealed(the_office(), signed_in.units):
            seal_anew(the_office(), signed_in, unit)
        give_protection(the_office(), signed_in)


def _refused_page() -> str:
    typed_name = request.form.get("name", "")
    return render_template("review/sign_in.html", typed_name=typed_name, is_refused=True)


@bp.post("/sign-out")
@needs(Action.OWN_ACCOUNT)
def leave() -> ResponseReturnValue:
    """End the session: its row, and with it the sealed identity, is gone."""
    visit().end()
    return redirect("/sign-in", 303)
