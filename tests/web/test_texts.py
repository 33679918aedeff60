"""What people typed is shown: no markup, no hidden or reordered words, no time to waste."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.cost import cpu_seconds
from web.texts import (
    MOST_LINKS,
    MOST_NAME_CHARS,
    content_disposition,
    safe_download_name,
    show_text,
    visible,
)

LONG = 50_000
HONEST = ("Người nhận hồ sơ nói còn thiếu giấy tờ. " * LONG)[:LONG]
HOSTILE = {
    "open tags": "<b>" * (LONG // 3),
    "angle brackets": "<" * LONG,
    "attributes": "<a " + "x=1 " * (LONG // 4),
    "ampersands": "&" * LONG,
    "half entities": "&a" * (LONG // 2),
    "quotes": '"' * LONG,
    "comments": "<!--" * (LONG // 4),
    "cdata": "<![CDATA[" * (LONG // 9),
    "lines": "\n" * LONG,
    "links": "http://a.b/?c&d " * (LONG // 16),
    "schemes": "http://" * (LONG // 7),
    "dots": "http://" + "." * LONG,
    "overrides": "\u202e" * LONG,
    "zeros": "\x00" * LONG,
    "stand-ins": "\U0010f801" * LONG,
}


class Shown(HTMLParser):
    """What a browser makes of a shown text: its elements, their attributes, its words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        pytest.fail("a comment got through")


def links(text: str) -> list[str | None]:
    return [attrs["href"] for tag, attrs in Shown(show_text(text)).elements if tag == "a"]


@given(st.text() | st.text(alphabet="<>&\"'/! ahrefscipt:=\n\r\x00\u202e\U0010f801"))
def test_nothing_typed_becomes_an_element_but_breaks_and_links(text: str) -> None:
    shown = Shown(show_text(text))
    assert {tag for tag, _ in shown.elements} <= {"bdi", "br", "a"}
    for tag, attrs in shown.elements:
        assert attrs.keys() == ({"href", "rel"} if tag == "a" else set())


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])))
def test_every_word_is_shown_as_it_was_typed(text: str) -> None:
    assert Shown(show_text(text)).words == visible(text)


def test_markup_is_shown_as_it_was_typed() -> None:
    typed = "<script>alert(1)</script> & \"a\" 'b' &lt; <math><mtext><style><!--</style>"
    assert Shown(show_text(typed)).words == typed


def test_line_breaks_are_kept_whatever_system_typed_them() -> None:
    assert show_text("a\nb\r\nc\rd\u2028e") == "<bdi>a<br>\nb<br>\nc<br>\nd<br>\ne</bdi>"


def test_an_address_becomes_a_link_that_tells_nothing_of_us() -> None:
    (element,) = [each for each in Shown(show_text("xem https://a.b/c?d=1&e=2.")).elements[1:]]
    assert element == (
        "a",
        {"href": "https://a.b/c?d=1&e=2", "rel": "noopener noreferrer nofollow"},
    )


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("(https://a.b/c)", "https://a.b/c"),
        ("https://a.b, rồi", "https://a.b"),
        ("<https://a.b>", "https://a.b"),
        ('"https://a.b"', "https://a.b"),
        ("https://a.b/đất", "https://a.b/đất"),
    ],
)
def test_an_address_ends_where_the_sentence_goes_on(typed: str, address: str) -> None:
    assert links(typed) == [address]


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "data:text/html,x", "file:///etc", "ftp://a.b", "a.b", "//a.b"]
)
def test_only_the_webs_own_schemes_become_links(typed: str) -> None:
    assert links(typed) == []


def test_a_quote_in_an_address_cannot_leave_it() -> None:
    assert "onmouseover" not in str(Shown(show_text('http://a"onmouseover="x')).elements)


def test_a_text_has_a_bounded_number_of_links() -> None:
    assert len(links("http://a.b " * 1000)) == MOST_LINKS


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_takes_hardly_longer_than_an_honest_one(text: str) -> None:
    # A tree of tags takes a hundred times as long.
    honest = cpu_seconds(lambda: show_text(HONEST))
    assert cpu_seconds(lambda: show_text(text)) < 3 * honest


def test_a_long_text_with_links_is_whole() -> None:
    typed = ("x" * 379 + " https://a.b/" + "c" * 400 + " ") * 50
    assert Shown(show_text(typed)).words == typed


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\ufeff", "\u00ad", "\U000e0041"]
)
def test_what_reorders_or_hides_words_is_seen_and_does_nothing(hidden: str) -> None:
    assert visible(f"a{hidden}b") == "a\ufffdb"


def test_control_characters_are_shown_as_their_pictures() -> None:
    assert visible("\x00\x07\x1b\x7f") == "␀␇␛␡"


def test_words_of_every_script_stay_as_they_are() -> None:
    kept = "Điều 25, tiền “bôi trơn” 5\u00a0triệu 👩\u200d🔧 ลาว עברית"
    assert visible(kept) == kept


def test_a_shown_text_cannot_reorder_what_stands_around_it() -> None:
    assert re.fullmatch(r"<bdi>.*</bdi>", show_text("עברית"))


@pytest.mark.parametrize(
    ("typed", "safe"),
    [
        ("biên bản.pdf", "biên bản.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\tệp.docx", "C__tệp.docx"),
        (".bashrc", "bashrc"),
        ("CON", "_CON"),
        ("com1.txt", "_com1.txt"),
        ("console.txt", "console.txt"),
        ("", "tep-dinh-kem"),
        ("...", "tep-dinh-kem"),
        ("a\r\nSet-Cookie: b", "a_Set-Cookie_ b"),
        ("ảnh\u202egpj.exe", "ảnh_gpj.exe"),
        ("b\u0301o.txt", "b\u0301o.txt"),
        ("o\u0301.txt", "ó.txt"),
    ],
)
def test_a_file_name_is_no_path_no_device_and_not_hidden(typed: str, safe: str) -> None:
    assert safe_download_name(typed) == safe


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_download_name("x" * 500 + ".jpeg")
    assert len(name) == MOST_NAME_CHARS
    assert name.endswith("x.jpeg")


def test_a_download_has_an_ascii_name_and_the_exact_one() -> None:
    assert content_disposition("Đơn tố cáo.pdf") == (
        "attachment; filename=\"Don to cao.pdf\"; filename*=UTF-8''%C4%90%C6%A1n%20t%E1%BB%91%20"
        "c%C3%A1o.pdf"
    )


@given(st.text())
def test_no_name_can_leave_its_header(typed: str) -> None:
    header = content_disposition(typed)
    assert header.isascii()
    assert header.isprintable()
    assert re.fullmatch(r"attachment; filename=\"[^\"\\/]+\"; filename\*=UTF-8''[^;\"' ]+", header)
