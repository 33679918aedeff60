"""What an address of ours may hold: text without NUL, which no name or reference ever has.

PostgreSQL cannot compare with such a text and says so by failing; SQLite finds nothing.
"""

from typing import Any

from flask import Flask
from werkzeug.routing import PathConverter, UnicodeConverter


class WordConverter(UnicodeConverter):
    """One part of a path."""

    regex = r"[^/\0]+"

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.regex = WordConverter.regex


class WordsConverter(PathConverter):
    """The rest of a path."""

    regex = r"[^/\0][^\0]*?"


def install_addresses(app: Flask) -> None:
    """Let the app find no page behind an address with NUL in it."""
    app.url_map.converters |= {"default": WordConverter, "path": WordsConverter}
