"""The rows of a policy pack: one frozen class a table. A new law is a new row."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["vi", "en"]

# What a unit can be to a report: read it at the desk, get it on paper or by courier, or neither.
DESK, OUTSIDE, NOWHERE = "desk", "outside", "no"

# The parts an office must fill (offices.toml).
RESOLVER, DEFAULT_RECEIVER, FALLBACK = "resolver", "default-receiver", "fallback"

# Competence rows may say whom they mean instead of naming a unit.
ITSELF, SUPERIOR = "@itself", "@superior"


@dataclass(frozen=True, kw_only=True)
class Row:
    """What every row carries: its source, when it is in force, whether anybody confirmed it."""

    code: str
    basis: str
    since: date
    until: date | None = None
    confirmed: bool
    note: str = ""

    def in_force(self, day: date) -> bool:
        """Return whether the row is law on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True)
class Named(Row):
    """A row with the legal name, for reviewers, in both languages."""

    name_vi: str
    name_en: str

    def name(self, language: Language) -> str:
        """Return the legal name."""
        return self.name_en if language == "en" else self.name_vi


@dataclass(frozen=True, kw_only=True)
class Worded(Named):
    """A named row that a visitor sees too, in everyday words."""

    plain_vi: str
    plain_en: str

    def plain(self, language: Language) -> str:
        """Return the everyday words."""
        return self.plain_en if language == "en" else self.plain_vi


@dataclass(frozen=True, kw_only=True)
class Place(Named):
    """Whose pack this is, and the country whose holidays count."""

    country: str


@dataclass(frozen=True, kw_only=True)
class Office(Row):
    """Which unit fills a part that every office needs filled."""

    unit: str


@dataclass(frozen=True, kw_only=True)
class Group(Worded):
    """Units that people think of together when they do everyday business."""


@dataclass(frozen=True, kw_only=True)
class Unit(Worded):
    """A body whose people can be named, or that can receive reports, or both."""

    kind: str
    superior: str = ""
    inside: bool
    receives: str
    accusable: bool
    group: str = ""
    # Whoever is meant there is its head or a deputy: an office held by a person, a leadership.
    all_heads: bool = False


@dataclass(frozen=True, kw_only=True)
class Competence(Worded):
    """Who resolves a report about people of some kind of unit."""

    kinds: tuple[str, ...]
    who: tuple[str, ...]
    resolver: str


@dataclass(frozen=True, kw_only=True)
class Field(Worded):
    """A field of life that a report can be about."""

    # The body that the law makes competent whoever is meant; empty where the accused decides.
    competent: str = ""


@dataclass(frozen=True, kw_only=True)
class Act(Worded):
    """An act that a report can be about."""

    sector: str
    penal: str = ""
    uncac: str = ""


@dataclass(frozen=True, kw_only=True)
class QuickKind(Worded):
    """A way to open the form: which words it uses, which act it supposes."""

    act: str = ""
    short: bool


@dataclass(frozen=True, kw_only=True)
class Track(Named):
    """A legal track of a report."""


@dataclass(frozen=True, kw_only=True)
class StateWords(Worded):
    """What a state is called; with a track, only there."""

    state: str
    track: str = ""


@dataclass(frozen=True, kw_only=True)
class DeadlineRule(Worded):
    """A number of days after receipt, or after another rule's due day.

    ``open_in`` names the states in which the clock still runs: in any other the rule is met.
    """

    tracks: tuple[str, ...]
    open_in: tuple[str, ...]
    after: str = ""
    count: int
    measure: str


@dataclass(frozen=True, kw_only=True)
class CalendarDay(Named):
    """A day on which the office works or not, whatever the country's holidays say."""

    day: date
    worked: bool


@dataclass(frozen=True, kw_only=True)
class Reception(Worded):
    """Where, when and by which telephone people can come or call instead."""

    unit: str
    days_vi: str
    days_en: str
    place_vi: str
    place_en: str
    telephone: str = ""


@dataclass(frozen=True, kw_only=True)
class Escalation(Worded):
    """After how many working days a case that nobody opened goes up; 0 switches it off."""

    working_days: int


@dataclass(frozen=True, kw_only=True)
class ReasonWords(Row):
    """How routing explains one thing that it did, to the reporter and the reviewer."""

    text_vi: str
    text_en: str


# What the pages of both doors say of the law; a pack words each of them (notices.toml).
NOTICE_CODES = frozenset(
    {"anonymous", "paid", "paid-statement", "mistake", "duty", "retaliation", "secrecy"}
)


@dataclass(frozen=True, kw_only=True)
class Notice(Row):
    """What the law says to whoever reads a page, in plain words."""

    text_vi: str
    text_en: str

    def text(self, language: Language) -> str:
        """Return the plain words."""
        return self.text_en if language == "en" else self.text_vi
