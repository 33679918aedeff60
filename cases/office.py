"""What every step of a case needs, bound once by whoever starts a process."""

from dataclasses import dataclass

from cases.clock import Clock
from cases.database import Database
from cases.vault import Vault
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
