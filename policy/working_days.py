"""Working days of the office: the country's holidays, and the days a pack adds or takes away.

BLDS 2015 Điều 147.2: the first day is not counted. Điều 148.5: a period whose last day is a day
off ends with the next working day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock

from holidays import HolidayBase, country_holidays

_SATURDAY = 5
_MONTHS_A_YEAR = 12
_HOURS_A_DAY = 24
_LAST_MONTH_OF_TET, _MONTH_OF_NOTICE = 2, 10


@dataclass(frozen=True)
class Calendar:
    """The days on which the office works."""

    country: str
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    _public: HolidayBase = field(init=False, repr=False, compare=False)
    # Every report asks for the same few weeks.
    _known: dict[date, bool] = field(default_factory=dict, init=False, repr=False, compare=False)
    # The library works a year out when it is first asked for, and others must not see a part.
    _asking: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_public", country_holidays(self.country))

    def is_working_day(self, day: date) -> bool:
        """Return whether the day counts; what the pack says of a day goes before the country."""
        if day not in self._known:
            with self._asking:
                self._known[day] = self._counts(day)
        return self._known[day]

    def _counts(self, day: date) -> bool:
        if day in self.worked:
            return True
        if day in self.off or day in self._public:
            return False
        return day.weekday() < _SATURDAY or day in self._public.weekend_workdays


def working_days_after(start: date, count: int, calendar: Calendar) -> date:
    """Return the ``count``-th working day after ``start``, itself not counted (Điều 147.2)."""
    due = start
    while count > 0:
        due += timedelta(days=1)
        count -= calendar.is_working_day(due)
    return due


def calendar_days_after(start: date, count: int, calendar: Calendar) -> date:
    """Return the day ``count`` days after ``start``, rolled to a working day (Điều 148.5)."""
    return _roll(start + timedelta(days=count), calendar)


def months_after(start: date, count: int, calendar: Calendar) -> date:
    """Return the same day ``count`` months on, or that month's last (Điều 148.3), rolled."""
    return _roll(_same_day(start, count), calendar)


def months_before(day: date, count: int) -> date:
    """Return the same day ``count`` months earlier, or that month's last."""
    return _same_day(day, -count)


def hours_after(start: date, count: int, calendar: Calendar) -> date:
    """Return the last whole day of ``count`` hours that began at any time of ``start``.

    No time of day is kept, so the day on which they may end is not counted on; hours run on days
    off too.
    """
    del calendar
    return start + timedelta(days=max(0, count // _HOURS_A_DAY - 1))


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Return how many working days come after ``start``, up to ``end`` and with it."""
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(map(calendar.is_working_day, days))


def years_to_announce(today: date) -> tuple[int, ...]:
    """Return the years whose moving holidays should be known by now.

    From 1 October those of the next year; Tết is over by the end of February.
    """
    years = [today.year] if today.month <= _LAST_MONTH_OF_TET else []
    if today.month >= _MONTH_OF_NOTICE:
        years.append(today.year + 1)
    return tuple(years)


def calendar_of(country: str, days: Mapping[date, bool]) -> Calendar:
    """Return the country's calendar with days that are worked (true) or off (false)."""
    return Calendar(
        country,
        off=frozenset(day for day, worked in days.items() if not worked),
        worked=frozenset(day for day, worked in days.items() if worked),
    )


def _same_day(start: date, count: int) -> date:
    years, month = divmod(start.month - 1 + count, _MONTHS_A_YEAR)
    first_of_next = date(
        start.year + years + (month + 1) // _MONTHS_A_YEAR, (month + 1) % _MONTHS_A_YEAR + 1, 1
    )
    last = first_of_next - timedelta(days=1)
    return last.replace(day=min(start.day, last.day))


def _roll(day: date, calendar: Calendar) -> date:
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day
