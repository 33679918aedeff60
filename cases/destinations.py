"""Where a report goes before anybody reads it: by what it says, and by whom its words name.

Nobody who is no head may be found out by trying names in a report (docs/adr/0013): what a reporter
is told is routed as if no such name stood there, and so is what is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from cases.office import Office
from cases.reports import Report
from cases.staff import Holder, Staff, heads_of, load_people, members_of
from policy.errors import NoRouteError
from policy.naming import Naming, seats_of
from policy.pack import Pack
from policy.routing import Routing, route


@dataclass(frozen=True)
class Destination:
    """Who will receive a report, who may take it over, and which reviewers are kept out."""

    naming: Naming
    routing: Routing
    # What the reporter may be told of it.
    told: Routing
    staff: Staff
    kept_out: frozenset[str]

    @property
    def readers(self) -> tuple[Holder, ...]:
        """Return who of the receiving unit can open the case."""
        return self.staff.holders(self.routing.receiver, self.kept_out)

    @property
    def protectors(self) -> tuple[Holder, ...]:
        """Return which officers of the receiving unit may be given what is said of protection."""
        return self.staff.protectors(self.routing.receiver, self.kept_out)

    @property
    def superiors(self) -> tuple[Holder, ...]:
        """Return who of the unit above can open the case."""
        superior = self.routing.escalates_to
        return self.staff.holders(superior, self.kept_out) if superior else ()

    @property
    def told_to_go_up_to(self) -> str | None:
        """Return who takes over a case whose reporter was told that somebody does.

        Where everybody above is named, the case comes to be the receiver's own once more.
        """
        return self.routing.escalates_to or (self.told.escalates_to and self.routing.receiver)


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
    destination = _find(office, report, file_names, also_kept_out)
    if not destination.readers:
        raise NoRouteError
    return destination


def find_told_destination(
    office: Office, report: Report, file_names: Iterable[str] = ()
) -> Destination:
    """Return the same for a reporter, who learns of no name but a head's.

    Where all whom the boxes leave are named in the words, nobody in the receiving unit can open the
    case: refusing it would tell that. It waits for recovery.

    Raises:
        NoRouteError: the boxes, or heads in the words, bar everybody who could receive it.
    """
    return _find(office, report, file_names, frozenset())


def keep_out_openly(session: Session, naming: Naming, pack: Pack) -> frozenset[str]:
    """Return the reviewers whom the boxes of a report keep out, whatever its words say.

    The box for heads is for the whole body as well, so its members are kept out like those of a
    unit of which somebody is named.
    """
    accused = naming.accused | naming.accused_head
    units = accused | naming.not_to | seats_of(accused, pack)
    return heads_of(session, naming.accused_head) | members_of(session, units)


def _find(
    office: Office, report: Report, file_names: Iterable[str], also_kept_out: frozenset[str]
) -> Destination:
    with office.database.reading() as session:
        people = load_people(session)
        named = people.find_named((*report.texts(), *file_names))
        naming = Naming(
            accused=report.accused,
            accused_head=report.accused_head,
            not_to=report.not_to,
            bypass=report.bypass,
            roster_heads=named.heads,
            field=report.field or None,
        )
        openly = keep_out_openly(session, naming, office.todays_pack)
        kept_out = also_kept_out | openly | named.reviewers | heads_of(session, named.heads)
    staff = people.staff
    today = office.clock.today()
    told = route(naming, office.todays_pack, today, staffed=staff.staffed(openly))
    routing = told
    if kept_out != openly:
        try:
            routing = route(naming, office.todays_pack, today, staffed=staff.staffed(kept_out))
        except NoRouteError:
            routing = replace(told, escalates_to=None)
    return Destination(naming, routing, told, staff, kept_out)
