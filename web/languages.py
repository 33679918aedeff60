"""Vietnamese first, English at a click. The language is kept in a cookie of its own."""

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, gettext
from markupsafe import Markup

SOURCE_LANGUAGE: Final = "vi"
LANGUAGES: Final = {"vi": "Tiếng Việt", "en": "English"}
LANGUAGE_COOKIE: Final = "liemchinh-lang"
LANGUAGE_ARGUMENT: Final = "lang"

# Written out by hand: what people here read on paper.
_DATE_PATTERNS: Final = {"vi": "dd/MM/yyyy", "en": "d MMMM yyyy"}
_SIZE_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB")
_SIZE_STEP: Final = 1024


def install_languages(app: Flask, translations: str, *, is_secure: bool) -> None:
    """Give the app its languages, the words for dates and sizes, and the language cookie."""
    Babel(  # type: ignore[no-untyped-call]  # it ships half its types
        app,
        default_locale=SOURCE_LANGUAGE,
        default_translation_directories=translations,
        locale_selector=_asked_language,
    )

    # Templates say some hundred fixed phrases on a page; what the library does for each costs more
    # than all the rest of the page.
    say = PhraseBook().say
    app.jinja_env.globals.update({"_": say, "gettext": say})

    def keep_language(response: Response) -> Response:
        chosen = _chosen_now()
        if chosen is not None:
            # No expiry: the browser forgets it when it closes.
            response.set_cookie(
                LANGUAGE_COOKIE,
                chosen,
                secure=is_secure,
                httponly=True,
                samesite="Lax",
                path="/",
            )
        return response

    app.after_request(keep_language)
    app.add_template_filter(show_date)
    app.add_template_filter(show_number)
    app.add_template_filter(show_size)
    app.context_processor(_language_words)


class PhraseBook:
    """The fixed phrases of templates in each language, each translated once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Markup] = {}

    def say(self, phrase: str, **values: object) -> Markup:
        """Return a phrase of a template in the page's language; values in it are escaped."""
        key = (reader_language(), phrase)
        words = self._known.get(key)
        if words is None:
            # gettext leaves a phrase alone when it is given no values; a template's is a format.
            words = self._known[key] = Markup(gettext(phrase))  # noqa: S704 (our own words)
        return words % values if values or "%" in words else words


def reader_language() -> str:
    """Return the language of this page: ``vi`` or ``en``."""
    if not has_request_context():
        return SOURCE_LANGUAGE
    # Asked for some hundred times a page.
    found: str | None = g.get(LANGUAGE_COOKIE)
    if found is None:
        found = _asked_language()
        setattr(g, LANGUAGE_COOKIE, found)
    return found


def show_date(day: date) -> str:
    """Return a day as people write it: 03/12/2026, or 3 December 2026."""
    language = reader_language()
    return format_date(day, _DATE_PATTERNS[language], locale=language)


def show_number(number: float) -> str:
    """Return a number with the language's separators: 1.234,5 or 1,234.5."""
    return format_decimal(number, locale=reader_language())


def show_size(count_bytes: int) -> str:
    """Return a size in the largest unit that keeps it at 1 or more: 2 GiB, 1,5 MiB."""
    size, unit = float(count_bytes), 0
    while size >= _SIZE_STEP and unit < len(_SIZE_UNITS) - 1:
        size, unit = size / _SIZE_STEP, unit + 1
    return f"{show_number(round(size, 1))} {_SIZE_UNITS[unit]}"


def _asked_language() -> str:
    if not has_request_context():
        return SOURCE_LANGUAGE
    # The browser's own wish is not asked: offices set phones to English and read Vietnamese.
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    return _chosen_now() or (kept if kept in LANGUAGES else SOURCE_LANGUAGE)


def _chosen_now() -> str | None:
    chosen = request.args.get(LANGUAGE_ARGUMENT, "") if request.method in {"GET", "HEAD"} else ""
    return chosen if chosen in LANGUAGES else None


def _language_words() -> dict[str, Any]:
    """Give templates the page's language and a link to the other one.

    The link is relative, so a hostile path cannot turn it into a link to another host. An answer
    to a POST has none: following it would lose the typed text, or the receipt.
    """
    if not has_request_context():
        return {"language": SOURCE_LANGUAGE, "other_language": None}
    language = reader_language()
    other = next(code for code in LANGUAGES if code != language)
    link = {"code": other, "name": LANGUAGES[other], "href": _with_language(other)}
    return {"language": language, "other_language": link if request.method == "GET" else None}


def _with_language(code: str) -> str:
    arguments = [
        (key, value) for key, value in request.args.items(multi=True) if key != LANGUAGE_ARGUMENT
    ]
    return "?" + urlencode([*arguments, (LANGUAGE_ARGUMENT, code)])
