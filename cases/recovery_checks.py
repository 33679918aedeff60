"""What recovery still lacks: keys, members who compared them, units that are not sealed to them."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from cases.database import Database
from cases.findings import Finding, wrong
from cases.recovery_keys import NUMBERS, list_recovery_keys, list_uncompared, list_unsealed


def check_recovery(database: Database, *, is_live: bool) -> Iterator[Finding]:
    """Find recovery keys that are missing, and units that they could not open.

    A try-out without any needs none.

    Raises:
        StoreUnavailableError: the database is away.
    """
    with database.reading() as session:
        numbers = {key.number for key in list_recovery_keys(session)}
        unsealed = list_unsealed(session)
        waiting = list_uncompared(session)
    missing = [number for number in NUMBERS if number not in numbers]
    if missing and (numbers or is_live):
        yield wrong(
            f"recovery keys are missing: {_listed(missing)}",
            "`liemchinh recovery new` off the network, then `liemchinh recovery add` here",
        )
    if len(numbers) < len(NUMBERS) - 1:
        return
    if unsealed:
        yield wrong(
            f"keys of units that recovery could not open: {epochs_by_unit(unsealed)}",
            "a member of the unit compares the recovery keys on the page Đơn vị",
        )
    if waiting:
        yield wrong(
            f"units in which nobody compared the recovery keys: {_listed(waiting)}",
            "a member of the unit compares them on the page Đơn vị",
        )


def epochs_by_unit(keys: tuple[tuple[str, int], ...]) -> str:
    """Return units with the epochs of their keys, as an operator reads them."""
    by_unit = groupby(keys, key=lambda key: key[0])
    return ", ".join(f"{unit} ({_listed(epoch for _, epoch in found)})" for unit, found in by_unit)


def _listed(items: Iterable[object]) -> str:
    return ", ".join(map(str, items))
