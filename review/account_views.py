"""A reviewer's own account: who they are here, a new passphrase, another app."""

from typing import Final

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.errors import SignInError
from cases.members import list_members
from cases.passkeys import list_passkeys
from cases.second_factor import count_spare_codes, renew
from policy.rights import Action
from review.app_keys import code_faults, forget_key, show_key, waiting_key
from review.desk import desk, reviewer, the_office
from review.done_words import DONE
from review.entrance import keep_signed_in
from review.forms import Faults, RefusedFormError
from review.passphrases import MOST_CHARS, passphrase_faults
from review.present_factors import check_present
from review.rights import needs

bp = Blueprint("account", __name__)

NOT_THE_PRESENT_ONE: Final = lazy_gettext("Cụm mật khẩu hiện nay không đúng")


@bp.get("/account")
@needs(Action.OWN_ACCOUNT)
def show() -> str:
    """Show the reviewer's own name, fingerprint and places."""
    return _page(())


@bp.post("/account/passphrase")
@needs(Action.OWN_ACCOUNT)
def change_passphrase() -> ResponseReturnValue:
    """Wrap the reviewer's identity under a new passphrase; every other session of theirs ends."""
    who, name = reviewer(), reviewer().sign_in_name
    faults = passphrase_faults(request.form, (name,))
    if faults:
        raise RefusedFormError(faults)
    desk().brake.wait(name)
    present = request.form.get("present", "")[: MOST_CHARS + 1]
    try:
        desk().sign_in_desk.change_passphrase(reviewer(), present, request.form["passphrase"])
    except SignInError:
        raise RefusedFormError((("present", NOT_THE_PRESENT_ONE),)) from None
    desk().brake.passed(name)
    keep_signed_in(desk().sign_in_desk.resume(who.reviewer_id, who.identity.seed))
    return redirect("/account?done=passphrase", 303)


@bp.get("/account/second-factor")
@needs(Action.OWN_ACCOUNT)
def show_second_factor() -> str:
    """Show another app its key."""
    return _second_factor_page(())


@bp.post("/account/second-factor")
@needs(Action.OWN_ACCOUNT)
def change_second_factor() -> ResponseReturnValue:
    """Move to another app, with both factors of before; the old codes open nothing any more."""
    who = reviewer()
    faults = code_faults(request.form.get("code", ""))
    if faults:
        return make_response(_second_factor_page(faults), 422)
    try:
        check_present()
    except RefusedFormError as error:
        return make_response(_second_factor_page(error.faults), error.status)
    codes = renew(the_office(), who.reviewer_id, who.identity.seed, waiting_key())
    forget_key()
    return _second_factor_page((), codes)


@bp.errorhandler(RefusedFormError)
def show_refused(error: RefusedFormError) -> ResponseReturnValue:
    """Show the form again with what is wrong; a passphrase is never shown back."""
    return make_response(_page(error.faults), error.status)


def _page(faults: Faults) -> str:
    everywhere = frozenset(unit.code for unit in the_office().pack.units)
    members = list_members(the_office(), everywhere)
    own = [member for member in members if member.reviewer_id == reviewer().reviewer_id]
    return render_template(
        "review/account.html",
        places=own,
        fingerprint=reviewer().identity.recipient.fingerprint(),
        faults=faults,
        spare_codes=count_spare_codes(the_office(), reviewer().reviewer_id),
        passkeys=len(list_passkeys(the_office(), reviewer())),
        done=DONE.get(request.args.get("done", "")),
    )


def _second_factor_page(faults: Faults, spare_codes: tuple[str, ...] = ()) -> str:
    return render_template(
        "review/second_factor.html",
        key=None if spare_codes else show_key(reviewer().sign_in_name),
        faults=faults,
        spare_codes=spare_codes,
    )
