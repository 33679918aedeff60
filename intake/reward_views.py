"""Claiming a reward with the receipt alone."""

from typing import Final

from flask import Blueprint, Response, redirect, request
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from cases.errors import InvalidReportError
from cases.reward_claims import Claim, claim_reward
from cases.step_errors import RewardOverError
from crypto.receipts import Receipt
from intake.door import door
from intake.forms import MISSING, NOT_LISTED
from intake.protection_forms import Words, form_tag
from intake.protection_page import PROTECTION_REFUSALS, refusal_words
from intake.receipts import enter, kept_receipt, require_receipt
from intake.reward_page import claim_again_page, claim_page, code_page
from intake.thread_page import sign_in_page
from policy.pack import Pack
from web.limits import spend
from web.multipart import BadTextError

reward_pages = Blueprint("reward", __name__)

WAY: Final = "way"


@reward_pages.get("/case/reward")
def show_claim() -> AnyResponse:
    """Show the form by which a reward is claimed, or ask for a receipt."""
    receipt = kept_receipt()
    return sign_in_page() if receipt is None else claim_page(receipt)


@reward_pages.post("/case/reward")
def claim() -> Response:
    """Make a claim code and show it: once, and again where this very form is sent again."""
    typed, bound = request.form.get("receipt"), door()
    receipt = require_receipt() if typed is None else enter(bound, typed)
    wanted = _parse(request.form, bound.office.todays_pack, receipt)
    spend("message")
    return code_page(claim_reward(bound.office, receipt, wanted, bound.server_secret))


def _parse(form: Words, pack: Pack, receipt: Receipt) -> Claim:
    ways = form.getlist(WAY)
    if not ways:
        raise InvalidReportError(((WAY, MISSING),))
    if len(ways) > 1 or ways[0] not in {row.code for row in pack.reward_ways}:
        raise InvalidReportError(((WAY, NOT_LISTED),))
    tag, secret = (form_tag(form, receipt, label, ways) for label in ("claim", "claim code"))
    return Claim(ways[0], tag, secret) if secret else Claim(ways[0])


def give_back(error: Exception) -> Response:
    """Show the form again with what was chosen, and say what is wrong."""
    refusal = refusal_words(error)
    return claim_again_page(refusal.status, request.form, refusal.faults)


for _refused in (*PROTECTION_REFUSALS, CSRFError, BadTextError):
    reward_pages.register_error_handler(_refused, give_back)


@reward_pages.errorhandler(RewardOverError)
def show_case(_: RewardOverError) -> AnyResponse:
    """Lead to the case, which says how it stands: nothing was granted, or it was paid."""
    return redirect("/case", 303)
