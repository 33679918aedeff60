"""Numbers of a unit: reports and matters, apart, by year and track."""

from flask import Blueprint, render_template, request

from cases.counts import count_year
from cases.feedback import feedback_counts
from cases.oversight import figures_by_unit
from policy.rights import Action, Role
from review.desk import reviewer, the_office
from review.rights import needs
from review.wanted import BadQueryError

# Which years can be chosen must not tell of a case, so it is the same for everybody.
YEARS = 5

bp = Blueprint("counts", __name__)


@bp.get("/counts")
@needs(Action.COUNT)
def show() -> str:
    """Show how many reports and matters came in a year."""
    this_year = the_office().clock.today().year
    years = range(this_year, this_year - YEARS, -1)
    typed = request.args.get("year") or str(years[0])
    chosen = next((year for year in years if str(year) == typed), None)
    if chosen is None:
        raise BadQueryError("year")
    return _page(chosen, [(str(year), str(year)) for year in years])


def _page(year: int, years: list[tuple[str, str]]) -> str:
    oversees = Role.OVERSEER in reviewer().every_role
    return render_template(
        "review/counts.html",
        year=year,
        years=years,
        counts=count_year(the_office(), reviewer(), year) if reviewer().units else None,
        feedback=feedback_counts(the_office(), reviewer().units),
        figures=figures_by_unit(the_office(), year) if oversees else None,
    )
