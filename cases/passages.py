"""A passage that tells who somebody is, moved out of a case to the key off the network.

The texts that held it are sealed anew without it, in place of the old ones: same place, day and
author; what they were sealed as is overwritten, in SQLite's journal within the minute (cases.jobs).
What is in older backups, and what somebody has read, this does not reach.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cases.access import check_version, lock_for, open_own_compartments
from cases.appending import tell
from cases.compartments import seal_text
from cases.history import Step, add_step
from cases.identity_boxes import MOVE_STEP, sealed_box
from cases.identity_keys import identity_key
from cases.names import REPORTER
from cases.office import Office
from cases.opened import OpenedEntry
from cases.reading import open_stored_entries
from cases.records import CompartmentRecord, EntryRecord
from cases.redacted import LINES
from cases.reviewers import SignedIn
from cases.step_errors import PassageRefusedError
from crypto.keys import Recipient
from policy.rights import Action

# Stands where a passage was.
MOVED_MARK: Final = "[đoạn đã chuyển đi]"
# Every text of the case that holds the passage.
EVERYWHERE: Final = "everywhere"
# A name and where somebody lives; with no such bound, a whole report could be taken from the desk.
PASSAGE_CHARS: Final = 500
# A single letter stands everywhere.
LEAST_CHARS: Final = 2
# Values that people typed; the others are codes, days and keys of ours, and stay as they are.
TYPED: Final = frozenset(
    {
        "text", "statement", "accused_text", "when", "where", "evidence", "verifiable", "why",
        "reason", "words", "document", "people", "head", "loophole", "assets", "decision_number",
    }
)  # fmt: skip


@dataclass(frozen=True, repr=False, kw_only=True)
class Moving:
    """A passage, as somebody copied it, and the text it stands in or ``EVERYWHERE``."""

    passage: str
    place: str
    version: int
    form_tag: bytes | None = None


@dataclass(frozen=True, repr=False)
class _Cut:
    """A text without the passage, and how often it stood there."""

    entry: OpenedEntry
    count: int


def move_passage(office: Office, signed_in: SignedIn, ref: str, moving: Moving) -> None:
    """Seal a passage to the key off the network, and every text that held it anew without it.

    Raises:
        PassageRefusedError: no key is in use, there is no such text, or no such passage in it.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
        StoreUnavailableError: nothing was kept.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.MOVE_PASSAGE)
        check_version(case, moving.version)
        key = identity_key(session)
        if key is None:
            raise PassageRefusedError("key")
        cuts = _cuts(_searched(session, signed_in, ref, moving.place), moving)
        for cut in cuts:
            _replace(session, ref, cut.entry)
        count = sum(cut.count for cut in cuts)
        head = {"liemchinh": MOVE_STEP, "case": ref, "day": today.isoformat()}
        texts = {f"from {cut.entry.kind}": cut.entry.day.isoformat() for cut in cuts}
        box = sealed_box(key, {**head, **texts}, moving.passage.strip())
        line = Step({"step": MOVE_STEP, "count": count, **box}, moving.form_tag)
        add_step(session, signed_in, case, line, today)
        if any(cut.entry.author == REPORTER for cut in cuts):
            tell(session, case, {"event": MOVE_STEP}, today)


def _searched(
    session: Session, signed_in: SignedIn, ref: str, place: str
) -> tuple[OpenedEntry, ...]:
    # As they are kept: what a redacted copy says of a text is rewritten in the copy.
    entries = open_stored_entries(session, ref, open_own_compartments(session, signed_in, ref))
    found = tuple(entry for entry in entries if place in {EVERYWHERE, entry.id, *_copied(entry)})
    if not found:
        raise PassageRefusedError("place")
    return found


def _copied(entry: OpenedEntry) -> list[str]:
    """Return the ids of the texts that an entry is a redacted copy of."""
    lines = entry.values.get(LINES)
    return [str(line["id"]) for line in lines] if isinstance(lines, list) else []


def _cuts(entries: Iterable[OpenedEntry], moving: Moving) -> list[_Cut]:
    wanted = _pattern(moving.passage)
    cuts = [cut for entry in entries if (cut := _cut(entry, wanted, moving.place)).count]
    if not cuts:
        raise PassageRefusedError("passage")
    return cuts


def _pattern(passage: str) -> re.Pattern[str]:
    """Return what finds a passage as it was copied from a page: spaces and line breaks differ."""
    words = passage.split()
    if len("".join(words)) < LEAST_CHARS:
        raise PassageRefusedError("passage")
    inner = r"\s+".join(map(re.escape, words))
    # A name is no part of a longer word.
    before = r"(?<!\w)" if words[0][0].isalnum() else ""
    after = r"(?!\w)" if words[-1][-1].isalnum() else ""
    return re.compile(f"{before}{inner}{after}")


def _cut(entry: OpenedEntry, wanted: re.Pattern[str], place: str) -> _Cut:
    count = 0

    def without(text: str) -> str:
        nonlocal count
        # What was moved before is not looked into.
        pieces = [wanted.subn(MOVED_MARK, piece) for piece in text.split(MOVED_MARK)]
        count += sum(found for _, found in pieces)
        return MOVED_MARK.join(piece for piece, _ in pieces)

    def cleared(value: object, name: str = "") -> object:
        if isinstance(value, list):
            return [cleared(each, name) for each in value]
        if isinstance(value, Mapping):
            if name == LINES and place not in {EVERYWHERE, entry.id, value["id"]}:
                return value
            return {key: cleared(each, key) for key, each in value.items()}
        return without(value) if isinstance(value, str) and name in TYPED else value

    values = {name: cleared(value, name) for name, value in entry.values.items()}
    files = tuple(replace(file, file_name=without(file.file_name)) for file in entry.attachments)
    return _Cut(replace(entry, values=values, attachments=files), count)


def _replace(session: Session, ref: str, entry: OpenedEntry) -> None:
    """Put a text in the place of what it was; whoever reads its compartment reads this one."""
    own = EntryRecord.id == entry.id
    recipient = session.scalars(
        select(CompartmentRecord.recipient)
        .join(EntryRecord, EntryRecord.compartment_id == CompartmentRecord.id)
        .where(own)
    ).one()
    sealed = seal_text(
        ref, entry.kind, entry.values, entry.attachments, Recipient.from_raw(recipient)
    )
    session.execute(update(EntryRecord).where(own).values(sealed=sealed))
