"""The rows of a pack that say what the law is to whoever reads a page."""

from dataclasses import dataclass

from policy.rows import Language, Row

# What the pages of both doors say of the law; a pack words each of them (notices.toml).
NOTICE_CODES = frozenset(
    {
        "anonymous",
        "paid",
        "paid-statement",
        "mistake",
        "duty",
        "retaliation",
        "secrecy",
        "paper",
        "redaction",
        "interest",
        "declaration",
        "protection",
        "protection-urgent",
        "protection-named",
        "identity",
    }
)


@dataclass(frozen=True, kw_only=True)
class Notice(Row):
    """What the law says to whoever reads a page, in plain words."""

    text_vi: str
    text_en: str

    def text(self, language: Language) -> str:
        """Return the plain words."""
        return self.text_en if language == "en" else self.text_vi
