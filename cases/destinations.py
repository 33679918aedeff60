"""Where a report goes before anybody reads it: by what it says, and by whom its words name."""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.office import Office
from cases.reports import Report
from cases.staff import Staff, find_named, heads_of, load_staff, members_of
from policy.routing import Naming, Routing, route


@dataclass(frozen=True)
class Destination:
    """Who will receive a report, who may take it over, and which reviewers are kept out."""

    naming: Naming
    routing: Routing
    staff: Staff
    kept_out: frozenset[str]


def find_destination(
    office: Office,
    report: Report,
    file_names: Iterable[str] = (),
    also_kept_out: frozenset[str] = frozenset(),
) -> Destination:
    """Return where the report would go now, and why, before anybody reads it.

    People may be named in the names of its files as well as in its words. ``also_kept_out`` are
    reviewers whom something else keeps out.

    Raises:
        NoRouteError: the report bars everybody who could receive it.
    """
    with office.database.reading() as session:
        named = find_named(session, (*report.texts(), *file_names))
        heads = report.accused_head | named.heads
        kept_out = (
            also_kept_out
            | named.reviewers
            | heads_of(session, heads)
            | members_of(session, report.accused | report.not_to)
        )
        staff = load_staff(session)
    naming = Naming(
        accused=report.accused,
        accused_head=report.accused_head,
        not_to=report.not_to,
        bypass=report.bypass,
        roster_heads=named.heads,
        field=report.field or None,
    )
    staffed = staff.staffed(kept_out)
    routing = route(naming, office.pack, office.clock.today(), staffed=staffed)
    return Destination(naming, routing, staff, kept_out)
