import struct
import threading
import unicodedata
from pathlib import Path

import pytest

from crypto.errors import OpenError
from crypto.passphrases import (
    DERIVATIONS_AT_ONCE,
    MEMORY_KIB,
    PARAMETERS,
    WRAPPED_BYTES,
    unwrap_seed,
    wrap_seed,
)

SEED = bytes(range(32))
SERVER_SECRET = bytes(range(32, 64))
PASSPHRASE = "biển xanh đảo ngọc bốn mùa"
WRAPPED = wrap_seed(SEED, PASSPHRASE, SERVER_SECRET)
STATUS = Path("/proc/self/status")


def resident_kib() -> int:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])


def with_parameters(version: int, memory_kib: int, iterations: int, lanes: int) -> bytes:
    head = struct.pack(">BIBB", version, memory_kib, iterations, lanes)
    return head + WRAPPED[len(head) :]


def test_the_passphrase_gives_the_seed_back_on_any_keyboard() -> None:
    assert len(WRAPPED) == WRAPPED_BYTES
    assert SEED not in WRAPPED
    decomposed = unicodedata.normalize("NFD", PASSPHRASE)
    assert decomposed != PASSPHRASE
    assert unwrap_seed(WRAPPED, decomposed, SERVER_SECRET) == SEED


@pytest.mark.parametrize(
    ("passphrase", "server_secret"),
    [
        pytest.param(PASSPHRASE + " ", SERVER_SECRET, id="another passphrase"),
        pytest.param("", SERVER_SECRET, id="no passphrase"),
        pytest.param(PASSPHRASE, bytes(32), id="another server"),
    ],
)
def test_neither_passphrase_nor_server_secret_opens_alone(
    passphrase: str, server_secret: bytes
) -> None:
    with pytest.raises(OpenError):
        unwrap_seed(WRAPPED, passphrase, server_secret)


@pytest.mark.parametrize("place", [0, PARAMETERS.size - 1, PARAMETERS.size, WRAPPED_BYTES - 1])
def test_an_altered_wrapping_is_refused(place: int) -> None:
    altered = bytearray(WRAPPED)
    altered[place] ^= 1
    with pytest.raises(OpenError):
        unwrap_seed(bytes(altered), PASSPHRASE, SERVER_SECRET)


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(with_parameters(2, MEMORY_KIB, 3, 1), id="another version"),
        pytest.param(with_parameters(1, 2**32 - 1, 3, 1), id="four tebibytes"),
        pytest.param(with_parameters(1, 8, 3, 1), id="hardly any memory"),
        pytest.param(with_parameters(1, MEMORY_KIB, 255, 1), id="for minutes"),
        pytest.param(with_parameters(1, MEMORY_KIB, 3, 255), id="many lanes"),
        pytest.param(WRAPPED[:-1], id="cut off"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_wrapping_cannot_ask_for_more_or_less_than_is_sane(hostile: bytes) -> None:
    before = resident_kib()
    with pytest.raises(OpenError):
        unwrap_seed(hostile, PASSPHRASE, SERVER_SECRET)
    assert resident_kib() - before < MEMORY_KIB // 2


@pytest.mark.parametrize(
    ("seed", "passphrase", "server_secret"),
    [(SEED[:-1], PASSPHRASE, SERVER_SECRET), (SEED, "", SERVER_SECRET), (SEED, PASSPHRASE, b"")],
)
def test_a_wrapping_needs_all_of_its_parts(
    seed: bytes, passphrase: str, server_secret: bytes
) -> None:
    with pytest.raises(ValueError, match="needs"):
        wrap_seed(seed, passphrase, server_secret)


def test_a_crowd_at_the_sign_in_page_takes_the_memory_of_two() -> None:
    crowd = [
        threading.Thread(target=unwrap_seed, args=(WRAPPED, PASSPHRASE, SERVER_SECRET))
        for _ in range(3 * DERIVATIONS_AT_ONCE)
    ]
    before, peak = resident_kib(), 0
    for one in crowd:
        one.start()
    while any(one.is_alive() for one in crowd):
        peak = max(peak, resident_kib() - before)
    assert MEMORY_KIB // 2 < peak < (DERIVATIONS_AT_ONCE + 0.5) * MEMORY_KIB
