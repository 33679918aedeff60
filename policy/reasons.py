"""How routing explains itself: one row of the pack each, to the reporter and the reviewer."""

from dataclasses import dataclass

from policy.pack import Pack
from policy.rows import ReasonWords, Row

CANNOT_RECEIVE = "cannot-receive"
# Every explanation routing can give; a pack words each of them (reasons.toml).
REASON_CODES = frozenset(
    {
        "nobody-named",
        "several-resolvers",
        "no-common-superior",
        "field-decides",
        "field-managed",
        "bypass",
        "barred",
        "named-in-text",
        CANNOT_RECEIVE,
        "nobody-there",
        "default-receiver",
        "fallback",
        "receiver",
    }
)


@dataclass(frozen=True, repr=False)
class Reason:
    """One row that led to the receiver, in words for the reporter and the reviewer."""

    code: str
    basis: str
    text_vi: str
    text_en: str
    # False where the words could tell that a name of the roster stands in the text.
    public: bool = True


def say(code: str, pack: Pack, source: Row | None, *units: str, public: bool = True) -> Reason:
    """Return a reason in the words of the pack, about some units; its basis is the source's."""
    words: ReasonWords = pack.reason_words(code)
    return Reason(
        code,
        (source or words).basis,
        words.text_vi.format(unit=", ".join(pack.unit_name(unit, "vi") for unit in units)),
        words.text_en.format(unit=", ".join(pack.unit_name(unit, "en") for unit in units)),
        public,
    )
