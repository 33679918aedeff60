"""Offices to back up and empty places to restore into, and a backup taken apart."""

import io
import json
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

from cases.backup import BackupOrder, write_backup
from cases.database import Database
from cases.office import Office
from cases.restore import Restored, RestoreOrder, restore_backup
from cases.tryout import TRY_OUT, mark_instance
from cases.vault import Vault
from crypto.keys import Identity
from crypto.opening import open_sealed
from crypto.sealing import seal
from policy.deadlines import calendar_for
from tests.support.office import CAT_HAI, TestClock, TestOffice, open_office

SECRET = bytes(range(32))
KEY = Identity.from_seed(bytes(range(32, 64)))
Page = dict[str, object]


def marked_office(folder: Path, database_url: str = "") -> TestOffice:
    """Return a new try-out office."""
    folder.mkdir()
    office = open_office(folder, database_url=database_url)
    mark_instance(office.office, TRY_OUT)
    return office


def empty_office(folder: Path, database_url: str = "") -> Office:
    """Return a place where no office is yet."""
    folder.mkdir()
    clock = TestClock()
    url = database_url or f"sqlite:///{folder / 'office.db'}"
    vault = Vault(str(folder / "vault"), clock.today)
    return Office(Database(url), vault, CAT_HAI, calendar_for(CAT_HAI), clock)


def backup_of(office: Office) -> bytes:
    """Return a backup."""
    out = io.BytesIO()
    write_backup(office, BackupOrder([KEY.recipient], SECRET), out)
    return out.getvalue()


def restored(
    office: Office, sealed: bytes, identity: Identity = KEY, secret: bytes | None = SECRET
) -> Restored:
    """Restore a backup."""
    return restore_backup(office, RestoreOrder(identity, secret, TRY_OUT), io.BytesIO(sealed))


def members_of(sealed: bytes, identity: Identity = KEY) -> dict[str, bytes]:
    """Return what a backup holds, as the standard library's tar reads it."""
    with tarfile.open(fileobj=io.BytesIO(open_sealed(sealed, identity))) as tar:
        files = [(member.name, tar.extractfile(member)) for member in tar]
        return {name: file.read() for name, file in files if file is not None}


def sealed_again(members: Mapping[str, bytes]) -> bytes:
    """Return members as a backup that somebody forged with the public recipient."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return seal(out.getvalue(), [KEY.recipient])


def rewritten(sealed: bytes, name: str, change: Callable[[Page], object]) -> bytes:
    """Return a backup one of whose pages of JSON was changed."""
    members = members_of(sealed)
    page = json.loads(members[name])
    change(page)
    return sealed_again({**members, name: json.dumps(page).encode()})
