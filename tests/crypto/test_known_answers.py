"""What is stored today opens tomorrow: formats of our own, against answers that never change.

The derivations are done a second time with the standard library alone (RFC 5869, FIPS 202).
"""

import hashlib
import hmac
import tomllib
from pathlib import Path

from crypto.boxes import SecretBox, derive, keyed_digest
from crypto.keys import Identity
from crypto.opening import open_sealed
from crypto.passphrases import unwrap_seed
from crypto.receipts import Receipt

ANSWERS: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parents[1] / "vectors" / "own" / "known_answers.toml").read_text()
)


def hkdf(secret: bytes, label: str) -> bytes:
    """Return 32 bytes of HKDF-SHA256 without a salt: extract, then one block of expand."""
    extracted = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(extracted, b"liemchinh/v1/" + label.encode() + b"\x01", "sha256")


def test_a_receipt_on_paper_keeps_its_tag_and_its_identity() -> None:
    known = ANSWERS["receipt"]
    receipt = Receipt.parse(known["code"])
    assert receipt.lookup_tag().hex() == known["lookup_tag"]
    assert receipt.identity().seed.hex() == known["identity_seed"]
    assert hkdf(known["code"].encode(), "receipt/lookup-tag").hex() == known["lookup_tag"]
    assert hkdf(known["code"].encode(), "receipt/identity").hex() == known["identity_seed"]


def test_a_seed_keeps_its_recipient_and_its_fingerprint() -> None:
    known = ANSWERS["recipient"]
    recipient = Identity.from_seed(bytes.fromhex(known["seed"])).recipient
    digest = hashlib.sha256(recipient.raw).hexdigest()
    assert digest == known["raw_sha256"]
    assert recipient.fingerprint() == known["fingerprint"]
    assert known["fingerprint"].replace(" ", "").lower() == digest[:20]


def test_a_derived_key_and_a_digest_stay_the_same() -> None:
    known = ANSWERS["derived"]
    secret, label = bytes.fromhex(known["secret"]), known["label"]
    assert derive(secret, label).hex() == known["key"]
    assert hkdf(secret, label).hex() == known["key"]
    assert keyed_digest(secret, label, b"ab", b"c").hex() == known["digest_of_ab_c"]
    framed = (2).to_bytes(8, "big") + b"ab" + (1).to_bytes(8, "big") + b"c"
    assert hmac.new(hkdf(secret, label), framed, "sha256").hexdigest() == known["digest_of_ab_c"]


def test_a_box_of_today_opens() -> None:
    known = ANSWERS["box"]
    box = SecretBox(bytes.fromhex(known["secret"]), known["label"])
    opened = box.open(bytes.fromhex(known["sealed"]), bytes.fromhex(known["context"]))
    assert opened.hex() == known["content"]


def test_a_wrapped_seed_of_today_opens() -> None:
    known = ANSWERS["passphrase"]
    server_secret = bytes.fromhex(known["server_secret"])
    seed = unwrap_seed(bytes.fromhex(known["wrapped"]), known["passphrase"], server_secret)
    assert seed.hex() == known["seed"]


def test_a_sealed_file_of_today_opens() -> None:
    known = ANSWERS["file"]
    identity = Identity.from_seed(bytes.fromhex(known["seed"]))
    assert open_sealed(bytes.fromhex(known["sealed"]), identity).hex() == known["content"]
