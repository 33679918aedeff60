"""What the fields in front of a body are is what the library's decoder says they are."""

from collections.abc import Iterable, Iterator
from io import BytesIO

from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.sansio.multipart import (
    Data,
    Epilogue,
    Event,
    Field,
    File,
    MultipartDecoder,
    NeedData,
)

from web.multipart_body import BodyReader, MalformedBodyError, events_of

BOUNDARY = b"----x9"
MARKER = b"--" + BOUNDARY
HEAD = b'\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
LINES = st.sampled_from([b"\r\n", b"\n", b"\r", b" \r\n", b"--\r\n", b"--", b""])
PIECES = st.sampled_from(
    [MARKER, MARKER[:-1], b"\r\n" + MARKER, b"\r", b"\n", b"\r\n", b"", b"a", b"--", "lời".encode()]
)
VALUES = st.lists(PIECES, max_size=5).map(b"".join)
HEADS = st.sampled_from(
    [
        HEAD % b"statement",
        HEAD % b"statement",
        HEAD % b"statement",
        HEAD % b"",
        HEAD % b'a\\"b',
        HEAD.replace(b"\r\n", b"\n") % b"statement",
        HEAD.replace(b"form-data", b"FORM-DATA") % b"statement",
        HEAD.replace(b"\r\n\r\n", b"\r\nX-More: 1\r\n\r\n") % b"statement",
        HEAD.replace(b"\r\n\r\n", b'; filename="a.txt"\r\n\r\n') % b"attachments",
        HEAD.replace(b"\r\n\r\n", b"\r\n") % b"statement",
    ]
)
PARTS = st.tuples(HEADS, VALUES, LINES).map(lambda part: part[0] + part[1] + part[2] + MARKER)
BODIES = st.tuples(
    st.sampled_from([MARKER, MARKER, b"\r\n" + MARKER, b"x\r\n" + MARKER, b""]),
    st.lists(PARTS, max_size=4).map(b"".join),
    LINES,
).map(b"".join)


def told(events: Iterable[Event]) -> list[tuple[str, str, bytes]]:
    """Return the parts of a body, each with its kind, name and content; last, whether it broke."""
    parts: list[tuple[str, str, bytes]] = []
    try:
        for event in events:
            if isinstance(event, (Field, File)):
                parts.append((type(event).__name__, event.name, b""))
            elif isinstance(event, Data):
                kind, name, content = parts.pop()
                parts.append((kind, name, content + event.data))
    except (ValueError, MalformedBodyError):
        parts.append(("broken", "", b""))
    return parts


def ours(sent: bytes) -> Iterator[Event]:
    request = Request({"wsgi.input": BytesIO(sent), "CONTENT_LENGTH": str(len(sent))})
    return events_of(BodyReader(request, len(sent)), BOUNDARY)


def the_librarys(sent: bytes) -> Iterator[Event]:
    decoder = MultipartDecoder(BOUNDARY)
    for piece in (sent, None):
        decoder.receive_data(piece)
        while not isinstance(event := decoder.next_event(), NeedData | Epilogue):
            yield event
        if isinstance(event, Epilogue):
            return


@given(BODIES)
def test_a_body_is_what_the_library_reads_in_it(sent: bytes) -> None:
    assert told(ours(sent)) == told(the_librarys(sent))


def test_fields_as_a_browser_writes_them_arrive_as_sent() -> None:
    fields = [
        (b"one", b"x\r\n"),
        (b"two", b""),
        (b"one", MARKER[:-1]),
        (b"one", b"x" + MARKER),
        (b"three", b"\r"),
    ]
    parts = (MARKER + HEAD % name + value + b"\r\n" for name, value in fields)
    assert told(ours(b"".join(parts) + MARKER + b"--\r\n")) == [
        ("Field", name.decode(), value) for name, value in fields
    ]
