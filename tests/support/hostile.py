"""What nobody sends by mistake: a hostile visitor's texts and bodies, and what to look for."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

CANARY = "canary-x"
# The one script of ours, which asks for passkeys at the desk (web/assets.py).
OUR_SCRIPT = re.compile(r"/static/passkeys\.js\?[0-9a-f]{12}")
MARKUP = (
    f"<{CANARY}>",
    f'"><{CANARY} onfocus=1>',
    f"' {CANARY}=1 onfocus='1",
    f"</textarea></title><{CANARY}>",
    f"<script>{CANARY}</script>",
    f"<!-- {CANARY}",
    f"javascript:{CANARY}",
    f"{{{{ {CANARY} }}}}{{% {CANARY} %}}",
    f"&lt;{CANARY}&gt;&#60;{CANARY}&#62;",
    f'https://a.example/"><{CANARY}>',
)
NUL = "trước\0sau"
NFD = "Tie\u0302\u0301ng Vie\u0323\u0302t"
NFC = "Tiếng Việt"
REORDERED = "\u202egnuhk\u202c \u200f\u2066x\u2069\u200b\ufeff"
BROKEN_LINES = "\r\n\r\n--form-boundary-of-a-browser\r\n"
TEXTS = (
    *MARKUP,
    NUL,
    NFD,
    NFC,
    REORDERED,
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🐉",
    "\x01\x1b[31m\x7f\x85\u2028\u2029",
    BROKEN_LINES,
    "a&b=c;d%00%0d%0a+%FF",
    "' OR 1=1; --",
    "\ufffe\uffff\U0010ffff\U0010f800",
    "../../../etc/passwd",
    "-1",
    "9" * 400,
    "9999-99-99",
    "x" * 5_000,
)


def as_typed(text: str) -> str:
    """Return a text as a browser sends it: line breaks as CRLF (HTML, form submission)."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


ANY_TEXT: SearchStrategy[str] = st.one_of(
    st.sampled_from(TEXTS),
    st.text(max_size=60),
    st.lists(st.sampled_from(TEXTS), max_size=4).map("".join),
).map(as_typed)
# A line that a header may hold.
ANY_LINE: SearchStrategy[str] = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60
)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get")


class _Markup(HTMLParser):
    """Collects what no page of ours has."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        is_ours = OUR_SCRIPT.fullmatch(dict(attrs).get("src") or "") is not None
        if (
            (tag == "script" and not is_ours)
            or CANARY in tag
            or any(CANARY in name for name in names)
        ):
            self.found.append(f"<{tag} {names}>")
        self.found += [name for name in names if name.startswith("on")]
        linked = [value or "" for name, value in attrs if name in {"href", "src", "action"}]
        self.found += [each for each in linked if each.lower().startswith("javascript:")]

    def handle_comment(self, text: str) -> None:
        if CANARY in text:
            self.found.append("<!--")


def strange_markup(page: str) -> list[str]:
    """Return the elements and attributes that only a visitor's text could have made."""
    parser = _Markup()
    parser.feed(page)
    parser.close()
    return parser.found


Part = tuple[str | bytes, str | bytes]


def multipart(boundary: bytes, parts: Iterable[Part], files: Iterable[Part] = ()) -> bytes:
    """Return a body by hand: names and values go out as they are."""
    body = b""
    for name, value in parts:
        body += b"--" + boundary + b'\r\nContent-Disposition: form-data; name="' + _raw(name)
        body += b'"\r\n\r\n' + _raw(value) + b"\r\n"
    for name, content in files:
        body += b"--" + boundary + b'\r\nContent-Disposition: form-data; name="attachments"; '
        body += b'filename="' + _raw(name) + b'"\r\nContent-Type: application/octet-stream\r\n\r\n'
        body += _raw(content) + b"\r\n"
    return body + b"--" + boundary + b"--\r\n"


def written_name(name: str) -> str:
    """Return a file's name as browsers write it (HTML, multipart/form-data encoding algorithm)."""
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def _raw(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
