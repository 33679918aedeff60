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
from typing import Literal, NamedTuple, Self
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from cases.disk_room import RESERVED_BYTES, DiskRoom
from cases.errors import StoreUnavailableError
from cases.local_objects import LocalObject, blur_folders, midnight

KEY_BYTES = 16
READ_BYTES = 1 << 20
# What one upload may hold in memory before its bytes are on their way to the store: a piece that
# is filled and one that is written meanwhile.
PIECE_BYTES = 2 << 20
PIECES_ON_THE_WAY = 2
# Bytes go to the disk while more arrive, so that the fsync at the end has little to wait for.
SENT_AHEAD_BYTES = 32 << 20


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
        if kind is not None and issubclass(kind, (BaseError, OSError)):
            raise StoreUnavailableError(f"vault: {kind.__name__}") from None


class Vault:
    """Sealed payloads under one address: a folder, ``file://``, ``memory://`` or ``s3://``."""

    def __init__(
        self, url: str, today: Callable[[], date], reserved_bytes: int = RESERVED_BYTES
    ) -> None:
        """Open the vault; a local folder is made, for its owner alone.

        Raises:
            StoreUnavailableError: the folder cannot be made or is not ours.
        """
        self._today = today
        self._root = _local_root(url)
        self._room = DiskRoom(self._root, reserved_bytes) if self._root else None
        with _Translated():
            self._store = _open_store(url, self._root)

    def open_writer(self, key: str) -> "VaultWriter":
        """Return a writer for a new object, which is in the vault only once it is closed.

        Raises:
            StoreUnavailableError: the store is full or away.
        """
        local = LocalObject(self._root / key, self._today) if self._root else None
        return VaultWriter(self._store, key, local, self._room)

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
        limit = midnight(before)
        with _Translated():
            # The staged name is the key, "#" and a number; only whole objects lose it.
            return [path for path in self._root.glob("*/*/*#*") if path.stat().st_mtime < limit]


class VaultWriter:
    """One object on its way into the vault: written, then closed or aborted."""

    def __init__(
        self, store: ObjectStore, key: str, local: LocalObject | None, room: DiskRoom | None
    ) -> None:
        self.key = key
        self._local = local
        self._room = room
        self._is_open = True
        self._not_sent = self._not_checked = 0
        with _Translated():
            if room is not None:
                room.check()
            self._file = obstore.open_writer(
                store, key, buffer_size=PIECE_BYTES, max_concurrency=PIECES_ON_THE_WAY
            )

    def write(self, sealed: bytes) -> None:
        """Add sealed bytes.

        Raises:
            StoreUnavailableError: the store is full or away; nothing of the object is left.
        """
        try:
            with _Translated():
                self._file.write(sealed)
                self._not_sent += len(sealed)
                self._not_checked += len(sealed)
                if self._room is not None and self._not_checked >= PIECE_BYTES:
                    self._not_checked = 0
                    self._room.check()
                if self._local is not None and self._not_sent >= SENT_AHEAD_BYTES:
                    self._not_sent = 0
                    self._local.send_ahead()
        except StoreUnavailableError:
            self.abort()
            raise

    def close(self) -> None:
        """Put the whole object into the vault and, where it is local, onto the disk.

        Raises:
            StoreUnavailableError: the store is full or away; nothing of the object is left.
        """
        try:
            with _Translated():
                self._file.close()
                if self._local is not None:
                    self._local.settle()
        except StoreUnavailableError:
            self.abort()
            raise
        self._is_open = False

    def abort(self) -> None:
        """Leave nothing of an object that is not whole; harmless after ``close``."""
        if not self._is_open:
            return
        self._is_open = False
        # The writer's own way out of an error removes what it staged; where that fails too, the
        # daily search for leftovers comes back to it.
        with suppress(BaseError, OSError):
            self._file.__exit__(StoreUnavailableError, StoreUnavailableError(), None)
        if self._local is not None:
            with suppress(OSError):
                self._local.sweep()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> Literal[False]:
        if kind is None:
            self.close()
        else:
            self.abort()
        return False


def _local_root(url: str) -> Path | None:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return None if "://" in url else Path(url)


def _open_store(url: str, root: Path | None) -> ObjectStore:
    if root is not None:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        root.chmod(0o700)
        return LocalStore(root)
    return MemoryStore() if url.startswith("memory:") else from_url(url)


def _pieces(found: "obstore.GetResult") -> Iterator[bytes]:
    with _Translated():
        for piece in found.stream(min_chunk_size=READ_BYTES):
            yield bytes(piece)
