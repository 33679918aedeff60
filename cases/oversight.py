"""What an overseer sees of the whole office: counts by unit, and never a case."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case as when
from sqlalchemy import func, select

from cases.office import Office
from cases.records import CaseRecord
from policy.states import CaseState


@dataclass(frozen=True)
class UnitFigures:
    """How many reports of a year a unit is responsible for now, and how they stand."""

    unit: str
    received: int
    is_open: int
    overdue: int
    closed: int


def figures_by_unit(office: Office, year: int) -> tuple[UnitFigures, ...]:
    """Return the figures of the office's own units that have any, in the pack's order.

    Bodies outside are in no count of the office. Nothing is opened, so what only a reader could
    tell, such as which reports tell of one matter, is not told apart.
    """
    inside = [unit.code for unit in office.todays_pack.receiving_units() if unit.inside]
    is_closed = CaseRecord.state == CaseState.CLOSED
    is_late = ~is_closed & (CaseRecord.due_on < office.clock.today())
    query = (
        select(
            CaseRecord.unit,
            func.count(),
            *(func.sum(when((each, 1), else_=0)) for each in (~is_closed, is_late, is_closed)),
        )
        .where(
            CaseRecord.unit.in_(inside),
            CaseRecord.received_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .group_by(CaseRecord.unit)
    )
    with office.database.reading() as session:
        found = {row[0]: UnitFigures(*row) for row in session.execute(query)}
    return tuple(found[unit] for unit in inside if unit in found)
