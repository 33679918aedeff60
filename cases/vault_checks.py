"""The vault against the rows: what is missing, what is not what was written, what nobody names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from cases.errors import StoreUnavailableError
from cases.findings import Finding, wrong
from cases.office import Office
from cases.records import AttachmentRecord, DraftFileRecord
from cases.vault import StoredObject, Vault
from crypto.payload_checks import is_unaltered
from crypto.stream import is_sealed_length

SHOWN = 3
# The daily sweep takes what nobody names once it is a day old, so on its third day at the latest.
SWEPT_AFTER_DAYS = 3


@dataclass(frozen=True)
class Damage:
    """Files of cases, by key: not there, there and not legible, not what was written."""

    missing: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()

    @property
    def lost(self) -> frozenset[str]:
        """Return the files of which nothing can be had."""
        return frozenset((*self.missing, *self.unreadable))


def check_vault(office: Office, *, is_read: bool) -> Iterator[Finding]:
    """Find files that are missing, altered or left over; ``is_read`` also reads every byte.

    Without it only their lengths are looked at.

    Raises:
        StoreUnavailableError: database or vault is away.
    """
    # The rows first: what is filed meanwhile is then in the vault, and in no row of ours.
    filed = _filed(office)
    with office.database.reading() as session:
        waiting = set(session.scalars(select(DraftFileRecord.object_key)))
    stored = tuple(office.vault.stored())
    yield from _told(_damage(office.vault, filed, stored, is_read=is_read))
    limit = office.clock.today() - timedelta(days=SWEPT_AFTER_DAYS)
    yield from _check_left_over(office.vault, stored, filed.keys() | waiting, limit)


def find_damage(office: Office) -> Damage:
    """Return which files of cases are not whole, having read all of them.

    Raises:
        StoreUnavailableError: database or vault is away.
    """
    filed = _filed(office)
    return _damage(office.vault, filed, tuple(office.vault.stored()), is_read=True)


def _filed(office: Office) -> Mapping[str, bytes]:
    asked = select(AttachmentRecord.object_key, AttachmentRecord.payload_check)
    with office.database.reading() as session:
        return {key: check for key, check in session.execute(asked)}


def _damage(
    vault: Vault, filed: Mapping[str, bytes], stored: tuple[StoredObject, ...], *, is_read: bool
) -> Damage:
    lengths = {each.key: each.length for each in stored}
    altered: list[str] = []
    unreadable: list[str] = []
    for key in sorted(filed.keys() & lengths.keys()):
        if not is_sealed_length(lengths[key]):
            altered.append(key)
        elif is_read and (is_whole := _is_whole(vault, key, filed[key])) is not True:
            (unreadable if is_whole is None else altered).append(key)
    missing = sorted(filed.keys() - lengths.keys())
    return Damage(tuple(missing), tuple(unreadable), tuple(altered))


def _is_whole(vault: Vault, key: str, check: bytes) -> bool | None:
    """Return whether a payload is what was written, or None where the disk does not give it."""
    try:
        # A file from before there were checks is read all the same: it may not be legible.
        return is_unaltered(check, vault.read(key)) or not check
    except StoreUnavailableError:
        # Only this one, or the whole store: then it is said so.
        vault.look_at(key)
        return None


def _told(damage: Damage) -> Iterator[Finding]:
    mend = "bring them back from a backup (docs/operating.md)"
    if damage.missing:
        yield wrong(f"files of cases are missing from the vault: {_counted(damage.missing)}", mend)
    if damage.unreadable:
        yield wrong(
            f"files of cases cannot be read, a disk may fail: {_counted(damage.unreadable)}",
            f"replace the disk, {mend}",
        )
    if damage.altered:
        yield wrong(
            f"files of cases were altered since they were written: {_counted(damage.altered)}",
            f"{mend}, and look who could write there",
        )


def _check_left_over(
    vault: Vault, stored: tuple[StoredObject, ...], named: set[str], limit: date
) -> Iterator[Finding]:
    left = tuple(each.key for each in stored if each.key not in named and each.stored_on < limit)
    mend = "see that the jobs run: sweep-orphans removes them"
    if left:
        yield wrong(f"files in the vault that no case and no form names: {_counted(left)}", mend)
    if unfinished := vault.unfinished(limit):
        yield wrong(f"unfinished uploads left in the vault: {len(unfinished)}", mend)


def _counted(keys: tuple[str, ...]) -> str:
    shown = ", ".join(keys[:SHOWN]) + (", …" if len(keys) > SHOWN else "")
    return f"{len(keys)} ({shown})"
