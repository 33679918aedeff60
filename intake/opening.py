"""Whether this door takes reports yet: a live instance's does once nothing is missing."""

from cases.errors import StorageError
from cases.office import Office
from cases.public_side import is_open


class Opening:
    """Looks until the public side is open; it does not close again."""

    def __init__(self, office: Office, *, is_try_out: bool) -> None:
        self._office = office
        self._is_open = is_try_out

    def has_come(self) -> bool:
        """Return whether reports are taken; as of this moment, without a restart.

        While the database is away nobody can tell, and nothing can be filed: the pages say so.
        """
        try:
            self._is_open = self._is_open or is_open(self._office)
        except StorageError:
            return True
        return self._is_open
