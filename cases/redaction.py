"""What is hidden of a case before it is handed over, and the copy that is left (LTC Điều 56).

The copy stands for everything that was said before: report, thread, requests for protection. Of
the history it keeps what is a code or a day; words that the office typed there may quote anybody.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import PurePath
from typing import Final

from cases.hiding import LEAST_SENTENCE_CHARS, Passages, hide_sentences, passages_of, sentences
from cases.identity_boxes import BOX
from cases.names import LINK_STEPS, ORIGINAL_STEPS, EntryKind
from cases.opened import OpenedEntry
from cases.proposals import PROPOSE_STEP, SETTLING
from cases.redacted import LINES
from cases.reports import Attachment, Exclusions, canonical

# The free words of a report, and of a text of each other kind.
REPORT_TEXTS: Final = ("statement", "accused_text", "when", "where", "evidence", "verifiable")
TEXTS: Final[Mapping[EntryKind, tuple[str, ...]]] = {
    EntryKind.REPORT: REPORT_TEXTS,
    EntryKind.MESSAGE: ("text",),
    EntryKind.EVENT: ("words",),
    EntryKind.PROTECTION: ("text",),
    EntryKind.STEP: (),
    EntryKind.RECUSAL: (),
}
# What else the copy keeps of a report, and of a text of any other kind: codes, days, accounts.
OF_REPORT: Final = ("receiver", "escalates_to", "reasons", "roster_heads", "receipt")
CODES: Final = frozenset(
    {
        "about", "amount", "answer", "by", "channel", "clean", "decider", "decision", "event",
        "finding", "follow_up", "from", "granted", "ground", "grounds", "is_older", "keeps",
        "kind", "kinds", "level", "mark", "marks", "measure", "measures", "number", "on", "other",
        "outcome", "payer", "persons", "recovered", "redacted", "request", "reward", "rule",
        "since", "step", "tests", "to", "track", "until", "urgent", "who",
    }
)  # fmt: skip
# A deed that waited for a second person, an original that was asked for, and what names another
# case, is not passed on.
NOT_KEPT: Final = frozenset({PROPOSE_STEP, *SETTLING, *ORIGINAL_STEPS, *LINK_STEPS})
MOST_SUFFIX_CHARS: Final = 6


@dataclass(frozen=True, repr=False)
class Piece:
    """A text of a case in which passages can be hidden."""

    entry: OpenedEntry
    name: str
    text: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return it in sentences, each of which can be hidden."""
        return sentences(self.text)


@dataclass(frozen=True, repr=False)
class Marks:
    """What a reviewer marked: sentences by piece and place, words wherever they stand; files given.

    A file goes along only when it is named here.
    """

    sentences: frozenset[tuple[int, int]] = frozenset()
    words: tuple[str, ...] = ()
    files: frozenset[str] = frozenset()


def is_covered(entry: OpenedEntry) -> bool:
    """Return whether a copy stands for a text; not everybody may see lines about other cases."""
    return entry.kind in TEXTS and entry.text("step") not in LINK_STEPS


def pieces_of(entries: Iterable[OpenedEntry]) -> tuple[Piece, ...]:
    """Return the texts of a case that a copy can have, in their order."""
    return tuple(
        Piece(entry, name, text)
        for entry in entries
        for name in TEXTS.get(entry.kind, ())
        if (text := _text_of(entry, name)).strip()
    )


def files_of(entries: Iterable[OpenedEntry]) -> tuple[Attachment, ...]:
    """Return the files of a case that can be given along."""
    return tuple(file for entry in entries if entry.kind in TEXTS for file in entry.attachments)


def passages_marked(pieces: Iterable[Piece], marks: Marks) -> Passages:
    """Return what is hidden wherever it stands: the words, and each longer sentence that is."""
    hidden = (
        sentence
        for number, piece in enumerate(pieces)
        for place, sentence in enumerate(piece.sentences)
        if (number, place) in marks.sentences and len(sentence.strip()) >= LEAST_SENTENCE_CHARS
    )
    return passages_of((*marks.words, *hidden))


def redact(pieces: Iterable[Piece], marks: Marks) -> tuple[str, ...]:
    """Return each piece without what is marked."""
    pieces = tuple(pieces)
    passages = passages_marked(pieces, marks)
    return tuple(
        passages.hidden_in(
            hide_sentences(piece.text, (at for of, at in marks.sentences if of == number))
        )
        for number, piece in enumerate(pieces)
    )


def digest_of(pieces: Iterable[Piece], files: Iterable[Attachment], marks: Marks) -> str:
    """Return what tells whether a copy is the one that was shown: texts and marks."""
    said = [
        [piece.entry.id for piece in pieces],
        [file.object_key for file in files],
        sorted(marks.sentences),
        list(marks.words),
        sorted(marks.files),
    ]
    return hashlib.sha256(canonical(said)).hexdigest()


def given_names(entries: Iterable[OpenedEntry], marks: Marks) -> dict[str, str]:
    """Return the files that go along by their keys, with names that tell nothing but the kind."""
    numbers = count(1)
    return {
        file.object_key: f"tep-{next(numbers):02d}{_suffix(file.file_name)}"
        for file in files_of(entries)
        if file.object_key in marks.files
    }


def copied(
    entries: Iterable[OpenedEntry], exclusions: Exclusions, marks: Marks
) -> dict[str, object]:
    """Return the values of a redacted copy; its files come in the order of ``given_names``."""
    entries = tuple(entries)
    pieces = pieces_of(entries)
    texts = dict(
        zip(((piece.entry.id, piece.name) for piece in pieces), redact(pieces, marks), strict=True)
    )
    given = list(given_names(entries, marks))
    people = sorted(exclusions.people)
    # Whom readers said that it is about stands in their own lines, which are not passed on.
    accused = {
        "accused": sorted(exclusions.naming.accused),
        "accused_head": sorted(exclusions.naming.accused_head),
    }
    return {
        "kept_out": people,
        "roster_heads": sorted(exclusions.naming.roster_heads | _heads_said_by_readers(entries)),
        LINES: [
            {
                "id": entry.id,
                "kind": entry.kind,
                "author": entry.author,
                "day": entry.day.isoformat(),
                "values": _values_of(entry, texts, people, accused),
                "files": [
                    given.index(file.object_key)
                    for file in entry.attachments
                    if file.object_key in given
                ],
            }
            for entry in entries
            if _goes_along(entry)
        ],
    }


def _goes_along(entry: OpenedEntry) -> bool:
    # Who somebody is stays, sealed as it is, with the unit that it was given to.
    is_box = entry.kind is EntryKind.MESSAGE and BOX in entry.values
    return entry.kind in TEXTS and not is_box and entry.text("step") not in NOT_KEPT


def _heads_said_by_readers(entries: Iterable[OpenedEntry]) -> frozenset[str]:
    bars = (entry for entry in entries if entry.kind is EntryKind.BAR)
    return frozenset(head for entry in bars for head in entry.texts("roster_heads"))


def _values_of(
    entry: OpenedEntry,
    texts: Mapping[tuple[str, str], str],
    people: list[str],
    accused: Mapping[str, list[str]],
) -> dict[str, object]:
    mine = {name: text for (owner, name), text in texts.items() if owner == entry.id}
    if entry.kind is not EntryKind.REPORT:
        codes = {name: value for name, value in entry.values.items() if name in CODES}
        return {**codes, **mine}
    kept = {name: entry.values[name] for name in OF_REPORT if name in entry.values}
    return {**kept, "kept_out": people, "report": {**_report_of(entry), **accused, **mine}}


def _text_of(entry: OpenedEntry, name: str) -> str:
    if entry.kind is not EntryKind.REPORT:
        return entry.text(name)
    value = _report_of(entry).get(name)
    return value if isinstance(value, str) else ""


def _report_of(entry: OpenedEntry) -> dict[str, object]:
    values = entry.values.get("report")
    return values if isinstance(values, dict) else {}


def _suffix(file_name: str) -> str:
    suffix = PurePath(file_name).suffix.lower()
    is_plain = suffix.isascii() and suffix[1:].isalnum() and len(suffix) <= MOST_SUFFIX_CHARS
    return suffix if is_plain else ""
