"""The protection officer's key, and an office in which who somebody is can be sealed to it."""

import io
import tarfile

from cases.identity_keys import add_identity_key
from crypto.keys import Identity
from crypto.opening import open_sealed
from policy.protection_rows import IdentityPermit
from tests.policy.packs import XA_THU
from tests.support.office import TestOffice

OFFICER = Identity.from_seed(bytes(range(100, 132)))
PERMITS: tuple[IdentityPermit, ...] = XA_THU.identity_permits


def register_key(office: TestOffice, key: Identity = OFFICER) -> None:
    """Use a key whose private half is not on the server."""
    add_identity_key(office.office, key.recipient)


def open_box_of(office: TestOffice) -> None:
    """Let an office take identities: a document permits it, and there is a key."""
    office.follow(identity_permits=PERMITS)
    register_key(office)


def opened_boxes(content: bytes, key: Identity = OFFICER) -> list[str]:
    """Return what the officer reads of a tar that was carried to their machine."""
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        files = [tar.extractfile(member) for member in tar.getmembers()]
        sealed = [file.read() for file in files if file is not None]
    return [open_sealed(each, key).rstrip(b"\0").decode() for each in sealed]
