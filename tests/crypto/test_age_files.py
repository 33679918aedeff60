"""Sealing and opening: what comes back, what is refused, and how much memory it takes."""

import itertools
import os
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import OpenError, OpenFailure
from crypto.header import MAX_HEADER_BYTES, MAX_STANZAS
from crypto.keys import Identity
from crypto.opening import PayloadOpener, open_header, open_payload, open_sealed
from crypto.sealing import FileKey, PayloadSealer, seal, seal_header
from crypto.stream import CHUNK_BYTES, NONCE_BYTES, SEALED_CHUNK_BYTES

IDENTITY = Identity.from_seed(bytes(range(32)))
OTHER = Identity.from_seed(bytes(range(1, 33)))
BORDERS = sorted(
    {max(0, chunks * CHUNK_BYTES + slip) for chunks in (0, 1, 2, 3) for slip in (-1, 0, 1)}
)
STREAM_BYTES = 64 * 1024 * 1024
SHORT = seal(b"a short report", [IDENTITY.recipient])
LONG_TEXT = bytes(3 * CHUNK_BYTES)
LONG = seal(LONG_TEXT, [IDENTITY.recipient])
PAYLOAD_START = len(LONG) - NONCE_BYTES - 3 * SEALED_CHUNK_BYTES


def chunk_of_long(number: int) -> bytes:
    start = PAYLOAD_START + NONCE_BYTES + number * SEALED_CHUNK_BYTES
    return LONG[start : start + SEALED_CHUNK_BYTES]


def sealed_in_pieces(file_key: FileKey, plaintext: bytes, piece_bytes: int) -> bytes:
    payload = PayloadSealer(file_key)
    places = range(0, len(plaintext), piece_bytes)
    pieces = [payload.update(plaintext[place : place + piece_bytes]) for place in places]
    return b"".join([*pieces, payload.finish()])


@pytest.mark.parametrize("length", BORDERS)
@pytest.mark.parametrize("piece_bytes", [1021, CHUNK_BYTES, CHUNK_BYTES + 1, 5 * CHUNK_BYTES])
def test_what_was_sealed_opens_as_it_was_however_it_was_cut(length: int, piece_bytes: int) -> None:
    plaintext = os.urandom(length)
    file_key = FileKey.generate()
    sealed = sealed_in_pieces(file_key, plaintext, piece_bytes)
    places = range(0, len(sealed), piece_bytes)
    pieces = (sealed[place : place + piece_bytes] for place in places)
    assert b"".join(open_payload(file_key, pieces)) == plaintext


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=4))
def test_any_cut_of_a_text_seals_to_a_file_that_opens(text: bytes, cuts: list[int]) -> None:
    file_key = FileKey.generate()
    payload = PayloadSealer(file_key)
    places = [0, *sorted(cuts), len(text)]
    sealed = b"".join(payload.update(text[a:b]) for a, b in itertools.pairwise(places))
    header = seal_header(file_key, [IDENTITY.recipient])
    assert open_sealed(header + sealed + payload.finish(), IDENTITY) == text


def test_a_piece_whose_buffer_is_used_again_is_sealed_as_it_was() -> None:
    file_key = FileKey.generate()
    payload, buffer = PayloadSealer(file_key), bytearray(b"first")
    sealed = payload.update(buffer)
    buffer[:] = b"other"
    assert b"".join(open_payload(file_key, [sealed + payload.finish()])) == b"first"


def test_each_recipient_opens_the_file() -> None:
    sealed = seal(b"report", [IDENTITY.recipient, OTHER.recipient])
    assert open_sealed(sealed, IDENTITY) == open_sealed(sealed, OTHER) == b"report"


def test_a_new_header_gives_access_without_touching_the_payload() -> None:
    header, payload = LONG[:PAYLOAD_START], LONG[PAYLOAD_START:]
    again = seal_header(open_header(header, IDENTITY), [OTHER.recipient])
    assert open_sealed(again + payload, OTHER) == LONG_TEXT


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        pytest.param(lambda: open_sealed(SHORT, OTHER), OpenFailure.NO_MATCH, id="wrong key"),
        pytest.param(
            lambda: open_sealed(SHORT[:-1] + bytes([SHORT[-1] ^ 1]), IDENTITY),
            OpenFailure.PAYLOAD,
            id="altered",
        ),
        pytest.param(
            lambda: open_sealed(LONG[:-SEALED_CHUNK_BYTES], IDENTITY),
            OpenFailure.PAYLOAD,
            id="truncated at a chunk",
        ),
        pytest.param(
            lambda: open_sealed(LONG[:-1], IDENTITY), OpenFailure.PAYLOAD, id="truncated by a byte"
        ),
        pytest.param(
            lambda: open_sealed(SHORT[:200], IDENTITY), OpenFailure.HEADER, id="truncated header"
        ),
        pytest.param(
            lambda: open_sealed(
                LONG[: PAYLOAD_START + NONCE_BYTES]
                + chunk_of_long(1)
                + chunk_of_long(0)
                + chunk_of_long(2),
                IDENTITY,
            ),
            OpenFailure.PAYLOAD,
            id="reordered",
        ),
        pytest.param(
            lambda: open_sealed(SHORT + b"\0", IDENTITY), OpenFailure.PAYLOAD, id="trailing byte"
        ),
        pytest.param(
            lambda: open_sealed(LONG + b"\0", IDENTITY),
            OpenFailure.PAYLOAD,
            id="trailing byte behind a full chunk",
        ),
        pytest.param(
            lambda: open_sealed(LONG + chunk_of_long(0), IDENTITY),
            OpenFailure.PAYLOAD,
            id="trailing chunk",
        ),
        pytest.param(
            lambda: open_sealed(SHORT.replace(b"/v1\n", b"/v2\n", 1), IDENTITY),
            OpenFailure.VERSION,
            id="other version",
        ),
        pytest.param(
            lambda: open_sealed(SHORT.replace(b"/v1\n", b"/v1234\n", 1), IDENTITY),
            OpenFailure.VERSION,
            id="longer version",
        ),
        pytest.param(
            lambda: open_sealed(b"-----BEGIN AGE ENCRYPTED FILE-----\n", IDENTITY),
            OpenFailure.HEADER,
            id="armour",
        ),
        pytest.param(
            lambda: open_sealed(SHORT.replace(b"--- ", b"-> x\n\n--- ", 1), IDENTITY),
            OpenFailure.HEADER_MAC,
            id="added stanza",
        ),
    ],
)
def test_a_damaged_file_is_refused(broken: Callable[[], bytes], kind: OpenFailure) -> None:
    with pytest.raises(OpenError) as refusal:
        broken()
    assert refusal.value.kind is kind


@given(st.integers(0, len(SHORT) * 8 - 1))
@settings(max_examples=300)
def test_any_flipped_bit_is_refused(bit: int) -> None:
    altered = bytearray(SHORT)
    altered[bit // 8] ^= 1 << bit % 8
    with pytest.raises(OpenError):
        open_sealed(bytes(altered), IDENTITY)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_one_error(sealed: bytes) -> None:
    with pytest.raises(OpenError):
        open_sealed(b"age-encryption.org/v1\n" + sealed, IDENTITY)


def test_every_refusal_reads_the_same() -> None:
    assert {str(OpenError(kind)) for kind in OpenFailure} == {"cannot be opened"}


def test_an_opener_that_refused_once_refuses_the_right_chunk_too() -> None:
    file_key = open_header(LONG[:PAYLOAD_START], IDENTITY)
    opener = PayloadOpener(file_key)
    opener.update(LONG[PAYLOAD_START : PAYLOAD_START + NONCE_BYTES])
    with pytest.raises(OpenError):
        opener.update(bytes(SEALED_CHUNK_BYTES))
    with pytest.raises(OpenError):
        opener.update(chunk_of_long(0))
    with pytest.raises(OpenError):
        opener.finish()


def test_a_finished_payload_takes_no_more() -> None:
    payload = PayloadSealer(FileKey.generate())
    payload.finish()
    with pytest.raises(ValueError, match="finished"):
        payload.update(b"more")
    with pytest.raises(ValueError, match="finished"):
        payload.finish()


@pytest.mark.parametrize("recipients", [0, MAX_STANZAS + 1])
def test_a_file_for_nobody_or_for_a_crowd_is_not_sealed(recipients: int) -> None:
    with pytest.raises(ValueError, match="recipients"):
        seal(b"report", [IDENTITY.recipient] * recipients)


def test_the_largest_header_that_is_written_can_be_read() -> None:
    sealed = seal(b"report", [IDENTITY.recipient] * MAX_STANZAS)
    assert open_sealed(sealed, IDENTITY) == b"report"


def test_a_file_key_has_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        FileKey(bytes(24))


@pytest.mark.parametrize(
    "endless",
    [
        b"age-encryption.org/v1\n-> " + b"x" * 2 * MAX_HEADER_BYTES + b"\n\n--- ",
        b"age-encryption.org/v1\n" + b"-> x\n\n" * MAX_HEADER_BYTES,
    ],
)
def test_a_hostile_header_is_refused_at_the_limit(endless: bytes) -> None:
    with pytest.raises(OpenError):
        open_sealed(endless, IDENTITY)
    with pytest.raises(OpenError):
        open_header(endless, IDENTITY)


def test_more_stanzas_than_a_header_may_have_are_refused() -> None:
    crowd = SHORT.replace(b"-> ", b"-> x\n\n" * MAX_STANZAS + b"-> ", 1)
    with pytest.raises(OpenError) as refusal:
        open_sealed(crowd, IDENTITY)
    assert refusal.value.kind is OpenFailure.HEADER


def test_a_stream_of_64_mib_takes_the_memory_of_a_few_chunks_both_ways() -> None:
    file_key, piece = FileKey.generate(), bytes(CHUNK_BYTES)
    sealer, opener = PayloadSealer(file_key), PayloadOpener(file_key)
    opened = 0
    tracemalloc.start()
    for _ in range(STREAM_BYTES // CHUNK_BYTES):
        opened += len(opener.update(sealer.update(piece)))
    opened += len(opener.update(sealer.finish()) + opener.finish())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert opened == STREAM_BYTES
    assert peak < 10 * CHUNK_BYTES
