"""Going live: what is still missing until a live instance's public side opens, and its opening.

A live instance takes no report before everything that the report may need is there. Once open it
stays open: a report must not be turned away because a unit that came later lacks a key.
"""

from collections.abc import Iterator

from sqlalchemy import insert, select

from cases.database import lock_table
from cases.findings import Finding, wrong
from cases.key_holders import UnitHolders, list_unit_holders
from cases.office import Office
from cases.public_side import MODE_KEY, PUBLIC_SIDE_KEY
from cases.records import InstanceRecord
from cases.recovery_checks import check_recovery
from cases.wall import need_every_row
from policy.errors import NoRouteError
from policy.routing import possible_receivers
from policy.rows import DEFAULT_RECEIVER, OUTSIDE

LIVE = "live"
OPEN = "open"


def list_missing(office: Office) -> tuple[Finding, ...]:
    """Return what a live instance still lacks before its public side opens, in plain words.

    Raises:
        StoreUnavailableError: the database is away.
    """
    return (
        *check_receivers(office, is_live=True),
        *check_recovery(office.database, is_live=True),
    )


def check_receivers(office: Office, *, is_live: bool) -> Iterator[Finding]:
    """Find units that routing can end at, and in which nobody could open a case.

    A live instance needs a document that appointed its default receiver, too.

    Raises:
        StoreUnavailableError: the database is away.
    """
    with office.database.reading() as session:
        holders = {each.unit: each for each in list_unit_holders(session)}
    today = office.clock.today()
    try:
        receivers = possible_receivers(office.todays_pack, today)
    except NoRouteError:
        yield wrong(f"no rule of the pack is in force on {today}", "set the clock, or the pack")
        return
    for unit in sorted(receivers):
        yield from _check_unit(office, unit, holders.get(unit))
    if is_live:
        yield from _check_default_receiver(office)


def _check_unit(office: Office, unit: str, holders: UnitHolders | None) -> Iterator[Finding]:
    if holders is None:
        yield wrong(
            f"unit {unit} has no recipient, so nothing can be sealed to it",
            f"liemchinh reviewer invite {unit}{_or_offline(office, unit)}",
        )
    elif not holders.members and not holders.is_offline:
        yield wrong(
            f"unit {unit} has nobody who can open its cases",
            "let recovery give its key to a new member (docs/operating.md)"
            if holders.has_recovery
            else "cases of this unit stay sealed; restore an older backup if it has a member",
        )


def _or_offline(office: Office, unit: str) -> str:
    if office.pack.unit(unit).receives != OUTSIDE:
        return ""
    return ", or a key on paper: `liemchinh courier new` off the network, then `courier add` here"


def _check_default_receiver(office: Office) -> Iterator[Finding]:
    row = office.todays_pack.office(DEFAULT_RECEIVER)
    if not row.confirmed:
        yield wrong(
            f"nobody confirmed the document that appoints {row.unit} to receive what comes in",
            "write its number and day into `basis` of the row default-receiver in the pack's"
            " offices.toml, and confirmed = true (docs/packs.md)",
        )


def open_public_side(office: Office) -> None:
    """Open the public side of a live instance as soon as nothing is missing; a job.

    Raises:
        StoreUnavailableError: the database is away.
    """
    with office.database.reading() as session:
        # To a role that is not shown every row nothing would be missing.
        need_every_row(session)
        found = session.execute(select(InstanceRecord.key, InstanceRecord.value))
        rows = {key: value for key, value in found}
    if rows.get(MODE_KEY) != LIVE or PUBLIC_SIDE_KEY in rows or list_missing(office):
        return
    with office.database.writing() as session:
        lock_table(session, InstanceRecord)
        if session.get(InstanceRecord, PUBLIC_SIDE_KEY) is None:
            session.execute(insert(InstanceRecord).values(key=PUBLIC_SIDE_KEY, value=OPEN))
