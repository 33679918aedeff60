"""The two files of a recovery, as docs/sealing.md section 12 has them: asked, and answered.

Both hold ciphertext and public keys only. What is asked for goes to the recovery holders on a
stick; what they answer comes back by the same way.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases.errors import RecoveryError
from cases.json_bytes import decode_bytes, encode_bytes
from crypto.errors import CryptoError
from crypto.keys import Recipient

ASKED_FORMAT = "liemchinh/recovery/v1"
ANSWER_FORMAT = "liemchinh/recovery-answer/v1"
NOT_ASKED = "this is no file of `liemchinh recovery export`, or it was altered"
NOT_ANSWER = "this is no file of `liemchinh recovery open`, or it was altered"
PROOF_BYTES = 32

Json = dict[str, Any]


@dataclass(frozen=True)
class CarriedKey:
    """An identity that only recovery brings back: its public half, and its seal for each pair."""

    name: str
    recipient: Recipient
    seals: Mapping[str, bytes]

    def as_json(self) -> Json:
        """Return the key as it stands in a file."""
        return {
            "name": self.name,
            "recipient": self.recipient.encoded(),
            "seals": _written(self.seals),
        }

    @classmethod
    def parse(cls, found: Json) -> "CarriedKey":
        """Return the key that stands in a file."""
        recipient = Recipient.parse(str(found["recipient"]))
        return cls(str(found["name"]), recipient, _read(found["seals"]))


@dataclass(frozen=True)
class CarriedEntry:
    """A sealed text of a case that says whom it keeps out, to nobody but recovery."""

    compartment: str
    sealed: bytes


@dataclass(frozen=True)
class CarriedCase:
    """A case that is sealed to single readers; ``alone``: to nobody but recovery any more."""

    ref: str
    alone: bool
    keeping_out: tuple[CarriedEntry, ...]
    compartments: tuple[CarriedKey, ...]

    def as_json(self) -> Json:
        """Return the case as it stands in a file."""
        return {
            "ref": self.ref,
            "alone": self.alone,
            "keeping_out": [
                {"compartment": each.compartment, "sealed": encode_bytes(each.sealed)}
                for each in self.keeping_out
            ],
            "compartments": [each.as_json() for each in self.compartments],
        }

    @classmethod
    def parse(cls, found: Json) -> "CarriedCase":
        """Return the case that stands in a file."""
        keeping_out = (
            CarriedEntry(str(each["compartment"]), decode_bytes(each["sealed"]))
            for each in found["keeping_out"]
        )
        compartments = (CarriedKey.parse(each) for each in found["compartments"])
        return cls(str(found["ref"]), bool(found["alone"]), tuple(keeping_out), tuple(compartments))


@dataclass(frozen=True)
class Newcomer:
    """The member who is to be let in, as the unit's page shows them."""

    reviewer_id: str
    sign_in_name: str
    recipient: Recipient


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the recovery holders are asked for; ``mark`` tells one question from the next.

    ``barred_by`` are the units whose named head keeps a report from this one; ``accounts`` the
    sign-in names, by id, of all who ever belonged to it.
    """

    mark: str
    unit: str
    unit_name: str
    barred_by: tuple[str, ...]
    day: str
    keys: Mapping[int, Recipient]
    newcomer: Newcomer
    accounts: Mapping[str, str]
    epochs: tuple[CarriedKey, ...]
    cases: tuple[CarriedCase, ...]

    def digest(self) -> bytes:
        """Return SHA-256 of everything that is asked for."""
        return hashlib.sha256(_canonical(self.as_json())).digest()

    def as_json(self) -> Json:
        """Return what is asked for as it stands in a file."""
        return {
            "format": ASKED_FORMAT,
            "mark": self.mark,
            "unit": self.unit,
            "unit_name": self.unit_name,
            "barred_by": list(self.barred_by),
            "day": self.day,
            "keys": {str(number): key.encoded() for number, key in self.keys.items()},
            "newcomer": {
                "id": self.newcomer.reviewer_id,
                "name": self.newcomer.sign_in_name,
                "recipient": self.newcomer.recipient.encoded(),
            },
            "accounts": dict(self.accounts),
            "epochs": [each.as_json() for each in self.epochs],
            "cases": [each.as_json() for each in self.cases],
        }

    @classmethod
    def parse(cls, found: Json) -> "Asked":
        """Return what is asked for."""
        newcomer = found["newcomer"]
        return cls(
            mark=str(found["mark"]),
            unit=str(found["unit"]),
            unit_name=str(found["unit_name"]),
            barred_by=tuple(map(str, found["barred_by"])),
            day=str(found["day"]),
            keys={int(number): Recipient.parse(key) for number, key in found["keys"].items()},
            newcomer=Newcomer(
                str(newcomer["id"]), str(newcomer["name"]), Recipient.parse(newcomer["recipient"])
            ),
            accounts={str(key): str(name) for key, name in found["accounts"].items()},
            epochs=tuple(CarriedKey.parse(each) for each in found["epochs"]),
            cases=tuple(CarriedCase.parse(each) for each in found["cases"]),
        )


def write_asked(asked: Asked, proofs: Mapping[str, bytes]) -> bytes:
    """Return the file that is carried to the holders.

    ``proofs`` holds for each pair what only it can open: 32 random bytes, and the digest of all
    that is asked for.
    """
    return _canonical({"asked": asked.as_json(), "proofs": _written(proofs)})


def read_asked(content: bytes) -> tuple[Asked, Mapping[str, bytes]]:
    """Return what a file asks for, and the proofs by pair.

    Raises:
        RecoveryError: it is no such file.
    """
    try:
        found = json.loads(content)
        if found["asked"]["format"] != ASKED_FORMAT:
            raise RecoveryError(NOT_ASKED)
        return Asked.parse(found["asked"]), _read(found["proofs"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, CryptoError):
        raise RecoveryError(NOT_ASKED) from None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What two holders gave: seals for the newcomer, and the line that says so at the desk."""

    unit: str
    reviewer_id: str
    holder: str
    digest: bytes
    proof: bytes
    former: tuple[str, ...]
    epochs: Mapping[int, bytes]
    seals: Mapping[str, bytes]
    line_epoch: int
    line: bytes

    def written(self) -> bytes:
        """Return the file that is carried back."""
        return _canonical(
            {
                "format": ANSWER_FORMAT,
                "unit": self.unit,
                "newcomer": self.reviewer_id,
                "holder": self.holder,
                "digest": encode_bytes(self.digest),
                "proof": encode_bytes(self.proof),
                "former": list(self.former),
                "epochs": {
                    str(epoch): encode_bytes(sealed) for epoch, sealed in self.epochs.items()
                },
                "seals": _written(self.seals),
                "line": {"epoch": self.line_epoch, "sealed": encode_bytes(self.line)},
            }
        )


def read_answer(content: bytes) -> Answer:
    """Return what a file answers.

    Raises:
        RecoveryError: it is no such file.
    """
    try:
        found = json.loads(content)
        if found["format"] != ANSWER_FORMAT:
            raise RecoveryError(NOT_ANSWER)
        return Answer(
            unit=str(found["unit"]),
            reviewer_id=str(found["newcomer"]),
            holder=str(found["holder"]),
            digest=decode_bytes(found["digest"]),
            proof=decode_bytes(found["proof"]),
            former=tuple(map(str, found["former"])),
            epochs={int(epoch): decode_bytes(sealed) for epoch, sealed in found["epochs"].items()},
            seals=_read(found["seals"]),
            line_epoch=int(found["line"]["epoch"]),
            line=decode_bytes(found["line"]["sealed"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RecoveryError(NOT_ANSWER) from None


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def _written(sealed: Mapping[str, bytes]) -> dict[str, str]:
    return {name: encode_bytes(content) for name, content in sealed.items()}


def _read(found: Mapping[str, str]) -> dict[str, bytes]:
    return {str(name): decode_bytes(content) for name, content in found.items()}
