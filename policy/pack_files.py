"""Which file of a pack fills which part of it, and how its rows follow each other."""

from collections.abc import Mapping
from typing import Final

# Every table but the one row of pack.toml, in the order in which faults are told.
PART_OF_FILE: Final[Mapping[str, str]] = {
    "offices.toml": "offices",
    "groups.toml": "groups",
    "units.toml": "units",
    "competence.toml": "competence",
    "fields.toml": "fields",
    "acts.toml": "acts",
    "kinds.toml": "quick_kinds",
    "tracks.toml": "tracks",
    "states.toml": "states",
    "deadlines.toml": "deadlines",
    "extensions.toml": "extensions",
    "grounds.toml": "grounds",
    "marks.toml": "marks",
    "steps.toml": "step_rules",
    "advice.toml": "advice",
    "findings.toml": "findings",
    "measures.toml": "measures",
    "detections.toml": "detections",
    "decisions.toml": "decision_kinds",
    "periods.toml": "periods",
    "calendar.toml": "calendar",
    "reception.toml": "reception",
    "escalation.toml": "escalation",
    "reasons.toml": "reasons",
    "notices.toml": "notices",
    "protection-kinds.toml": "protection_kinds",
    "protection-deciders.toml": "protection_deciders",
    "protected-persons.toml": "protected_persons",
    "protection-measures.toml": "protection_measures",
    "protection-ends.toml": "protection_ends",
    "follow-ups.toml": "follow_ups",
    "plan.toml": "plan",
    "duties.toml": "duties",
}
# What an office is made of, and says: a row of the same code may follow another one.
VERSIONED: Final[Mapping[str, str]] = {
    "offices.toml": "offices",
    "groups.toml": "groups",
    "units.toml": "units",
    "states.toml": "states",
    "escalation.toml": "escalation",
    "reasons.toml": "reasons",
    "notices.toml": "notices",
}
