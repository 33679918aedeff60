"""Whether database and vault can be reached, for whoever watches the service."""

from sqlalchemy import select

from cases.office import Office
from cases.records import InstanceRecord
from cases.uploads import SealingSink


def check_health(office: Office) -> None:
    """Return when a report could be kept now.

    Raises:
        StoreUnavailableError: the database does not answer, or the vault takes nothing.
    """
    with office.database.reading() as session:
        session.execute(select(InstanceRecord.key).limit(1))
    # What a report needs: a file that is whole and durable. Nothing of the trial stays.
    trial = SealingSink(office.vault, "")
    trial.finish()
    trial.abort()
