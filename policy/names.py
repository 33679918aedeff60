"""People of the roster in a text, however it was typed: accents, case and spaces forgiven."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

# A single syllable ("Anh", "Hoa") is also an everyday word: matching it would route at random.
LEAST_SYLLABLES = 2

# The names of a roster, which every report is searched for.
_MOST_NAMES = 4096

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


def find_people(texts: Iterable[str], people: Sequence[Person]) -> frozenset[str]:
    """Return the keys of the people of whom a name of two syllables or more stands in a text."""
    keys_by_name = _index(people)
    lengths = sorted({len(name) for name in keys_by_name})
    found: set[str] = set()
    for text in texts:
        syllables = fold(text).split()
        for length in lengths:
            for start in range(len(syllables) - length + 1):
                found.update(keys_by_name.get(tuple(syllables[start : start + length]), ()))
    return frozenset(found)


def _index(people: Sequence[Person]) -> Mapping[tuple[str, ...], set[str]]:
    keys: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for person in people:
        for name in person.names:
            syllables = _syllables(name)
            if len(syllables) >= LEAST_SYLLABLES:
                keys[syllables].add(person.key)
    return keys


@lru_cache(_MOST_NAMES)
def _syllables(name: str) -> tuple[str, ...]:
    # Only what the office itself wrote of its people: nothing of a report is ever kept here.
    return tuple(fold(name).split())


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
