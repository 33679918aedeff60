"""People of the roster in a text, however it was typed: accents, case and spaces forgiven."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# A single syllable ("Anh", "Hoa") is also an everyday word: matching it would route at random.
LEAST_SYLLABLES = 2

# Đ has no decomposition, and old Vietnamese fonts typed the Icelandic Ð for it.
_CROSSED_D = str.maketrans({"đ": "d", "ð": "d"})


@dataclass(frozen=True, repr=False)
class Person:
    """Somebody of the roster: a key, and every name and alias people use."""

    key: str
    names: tuple[str, ...]


def fold(text: str) -> str:
    """Return the text without accents, case and punctuation, its syllables parted by one space.

    Each character is folded alone, so the work is linear in the text: normalising a whole text
    sorts runs of combining marks, which a hostile one makes quadratic.
    """
    strange = set(text).difference(_LATIN_LETTERS)
    table = _LATIN
    if strange:
        table = _LATIN | {ord(character): _fold_one(character) for character in strange}
    return " ".join(text.translate(table).split())


class NameIndex:
    """People by their names, made once for many texts."""

    def __init__(self, people: Iterable[Person]) -> None:
        named: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        for person in people:
            for name in person.names:
                named[tuple(fold(name).split())].add(person.key)
        # By their first syllable: most syllables of a text begin nobody's name.
        self._by_first: defaultdict[str, list[tuple[list[str], set[str]]]] = defaultdict(list)
        for syllables, keys in named.items():
            if len(syllables) >= LEAST_SYLLABLES:
                self._by_first[syllables[0]].append(([*syllables], keys))

    def find(self, texts: Iterable[str]) -> frozenset[str]:
        """Return the keys of whom a name of two syllables or more stands in a text."""
        return frozenset(key for text in texts for key in self._keys_in(fold(text).split()))

    def _keys_in(self, syllables: list[str]) -> Iterator[str]:
        for start, first in enumerate(syllables):
            for name, keys in self._by_first.get(first, ()):
                if syllables[start : start + len(name)] == name:
                    yield from keys


def _fold_one(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        # Soft hyphens and zero-width characters are invisible: they part no syllable.
        return ""
    plain = unicodedata.normalize("NFKD", character).casefold().translate(_CROSSED_D)
    return "".join(
        part if part.isalnum() else " " for part in plain if not unicodedata.combining(part)
    )


# Basic to extended Latin, and its Vietnamese block: what texts here are made of, folded once.
_LATIN = {code: _fold_one(chr(code)) for code in (*range(0x250), *range(0x1E00, 0x1F00))}
_LATIN_LETTERS = frozenset(map(chr, _LATIN))
