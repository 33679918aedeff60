"""What must hold of the rows that say how long a closed case is kept."""

from collections.abc import Iterator

from policy.errors import Fault
from policy.pack import Pack
from policy.unknown_words import unknown_words

FILE = "retention.toml"
# Nobody answers for a rule of a longer time than this, and a year of five digits is no date.
MOST_YEARS = 200


def retention_faults(pack: Pack) -> Iterator[Fault]:
    """Return what is wrong with the rules of retention."""
    tracks = {track.code for track in pack.tracks}
    findings = {finding.code for finding in pack.findings}
    named = ((row.code, code) for row in pack.retention for code in row.tracks)
    yield from unknown_words(FILE, "track", tracks, named)
    found = ((row.code, code) for row in pack.retention for code in row.findings)
    yield from unknown_words(FILE, "finding", findings, found)
    for row in pack.retention:
        if row.for_ever == bool(row.years) or not 0 <= row.years <= MOST_YEARS:
            yield Fault(FILE, row.code, f"keeps for 1 to {MOST_YEARS} 'years', or 'for_ever'")
