"""Opening what was carried to a key on paper, on a machine that has no instance and no network."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import BinaryIO

from cases.courier_file import (
    ABOUT,
    CASE,
    NOT_EXPORT,
    About,
    Answer,
    CarriedCase,
    CarriedText,
    entry_name,
    file_name,
    seal_name,
)
from cases.errors import BackupError, CourierError
from cases.names import EntryKind, new_ref
from cases.opened import Download, OpenedCompartment, OpenedEntry
from cases.opened_tar import OpenedMember, OpenedTar
from cases.reading import open_compartment, open_entry, proven
from cases.records import CompartmentRecord, EntryRecord, SealRecord
from cases.reports import canonical
from crypto.errors import CryptoError, OpenError
from crypto.header import read_header
from crypto.keys import Identity, Recipient
from crypto.opening import open_header, open_payload
from crypto.padding import pad_text
from crypto.sealing import seal

CANNOT_OPEN = (
    "this key does not open it, or the file was altered or cut off; nothing was kept of it"
)


@dataclass(frozen=True, repr=False)
class OpenedCase:
    """A case of the export: its texts in memory, and what this key does not open."""

    carried: CarriedCase
    compartments: Mapping[str, OpenedCompartment]
    entries: list[OpenedEntry] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def is_readable(self) -> bool:
        """Return whether this key opens any part of the case."""
        return bool(self.compartments)


class OpenedExport:
    """An export on its way through memory: each case, then each of its files."""

    def __init__(self, source: BinaryIO, identity: Identity) -> None:
        """Open the file.

        Raises:
            CourierError: another key opens it, or it is no export.
        """
        self._identity = identity
        try:
            self._tar = OpenedTar(source, identity)
            self._members = self._tar.members()
            self.about = About.parse(self._named(ABOUT))
        except BackupError:
            raise CourierError(CANNOT_OPEN) from None

    def cases(self) -> Iterator["OpenedCase | tuple[OpenedCase, Download]"]:
        """Yield each case when its texts are opened, and before it each of its files.

        A file is read before the next thing is asked for, or not at all.

        Raises:
            CourierError: the export was altered or is cut off.
        """
        try:
            for _ in range(self.about.cases):
                yield from self._case()
            if next(self._members, None) is not None:
                raise CourierError(NOT_EXPORT)
            self._tar.finish()
        except BackupError:
            raise CourierError(CANNOT_OPEN) from None

    def _case(self) -> Iterator["OpenedCase | tuple[OpenedCase, Download]"]:
        member = self._next()
        carried = CarriedCase.parse(member.content())
        if member.name != f"{carried.ref}/{CASE}":
            raise CourierError(NOT_EXPORT)
        case = OpenedCase(carried, self._compartments(carried))
        for text in carried.entries:
            entry = self._entry(case, text)
            for key in text.files:
                found = self._file(case, text, entry, key)
                if found is not None:
                    yield case, found
                self._read_on()
        yield case

    def _compartments(self, carried: CarriedCase) -> dict[str, OpenedCompartment]:
        opened = {}
        for each in carried.compartments:
            sealed = self._named(seal_name(carried.ref, each.id))
            row = CompartmentRecord(
                id=each.id,
                case_ref=carried.ref,
                kind=each.kind,
                epoch=each.epoch,
                recipient=_raw(each.recipient),
            )
            try:
                opened[each.id] = open_compartment(row, SealRecord(sealed=sealed), self._identity)
            except (CryptoError, ValueError):
                # Sealed to a paper of before, or altered: said of the case as a whole.
                continue
        return opened

    def _entry(self, case: OpenedCase, text: CarriedText) -> OpenedEntry | None:
        sealed = self._named(entry_name(case.carried.ref, text.id))
        compartment = case.compartments.get(text.compartment)
        if compartment is None:
            case.damaged.append(text.id)
            return None
        try:
            row = EntryRecord(
                id=text.id,
                case_ref=case.carried.ref,
                kind=text.kind,
                author=text.author,
                day=date.fromisoformat(text.day),
                sealed=sealed,
            )
            entry = open_entry(row, compartment.identity)
        except (OpenError, ValueError):
            case.damaged.append(text.id)
            return None
        case.entries.append(entry)
        return entry

    def _file(
        self, case: OpenedCase, text: CarriedText, entry: OpenedEntry | None, key: str
    ) -> Download | None:
        member = self._next()
        if member.name != file_name(case.carried.ref, key):
            raise CourierError(NOT_EXPORT)
        self._source = _Lines(_translated(member.pieces()))
        named = {each.object_key: each for each in entry.attachments} if entry else {}
        try:
            attachment = named[key]
            identity = case.compartments[text.compartment].identity
            file_key = open_header(read_header(self._source), identity)
        except (OpenError, KeyError):
            case.damaged.append(key)
            return None
        chunks = open_payload(file_key, self._source.rest())
        return Download(attachment.file_name, attachment.length, proven(chunks, attachment))

    def _read_on(self) -> None:
        """Read a file's member to its end, whatever was made of it: the next one follows."""
        for _ in self._source.rest():
            pass

    def _named(self, name: str) -> bytes:
        member = self._next()
        if member.name != name:
            raise CourierError(NOT_EXPORT)
        return member.content()

    def _next(self) -> OpenedMember:
        member = next(self._members, None)
        if member is None:
            raise CourierError(NOT_EXPORT)
        return member


class _Lines:
    """A member's bytes, first line by line for a header, then as they come."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""

    def readline(self, size: int, /) -> bytes:
        """Return the next line, or ``size`` bytes of it."""
        while b"\n" not in self._held and len(self._held) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._held += piece
        end = min(self._held.find(b"\n") + 1 or len(self._held), size)
        line, self._held = self._held[:end], self._held[end:]
        return line

    def rest(self) -> Iterator[bytes]:
        """Yield what is left."""
        held, self._held = self._held, b""
        if held:
            yield held
        yield from self._pieces


def _translated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from pieces
    except BackupError:
        raise CourierError(CANNOT_OPEN) from None


def _raw(recipient: str) -> bytes:
    try:
        return Recipient.parse(recipient).raw
    except CryptoError:
        raise CourierError(NOT_EXPORT) from None


def sealed_answer(about: About, case: OpenedCase, text: str) -> Answer:
    """Return an answer for the thread of a case, signed by what the export brought.

    It is sealed to the thread's identity itself, which the paper opened: no public half that
    somebody put in its place on the way is believed.

    Raises:
        CourierError: this key does not open the thread, or another unit answers for the case.
    """
    thread = case.carried.thread
    if thread is None or thread.id not in case.compartments:
        raise CourierError("this key does not open the thread of that case")
    if not case.carried.answers:
        raise CourierError("another unit is responsible for that case now, and answers there")
    values = {"text": text}
    content = canonical(
        {"case": case.carried.ref, "kind": EntryKind.MESSAGE, "values": values, "attachments": []}
    )
    recipient = case.compartments[thread.id].identity.recipient
    answer = Answer(
        mark=about.mark,
        id=new_ref(),
        case=case.carried.ref,
        compartment=thread.id,
        sealed=seal(pad_text(content), [recipient]),
    )
    return replace(answer, signature=about.signs_with().sign(answer.signed_text()))
