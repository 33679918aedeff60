"""Numbers of a unit: reports and matters, apart, by year and track."""

from flask import Blueprint, render_template, request

from cases.counts import count_year, years_counted
from review.desk import reviewer, the_office
from review.wanted import BadQueryError

bp = Blueprint("counts", __name__)


@bp.get("/counts")
def show() -> str:
    """Show how many reports and matters came in a year."""
    years = years_counted(the_office(), reviewer())
    typed = request.args.get("year") or str(years[0])
    chosen = next((year for year in years if str(year) == typed), None)
    if chosen is None:
        raise BadQueryError("year")
    counts = count_year(the_office(), reviewer(), chosen)
    choices = [(str(year), str(year)) for year in years]
    return render_template("review/counts.html", counts=counts, years=choices)
