"""Hiding passages of a text: whole sentences, and words wherever they stand, however typed."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

# Three blocks: no letter of it can be a passage that somebody hides, and every font has it.
HIDDEN: Final = "▇▇▇"
# A hidden sentence of fewer letters ("Vâng.") is no passage to be looked for elsewhere.
LEAST_SENTENCE_CHARS: Final = 12
_SENTENCE: Final = re.compile(r".+?(?:[.!?…;:]+(?=\s)\s*|\n\s*|\Z)", re.DOTALL)
_LETTER_BEFORE, _LETTER_AFTER = r"(?<![^\W\d_])", r"(?![^\W\d_])"
_CROSSED_D: Final = str.maketrans({"đ": "d", "ð": "d"})


def sentences(text: str) -> tuple[str, ...]:
    """Return a text in sentences, which together are the text."""
    return tuple(_SENTENCE.findall(text))


@dataclass(frozen=True, repr=False)
class Passages:
    """Passages to be hidden wherever they stand: accents, case, spaces and line ends forgiven."""

    patterns: tuple[re.Pattern[str], ...]

    def hidden_in(self, text: str) -> str:
        """Return the text with each of them hidden."""
        pieces, end = [], 0
        for start, stop in self._spans(text):
            pieces += [text[end:start], HIDDEN]
            end = stop
        return "".join((*pieces, text[end:]))

    def are_in(self, text: str) -> bool:
        """Return whether one of them stands in the text."""
        return next(iter(self._spans(text)), None) is not None

    def _spans(self, text: str) -> list[tuple[int, int]]:
        folded, places = _folded(text)
        found = sorted(
            (places[match.start()], places[match.end()])
            for pattern in self.patterns
            for match in pattern.finditer(folded)
        )
        merged: list[tuple[int, int]] = []
        for start, stop in found:
            if merged and start <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(stop, merged[-1][1])
            else:
                merged.append((start, stop))
        return merged


def passages_of(texts: Iterable[str]) -> Passages:
    """Return passages to hide; what has neither letter nor digit is none."""
    return Passages(tuple(_patterns(texts)))


def hide_sentences(text: str, places: Iterable[int]) -> str:
    """Return a text with the sentences at these places hidden, its line breaks kept."""
    chosen = set(places)
    return "".join(
        HIDDEN + sentence[len(sentence.rstrip()) :] if place in chosen else sentence
        for place, sentence in enumerate(sentences(text))
    )


def _patterns(texts: Iterable[str]) -> Iterator[re.Pattern[str]]:
    for text in texts:
        folded = _folded(text)[0].split()
        whole = "".join(folded)
        if not any(map(str.isalnum, whole)):
            continue
        if all(char.isdigit() or char in "+.-()" for char in whole):
            # A number, however it was parted.
            digits = [char for char in whole if char.isdigit()]
            yield re.compile(r"[\s.()-]*".join(digits))
            continue
        first = _LETTER_BEFORE if whole[0].isalpha() else ""
        last = _LETTER_AFTER if whole[-1].isalpha() else ""
        yield re.compile(first + r"\s+".join(map(re.escape, folded)) + last)


def _folded(text: str) -> tuple[str, list[int]]:
    """Return a text without accents and case, and where each of its letters began.

    One place more tells where the text ends. Invisible characters part nothing.
    """
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
            continue
        plain = unicodedata.normalize("NFKD", char).casefold().translate(_CROSSED_D)
        for letter in plain:
            if not unicodedata.combining(letter):
                letters.append(letter)
                places.append(place)
    return "".join(letters), [*places, len(text)]
