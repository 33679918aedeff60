"""Writing a tar that is sealed while it is written, in constant memory."""

import hashlib
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import BinaryIO

from cases.backup_format import Trace, encode_listed
from cases.durable import OWNER_ONLY_FILE
from cases.errors import BackupError, StoreUnavailableError
from cases.local_objects import midnight
from cases.vault import Vault
from crypto.keys import Recipient
from crypto.payload_checks import KEY_BYTES, PayloadCheck
from crypto.sealing import FileKey, PayloadSealer, seal_header
from crypto.stream import is_sealed_length

# Two empty blocks (POSIX).
END_BYTES = 2 * tarfile.BLOCKSIZE


class TarSealer:
    """A tar, sealed piece by piece (POSIX ustar; lengths above 8 GiB as GNU does)."""

    def __init__(self, recipients: Sequence[Recipient], day: date) -> None:
        file_key = FileKey.generate()
        self._payload = PayloadSealer(file_key)
        self._moment = int(midnight(day))
        self.header = seal_header(file_key, recipients)

    def member(self, name: str, length: int, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield a file of the tar, sealed.

        Raises:
            BackupError: the pieces are more or less than ``length``.
        """
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = length, OWNER_ONLY_FILE, self._moment
        yield self._payload.update(member.tobuf(tarfile.GNU_FORMAT))
        missing = length
        for piece in pieces:
            missing -= len(piece)
            yield self._payload.update(piece)
        if missing:
            raise BackupError("a file of the vault has another length than it had just now")
        yield self._payload.update(bytes(-length % tarfile.BLOCKSIZE))

    def end(self) -> Iterator[bytes]:
        """Yield the end, without which nobody can open the file to its end."""
        yield self._payload.update(bytes(END_BYTES))
        yield self._payload.finish()


class SealedTar:
    """A tar to whose file only sealed bytes go."""

    def __init__(self, out: BinaryIO, recipients: Sequence[Recipient], day: date) -> None:
        self._out = out
        self._tar = TarSealer(recipients, day)
        out.write(self._tar.header)

    def add(self, name: str, length: int, pieces: Iterable[bytes]) -> None:
        """Add a file.

        Raises:
            BackupError: the pieces are more or less than ``length``.
        """
        for sealed in self._tar.member(name, length, pieces):
            self._out.write(sealed)

    def finish(self) -> None:
        """Write the end, without which nobody can open the file to its end."""
        for sealed in self._tar.end():
            self._out.write(sealed)


def tar_bytes(lengths: Iterable[int]) -> int:
    """Return how long a tar of files of these lengths is, before it is sealed."""
    blocks = sum(1 - (-length // tarfile.BLOCKSIZE) for length in lengths)
    return blocks * tarfile.BLOCKSIZE + END_BYTES


class Members:
    """The members of a backup, one after another, in constant memory."""

    def __init__(self, tar: SealedTar) -> None:
        self._tar = tar
        self.trace = Trace()

    def add(self, name: str, content: bytes) -> None:
        """Add a member that fits in memory."""
        self._tar.add(name, len(content), (content,))
        self.trace.add(name, hashlib.sha256(content).digest())

    def add_object(self, key: str, vault: Vault, check: bytes | None) -> bytes:
        """Add an object of the vault; return its line for the list of objects.

        Without a check it is added as it lies there.

        Raises:
            BackupError: it is missing, not what was written, or was written anew meanwhile.
        """
        digest, again = hashlib.sha256(), PayloadCheck((check or b"")[:KEY_BYTES])
        try:
            look = vault.look_at(key)
            pieces = _taken_note_of(vault.read(key), digest, again)
            self._tar.add(f"vault/{key}", look.length, pieces)
            is_same = vault.look_at(key) == look
        except StoreUnavailableError:
            raise BackupError(f"the vault's object {key} is missing or cannot be read") from None
        is_whole = check is None or is_sealed_length(look.length)
        if not is_same or not is_whole or (check and again.finish() != check):
            raise BackupError(f"the vault's object {key} was altered")
        self.trace.add(f"vault/{key}", digest.digest())
        return encode_listed(key, look.length, digest.digest())


def _taken_note_of(
    pieces: Iterable[bytes], *notes: "hashlib._Hash | PayloadCheck"
) -> Iterator[bytes]:
    for piece in pieces:
        for note in notes:
            note.update(piece)
        yield piece
