"""The deadlines of a case as the desk shows them: what, since when, until when, who, what then."""

from dataclasses import dataclass
from datetime import date

from cases.case_file import CaseFile
from cases.protection_file import ProtectionFile
from policy.case_rows import DeadlineRule, Extension
from policy.clock import Clock, ClockStatus
from policy.deadlines import next_extension, resumed, status_of, with_expected
from policy.routing import superior_of
from review.desk import the_office


@dataclass(frozen=True)
class ClockRow:
    """One clock in words. ``is_expected``: it starts when the one before it is met."""

    rule: DeadlineRule
    clock: Clock
    status: ClockStatus
    is_expected: bool
    extension: Extension | None
    # To whom it is for to act where nobody did.
    superior: str | None

    # Of a paused clock the day on which it would end if nothing paused it from today.
    due: date


def clock_rows(case: CaseFile | ProtectionFile) -> list[ClockRow]:
    """Return the clocks of a case: what is awaited first, then what is over."""
    office = the_office()
    law, today = office.law, office.clock.today()
    pack = office.todays_pack
    superior = superior_of(case.unit, pack) if pack.knows_unit(case.unit) else None
    rows = []
    for clock in with_expected(law, case.clocks, case.course):
        rule = law.rule_of(clock)
        if rule is None:
            continue
        is_expected = clock not in case.clocks
        extension = None if is_expected or not clock.is_running else next_extension(law, clock)
        status = status_of(rule, clock, today)
        due = resumed(law, clock, today).due_on
        rows.append(ClockRow(rule, clock, status, is_expected, extension, superior, due))
    return sorted(rows, key=lambda row: not row.clock.is_running)


def extendable(rows: list[ClockRow]) -> list[ClockRow]:
    """Return the clocks that can be given more time now."""
    return [
        row
        for row in rows
        if row.extension is not None and row.status in {ClockStatus.RUNNING, ClockStatus.PAUSED}
    ]
