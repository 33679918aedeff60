"""A reviewer's passkeys: added after both factors of before, shown by name, removed by both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.errors import PasskeyLimitError
from cases.passkeys import (
    MOST_PASSKEYS,
    KeptPasskey,
    add_passkey,
    list_passkeys,
    remove_passkey,
)
from crypto.errors import PasskeyError
from crypto.passkeys import RelyingParty
from policy.rights import Action
from review.desk import reviewer, the_office, visit
from review.done_words import DONE
from review.forms import REPEATED, Faults, RefusedFormError, typed_again
from review.passkey_ceremonies import ask_for_new_passkey, given_passkey, relying_party
from review.present_factors import check_present
from review.rights import needs

bp = Blueprint("passkeys", __name__)

LIST: Final = "/account/passkeys"
# A passkey that was named, with both factors, waits this long for its authenticator.
WAITING: Final = "new_passkey"
WAITING_SECONDS: Final = 10 * 60
NAME_CHARS: Final = 64

NAME_MISSING: Final = lazy_gettext("Chưa đặt tên cho khóa")
NAME_TOO_LONG: Final = lazy_gettext("Tên dài quá: nhiều nhất 64 ký tự")
TOO_MANY: Final = lazy_gettext("Đã có nhiều khóa nhất có thể. Gỡ một khóa rồi thêm")
NOT_MADE: Final = lazy_gettext("Thiết bị chưa tạo được khóa cho trang này. Bấm lại để thử lần nữa")
MAKE_FAULT: Final = (("make", NOT_MADE),)


@dataclass(frozen=True, repr=False)
class ShownPasskey:
    """A passkey as its reviewer sees it: its address, and what they called it."""

    tag: str
    kept: KeptPasskey


@bp.get(LIST)
@needs(Action.OWN_ACCOUNT)
def show() -> str:
    """Show the reviewer's passkeys, and how to add one."""
    return _list_page(())


@bp.post(LIST)
@needs(Action.OWN_ACCOUNT)
def prepare() -> ResponseReturnValue:
    """Take the name of a new passkey, once both factors of before were right."""
    _site()
    name = request.form.get("name", "").strip()
    faults = _name_faults(name)
    if faults:
        raise RefusedFormError(faults)
    check_present()
    visit()[WAITING] = {"name": name, "until": the_office().clock.now() + WAITING_SECONDS}
    return redirect(f"{LIST}/new", 303)


@bp.get(f"{LIST}/new")
@needs(Action.OWN_ACCOUNT)
def show_new() -> ResponseReturnValue:
    """Ask an authenticator to make the passkey that was named."""
    return make_response(_new_page(())) if _waiting_name() else redirect(LIST, 303)


@bp.post(f"{LIST}/new")
@needs(Action.OWN_ACCOUNT)
def add() -> ResponseReturnValue:
    """Keep what the authenticator made."""
    name, given = _waiting_name(), given_passkey()
    if not name:
        return redirect(LIST, 303)
    if given is None:
        raise RefusedFormError(MAKE_FAULT)
    try:
        add_passkey(the_office(), reviewer(), name, given)
    except (PasskeyError, PasskeyLimitError):
        raise RefusedFormError(MAKE_FAULT) from None
    del visit()[WAITING]
    return redirect(f"{LIST}?done=passkey-added", 303)


@bp.get(f"{LIST}/<tag>")
@needs(Action.OWN_ACCOUNT)
def show_one(tag: str) -> str:
    """Show one passkey, to be removed."""
    return _one_page((), tag)


@bp.post(f"{LIST}/<tag>")
@needs(Action.OWN_ACCOUNT)
def remove(tag: str) -> ResponseReturnValue:
    """Forget a passkey, with both factors: a desk left open removes nobody's."""
    found = _shown(tag)
    check_present()
    remove_passkey(the_office(), reviewer(), bytes.fromhex(found.tag))
    return redirect(f"{LIST}?done=passkey-removed", 303)


@bp.errorhandler(RefusedFormError)
def show_refused(error: RefusedFormError) -> ResponseReturnValue:
    """Show the form again with what is wrong; a passphrase is never shown back."""
    page = REFUSED_PAGES[str(request.endpoint)]
    return make_response(page(error.faults, **(request.view_args or {})), error.status)


def _name_faults(name: str) -> Faults:
    if len(request.form.getlist("name")) > 1:
        return (("name", REPEATED),)
    if not name:
        return (("name", NAME_MISSING),)
    if len(name) > NAME_CHARS:
        return (("name", NAME_TOO_LONG),)
    is_full = len(list_passkeys(the_office(), reviewer())) >= MOST_PASSKEYS
    return (("name", TOO_MANY),) if is_full else ()


def _site() -> RelyingParty:
    return relying_party() or abort(404)


def _waiting_name() -> str:
    waiting: Mapping[str, Any] = visit().get(WAITING) or {"name": "", "until": 0}
    return str(waiting["name"]) if waiting["until"] > the_office().clock.now() else ""


def _shown_all() -> list[ShownPasskey]:
    found = list_passkeys(the_office(), reviewer())
    return [ShownPasskey(tag.hex(), kept) for tag, kept in found]


def _shown(tag: str) -> ShownPasskey:
    return next((each for each in _shown_all() if each.tag == tag), None) or abort(404)


def _list_page(faults: Faults) -> str:
    return render_template(
        "review/passkeys.html",
        passkeys=_shown_all(),
        most=MOST_PASSKEYS,
        is_possible=relying_party() is not None,
        typed_name=typed_again().get("name", "") if faults else "",
        faults=faults,
        done=DONE.get(request.args.get("done", "")),
    )


def _new_page(faults: Faults) -> str:
    return render_template(
        "review/new_passkey.html",
        name=_waiting_name(),
        question=ask_for_new_passkey(_site()),
        faults=faults,
    )


def _one_page(faults: Faults, tag: str) -> str:
    return render_template("review/passkey.html", passkey=_shown(tag), faults=faults)


REFUSED_PAGES: Final[Mapping[str, Callable[..., str]]] = {
    "passkeys.prepare": _list_page,
    "passkeys.add": _new_page,
    "passkeys.remove": _one_page,
}
