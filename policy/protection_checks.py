"""What must hold between the rows by which those who report are protected."""

from collections import Counter
from collections.abc import Iterator

from policy.errors import Fault
from policy.pack import Pack
from policy.unknown_words import unknown_words


def protection_faults(pack: Pack) -> Iterator[Fault]:
    """Return what is wrong with kinds of protection, who decides, measures and follow-ups."""
    kinds = {kind.code for kind in pack.protection_kinds}
    deciders = {decider.code for decider in pack.protection_deciders}
    named = ((kind.code, code) for kind in pack.protection_kinds for code in kind.deciders)
    yield from unknown_words("protection-kinds.toml", "decider", deciders, named)
    of_kind = ((row.code, row.kind) for row in pack.protection_measures)
    yield from unknown_words("protection-measures.toml", "kind of protection", kinds, of_kind)
    yield from _decider_faults(pack)
    yield from _offer_faults(pack)
    if pack.identity_permits and not pack.identity_purposes:
        yield Fault("identity-purposes.toml", "-", "is empty, and identities are permitted")
    counts = Counter(row.days for row in pack.follow_ups)
    for row in pack.follow_ups:
        if not row.days or counts[row.days] > 1:
            yield Fault("follow-ups.toml", row.code, "asks on no day of its own")


def _decider_faults(pack: Pack) -> Iterator[Fault]:
    file, marks = "protection-deciders.toml", {mark.code for mark in pack.marks}
    both = (
        (row.code, mark) for row in pack.protection_deciders for mark in (row.asked, row.answered)
    )
    yield from unknown_words(file, "mark", marks, (each for each in both if each[1]))
    for row in pack.protection_deciders:
        if row.outside != bool(row.asked and row.answered):
            yield Fault(file, row.code, "is outside, or has marks, but not both")


def _offer_faults(pack: Pack) -> Iterator[Fault]:
    """Find what a form of requests would lack: with kinds there are persons and grounds to end."""
    if not pack.protection_kinds:
        return
    for file, rows in (
        ("protected-persons.toml", pack.protected_persons),
        ("protection-ends.toml", pack.protection_ends),
    ):
        if not rows:
            yield Fault(file, "-", "is empty, and protection can be asked for")
