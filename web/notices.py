"""What a pack's law says, for the templates of both doors: words and source together."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from policy.pack import Pack
from policy.rows import Language
from web.languages import reader_language


@dataclass(frozen=True)
class LegalWords:
    """A notice in the reader's language, with the article it rests on."""

    text: str
    basis: str
    confirmed: bool


def install_notices(app: Flask, todays_pack: Callable[[], Pack]) -> None:
    """Give templates ``law(code)``: what a notice says today, in the reader's language."""

    def law(code: str) -> LegalWords:
        notice = todays_pack().notice(code)
        language: Language = "en" if reader_language() == "en" else "vi"
        return LegalWords(notice.text(language), notice.basis, notice.confirmed)

    app.add_template_global(law, "law")
