"""Somebody with a copy of the whole instance, and whatever keys they found or were given."""

import hashlib
import itertools
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cases.once import RECEIPT_LABEL
from crypto.boxes import SecretBox, derive, keyed_digest
from crypto.errors import OpenError
from crypto.keys import Identity
from crypto.opening import open_header, open_sealed
from crypto.passphrases import unwrap_seed
from crypto.receipts import IDENTITY_LABEL

SEED_BYTES = 32
IDENTITY_LABELS = (IDENTITY_LABEL, "draft/identity")
# Where sealed things lie: what opens to a seed is a key to more.
SEALS = "SELECT 'seal of ' || compartment_id || ' for ' || holder, sealed FROM seals"
UNIT_SEALS = "SELECT 'unit key ' || unit || ' for ' || holder, sealed FROM unit_key_seals"
ENTRIES = "SELECT 'entry ' || id, sealed FROM entries"
MANIFESTS = "SELECT 'draft file ' || object_key, manifest FROM draft_files"
HEADERS = (
    "SELECT 'file ' || object_key, header FROM attachments"
    " UNION ALL SELECT 'draft file ' || object_key, header FROM draft_files"
)
BOXES = "SELECT 'once receipt', sealed_receipt FROM once WHERE sealed_receipt IS NOT NULL"
SESSIONS = (
    "SELECT 'visit', sealed FROM public_sessions UNION ALL SELECT 'desk', sealed FROM desk_sessions"
)


@dataclass
class Thief:
    """A copy of an instance's folder; ``loot`` is what was opened, by place."""

    copy: Path
    loot: dict[str, bytes] = field(default_factory=dict)

    @property
    def server_secret(self) -> bytes:
        """Return the server secret, which lies beside the database in a try-out."""
        return bytes.fromhex((self.copy / "server_secret").read_text(encoding="ascii"))

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a query of the copied database says."""
        with closing(sqlite3.connect(self.copy / "liemchinh.db")) as connection:
            return connection.execute(query, values).fetchall()

    def lying_about(self) -> set[bytes]:
        """Return every 32 bytes of the copy that could be meant as a secret."""
        found = {self.server_secret}
        for cell in self._cells():
            found |= {cell, cell[:SEED_BYTES], cell[-SEED_BYTES:], hashlib.sha256(cell).digest()}
        return {each for each in found if len(each) == SEED_BYTES}

    def _cells(self) -> Iterator[bytes]:
        for (table,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
            for row in self.rows(f'SELECT * FROM "{table}"'):  # noqa: S608 (its own names)
                yield from (each if isinstance(each, bytes) else str(each).encode() for each in row)

    def open_with(self, identities: Iterable[Identity]) -> dict[str, bytes]:
        """Open everything that these identities, and those they lead to, open; return it."""
        waiting, known = list(identities), set[bytes]()
        while waiting:
            identity = waiting.pop()
            if identity.seed in known:
                continue
            known.add(identity.seed)
            for place, content in self._opened_by(identity):
                self.loot[place] = content
                if len(content) == SEED_BYTES:
                    waiting.append(Identity.from_seed(content))
        return self.loot

    def _opened_by(self, identity: Identity) -> Iterator[tuple[str, bytes]]:
        for place, sealed in itertools.chain(*map(self.rows, (SEALS, UNIT_SEALS, ENTRIES))):
            with suppress(OpenError):
                yield place, open_sealed(sealed, identity)
        for place, sealed in self.rows(MANIFESTS):
            with suppress(OpenError):
                yield place, open_sealed(sealed, identity)
        for place, header in self.rows(HEADERS):
            with suppress(OpenError):
                open_header(header, identity)
                yield place, b"file key"

    def open_boxes_with(self, secrets: Iterable[bytes]) -> dict[str, bytes]:
        """Open the receipts of filed forms, and the visits, that these secrets open; return it."""
        for secret in secrets:
            for place, box in self.rows(BOXES):
                with suppress(OpenError):
                    self.loot[place] = SecretBox(secret, RECEIPT_LABEL).open(box)
            key = keyed_digest(secret, "session row", self.server_secret)
            for place, box in self.rows(SESSIONS):
                with suppress(OpenError):
                    self.loot[place] = SecretBox(key, "session row").open(box)
        return self.loot

    def identity_of(self, sign_in_name: str, passphrase: str) -> Identity:
        """Return a reviewer's identity.

        Raises:
            OpenError: the passphrase is not theirs.
        """
        ((_, wrapped),) = self.rows(
            "SELECT id, wrapped FROM reviewers WHERE sign_in_name = ?", sign_in_name
        )
        return Identity.from_seed(unwrap_seed(wrapped, passphrase, self.server_secret))


def identities_from(secrets: Iterable[bytes]) -> Iterator[Identity]:
    """Return the identities that a secret is, or that our own derivations make of it."""
    for secret in secrets:
        yield Identity.from_seed(secret)
        for label in IDENTITY_LABELS:
            yield Identity.from_seed(derive(secret, label))
