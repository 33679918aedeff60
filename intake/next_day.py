"""The next day that the reporter is told of, in plain words."""

from dataclasses import dataclass
from datetime import date

from intake.door import language
from policy.pack import Pack


@dataclass(frozen=True)
class NextDay:
    """The next day something is due, what that is, and whether anybody signed the rule."""

    due: date
    words: str
    is_confirmed: bool


def next_day(pack: Pack, due: date | None, rule_code: str | None) -> NextDay | None:
    """Return a day and what its rule asks for; no words where the pack has lost the rule."""
    if due is None:
        return None
    rule = pack.rules.get(rule_code or "")
    if rule is None:
        return NextDay(due, "", False)
    return NextDay(due, rule.plain(language()), rule.confirmed)
