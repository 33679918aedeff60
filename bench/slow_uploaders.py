"""Visitors with a bad line: ``python -m bench.slow_uploaders DOOR COUNT``.

Each sends a large file at 1 KiB a second and never comes to its end. Prints the door once all of
them are sending, and fails when one of them is refused or cut off.
"""

import select
import sys
import time

from bench.report_visit import fresh_fields
from bench.wire import BOUNDARY, MULTIPART, Line, field, head_of, sized
from web.serving import parse_bind

PIECE = b"\x5a" * 1024
FILE_BYTES = 100 << 20
FILE = (
    b"--"
    + BOUNDARY
    + b'\r\nContent-Disposition: form-data; name="attachments"; filename="clip.mp4"\r\n'
    + b"Content-Type: video/mp4\r\n\r\n"
)


def opened(door: str, count: int) -> list[Line]:
    """Return connections on which the upload of a file has begun."""
    address = parse_bind(door)
    with Line(address) as line:
        form = line.get(b"/report")
    body = fresh_fields(form.page) + field(b"statement", "Có tệp kèm theo.".encode()) + FILE
    head = head_of(b"POST", b"/report", form.cookie) + sized(MULTIPART, len(body) + FILE_BYTES)
    lines = [Line(address) for _ in range(count)]
    for line in lines:
        line.send(head + b"\r\n" + body + PIECE)
    return lines


def drip(lines: list[Line]) -> None:
    """Send a piece on each line, all along a second.

    Raises:
        RuntimeError: the server answered a file that has not come to its end.
        OSError: it cut a line off.
    """
    began = time.monotonic()
    for at, line in enumerate(lines):
        time.sleep(max(0.0, began + at / len(lines) - time.monotonic()))
        line.send(PIECE)
    answered, _, _ = select.select(lines, (), (), 0)
    if answered:
        raise RuntimeError(f"{len(answered)} uploads were ended by the server")
    time.sleep(max(0.0, began + 1 - time.monotonic()))


def main(door: str, count: int) -> None:
    """Send until stopped."""
    lines = opened(door, count)
    drip(lines)
    print(door, flush=True)
    while True:
        drip(lines)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
