"""When the reporter is asked whether anything happened to them: decided from days alone.

The days count from the receipt of the report, from which on somebody may suspect who wrote it; a
later request for protection tells of a new danger, so from its day they are counted anew.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from policy.protection_rows import FollowUp


def counted_from(received_on: date, asked_on: Iterable[date]) -> date:
    """Return the day that the days of the follow-ups are counted from."""
    return max((received_on, *asked_on))


def days_of(rows: Iterable[FollowUp], start: date) -> list[tuple[FollowUp, date]]:
    """Return each follow-up with its day, the first one first."""
    days = ((row, start + timedelta(days=row.days)) for row in rows)
    return sorted(days, key=lambda each: each[1])


def due_follow_up(
    rows: Iterable[FollowUp], start: date, answered: Collection[str], today: date
) -> FollowUp | None:
    """Return what the reporter is to be asked now; one question for all that were missed.

    ``answered`` are the codes of those that were answered, counted from the same day.
    """
    passed = [row for row, day in days_of(rows, start) if day <= today]
    open_ones = [row for row in passed if row.code not in answered]
    # Who answered the second question is not asked the first one afterwards.
    return open_ones[-1] if open_ones and open_ones[-1] is passed[-1] else None
