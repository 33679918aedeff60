"""Reading a redacted copy: the texts it stands for, in the place of those that no key opens."""

from collections.abc import Iterable, Iterator
from datetime import date

from cases.names import EntryKind
from cases.opened import OpenedEntry
from crypto.errors import OpenError, OpenFailure

# What a copy says of all texts together, and of each one.
LINES = "lines"


def with_copies_read(entries: Iterable[OpenedEntry]) -> Iterator[OpenedEntry]:
    """Yield texts, and in the place of each copy those of its texts that no other key opened.

    Of several copies the oldest counts: it hides least.

    Raises:
        OpenError: the sealed values are not those of a copy.
    """
    entries = tuple(entries)
    known = {entry.id for entry in entries}
    for entry in entries:
        if entry.kind is not EntryKind.REDACTED:
            yield entry
            continue
        for each in _stood_for(entry):
            if each.id not in known:
                known.add(each.id)
                yield each


def _stood_for(copy: OpenedEntry) -> tuple[OpenedEntry, ...]:
    lines = copy.values.get(LINES)
    if not isinstance(lines, list):
        raise OpenError(OpenFailure.PAYLOAD)
    try:
        return tuple(
            OpenedEntry(
                id=str(line["id"]),
                kind=EntryKind(line["kind"]),
                author=str(line["author"]),
                day=date.fromisoformat(line["day"]),
                values=dict(line["values"]),
                attachments=tuple(copy.attachments[place] for place in line["files"]),
                is_redacted=True,
            )
            for line in lines
        )
    except (ValueError, KeyError, TypeError, IndexError):
        raise OpenError(OpenFailure.PAYLOAD) from None
