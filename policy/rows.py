"""The rows of a policy pack: one frozen class a table. A new law is a new row."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, get_type_hints

from policy.states import CaseState

Language = Literal["vi", "en"]

# What a unit can be to a report: read it at the desk, get it on paper or by courier, or neither.
DESK, OUTSIDE, NOWHERE = "desk", "outside", "no"

# The parts an office must fill (offices.toml).
RESOLVER, DEFAULT_RECEIVER, FALLBACK = "resolver", "default-receiver", "fallback"

# Competence rows may say whom they mean instead of naming a unit, and whom of its people; the
# head's rows are also a deputy's, and the body is the unit as such (Luật Tố cáo Điều 12.6, 13.1b).
ITSELF, SUPERIOR = "@itself", "@superior"
# In a row of competence: whatever kind of unit the accused is of, and where nobody is named.
ANYBODY = "@anybody"
STAFF, HEAD, BODY = WHO = "staff", "head", "body"

# How a deadline counts. Hours are counted as whole days, so that no time of day need be kept.
WORKING_DAYS, CALENDAR_DAYS, MONTHS, HOURS = "working-days", "calendar-days", "months", "hours"
MEASURE_NAMES = (WORKING_DAYS, CALENDAR_DAYS, MONTHS, HOURS)

# Who must do what a deadline asks for.
ACTORS = ("intake", "head", "resolver", "superior", "police", "operator")

# Where the desk offers a mark.
MARK_GROUPS = ("notice", "verification", "clock", "danger", "protection", "party", "outside")

# How many of the three tests were met.
ALL, SOME, NONE, UNTESTED = "all", "some", "none", "untested"
TEST_RESULTS = (ALL, SOME, NONE, UNTESTED)

# The areas of measures that the plan names (I.1): political, of awareness, organisational …
MEASURE_AREAS = (
    "party",
    "awareness",
    "discipline",
    "administrative",
    "economic",
    "criminal",
    "organisation",
)

# What a duty of the plan asks of this system: to do it, to supply it, to respect it, or nothing.
CORE, FEED, CONTEXT, OUT = "core", "feed", "context", "out"
BUILT, PARTLY, NOT_YET = "built", "partly", "not-yet"

# How the places begin where a duty is done: a public page, a page of the desk, a document.
PUBLIC_PAGE, DESK_PAGE, DOCUMENT = "/", "desk:/", "docs/"


@dataclass(frozen=True)
class OneOf:
    """Marks a field of a row: its values, and what a fault calls them."""

    what: str
    values: tuple[str, ...]


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
    receives: Annotated[str, OneOf("'receives' value", (DESK, OUTSIDE, NOWHERE))]
    accusable: bool
    group: str = ""
    # Whoever is meant there is its head or a deputy: an office held by a person, a leadership.
    all_heads: bool = False
    # Units that its people may sit in, and that are kept out with it: who runs this system may read
    # in one of them.
    sits_in: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Competence(Worded):
    """Who resolves a report about people of some kind of unit.

    With a ``track``: who gets a copy if the case goes there too, whoever resolves the rest.
    """

    kinds: tuple[str, ...]
    who: Annotated[tuple[str, ...], OneOf("'who' value", WHO)]
    resolver: str
    track: str = ""


@dataclass(frozen=True, kw_only=True)
class Field(Worded):
    """A field of life that a report can be about."""

    # The body that the law makes competent whoever is meant; empty where the accused decides.
    competent: str = ""
    # Whose function it is what people and businesses do there (Luật Tố cáo Điều 41).
    managed_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Act(Worded):
    """An act that a report can be about."""

    sector: Annotated[str, OneOf("sector", ("state", "non-state", "any"))]
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

    state: Annotated[str, OneOf("state", tuple(CaseState))]
    track: str = ""


@dataclass(frozen=True, kw_only=True)
class CalendarDay(Named):
    """A day on which the office works or not, whatever the country's holidays say.

    ``announced``: it belongs to a holiday whose days somebody fixes anew every year (Tết).
    """

    day: date
    worked: bool
    announced: bool = False


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


@dataclass(frozen=True, kw_only=True)
class PlanSection(Named):
    """A section of the plan that the office carries out; duties are shown under it."""


@dataclass(frozen=True, kw_only=True)
class Duty(Row):
    """A duty of the plan, and what the system does for it today: no more than is there.

    ``where`` names public pages (``/report``), pages of the desk (``desk:/cases``) and documents
    (``docs/packs.md``).
    """

    section: str
    class_: Annotated[str, OneOf("class", (CORE, FEED, CONTEXT, OUT))]
    text_vi: str
    text_en: str
    state: Annotated[str, OneOf("state", (BUILT, PARTLY, NOT_YET))]
    does_vi: str
    does_en: str
    where: tuple[str, ...] = ()

    def text(self, language: Language) -> str:
        """Return the duty in plain words."""
        return self.text_en if language == "en" else self.text_vi

    def does(self, language: Language) -> str:
        """Return what the system does for it, or what is missing."""
        return self.does_en if language == "en" else self.does_vi


def choices(kind: type[Row]) -> dict[str, OneOf]:
    """Return the fields of a kind of row that take one of a few values."""
    hints = get_type_hints(kind, include_extras=True).items()
    marks = ((name, mark) for name, hint in hints for mark in getattr(hint, "__metadata__", ()))
    return {name: mark for name, mark in marks if isinstance(mark, OneOf)}
