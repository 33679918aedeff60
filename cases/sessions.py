"""Where sessions are kept: sealed rows, found by a tag of the visitor's cookie."""

from sqlalchemy import delete, select, update

from cases.database import Database, insert_or
from cases.records import DeskSessionRecord, PublicSessionRecord
from cases.wall import know

# The longer of the two that a visit may lie idle: the public door's.
LONGEST_IDLE_SECONDS = 20 * 60


class DatabaseSessions:
    """A session store over one of the two session tables."""

    def __init__(
        self, database: Database, table: type[PublicSessionRecord] | type[DeskSessionRecord]
    ) -> None:
        self._database = database
        self._table = table

    def load(self, tag: bytes, now: int) -> bytes | None:
        """Return the sealed session, or None when there is none or it is over."""
        table = self._table
        with self._database.reading() as session:
            know(session, tag)
            return session.scalar(
                select(table.sealed).where(table.tag == tag, table.expires_at > now)
            )

    def save(self, tag: bytes, sealed: bytes, expires_at: int) -> None:
        """Keep a sealed session until ``expires_at`` (Unix seconds)."""
        table, kept = self._table, {"sealed": sealed, "expires_at": expires_at}
        with self._database.writing() as session:
            know(session, tag)
            row = insert_or(session, table).values(tag=tag, **kept)
            session.execute(row.on_conflict_do_update(index_elements=[table.tag], set_=kept))

    def renew(self, tag: bytes, sealed: bytes, expires_at: int) -> bool:
        """Keep a session that is there, expired or not, and return whether it was."""
        table = self._table
        with self._database.writing() as session:
            know(session, tag)
            renewed = session.connection().execute(
                update(table).where(table.tag == tag).values(sealed=sealed, expires_at=expires_at)
            )
            return bool(renewed.rowcount)

    def delete(self, tag: bytes) -> None:
        """Forget a session."""
        with self._database.writing() as session:
            know(session, tag)
            session.execute(delete(self._table).where(self._table.tag == tag))
