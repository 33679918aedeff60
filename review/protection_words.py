"""Protection in words: the pack's where it has them, the desk's own for what it does."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from cases.opened import OpenedEntry
from cases.protection import (
    ASK_STEP,
    DECIDE_STEP,
    END_STEP,
    IN_FOLLOW_UP,
    MEASURE_STEP,
    ON_PAGE,
    ProtectionOutcome,
    ProtectionStanding,
    Request,
)
from cases.protection_requests import AFRAID, HAPPENED, NO
from cases.protection_steps import ENDED
from cases.retaliation import ASKED, FOLLOWED_UP, TOLD
from review.desk import the_office
from review.words import legal_name
from web.languages import show_date

STANDINGS: Final[Mapping[str, LazyString]] = {
    ProtectionStanding.WAITING: lazy_gettext("chờ quyết định"),
    ProtectionStanding.PASSED: lazy_gettext("đã đề nghị nơi có thẩm quyền, chờ trả lời"),
    ProtectionStanding.GRANTED: lazy_gettext("đang bảo vệ"),
    ProtectionStanding.REFUSED: lazy_gettext("không áp dụng"),
    ProtectionStanding.ENDED: lazy_gettext("đã chấm dứt"),
}
OUTCOMES: Final[Mapping[str, LazyString]] = {
    ProtectionOutcome.GRANTED: lazy_gettext("Bảo vệ"),
    ProtectionOutcome.PASSED: lazy_gettext("Đã đề nghị nơi đó, chờ trả lời"),
    ProtectionOutcome.REFUSED: lazy_gettext("Không áp dụng, có lý do"),
}
CHANNEL_WORDS: Final[Mapping[str, LazyString]] = {
    ON_PAGE: lazy_gettext("gửi trên trang, bằng mã theo dõi"),
    IN_FOLLOW_UP: lazy_gettext("trả lời câu hỏi thăm"),
    "in-person": lazy_gettext("nói trực tiếp"),
    "telephone": lazy_gettext("qua điện thoại"),
    "letter": lazy_gettext("bằng văn bản"),
    "words": lazy_gettext("viết trong tin hoặc trong phần trao đổi"),
}
ANSWERS: Final[Mapping[str, LazyString]] = {
    NO: lazy_gettext("không có gì"),
    AFRAID: lazy_gettext("đang sợ"),
    HAPPENED: lazy_gettext("đã có chuyện xảy ra"),
}


def kind_name(code: str) -> str:
    """Return a kind of protection."""
    return legal_name(the_office().pack.protection_kinds, code)


def person_name(code: str) -> str:
    """Return whom the law protects."""
    return legal_name(the_office().pack.protected_persons, code)


def decider_name(code: str) -> str:
    """Return who decides on protection."""
    return legal_name(the_office().pack.protection_deciders, code)


def shield_name(code: str) -> str:
    """Return a measure of protection."""
    return legal_name(the_office().pack.protection_measures, code)


def follow_up_name(code: str) -> str:
    """Return which question after how the reporter is."""
    return legal_name(the_office().pack.follow_ups, code)


def standing_words(standing: str) -> str:
    """Return how it stands with one kind of protection."""
    return str(STANDINGS[standing])


def channel_words(channel: str) -> str:
    """Return how a request came."""
    return str(CHANNEL_WORDS.get(channel, channel))


def follow_up_answer(answer: str) -> str:
    """Return how the reporter says that they are."""
    return str(ANSWERS.get(answer, answer))


def outcome_choice(outcome: ProtectionOutcome) -> tuple[str, str]:
    """Return what can be decided as a choice of a form."""
    return outcome.value, str(OUTCOMES[outcome])


def channel_choice(channel: str) -> tuple[str, str]:
    """Return how a request came as a choice of a form."""
    return channel, channel_words(channel)


def request_choice(request: Request) -> tuple[str, str]:
    """Return a request as a choice of a form."""
    kinds = ", ".join(map(kind_name, request.kinds)) or gettext("chưa rõ loại")
    return request.id, f"{show_date(request.day)}: {kinds}"


def protection_event(entry: OpenedEntry) -> str:
    """Return what the thread tells of protection; nothing for any other event."""
    event = entry.text("event")
    if event == ASKED:
        return gettext("Có đề nghị bảo vệ: xem phần Bảo vệ")
    if event == FOLLOWED_UP:
        return gettext("Người gửi đã trả lời câu hỏi thăm: xem phần Bảo vệ")
    if event != TOLD:
        return ""
    words = str(OUTCOMES.get(entry.text("outcome"), gettext("Chấm dứt bảo vệ")))
    parts = [words, ", ".join(map(kind_name, entry.texts("kinds")))]
    if entry.text("outcome") == ENDED:
        parts.append(_ground(entry))
    return ": ".join(filter(None, (", ".join(filter(None, parts)), entry.text("words"))))


def _ask_line(entry: OpenedEntry) -> str:
    kinds = ", ".join(map(kind_name, entry.texts("kinds")))
    urgent = gettext("khẩn") if entry.values.get("urgent") is True else ""
    parts = (kinds, channel_words(entry.text("channel")), _day(entry, "on"), urgent)
    return gettext("Ghi đề nghị bảo vệ: %(what)s", what="; ".join(filter(None, parts)))


def _decide_line(entry: OpenedEntry) -> str:
    outcome = entry.text("outcome")
    parts = (
        ", ".join(map(kind_name, entry.texts("kinds"))),
        str(OUTCOMES.get(outcome, outcome)),
        decider_name(entry.text("decider")),
        _day(entry, "on"),
        entry.text("document"),
    )
    return gettext("Quyết định về bảo vệ: %(what)s", what="; ".join(filter(None, parts)))


def _measure_line(entry: OpenedEntry) -> str:
    until = _day(entry, "until") or gettext("đến khi có văn bản khác")
    days = f"{_day(entry, 'from')} → {until}"
    parts = (shield_name(entry.text("measure")), days, entry.text("document"))
    return gettext("Biện pháp bảo vệ: %(what)s", what="; ".join(filter(None, parts)))


def _end_line(entry: OpenedEntry) -> str:
    kinds = ", ".join(map(kind_name, entry.texts("kinds")))
    parts = (kinds, _ground(entry), _day(entry, "on"), entry.text("document"))
    return gettext("Chấm dứt bảo vệ: %(what)s", what="; ".join(filter(None, parts)))


def _ground(entry: OpenedEntry) -> str:
    return legal_name(the_office().pack.protection_ends, entry.text("ground"))


def _day(entry: OpenedEntry, name: str) -> str:
    try:
        return show_date(date.fromisoformat(entry.text(name)))
    except ValueError:
        return ""


PROTECTION_LINES: Final[Mapping[str, Callable[[OpenedEntry], str]]] = {
    ASK_STEP: _ask_line,
    DECIDE_STEP: _decide_line,
    MEASURE_STEP: _measure_line,
    END_STEP: _end_line,
    ASKED: protection_event,
    FOLLOWED_UP: protection_event,
}
PROTECTION_CHOICES: Final = (outcome_choice, channel_choice, request_choice)


def protection_words_for_templates() -> dict[str, Callable[..., Any]]:
    """Return the functions by which templates put protection into words."""
    functions: tuple[Callable[..., Any], ...] = (
        kind_name, person_name, decider_name, shield_name, follow_up_name, standing_words,
        channel_words, follow_up_answer, protection_event,
    )  # fmt: skip
    return {function.__name__: function for function in functions}
