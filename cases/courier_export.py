"""What a unit whose key is on paper has not been given yet, into one file that is sealed to it.

The file stands whole on the disk before anything is noted, so a crash in between gives the same
once more and loses nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from sqlalchemy import ColumnElement, Select, exists, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from cases.appending import append_to_notes
from cases.compartments import Entry
from cases.courier_file import (
    ABOUT,
    CASE,
    About,
    CarriedCase,
    CarriedCompartment,
    CarriedText,
    encoded_key,
    entry_name,
    file_name,
    seal_name,
)
from cases.courier_records import CourierEntryRecord, CourierExportRecord
from cases.database import insert_or
from cases.errors import CourierError
from cases.escalation import stay_where_opened
from cases.names import CARRY_STEP, EntryKind, new_ref, unit_holder
from cases.office import Office
from cases.offline_keys import present_key
from cases.records import (
    AttachmentRecord,
    CaseRecord,
    CompartmentRecord,
    EntryRecord,
    ListingRecord,
    SealRecord,
)
from cases.sealed_tar import SealedTar
from crypto.keys import Recipient
from crypto.signatures import SigningKey


@dataclass(frozen=True, repr=False)
class Export:
    """What will be given: the cases, and for each the texts that are new."""

    about: About
    recipient: Recipient
    cases: tuple[CarriedCase, ...]

    @property
    def texts(self) -> int:
        """Return how many sealed texts there are."""
        return sum(len(case.entries) for case in self.cases)


def begin_export(office: Office, unit: str, *, again: bool = False) -> Export | None:
    """Return what a unit has not been given yet, or all of it; None where there is nothing.

    Raises:
        CourierError: the unit's key is not on paper.
        StoreUnavailableError: the database is away.
    """
    key, today = SigningKey.generate(), office.clock.today()
    with office.database.reading() as session:
        present = present_key(session, unit)
        if present is None or not present.offline:
            raise CourierError(f"{unit} has no key on paper: `liemchinh courier add {unit} FILE`")
        epoch, raw = present.epoch, present.recipient
        cases = tuple(
            _carried(session, unit, ref, again=again)
            for ref in _refs(office, session, unit, again=again)
        )
    if not cases:
        return None
    about = About(
        mark=new_ref(),
        unit=unit,
        unit_name=office.pack.unit_name(unit, "vi"),
        epoch=epoch,
        day=today.isoformat(),
        signing_key=encoded_key(key),
        cases=len(cases),
    )
    row = {"mark": about.mark, "unit": unit, "epoch": epoch, "verifies": key.public}
    with office.database.writing() as session:
        session.execute(insert(CourierExportRecord).values(**row, exported_on=today))
    return Export(about, Recipient.from_raw(raw), cases)


def _refs(office: Office, session: Session, unit: str, *, again: bool) -> list[str]:
    """Return the cases in the unit's list of which there is something to give."""
    listed = exists().where(
        ListingRecord.case_ref == CaseRecord.ref,
        ListingRecord.holder == unit_holder(unit),
        ListingRecord.listed_from <= office.clock.today(),
    )
    new = exists().where(EntryRecord.case_ref == CaseRecord.ref, *_wanted(unit, again=again))
    return list(
        session.scalars(
            select(CaseRecord.ref)
            .where(listed, new)
            .order_by(CaseRecord.received_on, CaseRecord.ref)
        )
    )


def _wanted(unit: str, *, again: bool) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that the unit can open a text, and was not given it yet."""
    held = EntryRecord.compartment_id.in_(
        select(SealRecord.compartment_id).where(SealRecord.holder == unit_holder(unit))
    )
    given = exists().where(
        CourierEntryRecord.unit == unit, CourierEntryRecord.entry_id == EntryRecord.id
    )
    return (held,) if again else (held, ~given)


def _carried(session: Session, unit: str, ref: str, *, again: bool) -> CarriedCase:
    case = session.get_one(CaseRecord, ref)
    compartments = session.execute(
        select(CompartmentRecord, SealRecord.holder_epoch)
        .join(SealRecord, SealRecord.compartment_id == CompartmentRecord.id)
        .where(CompartmentRecord.case_ref == ref, SealRecord.holder == unit_holder(unit))
        .order_by(CompartmentRecord.kind, CompartmentRecord.epoch)
    )
    entries = session.scalars(
        select(EntryRecord)
        .where(EntryRecord.case_ref == ref, *_wanted(unit, again=again))
        .order_by(EntryRecord.position)
    )
    return CarriedCase(
        ref=ref,
        received_on=case.received_on.isoformat(),
        state=case.state,
        track=case.track,
        urgent=case.urgent,
        answers=case.unit == unit,
        compartments=tuple(
            CarriedCompartment(
                id=row.id,
                kind=row.kind,
                epoch=row.epoch,
                recipient=Recipient.from_raw(row.recipient).encoded(),
                holder_epoch=holder_epoch,
            )
            for row, holder_epoch in compartments
        ),
        entries=tuple(_text(session, row) for row in entries),
    )


def _text(session: Session, row: EntryRecord) -> CarriedText:
    return CarriedText(
        id=row.id,
        compartment=row.compartment_id,
        kind=row.kind,
        author=row.author,
        day=row.day.isoformat(),
        files=tuple(session.scalars(_files_of(row.id))),
    )


def _files_of(entry: str) -> Select[str]:
    return (
        select(AttachmentRecord.object_key)
        .where(AttachmentRecord.entry_id == entry)
        .order_by(AttachmentRecord.position)
    )


def write_export(office: Office, export: Export, out: BinaryIO) -> None:
    """Write the sealed tar, in the memory of one text.

    Raises:
        BackupError: a file of the vault is missing or altered.
        StoreUnavailableError: the database or the vault is away.
    """
    tar = SealedTar(out, [export.recipient], office.clock.today())
    _add(tar, ABOUT, export.about.encoded())
    for case in export.cases:
        _add(tar, f"{case.ref}/{CASE}", case.encoded())
        for compartment in case.compartments:
            _add(tar, seal_name(case.ref, compartment.id), _seal(office, export, compartment.id))
        for text in case.entries:
            _add(tar, entry_name(case.ref, text.id), _sealed(office, text.id))
            for key in text.files:
                _add_file(office, tar, case.ref, key)
    tar.finish()


def _add(tar: SealedTar, name: str, content: bytes) -> None:
    tar.add(name, len(content), (content,))


def _seal(office: Office, export: Export, compartment: str) -> bytes:
    key = (compartment, unit_holder(export.about.unit))
    with office.database.reading() as session:
        found = session.get(SealRecord, key)
    if found is None:
        raise CourierError("a case left the unit at this very moment: export again")
    return found.sealed


def _sealed(office: Office, entry: str) -> bytes:
    with office.database.reading() as session:
        return session.get_one(EntryRecord, entry).sealed


def _add_file(office: Office, tar: SealedTar, ref: str, key: str) -> None:
    with office.database.reading() as session:
        header = session.get_one(AttachmentRecord, key).header
    length = len(header) + office.vault.look_at(key).length
    pieces: Iterable[bytes] = chain((header,), office.vault.read(key))
    tar.add(file_name(ref, key), length, pieces)


def note_export(office: Office, export: Export) -> None:
    """Take note of what was given: the unit opened its cases, and has these texts.

    Raises:
        StoreUnavailableError: the database is away; what was not noted is given once more.
    """
    for case in export.cases:
        _note_case(office, export.about.unit, case)


def _note_case(office: Office, unit: str, carried: CarriedCase) -> None:
    today = office.clock.today()
    with office.database.writing() as session:
        is_it = select(CaseRecord).where(CaseRecord.ref == carried.ref)
        case = session.scalars(is_it.with_for_update(key_share=True)).one()
        if case.unit == unit and case.opened_on is None:
            stay_where_opened(session, case, today)
        line = Entry(EntryKind.STEP, unit, {"step": CARRY_STEP})
        append_to_notes(session, case, line, today)
        flag_modified(case, "state")
        # The line says what the holder knows: it is no reason for another export.
        own = session.scalars(
            select(EntryRecord.id)
            .where(EntryRecord.case_ref == case.ref)
            .order_by(EntryRecord.position.desc())
            .limit(1)
        ).one()
        give(session, unit, *(text.id for text in carried.entries), own)


def give(session: Session, unit: str, *entries: str) -> None:
    """Take note that a unit's holder has these texts."""
    rows = [{"unit": unit, "entry_id": entry} for entry in entries]
    session.execute(insert_or(session, CourierEntryRecord).on_conflict_do_nothing(), rows)
