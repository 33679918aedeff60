"""What people typed, shown safely: never as markup, never able to reorder or hide words.

What is stored stays as typed; only what is shown is changed.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from bleach.sanitizer import Cleaner
from markupsafe import Markup

# bleach builds a tree: 60 kB of hostile tags or entities cost it seconds. So the characters that
# can make one are replaced by private-use characters before it looks, and by their entities
# afterwards; its own work is the links, and their number is bounded too.
_STAND_INS: Final = {
    "&": "\U0010f800",
    "<": "\U0010f801",
    ">": "\U0010f802",
    '"': "\U0010f803",
    "'": "\U0010f804",
}
_LINE: Final = "\U0010f805"
_BACK: Final = {
    "\U0010f800": "&amp;",
    "\U0010f801": "&lt;",
    "\U0010f802": "&gt;",
    "\U0010f803": "&#34;",
    "\U0010f804": "&#39;",
    _LINE: "<br>\n",
}
MOST_LINKS: Final = 50
_LINK: Final = re.compile(r"https?://[^\s\U0010f801-\U0010f805\ufffd]{1,500}")
# Punctuation that ends the sentence rather than the address.
_AFTER_LINK: Final = ".,;:!?)]}…”’"
# The accused may have planted the address: it learns nothing of where it was clicked.
_REL: Final = "noopener noreferrer nofollow"
_SLICE_CHARS: Final = 20_000

# Direction marks and overrides (Unicode UAX 9), and characters that show nothing: each can make
# a text read otherwise than it is. Joiners stay, since words and emoji need them.
_REORDERING: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE: Final = "\u00ad\u034f\u115f\u1160\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u3164\ufeff"
_REPLACEMENT: Final = "\ufffd"


def _shown_as() -> dict[int, str]:
    shown = {code: chr(0x2400 + code) for code in range(0x20)}
    shown |= dict.fromkeys(range(0x80, 0xA0), _REPLACEMENT)
    shown |= dict.fromkeys((ord(each) for each in _BACK), _REPLACEMENT)
    shown |= dict.fromkeys(range(0xE0000, 0xE0080), _REPLACEMENT)
    shown |= {ord(each): _REPLACEMENT for each in _REORDERING + _INVISIBLE}
    shown |= {0x7F: "\u2421", 0x85: "\n", 0x2028: "\n", 0x2029: "\n", 0x0A: "\n", 0x09: "\t"}
    return shown


_SHOWN_AS: Final = _shown_as()
_TO_STAND_INS: Final = str.maketrans(_STAND_INS | {"\n": _LINE})
_FROM_STAND_INS: Final = str.maketrans(_BACK)

FALLBACK_NAME: Final = "tep-dinh-kem"
MOST_NAME_CHARS: Final = 120
_MOST_ENDING_CHARS: Final = 12
_UNSAFE_IN_NAMES: Final = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|%\ufffd]')
# Device names that Windows opens whatever stands behind the dot.
_DEVICE: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)")


def show_text(text: str) -> Markup:
    """Return a typed text as HTML: its line breaks, its links, and no other markup.

    The time it takes grows with the length only, whatever the text holds.
    """
    plain = visible(text).translate(_TO_STAND_INS)
    linked = _LINK.sub(_linked, plain, count=MOST_LINKS)
    # The text is clean by construction; bleach holds the promise should a line above be wrong.
    clean = "".join(_cleaned(piece) for piece in _pieces(linked))
    return Markup("<bdi>" + clean.translate(_FROM_STAND_INS) + "</bdi>")  # noqa: S704 (cleaned above)


def visible(text: str) -> str:
    """Return the text with a symbol for each character that hides or reorders others."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_SHOWN_AS)


def safe_download_name(name: str) -> str:
    """Return a file name that no system reads as a path, a device or a hidden file."""
    plain = visible(unicodedata.normalize("NFC", name))
    plain = _UNSAFE_IN_NAMES.sub("_", plain).replace("\n", "_").replace("\t", "_")
    plain = _DEVICE.sub(r"_\1", plain.strip(" .")) or FALLBACK_NAME
    if len(plain) <= MOST_NAME_CHARS:
        return plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > _MOST_ENDING_CHARS:
        return plain[:MOST_NAME_CHARS].strip(" .")
    return f"{stem[: MOST_NAME_CHARS - len(ending) - 1].strip(' .')}.{ending}"


def content_disposition(name: str) -> str:
    """Return the header that makes a browser save a file under a safe name (RFC 6266)."""
    safe = safe_download_name(name)
    folded = unicodedata.normalize("NFD", safe.replace("đ", "d").replace("Đ", "D"))
    ascii_name = folded.encode("ascii", "ignore").decode("ascii").strip(" .") or FALLBACK_NAME
    exact = quote(safe, safe="")
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{exact}"


def _linked(found: re.Match[str]) -> str:
    address = found.group().rstrip(_AFTER_LINK)
    rest = found.group()[len(address) :]
    return f'<a href="{address}" rel="{_REL}">{address}</a>{rest}'


def _pieces(linked: str) -> list[str]:
    pieces, start = [], 0
    while len(linked) - start > _SLICE_CHARS:
        # Never cut through a link of ours.
        end = linked.find("</a>", start + _SLICE_CHARS)
        opened = linked.rfind("<a ", start, start + _SLICE_CHARS)
        closed = linked.rfind("</a>", start, start + _SLICE_CHARS)
        cut = start + _SLICE_CHARS if opened <= closed else end + len("</a>")
        pieces.append(linked[start:cut])
        start = cut
    return [*pieces, linked[start:]]


def _cleaned(piece: str) -> str:
    # Its parser keeps state, so each piece has one of its own.
    cleaner = Cleaner(tags={"a"}, attributes={"a": ["href", "rel"]}, protocols={"http", "https"})
    clean: str = cleaner.clean(piece)
    return clean
