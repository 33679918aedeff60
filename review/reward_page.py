"""A case's reward page: what was proposed, what was decided, what became of it."""

from flask import Response, make_response, render_template, request

from cases.case_file import CaseFile, open_case
from cases.reward_steps import waiting_rewards, why_none
from cases.rewards import rewards_of
from policy.pack import Pack
from policy.rewards import span_of
from policy.rights import Action
from review.case_forms import NOT_REFUSED, Refused
from review.desk import reviewer, the_office
from review.done_words import DONE
from review.forms import REASON_CHARS, new_once
from review.reward_forms import OUTCOMES


def reward_page(ref: str, refused: Refused = NOT_REFUSED) -> Response:
    """Return the reward page of a case, with a form of it that was not taken.

    Raises:
        CaseNotFoundError: it is in none of the reviewer's lists.
        OpenError: something of it was altered.
    """
    office = the_office()
    case, pack = open_case(office, reviewer(), ref), office.todays_pack
    rewards, today = rewards_of(case.entries), office.clock.today()
    open_reward = next((each for each in rewards if each.decided is None), None)
    waiting = waiting_rewards(case.entries)
    recovered = case.figures.money_recovered if case.figures else 0
    if open_reward is not None:
        recovered = open_reward.recovered
    page = render_template(
        "review/reward.html",
        case=case,
        refused=refused,
        faults=refused.faults,
        once=refused.typed.get("once") or new_once(),
        rewards=rewards,
        open_reward=open_reward,
        waiting=waiting,
        recovered=recovered,
        why_none=why_none(office.pack, case) if pack.reward_levels else "",
        levels=[(row, span_of(pack, row, recovered, today)) for row in pack.reward_levels],
        offers=_offers(case, pack, is_open=open_reward is not None and not waiting),
        outcomes=tuple(OUTCOMES.items()),
        today=today,
        limits={"reason": REASON_CHARS},
        done=DONE.get(request.args.get("done", "")),
    )
    return make_response(page, refused.status)


def _offers(case: CaseFile, pack: Pack, *, is_open: bool) -> frozenset[str]:
    """Return the forms of the page, by name."""
    fits = {
        "proposal": bool(pack.reward_levels) and not why_none(the_office().pack, case),
        "decision": is_open,
    }
    return frozenset(form for form, fit in fits.items() if fit and Action.REWARD in case.rights)
