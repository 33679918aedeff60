"""What every step of a case needs, bound once by whoever starts a process."""

from dataclasses import dataclass
from functools import cached_property

from cases.clock import Clock
from cases.database import Database
from cases.vault import Vault
from policy.deadlines import Law
from policy.pack import Pack
from policy.working_days import Calendar


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
