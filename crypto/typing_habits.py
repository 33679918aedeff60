"""What Vietnamese keyboards make of a receipt code, undone.

Telex and VNI put a mark on a vowel when a certain key follows it. The alphabet of receipts has no
vowel and neither D nor W, so nothing in a code can compose. What can: a person reads 0 as O or 1
as I, and types "OS" (Telex gives Ó) or "O6" (VNI gives Ô). The mark tells which key was pressed;
the key may have come anywhere between the vowel and the end of the word, because both methods
look back. Every place is offered, and the check symbol says which one was meant.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator

GRAVE, ACUTE, TILDE, HOOK, DOT_BELOW, CIRCUMFLEX = "\u0300\u0301\u0303\u0309\u0323\u0302"
# The keys of the two methods, by the mark that they leave (TCVN 6064; UniKey's tables).
TELEX = {ACUTE: "S", GRAVE: "F", HOOK: "R", TILDE: "X", DOT_BELOW: "J", CIRCUMFLEX: "O"}
VNI = {ACUTE: "1", GRAVE: "2", HOOK: "3", TILDE: "4", DOT_BELOW: "5", CIRCUMFLEX: "6"}
METHODS = (TELEX, VNI)
MARKED_VOWEL = re.compile("([OI])([\u0300\u0301\u0302\u0303\u0309\u0323]+)")
# Unicode general categories: spaces, punctuation (dashes, dots), control and format characters.
SEPARATING_CATEGORIES = ("Z", "P", "Cc", "Cf")
MINUS_SIGN = "\u2212"
# A crowd of marks is no slip any more: past this, its readings are too many to believe one.
MAX_READINGS = 256


def words_of(typed: str) -> list[str]:
    """Return the words of a typed code in plain capitals, marks behind their letters.

    Full-width and other compatibility forms become what they look like (NFKD, Unicode TR15).
    """
    plain = unicodedata.normalize("NFKD", typed).upper()
    return "".join(" " if _separates(char) else char for char in plain).split()


def readings_of(words: list[str]) -> Iterator[str]:
    """Yield the key sequences that may have been typed: one method for the whole code."""
    if not any(MARKED_VOWEL.search(word) for word in words):
        yield "".join(words)
        return
    for method in METHODS:
        choices = [
            list(itertools.islice(_untyped(word, method), MAX_READINGS + 1)) for word in words
        ]
        yield from map("".join, itertools.product(*choices))


def _untyped(word: str, method: dict[str, str]) -> Iterator[str]:
    marked = MARKED_VOWEL.search(word)
    if marked is None:
        yield word
        return
    key = method[marked[2][0]]
    # A vowel that has two marks keeps the other one for the next round.
    vowel = word[: marked.start(2)] + marked[2][1:]
    after = word[marked.end() :]
    for place in range(len(after) + 1):
        if not unicodedata.combining(after[place : place + 1] or " "):
            yield from _untyped(vowel + after[:place] + key + after[place:], method)


def _separates(char: str) -> bool:
    return char == MINUS_SIGN or unicodedata.category(char).startswith(SEPARATING_CATEGORIES)
