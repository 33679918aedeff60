"""An authenticator in software (W3C WebAuthn, 6), and the pages of the desk that ask it.

It signs with ES256 and says what it is told to say, so that a test can let it say one thing wrong.
"""

import hashlib
import html
import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

QUESTION = re.compile(r'data-passkey="(\w+)" data-options="([^"]+)"')
CHALLENGE = re.compile(r'name="challenge" value="([^"]+)"')
# WebAuthn, 6.1: user present, user verified, attested credential included.
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass(frozen=True)
class Question:
    """What a page asks: the options of its script, and the challenge that its form brings back."""

    kind: str
    options: dict[str, Any]
    challenge: str


@dataclass(frozen=True)
class Manner:
    """How an authenticator and its browser answer; as they should, where nothing is changed."""

    origin: str = "http://localhost"
    host: str = "localhost"
    flags: int = PRESENT | VERIFIED
    challenge: str = ""
    counts_by: int = 1
    user_handle: bytes | None = None
    kind: str = ""


@dataclass
class Credential:
    """One passkey with its private key."""

    credential_id: bytes
    key: ec.EllipticCurvePrivateKey
    user_handle: bytes
    sign_count: int = 0

    @property
    def public_key(self) -> bytes:
        """Return the public key as COSE has it (RFC 9053, 7.1.1)."""
        numbers = self.key.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})


@dataclass
class Authenticator:
    """Somebody's device."""

    manner: Manner = field(default_factory=Manner)
    held: list[Credential] = field(default_factory=list)

    def saying(self, **changes: Any) -> "Authenticator":
        """Return the same device, telling something else."""
        return Authenticator(replace(self.manner, **changes), self.held)

    def create(self, question: Question) -> str:
        """Make a passkey, and return what the browser sends."""
        user_handle = read(question.options["user"]["id"])
        made = Credential(os.urandom(32), ec.generate_private_key(ec.SECP256R1()), user_handle)
        attested = bytes(16) + len(made.credential_id).to_bytes(2, "big") + made.credential_id
        auth_data = self._told(made, ATTESTED) + attested + made.public_key
        client = self._client("webauthn.create", question)
        statement = {"fmt": "none", "attStmt": {}, "authData": auth_data}
        self.held.append(made)
        return _sent(made, clientDataJSON=client, attestationObject=cbor2.dumps(statement))

    def answer(self, question: Question) -> str:
        """Answer with the newest passkey, and return what the browser sends."""
        held = self.held[-1]
        held.sign_count += self.manner.counts_by
        auth_data, client = self._told(held), self._client("webauthn.get", question)
        signed = held.key.sign(auth_data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        handle = self.manner.user_handle or held.user_handle
        return _sent(
            held,
            clientDataJSON=client,
            authenticatorData=auth_data,
            signature=signed,
            userHandle=handle,
        )

    def _told(self, held: Credential, flags: int = 0) -> bytes:
        host = hashlib.sha256(self.manner.host.encode()).digest()
        return host + bytes([self.manner.flags | flags]) + held.sign_count.to_bytes(4, "big")

    def _client(self, kind: str, question: Question) -> bytes:
        said = {
            "type": self.manner.kind or kind,
            "challenge": self.manner.challenge or question.options["challenge"],
            "origin": self.manner.origin,
            "crossOrigin": False,
        }
        return json.dumps(said).encode()


def question_on(page: str) -> Question:
    """Return what a page asks.

    Raises:
        LookupError: it asks nothing.
    """
    asked, challenge = QUESTION.search(page), CHALLENGE.search(page)
    if asked is None or challenge is None:
        raise LookupError("the page asks no authenticator")
    return Question(asked[1], json.loads(html.unescape(asked[2])), challenge[1])


def read(text: str) -> bytes:
    """Return the bytes of a base64url text."""
    return urlsafe_b64decode(text + "==")


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _sent(held: Credential, **parts: bytes) -> str:
    response = {name: _written(part) for name, part in parts.items()}
    name = _written(held.credential_id)
    return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
