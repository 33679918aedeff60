"""What a receipt can do: see the state and the thread, answer, ask, send the case up."""

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.appending import append_to_thread
from cases.compartments import Entry, add_once
from cases.database import insert_or
from cases.errors import DisposedReceiptError, StoreUnavailableError, UnknownReceiptError
from cases.escalation import escalate_for_reporter
from cases.names import RECEIPT_HOLDER, REPORTER, EntryKind
from cases.office import Office
from cases.opened import Download, OpenedCompartment, OpenedEntry
from cases.reading import mark_seen, open_attachment, open_compartment, open_entries, seals_of
from cases.records import CaseRecord, ReceiptRecord, SeenRecord
from cases.retention_records import DisposedReceiptRecord
from cases.standing import Standing, standing_columns
from cases.uploads import SealedUpload
from cases.wall import forget_receipt, know, lock_case_of
from crypto.receipts import Receipt


@dataclass(frozen=True, repr=False, kw_only=True)
class Thread(Standing):
    """What the reporter is shown of a case."""

    messages: tuple[OpenedEntry, ...]


@dataclass(frozen=True, repr=False)
class Message:
    """Words on their way into a thread, with files; ``form_tag`` keeps a double click single."""

    text: str
    uploads: tuple[SealedUpload, ...] = ()
    form_tag: bytes | None = None


def find_case(session: Session, receipt: Receipt, *own_tags: bytes) -> CaseRecord:
    """Return the case of a receipt.

    Raises:
        UnknownReceiptError: no case answers to it; DisposedReceiptError: not any more.
    """
    know(session, receipt.lookup_tag(), *own_tags)
    return _find_known(session, receipt)


def lock_case(session: Session, receipt: Receipt, *own_tags: bytes) -> CaseRecord:
    """Return the case of a receipt, to which nobody else adds until this transaction ends.

    Raises:
        UnknownReceiptError: no case answers to it.
    """
    know(session, receipt.lookup_tag(), *own_tags)
    lock_case_of(session, receipt.lookup_tag())
    return _find_known(session, receipt)


def _find_known(session: Session, receipt: Receipt) -> CaseRecord:
    case = session.scalar(
        select(CaseRecord)
        .join(ReceiptRecord, ReceiptRecord.case_ref == CaseRecord.ref)
        .where(ReceiptRecord.lookup_tag == receipt.lookup_tag())
    )
    if case is not None:
        return case
    gone = session.get(DisposedReceiptRecord, receipt.lookup_tag())
    raise UnknownReceiptError if gone is None else DisposedReceiptError(gone.disposed_on)


def check_receipt(office: Office, receipt: Receipt) -> None:
    """Take note that a receipt was kept: its form no longer shows it again.

    Raises:
        UnknownReceiptError: no case answers to it.
    """
    # Looked for before anything is written: whoever guesses must not hold up those who file.
    with office.database.reading() as session:
        find_case(session, receipt)
    with office.database.writing() as session:
        forget_receipt(session, receipt.lookup_tag())


def _open_thread(
    session: Session, case: CaseRecord, receipt: Receipt
) -> dict[str, OpenedCompartment]:
    identity = receipt.identity()
    return {
        compartment.id: open_compartment(compartment, seal, identity)
        for compartment, seal in seals_of(session, case.ref, frozenset({RECEIPT_HOLDER}))
    }


def open_thread(session: Session, case: CaseRecord, receipt: Receipt) -> tuple[OpenedEntry, ...]:
    """Return the texts of a known case's thread, and take note of nothing.

    Raises:
        OpenError: the thread was altered.
    """
    return open_entries(session, case.ref, _open_thread(session, case, receipt))


def read_thread(office: Office, receipt: Receipt) -> Thread:
    """Return the thread, and take note of what was shown for the first time.

    Raises:
        UnknownReceiptError: no case answers to this receipt.
        OpenError: the thread was altered.
    """
    with office.database.reading() as session:
        case = find_case(session, receipt)
        entries = open_thread(session, case, receipt)
        messages = mark_seen(session, entries)
        thread = Thread(**standing_columns(case), messages=messages)
    _take_note(office, receipt, [entry for entry in thread.messages if not entry.seen])
    return thread


def _take_note(office: Office, receipt: Receipt, entries: list[OpenedEntry]) -> None:
    shown = [{"entry_id": entry.id} for entry in entries if entry.author != REPORTER]
    if not shown:
        return
    # What was read stays read when it cannot be noted: it is shown as new once more.
    with suppress(StoreUnavailableError), office.database.writing() as session:
        know(session, receipt.lookup_tag())
        # The same page may be open twice, and the other one may have taken note.
        session.execute(insert_or(session, SeenRecord).on_conflict_do_nothing(), shown)


def open_thread_file(office: Office, receipt: Receipt, object_key: str) -> Download:
    """Return a file of the thread.

    Raises:
        UnknownReceiptError: no case answers to this receipt.
        CaseNotFoundError: the thread has no such file.
    """
    with office.database.reading() as session:
        case = find_case(session, receipt)
        compartments = _open_thread(session, case, receipt)
        entries = open_entries(session, case.ref, compartments)
        return open_attachment(session, office.vault, entries, compartments, object_key)


def reply(office: Office, receipt: Receipt, message: Message) -> None:
    """Add what the reporter says to the thread; the same form twice adds it once.

    Raises:
        UnknownReceiptError: no case answers to this receipt.
        UncertainStoreError: it may have been added; the same form sent again finds out.
        StoreUnavailableError: nothing was kept.
    """
    entry = Entry(
        EntryKind.MESSAGE, REPORTER, {"text": message.text}, message.uploads, message.form_tag
    )

    tags = (message.form_tag,) if message.form_tag else ()

    def write(session: Session) -> None:
        append_to_thread(session, lock_case(session, receipt, *tags), entry, office.clock.today())

    add_once(office.database, message.form_tag, write)


def escalate(office: Office, receipt: Receipt) -> None:
    """Put the case into the superior's list now, and tell the thread.

    Raises:
        UnknownReceiptError: no case answers to this receipt.
        EscalationClosedError: it is concluded, went up already, or has no superior.
    """
    with office.database.writing() as session:
        case, today = lock_case(session, receipt), office.clock.today()
        escalate_for_reporter(session, case, receipt.lookup_tag(), today)
