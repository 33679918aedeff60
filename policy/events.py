"""What can happen to a case that a deadline knows of: the steps, and what a pack adds to them.

An event has a name and a day. Steps of the table of states are events by their own names; what
else a reviewer takes note of, a notice sent or a sign of crime found, is a mark of the pack.
"""

from enum import StrEnum

from policy.states import CaseStep


class CaseEvent(StrEnum):
    """What happens to every case, whatever its pack says."""

    RECEIVED = "received"
    # Triage was recorded: the track and the three tests of Luật Tố cáo Điều 25.2.
    CLASSIFIED = "classified"
    # One of its clocks was given more time.
    EXTENDED = "extended"
    # The reporter was told something: an answer, or where the case stands now.
    TOLD = "told"
    # Protection was asked for, or something happened to the reporter; it was decided on.
    PROTECTION_ASKED = "protection-asked"
    PROTECTION_ASKED_URGENTLY = "protection-asked-urgent"
    PROTECTION_DECIDED = "protection-decided"


# The names that marks of a pack must not take, and that its deadlines may count from.
COMMON_EVENTS = frozenset(CaseEvent) | frozenset(CaseStep)
