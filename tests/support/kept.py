"""What an office keeps, to assert that a refused request changed nothing of it."""

from datetime import date

from sqlalchemy import func, select

from cases.records import DraftFileRecord, EntryRecord, MembershipRecord
from tests.support.both_doors import BothDoors


class Kept:
    """What an office keeps: people, texts, objects of the vault, unfinished ones too.

    No dataclass, as BothDoors is none.
    """

    def __init__(self, doors: BothDoors) -> None:
        self.doors = doors
        self.before = self.now()

    def now(self) -> tuple[set[tuple[str | date | None, ...]], int, set[str]]:
        """Return members, the number of texts, and the files of the vault that no draft has."""
        vault = self.doors.office.folder / "vault"
        found = {str(path.relative_to(vault)) for path in vault.rglob("*") if path.is_file()}
        member = MembershipRecord
        people = select(member.unit, member.reviewer_id, member.roles, member.left_on)
        with self.doors.office.office.database.reading() as session:
            texts = session.scalar(select(func.count()).select_from(EntryRecord)) or 0
            members = {tuple(row) for row in session.execute(people)}
        return members, texts, found - self.in_drafts()

    def in_drafts(self) -> set[str]:
        """Return the files that a form which can be sent again has with it, for an hour."""
        with self.doors.office.office.database.reading() as session:
            return set(session.scalars(select(DraftFileRecord.object_key)))

    def check_same(self, what: object) -> None:
        """Assert that nothing came and nothing went since this was made."""
        assert self.now() == self.before, what
