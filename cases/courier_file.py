"""What is carried to a key off the network, and what comes back (docs/sealing.md, section 13).

There goes a tar that is sealed to the key on paper; back comes one sealed text for one thread.
"""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from cases.errors import CourierError
from cases.json_bytes import decode_bytes, encode_bytes
from crypto.signatures import SigningKey, is_signed

EXPORT_FORMAT = "liemchinh/courier/v1"
ANSWER_FORMAT = "liemchinh/courier-answer/v1"
ABOUT, CASE = "about.json", "case.json"
NOT_EXPORT = "this is no file of `liemchinh courier export`, or one of a newer format"
NOT_ANSWER = "this is no file of `liemchinh courier answer`, or it was altered"

# As cases.names makes them.
REF = re.compile(r"[a-z2-7]{26}")
Json = dict[str, Any]
Made = TypeVar("Made")


@dataclass(frozen=True, kw_only=True, repr=False)
class About:
    """The first member: whose export it is, and the key that answers to it are signed with."""

    mark: str
    unit: str
    unit_name: str
    epoch: int
    day: str
    signing_key: str
    cases: int

    def encoded(self) -> bytes:
        """Return the member's content."""
        return _canonical({"format": EXPORT_FORMAT, **asdict(self)})

    @classmethod
    def parse(cls, content: bytes) -> "About":
        """Return what the first member says.

        Raises:
            CourierError: it is none of ours.
        """
        found = _read(content, EXPORT_FORMAT, NOT_EXPORT)
        return _made(cls, found, NOT_EXPORT)

    def signs_with(self) -> SigningKey:
        """Return the key that answers are signed with."""
        return SigningKey(decode_bytes(self.signing_key))


@dataclass(frozen=True, kw_only=True)
class CarriedCompartment:
    """An epoch of a part of the case; its seal is a member of its own."""

    id: str
    kind: str
    epoch: int
    recipient: str
    holder_epoch: int


@dataclass(frozen=True, kw_only=True)
class CarriedText:
    """A sealed text, a member of its own, as are its files in this order."""

    id: str
    compartment: str
    kind: str
    author: str
    day: str
    files: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CarriedCase:
    """What stands beside a case in clear, and what follows it in the tar."""

    ref: str
    received_on: str
    state: str
    track: str
    urgent: bool
    answers: bool
    compartments: tuple[CarriedCompartment, ...]
    entries: tuple[CarriedText, ...]

    def encoded(self) -> bytes:
        """Return the member's content."""
        return _canonical({"format": EXPORT_FORMAT, **asdict(self)})

    @classmethod
    def parse(cls, content: bytes) -> "CarriedCase":
        """Return what a case's own member says.

        Raises:
            CourierError: it is none of ours.
        """
        found = _read(content, EXPORT_FORMAT, NOT_EXPORT)
        try:
            _check_refs(found["ref"])
            found["compartments"] = tuple(
                _made(CarriedCompartment, each, NOT_EXPORT) for each in found["compartments"]
            )
            found["entries"] = tuple(
                _made(CarriedText, {**each, "files": tuple(each["files"])}, NOT_EXPORT)
                for each in found["entries"]
            )
        except (KeyError, TypeError, ValueError):
            raise CourierError(NOT_EXPORT) from None
        return _made(cls, found, NOT_EXPORT)

    @property
    def thread(self) -> CarriedCompartment | None:
        """Return the newest epoch of the thread, where the holder has it."""
        threads = [each for each in self.compartments if each.kind == "thread"]
        return max(threads, key=lambda each: each.epoch, default=None)


def seal_name(ref: str, compartment: str) -> str:
    """Return the name of a seal in the tar."""
    return f"{ref}/seals/{compartment}.age"


def entry_name(ref: str, entry: str) -> str:
    """Return the name of a sealed text in the tar."""
    return f"{ref}/entries/{entry}.age"


def file_name(ref: str, object_key: str) -> str:
    """Return the name of a sealed file in the tar: header and payload, a whole age file."""
    return f"{ref}/files/{object_key.replace('/', '')}.age"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A sealed text on its way into a thread, and the proof of whose it is."""

    mark: str
    id: str
    case: str
    compartment: str
    sealed: bytes
    signature: bytes = b""

    def signed_text(self) -> bytes:
        """Return what the signature is of."""
        fields = {"mark": self.mark, "id": self.id, "case": self.case}
        where = {"compartment": self.compartment, "sealed": encode_bytes(self.sealed)}
        return _canonical({"format": ANSWER_FORMAT, **fields, **where})

    def is_signed(self, public: bytes) -> bool:
        """Return whether whoever opened the export of this public key made exactly this answer."""
        return is_signed(public, self.signed_text(), self.signature)

    def written(self) -> bytes:
        """Return the file that is carried back."""
        text = json.loads(self.signed_text())
        return _canonical({**text, "signature": encode_bytes(self.signature)})


def read_answer(content: bytes) -> Answer:
    """Return what a file answers.

    Raises:
        CourierError: it is no such file.
    """
    found = _read(content, ANSWER_FORMAT, NOT_ANSWER)
    try:
        sealed, signature = decode_bytes(found["sealed"]), decode_bytes(found["signature"])
        _check_refs(*(found[name] for name in ("mark", "id", "case", "compartment")))
    except (KeyError, TypeError, ValueError):
        raise CourierError(NOT_ANSWER) from None
    return _made(Answer, {**found, "sealed": sealed, "signature": signature}, NOT_ANSWER)


def _read(content: bytes, wanted: str, refusal: str) -> Json:
    try:
        found = json.loads(content)
        if not isinstance(found, dict) or found.pop("format", "") != wanted:
            raise CourierError(refusal)
    except (ValueError, RecursionError):
        raise CourierError(refusal) from None
    return found


def _made(kind: type[Made], found: Json, refusal: str) -> Made:
    """Return the values as what they are, each of its own type."""
    wanted = kind.__annotations__
    plain = {"str": str, "int": int, "bool": bool, "bytes": bytes}
    names = {name: plain.get(str(getattr(each, "__name__", each))) for name, each in wanted.items()}
    if found.keys() != names.keys():
        raise CourierError(refusal)
    for name, each in names.items():
        if each is not None and type(found[name]) is not each:
            raise CourierError(refusal)
    return kind(**found)


def _check_refs(*found: str) -> None:
    """Accept what can be a reference of ours: it becomes a folder's name there, a key here."""
    if not all(REF.fullmatch(each) for each in found):
        raise ValueError("no reference")


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def encoded_key(key: SigningKey) -> str:
    """Return a signing key as the first member has it."""
    return encode_bytes(key.seed)
