"""Words that must never be found, in every guise in which a careless program could leave them."""

import secrets
import sqlite3
import string
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

LETTERS = string.ascii_letters + string.digits
RANDOM_CHARS = 24
# What a packed text is tried for: how it begins (RFC 1952 §2.3.1, RFC 1950 §2.2), how it is undone.
PACKED = {
    b"\x1f\x8b\x08": 31,
    b"\x78\x01": 15,
    b"\x78\x9c": 15,
    b"\x78\xda": 15,
}
PACKED_BYTES, UNPACKED_BYTES = 1 << 16, 4096
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"


@dataclass(frozen=True)
class Canary:
    """A word that nobody else writes, and what it is the trace of."""

    name: str
    word: str

    @cached_property
    def guises(self) -> dict[str, bytes]:
        """Return every form of the word that is looked for."""
        raw = self.word.encode()
        return {
            "UTF-8": raw,
            "UTF-16, little-endian": self.word.encode("utf-16-le"),
            "UTF-16, big-endian": self.word.encode("utf-16-be"),
            "percent-encoded": quote(self.word).encode(),
            "JSON": self.word.encode("ascii", "backslashreplace"),
            "hexadecimal": raw.hex().encode(),
            "upper-case hexadecimal": raw.hex().upper().encode(),
            **{f"base64, {shift} bytes in": _base64_within(raw, shift) for shift in range(3)},
        }

    def seen_in(self, text: bytes) -> str | None:
        """Return the guise in which the word stands in a text, or None."""
        return next((name for name, guise in self.guises.items() if guise in text), None)


def new_canary(name: str) -> Canary:
    """Return a fresh canary, made of letters that no escaping changes."""
    return Canary(name, "".join(secrets.choice(LETTERS) for _ in range(RANDOM_CHARS)))


def _base64_within(raw: bytes, shift: int) -> bytes:
    """Return what base64 makes of the word in the midst of a text, whatever stands around it."""
    encoded = b64encode(bytes(shift) + raw).rstrip(b"=")
    # The first letters depend on what came before; the last one on what comes after.
    return encoded[-(-shift * 4 // 3) : -1]


def found(canaries: Iterable[Canary], places: Iterable[tuple[str, bytes]]) -> list[str]:
    """Return a line for each canary in each place, in clear or packed."""
    wanted, lines = tuple(canaries), []
    for place, text in places:
        for how, layer in (("", text), *(("packed, ", layer) for layer in unpacked(text))):
            seen = ((canary, canary.seen_in(layer)) for canary in wanted)
            lines += [f"{place}: {canary.name} ({how}{guise})" for canary, guise in seen if guise]
    return lines


def unpacked(text: bytes) -> Iterator[bytes]:
    """Return the beginning of everything in a text that zlib or gzip could have written."""
    for magic, window in PACKED.items():
        start = text.find(magic)
        while start >= 0:
            with suppress(zlib.error):
                packed = text[start : start + PACKED_BYTES]
                yield zlib.decompressobj(window).decompress(packed, UNPACKED_BYTES)
            start = text.find(magic, start + 1)


def files_under(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Return every file under the folders with its bytes, and with its name, a text of its own."""
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            yield f"name of {path}", str(path).encode()
            try:
                yield str(path), path.read_bytes() if path.is_file() else b""
            except FileNotFoundError:
                continue  # A staged upload became whole, or was dropped, while we looked.


def cells_of(database: Path) -> Iterator[tuple[str, bytes]]:
    """Return every value of a database: a file's pages cut long values into pieces."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall()
        for (table,) in tables:
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - its own names
                for column, value in zip(columns, row, strict=True):
                    cell = value if isinstance(value, bytes) else str(value).encode()
                    yield f"{table}.{column}", cell
