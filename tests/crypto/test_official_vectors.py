"""The age format's own test suite (tests/vectors/README.md says which part of it, and why)."""

import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crypto.errors import OpenError, OpenFailure
from crypto.header import parse_header, read_header
from crypto.keys import Identity
from crypto.opening import PayloadOpener, open_header
from crypto.sealing import FileKey
from crypto.stream import NONCE_BYTES, SEALED_CHUNK_BYTES

OFFICIAL = Path(__file__).parents[1] / "vectors" / "official"
NAMES = sorted(path.name for path in (OFFICIAL / "age").iterdir())
EXPECTED_OF = {
    OpenFailure.HEADER: "header failure",
    OpenFailure.VERSION: "header failure",
    OpenFailure.NO_MATCH: "no match",
    OpenFailure.HEADER_MAC: "HMAC failure",
    OpenFailure.PAYLOAD: "payload failure",
}
EXCLUDED = ("armor_", "x25519", "scrypt")


@dataclass(frozen=True)
class Vector:
    expect: str
    payload_hash: str | None
    file_key: bytes
    identity: str | None
    sealed: bytes


def read_vector(name: str) -> Vector:
    head, _, sealed = (OFFICIAL / "age" / name).read_bytes().partition(b"\n\n")
    lines = [line.split(": ", 1) for line in head.decode().splitlines()]
    fields = {name: value for name, value in lines if name != "comment"}
    return Vector(
        fields["expect"],
        fields.get("payload"),
        bytes.fromhex(fields.get("file key", "")),
        fields.get("identity") if "AGE-SECRET-KEY-PQ-" in fields.get("identity", "") else None,
        zlib.decompress(sealed) if fields.get("compressed") == "zlib" else sealed,
    )


def file_key_of(vector: Vector, header: bytes) -> FileKey:
    """Open the header; for a kind that we do not have, take the file key that the vector gives."""
    if vector.identity is not None:
        return open_header(header, Identity.parse(vector.identity))
    if not parse_header(header).is_authentic(vector.file_key):
        raise OpenError(OpenFailure.HEADER_MAC)
    return FileKey(vector.file_key)


def opened_pieces(vector: Vector) -> Iterator[bytes]:
    source = io.BytesIO(vector.sealed)
    payload = PayloadOpener(file_key_of(vector, read_header(source)))
    yield payload.update(source.read(NONCE_BYTES))
    while piece := source.read(SEALED_CHUNK_BYTES):
        yield payload.update(piece)
    yield payload.finish()


def test_every_official_vector_is_covered_or_excluded_by_name() -> None:
    listed = dict(line.split() for line in (OFFICIAL / "age.txt").read_text().splitlines())
    assert sorted(name for name, way in listed.items() if way == "covered") == NAMES
    excluded = [name for name, way in listed.items() if way == "excluded"]
    assert set(listed) == {*NAMES, *excluded}
    assert all(name.startswith(EXCLUDED) or name == "hybrid_x25519_arg" for name in excluded)


@pytest.mark.parametrize("name", NAMES)
def test_an_official_vector_gives_its_expected_result(name: str) -> None:
    vector = read_vector(name)
    released = hashlib.sha256()
    try:
        for piece in opened_pieces(vector):
            released.update(piece)
        result = "success"
    except OpenError as error:
        result = EXPECTED_OF[error.kind]
    assert result == vector.expect
    if vector.payload_hash is not None:
        assert released.hexdigest() == vector.payload_hash


@pytest.mark.parametrize("name", NAMES)
def test_a_header_that_parses_is_written_again_byte_for_byte(name: str) -> None:
    try:
        parsed = parse_header(read_header(io.BytesIO(read_vector(name).sealed)))
    except OpenError:
        # The test above holds that this refusal was expected.
        return
    stanzas = b"".join(stanza.encoded() for stanza in parsed.stanzas)
    assert parsed.authenticated == b"age-encryption.org/v1\n" + stanzas + b"---"
