"""Whether database and vault can be reached, for whoever watches the service."""

import threading

from sqlalchemy import select

from cases.errors import StoreUnavailableError
from cases.office import Office
from cases.records import InstanceRecord
from cases.uploads import SealingSink

# Whoever asks more often gets the last answer: each trial costs the disk two writes.
ANSWER_SECONDS = 5


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
            StoreUnavailableError: the database does not answer, or the vault takes nothing.
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
        with self._office.database.reading() as session:
            session.execute(select(InstanceRecord.key).limit(1))
        # What a report needs: a file that is whole and durable. Nothing of the trial stays.
        trial = SealingSink(self._office.vault, "")
        trial.finish()
        trial.abort()
