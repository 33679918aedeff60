"""The vault: sealed payloads by random key, local or elsewhere. It takes ciphertext only.

An object is in the vault when it is whole, and on the disk when ``close`` returns. Its name says
nothing, its length is padded by who wrote it, and its times are days: what a thief of the disk
could line up with a visit is not kept (the inode's own change time is the file system's).
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import UTC, date
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, Self
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from cases.disk_room import RESERVED_BYTES, DiskRoom
from cases.durable import OWNER_ONLY_FOLDER, make_durable_folder
from cases.errors import StoreUnavailableError
from cases.local_objects import LocalObject, blur_folders, unfinished_in
from cases.remote_objects import RemoteObject
from crypto.payload_checks import PayloadCheck

KEY_BYTES = 16
READ_BYTES = 1 << 20
# An empty folder that only a vault has: a disk that is not mounted leaves an empty place behind,
# and what were kept there would be hidden when the disk is back.
MARK = ".vault"


class StoredObject(NamedTuple):
    """What a listing says of an object."""

    key: str
    stored_on: date
    length: int


class ObjectLook(NamedTuple):
    """An object's length, and the store's mark of this writing of it."""

    length: int
    mark: str


def new_object_key() -> str:
    """Return a fresh random key, in two levels of folders so that none grows without bound."""
    name = secrets.token_hex(KEY_BYTES)
    return f"{name[:2]}/{name[2:4]}/{name[4:]}"


class _Translated(AbstractContextManager[None]):
    """Turn what a store raises into the house's one refusal, without the path it names."""

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        # A key that no vault gives out is refused by the library before it looks.
        if kind is not None and issubclass(kind, (BaseError, OSError, TypeError, ValueError)):
            raise StoreUnavailableError(f"vault: {kind.__name__}") from None


class Vault:
    """Sealed payloads under one address: a folder, ``file://``, ``memory://`` or ``s3://``."""

    def __init__(
        self,
        url: str,
        today: Callable[[], date],
        reserved_bytes: int = RESERVED_BYTES,
        *,
        is_made: bool = False,
    ) -> None:
        """Open the vault; a local folder is made, unless ``is_made`` says that it was.

        Raises:
            StoreUnavailableError: the folder cannot be made or is not ours.
        """
        self._today = today
        self._url = url
        self._root = local_root(url)
        self._room = DiskRoom(self._root or Path(), reserved_bytes)
        self._opened: ObjectStore | None = None
        if not is_made:
            self.make()

    def make(self) -> None:
        """Make the place of a local vault, for its owner alone; harmless where it is made.

        Raises:
            StoreUnavailableError: the folder cannot be made or is not ours.
        """
        with _Translated():
            if self._root is not None:
                make_durable_folder(self._root / MARK)
                self._root.chmod(OWNER_ONLY_FOLDER)
                blur_folders(self._root / MARK / MARK, self._today())
            self._opened = _open_store(self._url, self._root)

    @property
    def _store(self) -> ObjectStore:
        if self._opened is None:
            self._opened = _open_store(self._url, self._root)
        return self._opened

    def check(self) -> None:
        """Look whether a local vault is in its place.

        Raises:
            StoreUnavailableError: its disk is away, or it was made elsewhere.
        """
        with _Translated():
            self._check_there()

    def _check_there(self) -> None:
        if self._root is not None and not (self._root / MARK).is_dir():
            raise FileNotFoundError

    def open_writer(self, key: str) -> "VaultWriter":
        """Return a writer for a new object, which is in the vault only once it is closed.

        Raises:
            StoreUnavailableError: the store is full or away.
        """
        with _Translated():
            self._check_there()
            if self._root is None:
                return VaultWriter(key, RemoteObject(self._store, key))
            return VaultWriter(key, LocalObject(self._root, key, self._today, self._room))

    def read(self, key: str) -> Iterator[bytes]:
        """Return an object's bytes, piece by piece.

        Raises:
            StoreUnavailableError: the object is missing or the store is away, now or while reading.
        """
        with _Translated():
            found = obstore.get(self._store, key)
        return _pieces(found)

    def look_at(self, key: str) -> ObjectLook:
        """Return an object's length, and what changes when somebody writes it anew.

        Raises:
            StoreUnavailableError: the object is missing or the store is away.
        """
        with _Translated():
            found = obstore.head(self._store, key)
        return ObjectLook(found["size"], found["e_tag"] or "")

    def delete(self, key: str) -> None:
        """Remove an object; one that is gone already is no error.

        Raises:
            StoreUnavailableError: the store is away.
        """
        with _Translated():
            with suppress(FileNotFoundError):
                obstore.delete(self._store, key)
            if self._root is not None:
                blur_folders(self._root / key, self._today())

    def stored(self) -> Iterator[StoredObject]:
        """Return every whole object with its day, for the search for orphans.

        Raises:
            StoreUnavailableError: the store is away, now or while listing.
        """
        with _Translated():
            self._check_there()
            for page in obstore.list(self._store):
                for found in page:
                    day = found["last_modified"].astimezone(UTC).date()
                    yield StoredObject(found["path"], day, found["size"])

    def discard_unfinished(self, before: date) -> int:
        """Remove what uploads that died with their process left before a day; return how many.

        A store elsewhere drops unfinished uploads by its own lifecycle rule.

        Raises:
            StoreUnavailableError: a leftover cannot be removed.
        """
        found = self.unfinished(before)
        with _Translated():
            for path in found:
                path.unlink(missing_ok=True)
                blur_folders(path, self._today())
        return len(found)

    def unfinished(self, before: date) -> list[Path]:
        """Return what uploads that died with their process left here before a day.

        Raises:
            StoreUnavailableError: the folder cannot be read.
        """
        if self._root is None:
            return []
        with _Translated():
            return unfinished_in(self._root, before)


class ObjectTarget(Protocol):
    """Where one object goes: a folder, or a store elsewhere."""

    def write(self, sealed: bytes | memoryview) -> None:
        """Add bytes, before the caller goes on: the buffer may be written over afterwards."""

    def close(self) -> None:
        """Put the whole object into its place, durably."""

    def discard(self) -> None:
        """Leave nothing of the object."""


class VaultWriter:
    """One object on its way into the vault: written, then closed or aborted."""

    def __init__(self, key: str, target: ObjectTarget) -> None:
        self.key = key
        self._target = target
        self._check = PayloadCheck()
        self._is_open = True

    def write(self, sealed: bytes | memoryview) -> None:
        """Add sealed bytes.

        Raises:
            StoreUnavailableError: the store is full or away; nothing of the object is left.
        """
        self._check.update(sealed)
        try:
            with _Translated():
                self._target.write(sealed)
        except StoreUnavailableError:
            self.abort()
            raise

    def close(self) -> bytes:
        """Put the whole object into the vault and, where it is local, onto the disk.

        Returns a check by which it is known later that nobody altered it.

        Raises:
            StoreUnavailableError: the store is full or away; nothing of the object is left.
        """
        try:
            with _Translated():
                self._target.close()
        except StoreUnavailableError:
            self.abort()
            raise
        self._is_open = False
        return self._check.finish()

    def abort(self) -> None:
        """Leave nothing of an object that is not whole; harmless after ``close``."""
        if self._is_open:
            self._is_open = False
            self._target.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> Literal[False]:
        if kind is None:
            self.close()
        else:
            self.abort()
        return False


def local_root(url: str) -> Path | None:
    """Return the folder that a vault's address names, or None where it lies elsewhere."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return None if "://" in url else Path(url)


def _open_store(url: str, root: Path | None) -> ObjectStore:
    if root is not None:
        return LocalStore(root)
    return MemoryStore() if url.startswith("memory:") else from_url(url)


def _pieces(found: "obstore.GetResult") -> Iterator[bytes]:
    with _Translated():
        for piece in found.stream(min_chunk_size=READ_BYTES):
            yield bytes(piece)
