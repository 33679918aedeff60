"""Reading a sealed tar while it is opened, in constant memory, to its last byte.

What comes out is authentic, and whole only once ``finish`` returned.
"""

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from cases.backup_format import MOST_PART_BYTES
from cases.errors import BackupError
from crypto.errors import OpenError, OpenFailure
from crypto.header import read_header
from crypto.keys import Identity
from crypto.opening import open_header, open_payload

READ_BYTES = 1 << 20


class _Opened:
    """The plaintext of a sealed file, piece by piece."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def some(self, most: int) -> bytes:
        """Return the next bytes, at most so many; none only at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = memoryview(piece)
        taken, self._rest = self._rest[:most], self._rest[most:]
        return bytes(taken)

    def exactly(self, length: int) -> bytes:
        """Return so many bytes.

        Raises:
            BackupError: there are less.
        """
        taken = bytearray()
        while len(taken) < length:
            piece = self.some(length - len(taken))
            if not piece:
                raise BackupError("the backup is cut off")
            taken += piece
        return bytes(taken)


class OpenedTar:
    """The members of a sealed tar, one after another."""

    def __init__(self, source: BinaryIO, identity: Identity) -> None:
        """Open the file.

        Raises:
            BackupError: it is sealed to another key, or no sealed file.
        """
        with _translated():
            file_key = open_header(read_header(source), identity)
        pieces = iter(lambda: source.read(READ_BYTES), b"")
        self._opened = _Opened(open_payload(file_key, pieces))

    def members(self) -> Iterator["OpenedMember"]:
        """Yield each member; one must be read to its end before the next is asked for.

        Raises:
            BackupError: the file was altered, is cut off, or holds something else than files.
        """
        with _translated():
            block = self._opened.exactly(tarfile.BLOCKSIZE)
            while block.strip(b"\0"):
                found = tarfile.TarInfo.frombuf(block, "ascii", "strict")
                # Extensions of the format could ask for any amount of memory; we write none.
                if found.type != tarfile.REGTYPE:
                    raise BackupError("the backup holds something else than files")
                member = OpenedMember(found, self._opened)
                yield member
                member.check_read()
                self._opened.exactly(-found.size % tarfile.BLOCKSIZE)
                block = self._opened.exactly(tarfile.BLOCKSIZE)

    def finish(self) -> None:
        """Read to the end, so that what was read is known to be the whole.

        Raises:
            BackupError: the file was altered or is cut off.
        """
        with _translated():
            while rest := self._opened.some(READ_BYTES):
                if rest.strip(b"\0"):
                    raise BackupError("something stands behind the end of the backup")


class OpenedMember:
    """One file of the tar."""

    def __init__(self, found: tarfile.TarInfo, opened: _Opened) -> None:
        self.name = found.name
        self._missing = found.size
        self._opened = opened

    def content(self) -> bytes:
        """Return the whole member.

        Raises:
            BackupError: it is larger than any that a backup has, altered or cut off.
        """
        if self._missing > MOST_PART_BYTES:
            raise BackupError("a part of the backup is larger than any that we make")
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """Yield the member piece by piece.

        Raises:
            BackupError: it was altered or is cut off.
        """
        with _translated():
            while self._missing:
                piece = self._opened.some(self._missing)
                if not piece:
                    raise BackupError("the backup is cut off")
                self._missing -= len(piece)
                yield piece

    def check_read(self) -> None:
        """Return when the member was read to its end.

        Raises:
            ValueError: it was not; the next one cannot be found.
        """
        if self._missing:
            raise ValueError("a member must be read before the next one")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, OpenError, UnicodeError) as error:
        raise BackupError(_why(error)) from None


def _why(error: Exception) -> str:
    if isinstance(error, OpenError) and error.kind is OpenFailure.NO_MATCH:
        return "the backup is sealed to another key than this one"
    if isinstance(error, OpenError) and error.kind in {OpenFailure.HEADER, OpenFailure.VERSION}:
        return "this is no sealed backup, or one of a newer format"
    return "the backup was altered or is cut off"
