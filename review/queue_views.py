"""The queue: what a reviewer's own keys open, by what the address asks for."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from cases.protection_register import is_protection_due
from cases.queue import PAGE_CASES, Only, Wanted, list_cases
from cases.queue_counts import count_waiting
from policy.periods import next_reports
from policy.rights import Action
from policy.states import LISTED, CaseState
from policy.working_days import years_to_announce
from review.desk import reviewer, the_office
from review.done_words import DONE
from review.rights import needs
from review.wanted import address_of, parse_wanted
from review.words import ONLY

bp = Blueprint("queue", __name__)


@bp.get("/")
@needs(Action.OWN_LIST)
def start() -> ResponseReturnValue:
    """Lead to the queue, which is the desk's first page."""
    return redirect("/cases", 303)


@bp.get("/cases")
@needs(Action.OWN_LIST)
def show() -> str:
    """Show one page of the queue."""
    wanted = parse_wanted(request.args, the_office().pack)
    page = list_cases(the_office(), reviewer(), wanted)
    return render_template(
        "review/queue.html",
        page=page,
        wanted=wanted,
        waiting=_waiting(wanted),
        later=address_of(wanted, page.following) if page.following else None,
        first=address_of(wanted) if wanted.after else None,
        states=[state for state in CaseState if state in LISTED or state is CaseState.CLOSED],
        **_of_the_day(),
        done=DONE.get(request.args.get("done", "")),
    )


def _waiting(wanted: Wanted) -> dict[Only, str]:
    """Return what waits for the reviewer, on the first page of the whole list; in its order.

    Where there is too much to count, every list stands there without a number.
    """
    if wanted != Wanted():
        return {}
    counts = count_waiting(the_office(), reviewer())
    if counts is None:
        return dict.fromkeys(ONLY, "")
    return {only: _shown(counts[only]) for only in ONLY if only in counts}


def _shown(count: int) -> str:
    return f"{count}+" if count >= PAGE_CASES else str(count)


def _of_the_day() -> dict[str, object]:
    """Return what the calendar says to whoever looks at the list today."""
    office = the_office()
    return {
        "unannounced": _unannounced(),
        "is_protection_due": is_protection_due(office, reviewer()),
        "is_officer": bool(reviewer().protects_in),
        "reports": next_reports(office.pack, office.clock.today()),
    }


def _unannounced() -> list[int]:
    """Return the years whose moving holidays should be known by now, and are not."""
    years = years_to_announce(the_office().clock.today())
    return [year for year in years if not the_office().pack.is_announced(year)]
