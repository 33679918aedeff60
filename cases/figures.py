"""What came of a case in figures: kept in clear once it is concluded, for the office's reports."""

from dataclasses import asdict, dataclass, fields
from datetime import date

from sqlalchemy.orm import Session

from cases.law_records import OutcomeRecord


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Money in đồng, land in m², people as counts. Nothing here says who or what."""

    finding: str
    measures: tuple[str, ...] = ()
    money_to_recover: int = 0
    money_recovered: int = 0
    land_to_recover: int = 0
    land_recovered: int = 0
    people: int = 0
    officials: int = 0
    # Heads who are held responsible for what happened under them (Luật PCTN Điều 72, 73).
    heads: int = 0


def figures_of(session: Session, ref: str) -> Figures | None:
    """Return the figures of a case; none where nothing was concluded."""
    record = session.get(OutcomeRecord, ref)
    if record is None:
        return None
    values = {field.name: getattr(record, field.name) for field in fields(Figures)}
    return Figures(**{**values, "measures": tuple(record.measures.split())})


def keep_figures(session: Session, ref: str, figures: Figures, day: date) -> None:
    """Write the figures of a case over those that were there."""
    values = {**asdict(figures), "measures": " ".join(figures.measures), "recorded_on": day}
    record = session.get(OutcomeRecord, ref)
    if record is None:
        session.add(OutcomeRecord(case_ref=ref, **values))
        return
    for name, value in values.items():
        setattr(record, name, value)
