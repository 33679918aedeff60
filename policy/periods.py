"""The periods that the office reports on, and when each report is due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from policy.case_rows import ReportPeriod
from policy.pack import Pack
from policy.working_days import months_before


@dataclass(frozen=True)
class DueReport:
    """A period with its first and its last day, and the last day on which its report is in time."""

    period: ReportPeriod
    first_day: date
    last_day: date
    due_on: date


def next_reports(pack: Pack, today: date) -> tuple[DueReport, ...]:
    """Return the reports that are due next, on one day; none where the pack has no period."""
    coming = [report for report in _reports(pack, today) if report.due_on >= today]
    first = min((report.due_on for report in coming), default=None)
    return tuple(report for report in coming if report.due_on == first)


def _reports(pack: Pack, today: date) -> Iterator[DueReport]:
    for year in (today.year, today.year + 1):
        for period in pack.periods:
            last_day = date(year, period.month, period.day)
            if period.in_force(last_day):
                first_day = months_before(last_day, period.months) + timedelta(days=1)
                yield DueReport(period, first_day, last_day, last_day.replace(day=period.due_day))
