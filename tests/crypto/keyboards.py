"""Two Vietnamese keyboards, as far as a receipt code can meet them: what arrives for what is typed.

After UniKey's tables, free marking on and spelling check off, which is the hardest case: a mark key
looks back to the last vowel of the word; the same mark twice takes it off and types the key; a new
tone replaces the old one; Z (Telex) or 0 (VNI) takes the tone off.
"""

import unicodedata
from dataclasses import dataclass

TONES = "\u0301\u0300\u0309\u0303\u0323"


@dataclass(frozen=True)
class Keyboard:
    """One typing method: its tone keys in the order of TONES, its circumflex and its eraser."""

    tone_keys: str
    circumflex_key: str
    eraser: str

    def type(self, pressed: str) -> str:
        """Return the text that arrives when these keys are pressed, one after the other."""
        return " ".join(self._word(word) for word in pressed.split(" "))

    def _word(self, pressed: str) -> str:
        letters: list[str] = []
        for key in pressed:
            vowel = next((i for i in reversed(range(len(letters))) if letters[i][0] in "OI"), None)
            if vowel is None or not self._mark(letters, vowel, key):
                letters.append(key)
        return unicodedata.normalize("NFC", "".join(letters))

    def _mark(self, letters: list[str], vowel: int, key: str) -> bool:
        mark = self._mark_of(key, letters[vowel][0])
        if mark is None:
            return False
        base, marks = letters[vowel][0], letters[vowel][1:]
        is_repeated = mark != "" and mark in marks
        kept = "".join(one for one in marks if (one in TONES) != (mark in TONES))
        letters[vowel] = base + kept + ("" if is_repeated else mark)
        return not is_repeated and (mark != "" or marks != kept)

    def _mark_of(self, key: str, vowel: str) -> str | None:
        if key in self.tone_keys:
            return TONES[self.tone_keys.index(key)]
        if key == self.circumflex_key and vowel == "O":
            return "\u0302"
        return "" if key == self.eraser else None


TELEX = Keyboard("SFRXJ", "O", "Z")
VNI = Keyboard("12345", "6", "0")
