"""The whole office that is measured: every receiving unit staffed, a roster, the real clock."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask

from cases.clock import SystemClock
from cases.database import Database
from cases.enrolment import Enrolment, Place, enrol, invite
from cases.members import admit, list_members
from cases.office import Office
from cases.public_role import grant_privileges, make_role
from cases.reviewers import SignedIn
from cases.vault import Vault
from intake.app import create_app
from policy.deadlines import calendar_for
from tests.support.accounts import APP_KEY, PASSPHRASE, sign_in_now
from tests.support.office import (
    CAT_HAI,
    SERVER_SECRET,
    TestOffice,
    open_office,
    public_side,
    public_url,
)
from tests.support.webapp import settings_in
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
        """Return the public door under its own role, with room for as many visits as it takes."""
        settings = settings_in(folder / "instance")
        return create_app(settings, public_side(self.office), SERVER_SECRET, LIMITS)


def staffed_office(folder: Path, database_url: str) -> MeasuredOffice:
    """Return a new office that can receive every report, its names in the roster."""
    opened = open_office(folder, database_url=database_url)
    for unit in CAT_HAI.receiving_units():
        _fill_roster(opened, unit.code)
    if opened.office.database.is_postgresql:
        role = public_url(database_url)
        make_role(opened.office.database, role)
        grant_privileges(opened.office.database, role)
    return MeasuredOffice(reopened(folder, database_url), opened.reviewers)


def reopened(folder: Path, database_url: str) -> Office:
    """Return an office that is there already."""
    clock = SystemClock()
    vault = Vault(str(folder / "vault"), clock.today)
    return Office(Database(database_url), vault, CAT_HAI, calendar_for(CAT_HAI), clock)


def signed_in_member(measured: MeasuredOffice, unit: str, name: str) -> SignedIn:
    """Return a new member of a unit who signed in with the passphrase of the tests."""
    office = measured.office
    token = invite(office, Place(unit, frozenset({"handler"})))
    enrol(office, Enrolment(token, name, PASSPHRASE, APP_KEY), SERVER_SECRET)
    members = list_members(office, frozenset({unit}))
    [waiting] = [each.reviewer_id for each in members if each.sign_in_name == name]
    admit(office, measured.reviewers[unit], waiting, unit)
    return sign_in_now(office, SERVER_SECRET, name, PASSPHRASE, APP_KEY)


def _fill_roster(opened: TestOffice, unit: str) -> None:
    for number in range(ROSTER_NAMES):
        opened.add_to_roster(unit, f"Người Thứ {number} Của {unit}", is_head=number == 0)
