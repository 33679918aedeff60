"""A whole case carried out: proposed by one person, approved by another, sealed to whom it is for.

Nothing unsealed is written: the tar is sealed while it is sent, in constant memory, and a file of
the case is opened only when its turn comes. docs/sealing.md, section 14, says what is in it.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from cases.access import check_version, lock_for
from cases.case_file import CaseFile, read_case
from cases.errors import NotPermittedError
from cases.history import Change, add_step
from cases.names import EntryKind
from cases.office import Office
from cases.opened import Download, OpenedEntry
from cases.proposals import APPROVE_STEP, PROPOSE_STEP, propose
from cases.reading import open_attachment
from cases.reports import Attachment
from cases.reviewers import SignedIn
from cases.sealed_tar import TarSealer, tar_bytes
from cases.step_errors import ExportOverError
from crypto.errors import KeyFormatError
from crypto.keys import Recipient
from crypto.stream import sealed_length
from policy.rights import Action

EXPORT_STEP, EXPORTED_STEP = "export", "exported"
FORMAT = "liemchinh/case/v1"
# What was approved is taken within so many days, or is proposed anew. A rule of the house: whoever
# approves sees who has the case then, and not who may have left meanwhile.
DOWNLOAD_DAYS = 7


@dataclass(frozen=True, repr=False, kw_only=True)
class Export(Change):
    """To whom a whole case is to be sealed, and why."""

    recipient: Recipient


@dataclass(frozen=True, repr=False, kw_only=True)
class TakenExport(Change):
    """An approved export that one of the two takes with them; its reason is the proposal's."""

    proposal: str


@dataclass(frozen=True, repr=False)
class ApprovedExport:
    """An export that two people agreed on: to whom and why, who the two are, until when."""

    proposal: str
    recipient: Recipient
    reason: str
    people: frozenset[str]
    until: date


def propose_export(office: Office, signed_in: SignedIn, ref: str, export: Export) -> None:
    """Propose that a whole case is sealed to somebody outside, for a second person to approve.

    Raises:
        NotPermittedError: it is not theirs to handle.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.EXPORT)
        check_version(case, export.version)
        line = export.as_step(EXPORT_STEP, {"recipient": export.recipient.encoded()})
        propose(session, signed_in, case, line, today)


def approved_exports(entries: Iterable[OpenedEntry], today: date) -> tuple[ApprovedExport, ...]:
    """Return what a case's history lets two people take with them on a day, the oldest first."""
    proposed: dict[str, OpenedEntry] = {}
    found = []
    for entry in entries:
        key, step = entry.text("proposal"), entry.text("step")
        if entry.kind is not EntryKind.STEP:
            continue
        if step == PROPOSE_STEP and entry.texts_by_name("deed").get("step") == EXPORT_STEP:
            proposed[key] = entry
        elif step == APPROVE_STEP and key in proposed:
            # Who can write to the store can seal any line: one of no recipient lets nothing out.
            with suppress(KeyFormatError):
                found.append(_approved(proposed[key], entry))
    return tuple(each for each in found if today <= each.until)


def _approved(proposed: OpenedEntry, approved: OpenedEntry) -> ApprovedExport:
    recipient = Recipient.parse(proposed.texts_by_name("deed").get("recipient", ""))
    people = frozenset({proposed.text("by"), approved.text("by")})
    until = approved.day + timedelta(days=DOWNLOAD_DAYS)
    reason = proposed.text("reason")
    return ApprovedExport(proposed.text("proposal"), recipient, reason, people, until)


def take_export(office: Office, signed_in: SignedIn, ref: str, taking: TakenExport) -> Download:
    """Return a whole case, sealed while it is read, and a line of it in the history.

    Raises:
        ExportOverError: no such export is approved, or its days are over.
        NotPermittedError: it is neither who proposed nor who approved it.
        StaleCaseError: somebody changed the case meanwhile.
        OpenError: something of it was altered; an altered file raises while the chunks are read.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.EXPORT)
        check_version(case, taking.version)
        case_file = read_case(office, session, signed_in, ref, is_own=True)
        approved = {each.proposal: each for each in approved_exports(case_file.entries, today)}
        if taking.proposal not in approved:
            raise ExportOverError
        export = approved[taking.proposal]
        if signed_in.sign_in_name not in export.people:
            raise NotPermittedError
        line = taking.as_step(EXPORTED_STEP, {"proposal": export.proposal})
        add_step(session, signed_in, case, line, today)
    texts = dict(_texts_of(case_file, today))
    lengths = (*map(len, texts.values()), *(file.length for _, file in _files_of(case_file)))
    sealer = TarSealer((export.recipient,), today)
    length = len(sealer.header) + sealed_length(tar_bytes(lengths))
    chunks = _sealed(office, case_file, texts, sealer)
    return Download(f"{ref}.tar.age", length, (piece for piece in chunks if piece))


def _sealed(
    office: Office, case: CaseFile, texts: dict[str, bytes], sealer: TarSealer
) -> Iterator[bytes]:
    yield sealer.header
    for name, content in texts.items():
        yield from sealer.member(name, len(content), (content,))
    for name, file in _files_of(case):
        with office.database.reading() as session:
            found = open_attachment(
                session, office.vault, case.entries, case.compartments, file.object_key
            )
        yield from sealer.member(name, found.length, found.chunks)
    yield from sealer.end()


def _texts_of(case: CaseFile, today: date) -> Iterator[tuple[str, bytes]]:
    yield "about.json", _json(_about(case, today))
    for number, entry in enumerate(case.entries, 1):
        yield f"entries/{number:05}.json", _json(_entry(entry, number))


def _about(case: CaseFile, today: date) -> dict[str, object]:
    return {
        "format": FORMAT,
        "exported_on": today,
        "serial": case.serial,
        "unit": case.unit,
        "state": case.state,
        "tracks": [case.track, *sorted(case.side_tracks)],
        "received_on": case.received_on,
        "closed_on": case.keeping.closed_on,
        "held_on": case.keeping.held_on,
        "figures": asdict(case.figures) if case.figures else None,
        "clocks": [asdict(clock) for clock in case.clocks],
        "entries": len(case.entries),
        "files": len(list(_files_of(case))),
    }


def _entry(entry: OpenedEntry, number: int) -> dict[str, object]:
    return {
        "kind": entry.kind,
        "author": entry.author,
        "day": entry.day,
        "values": entry.values,
        "files": [
            {
                "member": _member(number, place),
                "name": file.file_name,
                "length": file.length,
                "sha256": file.sha256,
            }
            for place, file in enumerate(entry.attachments, 1)
        ],
    }


def _files_of(case: CaseFile) -> Iterator[tuple[str, Attachment]]:
    for number, entry in enumerate(case.entries, 1):
        for place, file in enumerate(entry.attachments, 1):
            yield _member(number, place), file


def _member(entry: int, place: int) -> str:
    # Never the name that the reporter's machine gave it: that stands in the entry.
    return f"files/{entry:05}-{place:03}"


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    return text.encode("utf-8", "replace")
