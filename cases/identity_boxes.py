"""Boxes for who somebody is: sealed to the key off the network, carried there as they are.

A box lies inside a sealed text of its case (a message of the reporter, a line of the history), so
that no table and no column tells that there is one. Whoever reads the case has the box, and cannot
open it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.identity_keys import IdentityKey
from cases.json_bytes import decode_bytes, encode_bytes
from cases.names import EntryKind
from cases.opened import OpenedEntry
from crypto.padding import pad_text
from crypto.sealing import seal

# What a box is; lines of the history, of which the thread tells the second.
GIVE, MOVE_STEP, CARRY_STEP = "identity-given", "passage-moved", "identity-carried"
PURPOSE, BOX, KEY = "identity", "box", "identity_key"
# What every age file begins with (docs/sealing.md, section 1).
_AGE: Final = b"age-encryption.org/v1\n"


@dataclass(frozen=True, repr=False)
class SealedBox:
    """A box of a case: who put it there, what for, to which key, and the age file itself."""

    entry_id: str
    day: date
    purpose: str
    by: str
    fingerprint: str
    content: bytes

    @property
    def is_given(self) -> bool:
        """Return whether the reporter wrote it; else a passage was moved into it."""
        return bool(self.purpose)


def sealed_box(key: IdentityKey, head: Mapping[str, str], text: str) -> dict[str, object]:
    """Return the values that carry a box: a few lines of ``head``, and the text, for the key alone.

    It is plain text, which anybody reads who opens it: ``age -d``, ``liemchinh open``.
    """
    lines = "".join(f"{name}: {words}\n" for name, words in head.items())
    # Typed line breaks are two characters, of which one would control a terminal. The text ends in
    # a line break, and never in a zero: those are the padding.
    plain = f"{lines}\n{_plain(text)}\n".encode()
    sealed = seal(pad_text(plain), [key.recipient])
    return {BOX: encode_bytes(sealed), KEY: key.fingerprint}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def boxes_of(entries: Iterable[OpenedEntry]) -> tuple[SealedBox, ...]:
    """Return the boxes of a case's opened texts, in their order.

    Anybody can seal to a public key: what is no age file is passed over.
    """
    found = (_box_of(entry) for entry in entries if BOX in entry.values)
    return tuple(box for box in found if box.content.startswith(_AGE))


def _box_of(entry: OpenedEntry) -> SealedBox:
    is_given = entry.kind is EntryKind.MESSAGE
    return SealedBox(
        entry_id=entry.id,
        day=entry.day,
        purpose=entry.text(PURPOSE) if is_given else "",
        by="" if is_given else entry.text("by"),
        fingerprint=entry.text(KEY),
        content=_decoded(entry.text(BOX)),
    )


def _decoded(text: str) -> bytes:
    try:
        return decode_bytes(text)
    except ValueError:
        return b""
