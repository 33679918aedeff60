"""What a pack's law says, for the templates of both doors: words and source together."""

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


def install_notices(app: Flask, pack: Pack) -> None:
    """Give templates ``law(code)``: what the pack's notices say in the reader's language."""

    def law(code: str) -> LegalWords:
        notice = pack.notice(code)
        language: Language = "en" if reader_language() == "en" else "vi"
        return LegalWords(notice.text(language), notice.basis, notice.confirmed)

    app.add_template_global(law, "law")
