"""Whether database and vault can be reached, for whoever watches the service."""

import secrets
import threading

from sqlalchemy import delete, insert

from cases.errors import StoreUnavailableError
from cases.office import Office
from cases.records import PublicSessionRecord
from cases.uploads import SealingSink
from cases.wall import know

# Whoever asks more often gets the last answer: each trial costs the disk three writes.
ANSWER_SECONDS = 5
TAG_BYTES = 32
# About what the rows of a report take.
ROW_BYTES = 16 << 10


class HealthCheck:
    """Tries now and then whether a report could be kept."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lock = threading.Lock()
        self._tried_at = 0
        self._is_well = False

    def check(self) -> None:
        """Return when a report could be kept, as of a few seconds ago at most.

        Raises:
            StoreUnavailableError: the database or the vault takes nothing.
        """
        with self._lock:
            now = self._office.clock.now()
            if not 0 <= now - self._tried_at < ANSWER_SECONDS:
                self._tried_at, self._is_well = now, False
                self._try()
                self._is_well = True
            if not self._is_well:
                raise StoreUnavailableError("as of a moment ago")

    def _try(self) -> None:
        # What a report needs: a row that is committed, and a file that is whole and durable. A
        # full or read-only database still answers questions. Nothing of the trial stays.
        tag = secrets.token_bytes(TAG_BYTES)
        with self._office.database.writing() as session:
            know(session, tag)
            session.execute(
                insert(PublicSessionRecord).values(
                    tag=tag, sealed=secrets.token_bytes(ROW_BYTES), expires_at=0
                )
            )
            session.execute(delete(PublicSessionRecord).where(PublicSessionRecord.tag == tag))
        trial = SealingSink(self._office.vault, "")
        trial.finish()
        trial.abort()
