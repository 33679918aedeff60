"""Print known answers of the formats that only this project defines, from the code as it is.

Run from the root of the repository: ``python -m tests.vectors.own.generate``.
Only for a new format version: the answers in the repository are what is already stored somewhere.
"""

import hashlib
import sys

from crypto.boxes import SecretBox, derive, keyed_digest
from crypto.keys import Identity
from crypto.passphrases import wrap_seed
from crypto.receipts import Receipt
from crypto.sealing import seal

SECRET = bytes(range(32))
CODE = "0S1F060T1R0X0J15K2HZ9N3Q7BCS"
TEXT = b"known answer"
PASSPHRASE = "known passphrase"


def known_answers() -> dict[str, dict[str, str]]:
    """Return each format's inputs and answers, in hexadecimal where they are bytes."""
    receipt = Receipt(CODE)
    identity = Identity.from_seed(SECRET)
    return {
        "receipt": {
            "code": receipt.code,
            "lookup_tag": receipt.lookup_tag().hex(),
            "identity_seed": receipt.identity().seed.hex(),
        },
        "recipient": {
            "seed": SECRET.hex(),
            "raw_sha256": hashlib.sha256(identity.recipient.raw).hexdigest(),
            "fingerprint": identity.recipient.fingerprint(),
        },
        "derived": {
            "secret": SECRET.hex(),
            "label": "known/label",
            "key": derive(SECRET, "known/label").hex(),
            "digest_of_ab_c": keyed_digest(SECRET, "known/label", b"ab", b"c").hex(),
        },
        "box": {
            "secret": SECRET.hex(),
            "label": "known/label",
            "context": b"context".hex(),
            "content": TEXT.hex(),
            "sealed": SecretBox(SECRET, "known/label").seal(TEXT, b"context").hex(),
        },
        "passphrase": {
            "passphrase": PASSPHRASE,
            "server_secret": SECRET.hex(),
            "seed": SECRET[::-1].hex(),
            "wrapped": wrap_seed(SECRET[::-1], PASSPHRASE, SECRET).hex(),
        },
        "file": {
            "seed": SECRET.hex(),
            "content": TEXT.hex(),
            "sealed": seal(TEXT, [identity.recipient]).hex(),
        },
    }


def main() -> None:
    """Write the answers as TOML."""
    for name, answers in known_answers().items():
        lines = [f'{key} = "{value}"' for key, value in answers.items()]
        sys.stdout.write("\n".join([f"[{name}]", *lines, "", ""]))


if __name__ == "__main__":
    main()
