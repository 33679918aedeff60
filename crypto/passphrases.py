"""A reviewer's identity under a passphrase: Argon2id (RFC 9106) mixed with the server's secret.

The server secret lies outside database and backups, so a stolen copy of those cannot even be
guessed at.
"""

import os
import struct
import threading
import unicodedata

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from crypto.boxes import BOX_OVERHEAD_BYTES, SecretBox
from crypto.errors import OpenError, OpenFailure
from crypto.keys import SEED_BYTES

WRAPPING_VERSION = 1
# RFC 9106 §4, second recommended option, with one lane: the server has few cores.
MEMORY_KIB = 64 * 1024
ITERATIONS = 3
LANES = 1
# What a wrapping may ask for: no less than today's, no more than the server can give.
MEMORY_KIB_ACCEPTED = range(MEMORY_KIB, 1024 * 1024 + 1)
ITERATIONS_ACCEPTED = range(ITERATIONS, 17)
LANES_ACCEPTED = range(1, 5)
SALT_BYTES = 16
MIN_SERVER_SECRET_BYTES = 32
# Version, memory, iterations, lanes, salt. The whole of it is authenticated with the seed.
PARAMETERS = struct.Struct(f">BIBB{SALT_BYTES}s")
WRAPPED_BYTES = PARAMETERS.size + BOX_OVERHEAD_BYTES + SEED_BYTES
LABEL = "passphrase"

# Each derivation takes 64 MiB: a crowd at the sign-in page waits instead of exhausting memory.
DERIVATIONS_AT_ONCE = 2
_turn = threading.BoundedSemaphore(DERIVATIONS_AT_ONCE)


def wrap_seed(seed: bytes, passphrase: str, server_secret: bytes) -> bytes:
    """Return a seed that only passphrase and server secret together give back.

    Raises:
        ValueError: the seed or the server secret has a wrong length, or the passphrase is empty.
    """
    if len(seed) != SEED_BYTES or len(server_secret) < MIN_SERVER_SECRET_BYTES or not passphrase:
        message = "a wrapping needs a seed, a passphrase and a server secret"
        raise ValueError(message)
    salt = os.urandom(SALT_BYTES)
    parameters = PARAMETERS.pack(WRAPPING_VERSION, MEMORY_KIB, ITERATIONS, LANES, salt)
    box = _box(parameters, passphrase, server_secret)
    return parameters + box.seal(seed, context=parameters)


def unwrap_seed(wrapped: bytes, passphrase: str, server_secret: bytes) -> bytes:
    """Return the seed.

    Raises:
        OpenError: another passphrase or server secret, or an altered wrapping.
    """
    parameters = wrapped[: PARAMETERS.size]
    if len(wrapped) != WRAPPED_BYTES or not _may_be_asked_for(parameters):
        raise OpenError(OpenFailure.BOX)
    box = _box(parameters, passphrase, server_secret)
    return box.open(wrapped[PARAMETERS.size :], context=parameters)


def _may_be_asked_for(parameters: bytes) -> bool:
    version, memory_kib, iterations, lanes, _ = PARAMETERS.unpack(parameters)
    return (
        version == WRAPPING_VERSION
        and memory_kib in MEMORY_KIB_ACCEPTED
        and iterations in ITERATIONS_ACCEPTED
        and lanes in LANES_ACCEPTED
    )


def _box(parameters: bytes, passphrase: str, server_secret: bytes) -> SecretBox:
    _, memory_kib, iterations, lanes, salt = PARAMETERS.unpack(parameters)
    argon2id = Argon2id(
        salt=salt,
        length=32,
        iterations=iterations,
        lanes=lanes,
        memory_cost=memory_kib,
        secret=server_secret,
    )
    with _turn:
        # NFC, as RFC 8265 §4.2 wants: two keyboards may write one Vietnamese letter two ways.
        key = argon2id.derive(unicodedata.normalize("NFC", passphrase).encode())
    return SecretBox(key, LABEL)
