"""The page by which a reporter claims a reward, and the one that shows the claim code once."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from cases.reward_claims import Claimed
from cases.rewards import GrantedReward, granted_reward
from cases.threads import read_thread
from crypto.receipts import Receipt
from intake.door import door, language
from intake.protection_forms import Words
from intake.protection_page import form_secret
from intake.receipts import kept_receipt
from intake.reward_words import PLANNED, is_planned, payer_name
from intake.words import Fault
from web.compression import forbid_compression


def claim_page(receipt: Receipt) -> AnyResponse:
    """Return the form by which the reward of a case is claimed; the case where there is none.

    Raises:
        UnknownReceiptError: no case answers to this receipt.
    """
    reward = granted_reward(read_thread(door().office, receipt).messages)
    if reward is None or not reward.can_be_claimed:
        return redirect("/case", HTTPStatus.SEE_OTHER)
    return _form(HTTPStatus.OK, Words(), (), reward)


def claim_again_page(status: HTTPStatus, typed: Words, faults: tuple[Fault, ...]) -> Response:
    """Return the form with a claim that was not taken; it asks the store for nothing."""
    return _form(status, typed, faults, None)


def _form(
    status: HTTPStatus,
    typed: Mapping[str, str],
    faults: tuple[Fault, ...],
    reward: GrantedReward | None,
) -> Response:
    forbid_compression()
    rows = door().office.todays_pack.reward_ways
    page = render_template(
        "intake/reward.html",
        ways=[(row.code, row.plain(language())) for row in rows],
        reward=reward,
        **_payment(reward.payer if reward else ""),
        typed=typed,
        needs_receipt=kept_receipt() is None,
        once=form_secret(Words(typed)),
        faults=faults,
    )
    return make_response(page, status)


def code_page(claimed: Claimed) -> Response:
    """Return the page that shows a claim code; it is kept nowhere."""
    forbid_compression()
    shown = _payment(claimed.payer)
    return make_response(render_template("intake/reward_code.html", code=claimed.code, **shown))


def _payment(payer: str) -> dict[str, object]:
    """Return who pays, and what is to be said where nobody confirmed yet how."""
    pack = door().office.todays_pack
    return {
        "payer": payer_name(pack, payer, language()),
        "planned": PLANNED if is_planned(pack) else "",
    }
