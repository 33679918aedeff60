"""Rewards in words: the pack's where it has them, the desk's own for what it does."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from cases.opened import OpenedEntry
from cases.reward_ledger import RewardStanding
from cases.rewards import (
    CLAIMED,
    DECIDE_REWARD,
    GRANTED,
    PAID,
    PAY_REWARD,
    PROPOSE_REWARD,
    number_of,
)
from review.desk import the_office
from review.words import legal_name
from web.languages import show_date, show_number

STANDINGS: Final[Mapping[str, LazyString]] = {
    RewardStanding.PROPOSED: lazy_gettext("đề nghị, chờ quyết định"),
    RewardStanding.REFUSED: lazy_gettext("không được duyệt"),
    RewardStanding.GRANTED: lazy_gettext("được thưởng, người gửi chưa xin nhận"),
    RewardStanding.CLAIMED: lazy_gettext("đã có mã, chờ chi"),
    RewardStanding.PAID: lazy_gettext("đã chi"),
}


def money(amount: int) -> str:
    """Return a sum of money."""
    return gettext("%(amount)s đồng", amount=show_number(amount))


def reward_level(code: str) -> str:
    """Return a level of reward."""
    return legal_name(the_office().pack.reward_levels, code)


def reward_decider(code: str) -> str:
    """Return who decides on a reward."""
    return legal_name(the_office().pack.reward_deciders, code)


def reward_way(code: str) -> str:
    """Return a way to be paid."""
    return legal_name(the_office().pack.reward_ways, code)


def reward_standing(standing: str) -> str:
    """Return how it stands with a reward."""
    return str(STANDINGS[standing])


def reward_event(entry: OpenedEntry) -> str:
    """Return what the thread tells of a reward; nothing for any other event."""
    event = entry.text("event")
    if event == GRANTED:
        amount = number_of(entry.values, "amount")
        parts = (reward_level(entry.text("level")), money(amount) if amount else "")
        what = "; ".join(filter(None, parts))
        return gettext("Báo người gửi: được khen thưởng (%(what)s)", what=what)
    if event == CLAIMED:
        way = reward_way(entry.text("way"))
        return gettext("Người gửi đã lấy mã nhận thưởng: %(way)s", way=way)
    return gettext("Báo người gửi: tiền thưởng đã được chi") if event == PAID else ""


def _propose_line(entry: OpenedEntry) -> str:
    recovered = number_of(entry.values, "recovered")
    parts = [reward_level(entry.text("level"))]
    if recovered:
        parts.append(gettext("thu hồi được %(amount)s", amount=money(recovered)))
    return gettext("Đề nghị khen thưởng: %(what)s", what="; ".join(parts))


def _decide_line(entry: OpenedEntry) -> str:
    is_granted = entry.values.get("granted") is True
    amount = number_of(entry.values, "amount")
    parts = (
        reward_level(entry.text("level")),
        money(amount) if amount else "",
        _day(entry),
        entry.text("document"),
    )
    what = "; ".join(filter(None, parts))
    if is_granted:
        return gettext("Quyết định khen thưởng: %(what)s", what=what)
    return gettext("Không khen thưởng: %(what)s", what=what)


def _pay_line(entry: OpenedEntry) -> str:
    what = "; ".join(filter(None, (_day(entry), entry.text("document"))))
    return gettext("Đã chi tiền thưởng cho người mang mã: %(what)s", what=what)


def _day(entry: OpenedEntry) -> str:
    try:
        return show_date(date.fromisoformat(entry.text("on")))
    except ValueError:
        return ""


REWARD_LINES: Final[Mapping[str, Callable[[OpenedEntry], str]]] = {
    PROPOSE_REWARD: _propose_line,
    DECIDE_REWARD: _decide_line,
    PAY_REWARD: _pay_line,
}


def reward_words_for_templates() -> dict[str, Callable[..., Any]]:
    """Return the functions by which templates put rewards into words."""
    functions: tuple[Callable[..., Any], ...] = (
        reward_level, reward_decider, reward_way, reward_standing, reward_event,
    )  # fmt: skip
    return {function.__name__: function for function in functions}
