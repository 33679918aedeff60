"""The vault against the rows: what is missing, what cannot be whole, what nobody names.

Only a reader with the key of a case sees that a file of the right length was altered inside: age
refuses it then. Without keys a check-up can tell what is missing and what was cut off.
"""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from cases.findings import Finding, wrong
from cases.office import Office
from cases.records import AttachmentRecord, DraftFileRecord
from crypto.stream import is_sealed_length

SHOWN = 3
# The daily sweep takes what nobody names once it is a day old, so on its third day at the latest.
SWEPT_AFTER_DAYS = 3


def check_vault(office: Office) -> Iterator[Finding]:
    """Find files that are missing, cut off or left over.

    Raises:
        StoreUnavailableError: database or vault is away.
    """
    # The rows first: what is filed meanwhile is then in the vault, and in no row of ours.
    with office.database.reading() as session:
        filed = set(session.scalars(select(AttachmentRecord.object_key)))
        waiting = set(session.scalars(select(DraftFileRecord.object_key)))
    limit = office.clock.today() - timedelta(days=SWEPT_AFTER_DAYS)
    seen, cut, left = set(), [], []
    for found in office.vault.stored():
        seen.add(found.key)
        if found.key in filed and not is_sealed_length(found.length):
            cut.append(found.key)
        elif found.key not in filed | waiting and found.stored_on < limit:
            left.append(found.key)
    if missing := sorted(filed - seen):
        yield wrong(
            f"{_counted(missing)} of cases missing from the vault", "restore them from a backup"
        )
    if cut:
        yield wrong(
            f"{_counted(cut)} of cases altered: no whole file has this length",
            "restore them from a backup, and look who could write there",
        )
    if left:
        yield wrong(
            f"{_counted(left)} in the vault that no case and no form names",
            "see that the jobs run: sweep-orphans removes them",
        )
    if unfinished := office.vault.unfinished(limit):
        yield wrong(
            f"{len(unfinished)} unfinished uploads left in the vault",
            "see that the jobs run: sweep-orphans removes them",
        )


def _counted(keys: list[str]) -> str:
    shown = ", ".join(keys[:SHOWN]) + (", …" if len(keys) > SHOWN else "")
    return f"{len(keys)} files ({shown})"
