"""Sealed files are ordinary age files: another implementation opens ours and we open its."""

import subprocess
from pathlib import Path

import pytest

from crypto.keys import Identity
from crypto.opening import open_sealed
from crypto.padding import pad_text
from crypto.receipts import Receipt
from crypto.sealing import seal
from crypto.stream import CHUNK_BYTES
from tests.support import needs

SCRIPT = Path(__file__).with_name("interop.mjs")
IDENTITY = Identity.from_seed(bytes(range(32)))
OTHER = Identity.from_seed(bytes(range(1, 33)))
LENGTHS = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 1_000_003]


def stock(action: str, *keys: str, content: bytes) -> bytes:
    """Run the other implementation; these identities are of no use outside this test."""
    needs.node_package("age-encryption")
    command = [str(needs.node()), str(SCRIPT), action, *keys]
    done = subprocess.run(command, input=content, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def text_of(length: int) -> bytes:
    return bytes(place * 7 % 251 for place in range(length))


@pytest.mark.parametrize("length", LENGTHS)
def test_a_file_sealed_here_opens_there(length: int) -> None:
    sealed = seal(text_of(length), [OTHER.recipient, IDENTITY.recipient])
    assert stock("open", IDENTITY.encoded(), content=sealed) == text_of(length)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_file_sealed_there_opens_here(length: int) -> None:
    keys = (IDENTITY.recipient.encoded(), OTHER.recipient.encoded())
    sealed = stock("seal", *keys, content=text_of(length))
    assert open_sealed(sealed, IDENTITY) == open_sealed(sealed, OTHER) == text_of(length)


def test_what_is_sealed_to_a_receipt_opens_with_its_identity_alone() -> None:
    identity = Receipt("0S1F060T1R0X0J15K2HZ9N3Q7BCS").identity()
    sealed = seal(pad_text(b'{"answer": "yes"}'), [identity.recipient])
    opened = stock("open", identity.encoded(), content=sealed)
    assert opened.rstrip(b"\0") == b'{"answer": "yes"}'
