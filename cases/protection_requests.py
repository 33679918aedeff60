"""What the reporter says of their own danger: sealed on arrival to who reads the case.

And to the protection officers of the case, who read nothing else of it.

Anybody can add with the compartment's public half; the receipt opens none of it, so that whoever
finds it does not read what its owner is afraid of. The thread says only that something was sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cases.appending import sealed_to_thread
from cases.compartments import (
    Entry,
    NewCompartment,
    SealedEntry,
    add_once,
    seal_entry,
    seal_rows,
    was_added,
)
from cases.errors import FollowUpOverError, StoreUnavailableError
from cases.names import REPORTER, CompartmentKind, EntryKind
from cases.office import Office
from cases.protection_wall import (
    Asking,
    NewPart,
    add_asking,
    holders_to_seal_for,
    protection_part,
)
from cases.records import CaseRecord
from cases.retaliation import (
    ASKED,
    FOLLOW_UP,
    FOLLOWED_UP,
    REQUEST,
    follow_up_of,
    start_of_follow_ups,
)
from cases.staff import resolve_holders
from cases.threads import lock_case, open_thread
from crypto.receipts import Receipt
from policy.events import CaseEvent

# How somebody answers whether anything happened: what starts which clock.
NO, AFRAID, HAPPENED = ANSWERS = "no", "afraid", "happened"
_EVENT_OF: Mapping[str, str] = {
    NO: "",
    AFRAID: CaseEvent.PROTECTION_ASKED,
    HAPPENED: CaseEvent.PROTECTION_ASKED_URGENTLY,
}


@dataclass(frozen=True, repr=False)
class ProtectionRequest:
    """What is to be protected, of whom (codes of the pack), and why. Never a name that is asked."""

    kinds: tuple[str, ...]
    persons: tuple[str, ...]
    is_urgent: bool
    text: str
    form_tag: bytes | None = None

    def values(self) -> dict[str, object]:
        """Return it as it is sealed."""
        return {
            "about": REQUEST,
            "kinds": list(self.kinds),
            "persons": list(self.persons),
            "urgent": self.is_urgent,
            "text": self.text,
        }


@dataclass(frozen=True, repr=False)
class FollowUpAnswer:
    """Whether anything happened, in one of three answers and in words."""

    answer: str
    text: str
    form_tag: bytes | None = None


@dataclass(frozen=True, repr=False)
class _Told:
    """What is added: the words, what the thread says of them, and what happened, if anything."""

    words: Entry
    line: dict[str, object]
    event: str


def asked_event(*, is_urgent: bool) -> CaseEvent:
    """Return the event that a request is."""
    return CaseEvent.PROTECTION_ASKED_URGENTLY if is_urgent else CaseEvent.PROTECTION_ASKED


def ask_for_protection(office: Office, receipt: Receipt, request: ProtectionRequest) -> None:
    """Add a request for protection; the same form twice adds it once.

    Raises:
        UnknownReceiptError: no case answers to this receipt.
        UncertainStoreError: it may have been added; the same form sent again finds out.
        StoreUnavailableError: nothing was kept.
    """
    told = _Told(
        Entry(EntryKind.PROTECTION, REPORTER, request.values(), form_tag=request.form_tag),
        {"event": ASKED},
        asked_event(is_urgent=request.is_urgent),
    )

    def write(session: Session) -> None:
        case = lock_case(session, receipt, *_tags(request.form_tag))
        _add(office, session, receipt, case, told)

    add_once(office.database, request.form_tag, write)


def answer_follow_up(office: Office, receipt: Receipt, answer: FollowUpAnswer) -> None:
    """Add what the reporter says to the question that is due; the same form twice adds it once.

    Raises:
        FollowUpOverError: nothing is asked now.
        UnknownReceiptError: no case answers to this receipt.
        UncertainStoreError: it may have been added; the same form sent again finds out.
        StoreUnavailableError: nothing was kept.
    """

    def write(session: Session) -> None:
        case = lock_case(session, receipt, *_tags(answer.form_tag))
        told = _told_of(office, case, answer, session, receipt)
        _add(office, session, receipt, case, told)

    try:
        add_once(office.database, answer.form_tag, write)
    except FollowUpOverError:
        # Nothing is asked any more once the first of two clicks was taken.
        if not was_added(office.database, answer.form_tag):
            raise


def _told_of(
    office: Office, case: CaseRecord, answer: FollowUpAnswer, session: Session, receipt: Receipt
) -> _Told:
    today, entries = office.clock.today(), open_thread(session, case, receipt)
    row = follow_up_of(office.todays_pack.follow_ups, case.received_on, entries, today)
    if row is None:
        raise FollowUpOverError
    since = start_of_follow_ups(case.received_on, entries).isoformat()
    asked: dict[str, object] = {"follow_up": row.code, "since": since}
    values = {"about": FOLLOW_UP, **asked, "answer": answer.answer, "text": answer.text}
    return _Told(
        Entry(EntryKind.PROTECTION, REPORTER, values, form_tag=answer.form_tag),
        {"event": FOLLOWED_UP, **asked},
        _EVENT_OF[answer.answer],
    )


def _tags(form_tag: bytes | None) -> tuple[bytes, ...]:
    return (form_tag,) if form_tag else ()


def _add(office: Office, session: Session, receipt: Receipt, case: CaseRecord, told: _Told) -> None:
    new, words = _sealed(session, receipt, case, told.words)
    asking = Asking(
        lookup_tag=receipt.lookup_tag(),
        case_ref=case.ref,
        part=new,
        words=words,
        line=sealed_to_thread(session, case, Entry(EntryKind.EVENT, REPORTER, told.line)),
        event=told.event,
        day=office.clock.today(),
    )
    if not add_asking(session, asking):
        raise StoreUnavailableError("the store does not take it")


def _sealed(
    session: Session, receipt: Receipt, case: CaseRecord, entry: Entry
) -> tuple[NewPart | None, SealedEntry]:
    tag = receipt.lookup_tag()
    part = protection_part(session, tag, case.ref)
    if part is not None:
        return None, seal_entry(entry, case.ref, *part)
    made = NewCompartment(case.ref, CompartmentKind.PROTECTION, 1)
    holders = resolve_holders(session, holders_to_seal_for(session, tag, case.ref))
    new = NewPart(made, seal_rows(made.id, made.identity, holders))
    return new, seal_entry(entry, case.ref, made.id, made.identity.recipient)
