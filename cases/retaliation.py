"""Whether the reporter is to be asked if anything happened to them: told by the thread alone.

Nothing of it stands in clear, and no job takes part: whoever opens the thread can tell. So can who
reads what is said of protection, where each such line of the thread has its words.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from cases.names import EntryKind
from cases.opened import OpenedEntry
from policy.follow_ups import counted_from, due_follow_up
from policy.protection_rows import FollowUp

# Lines of the thread.
ASKED, FOLLOWED_UP, TOLD = "protection-asked", "followed-up", "protection"
# What the words beside such a line are about.
REQUEST, FOLLOW_UP = "request", "follow-up"
_ABOUT: Mapping[str, str] = {ASKED: REQUEST, FOLLOWED_UP: FOLLOW_UP}


def start_of_follow_ups(received_on: date, entries: Iterable[OpenedEntry]) -> date:
    """Return the day that the days of the questions are counted from."""
    asked = (entry.day for entry in _events(entries, ASKED))
    return counted_from(received_on, asked)


def answered_follow_ups(start: date, entries: Iterable[OpenedEntry]) -> dict[str, date]:
    """Return the day on which each question was answered, of those counted from that start."""
    said = (entry for entry in _events(entries, FOLLOWED_UP))
    return {
        entry.text("follow_up"): entry.day
        for entry in said
        if entry.text("since") == start.isoformat()
    }


def follow_up_of(
    rows: Iterable[FollowUp], received_on: date, entries: Iterable[OpenedEntry], today: date
) -> FollowUp | None:
    """Return what the reporter is to be asked now, by what stands in the thread."""
    entries = tuple(entries)
    start = start_of_follow_ups(received_on, entries)
    return due_follow_up(rows, start, answered_follow_ups(start, entries), today)


def _events(entries: Iterable[OpenedEntry], event: str) -> Iterable[OpenedEntry]:
    return (
        entry
        for entry in entries
        if (entry.kind is EntryKind.EVENT and entry.text("event") == event)
        or (entry.kind is EntryKind.PROTECTION and entry.text("about") == _ABOUT[event])
    )
