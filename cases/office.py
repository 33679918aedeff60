"""What every step of a case needs, bound once by whoever starts a process."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from cases.clock import Clock
from cases.database import Database
from cases.vault import Vault
from policy.clock import Clocks
from policy.deadlines import Course, Law, begin
from policy.pack import Pack
from policy.working_days import Calendar

# The tracks on which a case can begin, on a few days; then it begins anew.
MOST_COURSES: Final = 32


@dataclass(frozen=True)
class Office:
    """One office: its database, its vault, its law, its calendar and its clock."""

    database: Database
    vault: Vault
    pack: Pack
    calendar: Calendar
    clock: Clock

    @cached_property
    def law(self) -> Law:
        """Return the pack with the calendar that its days are counted by."""
        return Law(self.pack, self.calendar)

    @property
    def todays_pack(self) -> Pack:
        """Return the pack with the choices that are law today, for forms and what they say."""
        return self.pack.on(self.clock.today())

    def begun(self, course: Course) -> Clocks:
        """Return the clocks of a new case, kept: every report of a day has the same."""
        found = self._begun.get(course)
        if found is None:
            if len(self._begun) >= MOST_COURSES:
                self._begun.clear()
            found = self._begun[course] = begin(self.law, course)
        return found

    @cached_property
    def _begun(self) -> dict[Course, Clocks]:
        return {}
