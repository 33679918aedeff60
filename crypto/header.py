"""The header of an age v1 file, strictly: C2SP age.md, "Header", every MUST and its ABNF.

A header and its payload are separable: headers live in the database, payloads in the vault.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.errors import OpenError, OpenFailure
from crypto.unpadded import decode_unpadded, encode_unpadded

VERSION_LINE = b"age-encryption.org/v1\n"
OTHER_VERSION = re.compile(rb"age-encryption\.org/[!-~]+\n")
ARGUMENT = re.compile(rb"[!-~]+")
STANZA_MARK = b"-> "
MAC_MARK = b"---"
MAC_BYTES = 32
BODY_COLUMNS = 64
# Room for the stanzas below at 1,557 bytes each. The spec sets no limit; a hostile header must
# not cost memory.
MAX_HEADER_BYTES = 64 * 1024
MAX_STANZAS = 32


class LineSource(Protocol):
    """Something that is read line by line, as a binary file is."""

    def readline(self, size: int, /) -> bytes:
        """Return the next line, or ``size`` bytes of it."""
        ...


@dataclass(frozen=True)
class Stanza:
    """One way in: the file key, wrapped for one recipient."""

    arguments: tuple[bytes, ...]
    body: bytes

    def encoded(self) -> bytes:
        """Return the stanza as it stands in a header: argument line, then the wrapped body."""
        text = encode_unpadded(self.body)
        # The last line is shorter than 64 columns: behind full lines, it is empty.
        places = range(0, len(text) + 1, BODY_COLUMNS)
        lines = [text[place : place + BODY_COLUMNS] for place in places]
        return b"\n".join([STANZA_MARK + b" ".join(self.arguments), *lines, b""])


@dataclass(frozen=True)
class Header:
    """A parsed header, not yet authenticated."""

    stanzas: tuple[Stanza, ...]
    authenticated: bytes
    mac: bytes

    def is_authentic(self, file_key: bytes) -> bool:
        """Return whether the MAC was made with this file key."""
        return hmac.compare_digest(self.mac, _mac(file_key, self.authenticated))


def write_header(stanzas: tuple[Stanza, ...], file_key: bytes) -> bytes:
    """Return a whole header, MAC included.

    Raises:
        ValueError: no stanza, or more than a header may have.
    """
    if not 1 <= len(stanzas) <= MAX_STANZAS:
        message = f"a header has 1 to {MAX_STANZAS} recipients"
        raise ValueError(message)
    encoded = b"".join(stanza.encoded() for stanza in stanzas)
    authenticated = VERSION_LINE + encoded + MAC_MARK
    return authenticated + b" " + encode_unpadded(_mac(file_key, authenticated)) + b"\n"


def read_header(source: LineSource) -> bytes:
    """Return the header at the start of an age file; the source is left at the payload.

    Raises:
        OpenError: no header ends within the limit, or it is of another version.
    """
    header = source.readline(MAX_HEADER_BYTES)
    _check_version(header)
    line = b""
    while not line.startswith(MAC_MARK):
        line = source.readline(MAX_HEADER_BYTES - len(header) + 1)
        header += line
        if not line.endswith(b"\n") or len(header) > MAX_HEADER_BYTES:
            raise OpenError(OpenFailure.HEADER)
    return header


def parse_header(header: bytes) -> Header:
    """Return the stanzas and the MAC of a header.

    Raises:
        OpenError: any byte is not as the specification wants it.
    """
    if len(header) > MAX_HEADER_BYTES:
        raise OpenError(OpenFailure.HEADER)
    _check_version(header[: header.find(b"\n") + 1])
    *lines, mac_line, rest = header[len(VERSION_LINE) :].split(b"\n")
    mark, _, mac_text = mac_line.partition(b" ")
    mac = decode_unpadded(mac_text)
    if rest or mark != MAC_MARK or len(mac) != MAC_BYTES:
        raise OpenError(OpenFailure.HEADER)
    authenticated = header[: -len(mac_line) - 1] + MAC_MARK
    return Header(_parse_stanzas(lines), authenticated, mac)


def _check_version(line: bytes) -> None:
    if line == VERSION_LINE:
        return
    kind = OpenFailure.VERSION if OTHER_VERSION.fullmatch(line) else OpenFailure.HEADER
    raise OpenError(kind)


def _parse_stanzas(lines: list[bytes]) -> tuple[Stanza, ...]:
    stanzas: list[Stanza] = []
    start = 0
    while start < len(lines):
        end = _last_line(lines, start + 1) + 1
        body = decode_unpadded(b"".join(lines[start + 1 : end]))
        stanzas.append(Stanza(_parse_arguments(lines[start]), body))
        start = end
    mixes_scrypt = len(stanzas) > 1 and any(one.arguments[0] == b"scrypt" for one in stanzas)
    # age.md, "scrypt recipient stanza": it MUST be the only stanza in the header.
    if mixes_scrypt or not 1 <= len(stanzas) <= MAX_STANZAS:
        raise OpenError(OpenFailure.HEADER)
    return tuple(stanzas)


def _last_line(lines: list[bytes], start: int) -> int:
    for place in range(start, len(lines)):
        if len(lines[place]) > BODY_COLUMNS:
            break
        if len(lines[place]) < BODY_COLUMNS:
            return place
    raise OpenError(OpenFailure.HEADER)


def _parse_arguments(line: bytes) -> tuple[bytes, ...]:
    arguments = tuple(line[len(STANZA_MARK) :].split(b" "))
    if not line.startswith(STANZA_MARK) or not all(map(ARGUMENT.fullmatch, arguments)):
        raise OpenError(OpenFailure.HEADER)
    return arguments


def _mac(file_key: bytes, authenticated: bytes) -> bytes:
    key = HKDF(SHA256(), MAC_BYTES, salt=None, info=b"header").derive(file_key)
    return hmac.digest(key, authenticated, hashlib.sha256)
