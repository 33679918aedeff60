"""Taking in what a key off the network answered: one sealed text, of its own case, once."""

import hashlib
import io

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cases.clocks import let_happen, told
from cases.compartments import Entry, SealedEntry, current_compartment, store_entry
from cases.courier_export import give
from cases.courier_file import NOT_ANSWER, Answer
from cases.courier_records import CourierExportRecord
from cases.errors import CourierError
from cases.names import CompartmentKind, EntryKind, unit_holder
from cases.office import Office
from cases.offline_keys import present_key
from cases.records import CaseRecord, EntryRecord, SealRecord
from crypto.errors import OpenError
from crypto.header import parse_header, read_header
from crypto.padding import TEXT_FLOOR_BYTES
from crypto.stream import is_sealed_length
from crypto.wrapping import KIND

# The longest text of the desk takes a third of this.
MOST_SEALED_BYTES = 256 << 10
# Base64, and what stands around it.
MOST_FILE_BYTES = 2 * MOST_SEALED_BYTES
TAG_LABEL = b"liemchinh/v1/courier answer\0"
FOREIGN = "this answer was not made with an export of this server, or it was altered"
TWICE = "this answer was taken in already"
MOVED = "the case moved on since that export: export it again (`--again`) and answer from there"


def take_in(office: Office, answer: Answer) -> str:
    """Add an answer to its thread, where the receipt reads it; return the unit that answered.

    Raises:
        CourierError: it is none of ours, was taken in already, or its case moved on.
        StoreUnavailableError: nothing was kept.
    """
    _check_form(answer.sealed)
    tag = hashlib.sha256(TAG_LABEL + f"{answer.mark}/{answer.id}".encode()).digest()
    try:
        with office.database.writing() as session:
            unit = _signer(session, answer)
            if session.scalar(select(EntryRecord.id).where(EntryRecord.form_tag == tag)):
                raise CourierError(TWICE)
            case = _answered_case(session, answer, unit)
            day = office.clock.today()
            entry = Entry(EntryKind.MESSAGE, unit, {}, form_tag=tag)
            sealed = SealedEntry(entry, answer.compartment, answer.sealed, ())
            give(session, unit, store_entry(session, case.ref, sealed, day))
            let_happen(session, office.law, case, told(case), day)
    except IntegrityError:
        raise CourierError(TWICE) from None
    return unit


def _check_form(sealed: bytes) -> None:
    """Accept what can be one padded text for one holder; more cannot be told without a key."""
    if len(sealed) > MOST_SEALED_BYTES:
        raise CourierError("this answer is longer than any that we make")
    source = io.BytesIO(sealed)
    try:
        header = parse_header(read_header(source))
    except OpenError:
        raise CourierError(NOT_ANSWER) from None
    payload = len(sealed) - source.tell()
    kinds = [stanza.arguments[0] for stanza in header.stanzas]
    if kinds != [KIND] or payload < TEXT_FLOOR_BYTES or not is_sealed_length(payload):
        raise CourierError(NOT_ANSWER)


def _signer(session: Session, answer: Answer) -> str:
    """Return the unit whose paper opened the export that this answers, if it still is its key."""
    export = session.get(CourierExportRecord, answer.mark)
    if export is None or not answer.is_signed(export.verifies):
        raise CourierError(FOREIGN)
    present = present_key(session, export.unit)
    if present is None or not present.offline or present.epoch != export.epoch:
        raise CourierError("the unit has another key by now: export again and answer from there")
    return export.unit


def _answered_case(session: Session, answer: Answer, unit: str) -> CaseRecord:
    # Nobody else changes it, or adds to it, until this transaction ends.
    is_it = select(CaseRecord).where(CaseRecord.ref == answer.case)
    case = session.scalar(is_it.with_for_update(key_share=True))
    held = session.get(SealRecord, (answer.compartment, unit_holder(unit)))
    if case is None or held is None or case.unit != unit:
        raise CourierError(f"that case is not for {unit} to answer")
    present = current_compartment(session, case.ref, CompartmentKind.THREAD)
    if present is None or present[0] != answer.compartment:
        raise CourierError(MOVED)
    return case
