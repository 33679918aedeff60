"""Who a reporter is, where they choose to say it: sealed on arrival to the key off the network.

Nobody is asked, and the box is closed unless the pack names the document that permits it and a key
was registered. The thread carries the box; neither the receipt nor the desk opens it.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cases.appending import append_to_thread
from cases.compartments import Entry, add_once
from cases.errors import IdentityClosedError
from cases.identity_boxes import GIVE, PURPOSE, sealed_box
from cases.identity_keys import IdentityKey, identity_key
from cases.names import REPORTER, EntryKind
from cases.office import Office
from cases.threads import lock_case
from crypto.receipts import Receipt


@dataclass(frozen=True, repr=False)
class GivenIdentity:
    """Who somebody is and how to reach them, in their own words, and what they say it for."""

    purpose: str
    text: str
    form_tag: bytes | None = None


def open_box(office: Office) -> IdentityKey | None:
    """Return the key that an identity would be sealed to; None where the box is closed.

    Raises:
        StoreUnavailableError: the database is away.
    """
    if not office.todays_pack.identity_permits:
        return None
    with office.database.reading() as session:
        return identity_key(session)


def need_open_box(office: Office) -> None:
    """Return where the box is open.

    Raises:
        IdentityClosedError: it is not permitted, or there is no key for it.
        StoreUnavailableError: the database is away.
    """
    if open_box(office) is None:
        raise IdentityClosedError


def give_identity(office: Office, receipt: Receipt, given: GivenIdentity) -> None:
    """Add who a reporter is to their case, sealed; the same form twice adds it once.

    Raises:
        IdentityClosedError: it is not permitted, or there is no key for it (any more).
        UnknownReceiptError: no case answers to this receipt.
        UncertainStoreError: it may have been added; the same form sent again finds out.
        StoreUnavailableError: nothing was kept.
    """
    if not office.todays_pack.identity_permits:
        raise IdentityClosedError
    today = office.clock.today()
    tags = (given.form_tag,) if given.form_tag else ()

    def write(session: Session) -> None:
        case = lock_case(session, receipt, *tags)
        key = identity_key(session)
        if key is None:
            raise IdentityClosedError
        head = {
            "liemchinh": GIVE,
            "case": case.ref,
            "day": today.isoformat(),
            "purpose": given.purpose,
        }
        # The words of a message are what the receipt reads: here there are none.
        said = {"text": "", PURPOSE: given.purpose, **sealed_box(key, head, given.text)}
        entry = Entry(EntryKind.MESSAGE, REPORTER, said, form_tag=given.form_tag)
        append_to_thread(session, case, entry, today)

    add_once(office.database, given.form_tag, write)
