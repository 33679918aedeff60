"""When a closed case may be disposed of: decided from days, tracks and what was found alone."""

from collections.abc import Collection, Iterable
from datetime import date

from policy.retention_rows import Retention


def rules_of_retention(
    rows: Iterable[Retention], tracks: Collection[str], finding: str
) -> tuple[Retention, ...]:
    """Return the rows that say how long a case of these tracks, with this finding, is kept."""
    return tuple(
        row
        for row in rows
        if not set(tracks).isdisjoint(row.tracks) and (not row.findings or finding in row.findings)
    )


def kept_until(rules: Collection[Retention], closed_on: date) -> date | None:
    """Return the last day on which a case is to be kept: by the rule that keeps it longest.

    None: it is kept for ever, by a rule that says so, or because no rule says how long.
    """
    if not rules or any(rule.for_ever for rule in rules):
        return None
    longest = max(rule.years for rule in rules)
    return date(closed_on.year + longest, 12, 31)
