"""Writing a tar that is sealed while it is written, in constant memory."""

import hashlib
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import BinaryIO

from cases.backup_format import Trace, encode_listed
from cases.errors import BackupError, StoreUnavailableError
from cases.vault import Vault
from crypto.keys import Recipient
from crypto.payload_checks import KEY_BYTES, PayloadCheck
from crypto.sealing import FileKey, PayloadSealer, seal_header
from crypto.stream import is_sealed_length

OWNER_ONLY = 0o600


class SealedTar:
    """A tar to whose file only sealed bytes go (POSIX ustar; lengths above 8 GiB as GNU does)."""

    def __init__(self, out: BinaryIO, recipients: Sequence[Recipient], day: date) -> None:
        file_key = FileKey.generate()
        self._out = out
        self._payload = PayloadSealer(file_key)
        self._moment = int(datetime.combine(day, time(), UTC).timestamp())
        out.write(seal_header(file_key, recipients))

    def add(self, name: str, length: int, pieces: Iterable[bytes]) -> None:
        """Add a file.

        Raises:
            BackupError: the pieces are more or less than ``length``.
        """
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = length, OWNER_ONLY, self._moment
        self._write(member.tobuf(tarfile.GNU_FORMAT))
        missing = length
        for piece in pieces:
            missing -= len(piece)
            self._write(piece)
        if missing:
            raise BackupError("a file of the vault has another length than it had just now")
        self._write(bytes(-length % tarfile.BLOCKSIZE))

    def finish(self) -> None:
        """Write the end, without which nobody can open the file to its end."""
        self._write(bytes(2 * tarfile.BLOCKSIZE))
        self._out.write(self._payload.finish())

    def _write(self, plaintext: bytes) -> None:
        self._out.write(self._payload.update(plaintext))


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
