"""The whole office that is measured: every receiving unit staffed, a roster, the real clock."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from flask import Flask

from cases.clock import SystemClock
from cases.office import Office
from cases.reviewers import SignedIn
from cases.vault import Vault
from intake.app import create_app
from tests.support.office import CAT_HAI, TestOffice, open_office
from tests.support.webapp import SERVER_SECRET, settings_in
from web.limits import LimitRule

# Visitors of a measurement share one address, and limits are not what is measured.
OFTEN: Final = LimitRule(each="100000/second", shared="100000/second")
LIMITS: Final = {name: OFTEN for name in ("report", "receipt", "message", "sign_in")}
ROSTER_NAMES: Final = 3


@dataclass(frozen=True)
class MeasuredOffice:
    """An office and its reviewers, by unit."""

    office: Office
    reviewers: dict[str, SignedIn]

    def public_door(self, folder: Path) -> Flask:
        """Return the public door, with room for as many visits as it can take."""
        return create_app(settings_in(folder / "instance"), self.office, SERVER_SECRET, LIMITS)


def staffed_office(folder: Path, database_url: str) -> MeasuredOffice:
    """Return a new office that can receive every report, its names in the roster."""
    opened = open_office(folder, database_url=database_url)
    for unit in CAT_HAI.receiving_units():
        _fill_roster(opened, unit.code)
    clock = SystemClock()
    vault = Vault(str(folder / "vault"), clock.today)
    office = replace(opened.office, vault=vault, clock=clock)
    return MeasuredOffice(office, opened.reviewers)


def _fill_roster(opened: TestOffice, unit: str) -> None:
    for number in range(ROSTER_NAMES):
        opened.add_to_roster(unit, f"Người Thứ {number} Của {unit}", is_head=number == 0)
