"""What a reviewer began to write about a case, kept for themselves until it is sent.

It is sealed to the author's own recipient, and found by a tag that only their identity makes: who
has the database learns neither whose it is nor of which case, and a colleague opens none of it.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cases.access import lock_for
from cases.desk_records import DeskDraftRecord
from cases.errors import DraftChangedError
from cases.office import Office
from cases.reports import canonical
from cases.reviewers import SignedIn
from crypto.boxes import keyed_digest
from crypto.errors import OpenError, OpenFailure
from crypto.opening import open_sealed
from crypto.padding import pad_text, strip_padding
from crypto.sealing import seal
from policy.rights import Action

MARK_BYTES: Final = 16


class DraftKind(StrEnum):
    """What a draft is to become."""

    ANSWER = "answer"
    NOTE = "note"


_ACTIONS: Final = {DraftKind.ANSWER: Action.ANSWER, DraftKind.NOTE: Action.NOTE}


@dataclass(frozen=True, repr=False)
class DeskDraft:
    """Words that were kept, in memory only; ``seen`` is how much of the case their author saw.

    ``mark`` tells one keeping from the next.
    """

    text: str
    seen: int
    kept_on: date
    mark: str


@dataclass(frozen=True, repr=False)
class DraftWords:
    """Words to keep in place of those with the mark, if there were some."""

    text: str
    seen: int
    mark: str = ""


def find_draft(office: Office, signed_in: SignedIn, ref: str, kind: DraftKind) -> DeskDraft | None:
    """Return what the reviewer began to write about a case.

    Raises:
        OpenError: it was altered, or put in another one's place.
    """
    with office.database.reading() as session:
        return _find(session, signed_in, ref, kind)


def keep_draft(
    office: Office, signed_in: SignedIn, ref: str, kind: DraftKind, words: DraftWords
) -> None:
    """Keep words for their author's next visit; none are forgotten but those that nobody can read.

    Raises:
        DraftChangedError: other words were kept since the page was shown.
        CaseNotFoundError: the case is in none of the reviewer's lists.
        NotPermittedError: what is drafted would not be theirs to send.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        lock_for(session, signed_in, ref, today, _ACTIONS[kind])
        before = _readable(session, signed_in, ref, kind)
        if before is not None and before.text == words.text:
            return
        if before is not None and before.mark != words.mark:
            raise DraftChangedError
        _forget(session, signed_in, ref, kind)
        if words.text.strip():
            values = {
                "case": ref,
                "kind": kind,
                "text": words.text,
                "seen": words.seen,
                "mark": secrets.token_hex(MARK_BYTES),
            }
            sealed = seal(pad_text(canonical(values)), [signed_in.identity.recipient])
            tag = _tag(signed_in, ref, kind)
            session.add(DeskDraftRecord(tag=tag, sealed=sealed, kept_on=today))


def forget_draft(office: Office, signed_in: SignedIn, ref: str, kind: DraftKind, mark: str) -> None:
    """Forget words that were sent or discarded, but for others that were kept meanwhile."""
    with office.database.writing() as session:
        before = _readable(session, signed_in, ref, kind)
        if before is None or before.mark == mark:
            _forget(session, signed_in, ref, kind)


def _readable(session: Session, signed_in: SignedIn, ref: str, kind: DraftKind) -> DeskDraft | None:
    try:
        return _find(session, signed_in, ref, kind)
    except OpenError:
        return None


def _find(session: Session, signed_in: SignedIn, ref: str, kind: DraftKind) -> DeskDraft | None:
    row = session.get(DeskDraftRecord, _tag(signed_in, ref, kind))
    if row is None:
        return None
    text = strip_padding(open_sealed(row.sealed, signed_in.identity))
    try:
        values = json.loads(text)
        found = DeskDraft(str(values["text"]), int(values["seen"]), row.kept_on, values["mark"])
        is_own = (values["case"], values["kind"]) == (ref, kind)
    except (ValueError, TypeError, KeyError, RecursionError):
        # Whoever has the database can seal something to a public key.
        is_own = False
    if not is_own:
        raise OpenError(OpenFailure.PAYLOAD)
    return found


def _forget(session: Session, signed_in: SignedIn, ref: str, kind: DraftKind) -> None:
    tag = _tag(signed_in, ref, kind)
    session.execute(delete(DeskDraftRecord).where(DeskDraftRecord.tag == tag))
    session.expire_all()


def _tag(signed_in: SignedIn, ref: str, kind: DraftKind) -> bytes:
    return keyed_digest(signed_in.identity.seed, "desk draft", ref.encode(), kind.encode())
