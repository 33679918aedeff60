"""Whether a passphrase would be guessed: a library's judgement, not rules about digits."""

from collections.abc import Mapping, Sequence
from typing import Final

from flask_babel import lazy_gettext
from zxcvbn import zxcvbn

from cases.errors import WeakPassphraseError
from review.forms import Faults

# NIST SP 800-63B-4, 3.1.1.2: at least 15 characters where a passphrase is the only factor.
LEAST_CHARS: Final = 15
MOST_CHARS: Final = 128
# "Very unguessable": more than 10^10 guesses, each of which costs an Argon2id of 64 MiB.
WANTED_SCORE: Final = 4
# The estimate takes seconds on long hostile texts; what stands behind only makes it stronger.
JUDGED_CHARS: Final = 40
# The library knows English; these are what everybody here would try first.
LOCAL_WORDS: Final = (
    "liem chinh", "liemchinh", "mat khau", "matkhau", "hai phong", "haiphong",
    "cat hai", "cathai", "cat ba", "catba", "viet nam", "vietnam", "thanh tra", "thanhtra",
    "dac khu", "dackhu", "uy ban", "uyban", "xin chao", "xinchao", "anh yeu em",
    "anhyeuem", "ha noi", "hanoi",
)  # fmt: skip


TOO_WEAK: Final = lazy_gettext(
    "Cụm mật khẩu này dễ đoán. Xin dùng ít nhất 15 ký tự, chẳng hạn năm từ không liên quan nhau"
)
NOT_THE_SAME: Final = lazy_gettext("Hai lần gõ cụm mật khẩu không giống nhau")


def passphrase_faults(form: Mapping[str, str], known_words: Sequence[str]) -> Faults:
    """Return what is wrong with a new passphrase, typed twice; nothing where it is good."""
    passphrase = form.get("passphrase", "")
    if passphrase != form.get("again", ""):
        return (("again", NOT_THE_SAME),)
    try:
        check_strength(passphrase, known_words)
    except WeakPassphraseError:
        return (("passphrase", TOO_WEAK),)
    return ()


def check_strength(passphrase: str, known_words: Sequence[str]) -> None:
    """Accept a passphrase that is worth guarding a case with.

    Raises:
        WeakPassphraseError: it is short, or would be guessed.
    """
    if not LEAST_CHARS <= len(passphrase) <= MOST_CHARS:
        raise WeakPassphraseError
    words = [word.casefold() for word in (*LOCAL_WORDS, *known_words) if word]
    judged = passphrase.casefold()[:JUDGED_CHARS]
    if zxcvbn(judged, user_inputs=words)["score"] < WANTED_SCORE:
        raise WeakPassphraseError
