"""The row behind a visit: sealed under its cookie secret and the server secret, kept in a store."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any, Protocol

from cases.clock import Clock
from crypto.boxes import SecretBox, keyed_digest
from crypto.errors import OpenError


class SessionStore(Protocol):
    """Somewhere to keep sealed sessions for some minutes."""

    def load(self, tag: bytes, now: int) -> bytes | None:
        """Return what was saved under the tag, or None when nothing is there or it expired."""

    def save(self, tag: bytes, sealed: bytes, expires_at: int) -> None:
        """Keep a sealed session until a second of the clock, in place of an earlier one."""

    def renew(self, tag: bytes, sealed: bytes, expires_at: int) -> bool:
        """Save a session that is there, expired or not, and return True; False where none is."""

    def delete(self, tag: bytes) -> None:
        """Forget a session; one that is not there is no error."""


@dataclass(frozen=True, repr=False)
class VisitKeeping:
    """What a visit needs to find, open and seal its row."""

    store: SessionStore
    clock: Clock
    server_secret: bytes
    idle_seconds: int

    def load(self, secret: bytes) -> dict[str, Any] | None:
        """Return the row of this cookie secret, opened; None for every reason not to."""
        now = self.clock.now()
        sealed = self.store.load(visit_tag(secret), now)
        if sealed is None:
            return None
        try:
            row: dict[str, Any] = json.loads(self._box(secret).open(sealed), object_hook=_revived)
        except OpenError:
            # A row that this cookie does not open was put there by somebody else.
            return None
        return row if row["until"] > now and row["longest"] > now else None

    def save(self, secret: bytes, row: dict[str, Any]) -> None:
        """Seal a row under its cookie secret and keep it."""
        self.store.save(visit_tag(secret), self._sealed(secret, row), row["until"])

    def renew(self, secret: bytes, row: dict[str, Any]) -> bool:
        """Keep a row that is still there, and return whether it was."""
        return self.store.renew(visit_tag(secret), self._sealed(secret, row), row["until"])

    def _sealed(self, secret: bytes, row: dict[str, Any]) -> bytes:
        text = json.dumps(row, default=_frozen, separators=(",", ":")).encode()
        return self._box(secret).seal(text)

    def _box(self, secret: bytes) -> SecretBox:
        return SecretBox(keyed_digest(secret, "session row", self.server_secret), "session row")


def visit_tag(secret: bytes) -> bytes:
    """Return what the store knows a visit by; the secret cannot be found from it."""
    return keyed_digest(secret, "session tag")


def _frozen(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"b64": b64encode(value).decode("ascii")}
    raise TypeError("a session keeps texts, numbers, bytes, lists and dictionaries")


def _revived(found: dict[str, Any]) -> Any:
    return b64decode(found["b64"]) if found.keys() == {"b64"} else found
