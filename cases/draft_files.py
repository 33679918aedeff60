"""Whose a file is: a draft's until it is filed, then its case's. Nothing here can open one."""

from collections.abc import Collection

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cases.errors import DraftGoneError
from cases.records import DraftFileRecord, DraftRecord

# An hour is long enough to mend a form; each POST renews it, and a long one again while it comes.
KEPT_SECONDS = 60 * 60


def consume_draft(session: Session, tag: bytes, object_keys: Collection[str]) -> None:
    """Take a draft away in the transaction that files it, with these files still in it.

    Whoever deletes a row has the file: a job or a second tab that was faster destroyed it.

    Raises:
        DraftGoneError: some of them are there no longer.
    """
    taken = session.scalars(
        delete(DraftFileRecord)
        .where(DraftFileRecord.draft_tag == tag, DraftFileRecord.object_key.in_(object_keys))
        .returning(DraftFileRecord.object_key)
    )
    if set(taken) != set(object_keys):
        raise DraftGoneError
    session.execute(delete(DraftRecord).where(DraftRecord.tag == tag))
