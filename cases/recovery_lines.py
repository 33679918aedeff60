"""The lines that a unit's page shows of its recoveries: who let whom in, and why.

The reason lies in a box of the unit's own identity, which recovery holders open and members hold:
whoever has the database can neither read a line nor add one that holds.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from cases.names import RECOVERY_PREFIX
from cases.office import Office
from cases.records import ReviewerRecord
from cases.recovery_records import RecoveryLineRecord
from cases.reviewers import SignedIn, open_unit_identities
from crypto.boxes import SecretBox
from crypto.errors import OpenError
from crypto.keys import Identity
from crypto.padding import pad_text, strip_padding

LINE_LABEL = "recovery line"


@dataclass(frozen=True)
class RecoveryLine:
    """One recovery: ``holder`` is the pair, ``day`` as the clock off the network had it.

    ``former`` are the sign-in names that the same person had before.
    """

    unit: str
    reviewer_id: str
    holder: str
    day: str
    reason: str
    former: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return the numbers of the two keys."""
        return tuple(self.holder.removeprefix(RECOVERY_PREFIX).split("+"))


def sealed_line(line: RecoveryLine, identity: Identity) -> bytes:
    """Return a line in a box of the unit's identity."""
    text = json.dumps(asdict(line), ensure_ascii=False).encode("utf-8")
    return SecretBox(identity.seed, LINE_LABEL).seal(pad_text(text), _context(line.unit))


def open_line(sealed: bytes, unit: str, identity: Identity) -> RecoveryLine:
    """Return the line that a box holds.

    Raises:
        OpenError: nobody who had the unit's identity made it.
    """
    box = SecretBox(identity.seed, LINE_LABEL)
    found = json.loads(strip_padding(box.open(sealed, _context(unit))))
    return RecoveryLine(**{**found, "former": tuple(found["former"])})


def _context(unit: str) -> bytes:
    return unit.encode("utf-8")


@dataclass(frozen=True)
class ShownLine:
    """A recovery as the desk shows it; no line: what stands in the database does not hold."""

    unit: str
    sign_in_name: str
    day: date
    line: RecoveryLine | None


def list_recoveries(office: Office, signed_in: SignedIn) -> tuple[ShownLine, ...]:
    """Return the recoveries of the reviewer's units, the oldest first.

    Raises:
        OpenError: a unit's stored recipient was exchanged.
    """
    with office.database.reading() as session:
        rows = session.execute(
            select(RecoveryLineRecord, ReviewerRecord.sign_in_name)
            .join(ReviewerRecord, ReviewerRecord.id == RecoveryLineRecord.reviewer_id)
            .where(RecoveryLineRecord.unit.in_(signed_in.units))
            .order_by(RecoveryLineRecord.unit, RecoveryLineRecord.day, RecoveryLineRecord.id)
        ).all()
        units = {row.unit for row, _ in rows}
        opened = {unit: open_unit_identities(session, signed_in, unit) for unit in units}
        return tuple(
            ShownLine(row.unit, name, row.day, _line_of(row, opened[row.unit].get(row.epoch)))
            for row, name in rows
        )


def _line_of(row: RecoveryLineRecord, identity: Identity | None) -> RecoveryLine | None:
    """Return the line, if it holds and says the same as its row."""
    if identity is None:
        return None
    try:
        line = open_line(row.sealed, row.unit, identity)
    except OpenError:
        return None
    said = (line.unit, line.reviewer_id, line.holder)
    return line if said == (row.unit, row.reviewer_id, row.holder) else None
