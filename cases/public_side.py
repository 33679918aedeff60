"""Whether a live instance's public side was opened: a row that stands for good."""

from cases.office import Office
from cases.records import InstanceRecord

# Which instance it is, in its own database.
MODE_KEY = "mode"
PUBLIC_SIDE_KEY = "public_side"


def is_open(office: Office) -> bool:
    """Return whether a live instance's public side was opened.

    Raises:
        StoreUnavailableError: the database is away.
    """
    with office.database.reading() as session:
        return session.get(InstanceRecord, PUBLIC_SIDE_KEY) is not None
