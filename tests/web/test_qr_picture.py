"""The receipt's picture is the very picture that the QR library draws, dot for dot."""

import io
import struct
import zlib
from base64 import b64decode

import pytest
import segno

from web.qr_picture import BORDER, DOTS, MASK, qr_png_uri


def dots(png: bytes) -> list[str]:
    """Return the rows of a greyscale or two-colour PNG of one bit a dot; a light dot is a one."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, place = {}, 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        name, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        assert struct.pack(">I", zlib.crc32(name + content)) == png[place + 8 + length :][:4]
        chunks[name] = content
        place += 12 + length
    width, height, depth = struct.unpack(">IIB", chunks[b"IHDR"][:9])
    assert depth == 1
    raw, row_bytes = zlib.decompress(chunks[b"IDAT"]), -(-width // 8)
    rows, above = [], bytes(row_bytes)
    for at in range(height):
        kind, *row = raw[at * (row_bytes + 1) :][: row_bytes + 1]
        # W3C PNG, 9.2: None, or the difference to the row above.
        assert kind in {0, 2}
        above = bytes((byte + up * (kind == 2)) % 256 for byte, up in zip(row, above, strict=True))
        rows.append("".join(f"{byte:08b}" for byte in above)[:width])
    return rows


@pytest.mark.parametrize("text", ["0123-4567-89AB-CDEF-GHJK-MNPQ-RS", "B", "B" * 200])
def test_the_picture_is_what_the_library_draws(text: str) -> None:
    drawn = io.BytesIO()
    code = segno.make(text, error="m", micro=False, mask=MASK)
    code.save(drawn, kind="png", scale=DOTS, border=BORDER)
    scheme, _, encoded = qr_png_uri(text).partition(",")
    assert scheme == "data:image/png;base64"
    assert dots(b64decode(encoded)) == dots(drawn.getvalue())
