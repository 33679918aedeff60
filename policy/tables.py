"""The tables of a pack: which file each stands in, which rows it has, which part it fills."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, get_type_hints

from policy import (
    case_rows,
    desk_rows,
    notice_rows,
    protection_rows,
    retention_rows,
    reward_rows,
    rows,
)
from policy.rows import Row


@dataclass(frozen=True)
class Table:
    """One table of a pack: the part of ``Pack`` it fills, its file and name, its kind of row."""

    part: str
    file: str
    name: str
    kind: type[Row]

    @cached_property
    def hints(self) -> dict[str, object]:
        """Return the type of each field of its rows, looked up once for all of them."""
        return get_type_hints(self.kind)


TABLES = (
    Table("place", "pack.toml", "pack", rows.Place),
    Table("offices", "offices.toml", "office", rows.Office),
    Table("groups", "groups.toml", "group", rows.Group),
    Table("units", "units.toml", "unit", rows.Unit),
    Table("competence", "competence.toml", "competence", rows.Competence),
    Table("fields", "fields.toml", "field", rows.Field),
    Table("acts", "acts.toml", "act", rows.Act),
    Table("quick_kinds", "kinds.toml", "kind", rows.QuickKind),
    Table("tracks", "tracks.toml", "track", rows.Track),
    Table("states", "states.toml", "state", rows.StateWords),
    Table("deadlines", "deadlines.toml", "deadline", case_rows.DeadlineRule),
    Table("extensions", "extensions.toml", "extension", case_rows.Extension),
    Table("grounds", "grounds.toml", "ground", case_rows.Ground),
    Table("marks", "marks.toml", "mark", case_rows.Mark),
    Table("step_rules", "steps.toml", "step", case_rows.StepRule),
    Table("advice", "advice.toml", "advice", case_rows.Advice),
    Table("findings", "findings.toml", "finding", case_rows.Finding),
    Table("measures", "measures.toml", "measure", case_rows.Measure),
    Table("detections", "detections.toml", "detection", case_rows.Detection),
    Table("decision_kinds", "decisions.toml", "decision", case_rows.DecisionKind),
    Table("periods", "periods.toml", "period", case_rows.ReportPeriod),
    Table("calendar", "calendar.toml", "day", rows.CalendarDay),
    Table("reception", "reception.toml", "reception", rows.Reception),
    Table("escalation", "escalation.toml", "escalation", rows.Escalation),
    Table("reasons", "reasons.toml", "reason", rows.ReasonWords),
    Table("notices", "notices.toml", "notice", notice_rows.Notice),
    Table(
        "protection_kinds",
        "protection-kinds.toml",
        "protection_kind",
        protection_rows.ProtectionKind,
    ),
    Table(
        "protection_deciders",
        "protection-deciders.toml",
        "protection_decider",
        protection_rows.ProtectionDecider,
    ),
    Table(
        "protected_persons",
        "protected-persons.toml",
        "protected_person",
        protection_rows.ProtectedPerson,
    ),
    Table(
        "protection_measures",
        "protection-measures.toml",
        "protection_measure",
        protection_rows.ProtectionMeasure,
    ),
    Table(
        "protection_ends", "protection-ends.toml", "protection_end", protection_rows.ProtectionEnd
    ),
    Table("follow_ups", "follow-ups.toml", "follow_up", protection_rows.FollowUp),
    Table("reward_levels", "reward-levels.toml", "reward_level", reward_rows.RewardLevel),
    Table("reward_deciders", "reward-deciders.toml", "reward_decider", reward_rows.RewardDecider),
    Table("reward_ways", "reward-ways.toml", "reward_way", reward_rows.RewardWay),
    Table("base_salaries", "base-salaries.toml", "base_salary", reward_rows.BaseSalary),
    Table("retention", "retention.toml", "retention", retention_rows.Retention),
    Table(
        "identity_purposes",
        "identity-purposes.toml",
        "identity_purpose",
        protection_rows.IdentityPurpose,
    ),
    Table(
        "identity_permits",
        "identity-permits.toml",
        "identity_permit",
        protection_rows.IdentityPermit,
    ),
    Table("separations", "separations.toml", "separation", desk_rows.Separation),
    Table("answers", "answers.toml", "answer", desk_rows.SavedAnswer),
    Table("plan", "plan.toml", "section", rows.PlanSection),
    Table("duties", "duties.toml", "duty", rows.Duty),
)

# What an office adds to the calendar of its pack, in its own folder.
OWN_DAYS = Table("calendar", "calendar.toml (instance)", "day", rows.CalendarDay)

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

# What forms offer: a row is chosen while it is in force, and named for ever.
CHOICES: Final = (
    "fields",
    "acts",
    "quick_kinds",
    "tracks",
    "grounds",
    "marks",
    "step_rules",
    "findings",
    "measures",
    "detections",
    "decision_kinds",
    "separations",
    "answers",
    "protection_kinds",
    "protection_deciders",
    "protected_persons",
    "protection_measures",
    "protection_ends",
    "follow_ups",
    "reward_levels",
    "reward_ways",
    "retention",
    "identity_purposes",
    "identity_permits",
)
