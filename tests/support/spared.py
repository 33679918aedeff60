"""What most tests need not pay for: a key at its true cost, each template compiled again."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from crypto import passphrases


def cheap_argon2id(*, salt: bytes, length: int, lanes: int, secret: bytes, **_: int) -> Argon2id:
    """Return an Argon2id of the least memory and time, whatever was asked for."""
    return Argon2id(
        salt=salt, length=length, lanes=lanes, secret=secret, iterations=1, memory_cost=8 * lanes
    )


@contextmanager
def at_true_cost() -> Iterator[None]:
    """Derive keys as the product does: nothing else opens what its own processes wrapped."""
    with pytest.MonkeyPatch.context() as patch:  # noqa: TID251 (the real one)
        patch.setattr(passphrases, "Argon2id", Argon2id)
        yield


class CompiledTemplates(BytecodeCache):
    """The templates that some app of this process compiled."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()
