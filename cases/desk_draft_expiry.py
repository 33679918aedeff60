"""How long what a reviewer began to write is kept: for a job that opens nothing."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, update

from cases.desk_records import DeskDraftRecord
from cases.office import Office

KEPT_DAYS: Final = 14


def expire_desk_drafts(office: Office) -> None:
    """Forget what nobody sent within the days of a draft."""
    today = office.clock.today()
    with office.database.writing() as session:
        # A clock that was set back makes nothing live longer than was promised.
        late = update(DeskDraftRecord).where(DeskDraftRecord.kept_on > today)
        session.execute(late.values(kept_on=today))
        last = today - timedelta(days=KEPT_DAYS)
        session.execute(delete(DeskDraftRecord).where(DeskDraftRecord.kept_on <= last))
