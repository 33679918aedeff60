import copy
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.bech32 import ALPHABET, decode_bech32, encode_bech32
from crypto.boxes import SecretBox
from crypto.errors import KeyFormatError
from crypto.keys import MLKEM_PUBLIC_BYTES, RECIPIENT_BYTES, Identity, Recipient
from crypto.receipts import Receipt
from crypto.sealing import FileKey, seal
from crypto.secret import Secret

# The example of C2SP age.md, with the first and last symbols of its recipient.
SPEC_IDENTITY = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"
SPEC_RECIPIENT_STARTS = "age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrq"
SPEC_RECIPIENT_ENDS = "3xjstx7tl2szhpr5qe8jj08ydjc4wy2rch2fhuy3pdfjax5awe9j99ly5hkntzz9fe5zatgj"
SPEC_RECIPIENT_LAST = "vzdd0kgtxs25njnajyf6ssekp7gelxquusn4pt25czh3scj68kq79wdn5tgm6yvm9nzavrg04"
IDENTITY = Identity.from_seed(bytes(range(32)))
RECIPIENT = IDENTITY.recipient


def test_the_example_of_the_specification_gives_its_recipient() -> None:
    encoded = Identity.parse(SPEC_IDENTITY).recipient.encoded()
    assert encoded.startswith(SPEC_RECIPIENT_STARTS)
    assert SPEC_RECIPIENT_ENDS + SPEC_RECIPIENT_LAST in encoded
    assert encoded.endswith(
        "msnygf8dweknw5jmqd0uvny6ttsn09508k0c55zfnegrm9efhxpfqdkmhh6gjtqmwze9pyyzk3tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k"
    )


def test_keys_survive_being_written_down() -> None:
    assert Identity.parse(IDENTITY.encoded()) == IDENTITY
    assert Recipient.parse(RECIPIENT.encoded()) == RECIPIENT
    assert Recipient.from_raw(RECIPIENT.raw) == RECIPIENT
    assert {RECIPIENT, Recipient.from_raw(RECIPIENT.raw)} == {RECIPIENT}
    assert {IDENTITY, Identity.from_seed(IDENTITY.seed)} == {IDENTITY}
    assert len(RECIPIENT.raw) == RECIPIENT_BYTES


def test_two_generated_identities_differ() -> None:
    assert Identity.generate() != Identity.generate()


def test_a_fingerprint_is_read_aloud_in_groups() -> None:
    groups = RECIPIENT.fingerprint().split(" ")
    assert repr(RECIPIENT) == f"<Recipient {RECIPIENT.fingerprint()}>"
    assert [len(group) for group in groups] == [4] * 5
    assert RECIPIENT.fingerprint() != Identity.generate().recipient.fingerprint()


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda: Recipient.parse(IDENTITY.encoded()), id="an identity for a recipient"),
        pytest.param(lambda: Identity.parse(RECIPIENT.encoded()), id="a recipient for an identity"),
        pytest.param(lambda: Recipient.parse(RECIPIENT.encoded().upper()), id="capitals"),
        pytest.param(lambda: Identity.parse(IDENTITY.encoded().lower()), id="small letters"),
        pytest.param(lambda: Recipient.parse(RECIPIENT.encoded()[:-1]), id="cut off"),
        pytest.param(lambda: Recipient.parse(""), id="nothing"),
        pytest.param(lambda: Recipient.parse("age1pq1"), id="no checksum"),
        pytest.param(lambda: Recipient.parse("age1pq1" + "q" * 10_000_000), id="endless"),
        pytest.param(lambda: Recipient.parse(RECIPIENT.encoded() + "é"), id="foreign symbol"),
        pytest.param(lambda: Recipient.parse(encode_bech32("age1pq", bytes(32))), id="short"),
        pytest.param(lambda: Recipient.from_raw(b"\xff" * RECIPIENT_BYTES), id="no ML-KEM key"),
        pytest.param(lambda: Recipient.from_raw(RECIPIENT.raw + b"\0"), id="a byte too many"),
        pytest.param(lambda: Identity.from_seed(bytes(31)), id="short seed"),
        pytest.param(
            lambda: Recipient.parse(
                encode_bech32("age1pq", RECIPIENT.raw[:MLKEM_PUBLIC_BYTES] + bytes(32))
            ),
            id="a point of low order",
        ),
    ],
)
def test_a_key_that_is_written_wrongly_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(KeyFormatError):
        wrong()


def test_nothing_is_sealed_to_a_point_of_low_order() -> None:
    stored = Recipient.from_raw(RECIPIENT.raw[:MLKEM_PUBLIC_BYTES] + bytes(32))
    with pytest.raises(KeyFormatError):
        seal(b"report", [stored])


@given(st.binary(max_size=80), st.sampled_from(["age1pq", "AGE-SECRET-KEY-PQ-"]))
def test_bech32_gives_back_what_it_was_given(raw: bytes, hrp: str) -> None:
    assert decode_bech32(encode_bech32(hrp, raw), hrp) == raw


@given(st.integers(0, 57), st.sampled_from(ALPHABET))
def test_bech32_catches_a_wrong_symbol_anywhere(place: int, symbol: str) -> None:
    encoded = encode_bech32("age1pq", bytes(range(32)))
    place += len("age1pq1")
    altered = encoded[:place] + symbol + encoded[place + 1 :]
    if altered == encoded:
        assert decode_bech32(altered, "age1pq") == bytes(range(32))
        return
    with pytest.raises(KeyFormatError):
        decode_bech32(altered, "age1pq")


@pytest.mark.parametrize(
    ("encoded", "hrp"),
    [
        pytest.param("a12UEL5L", "a", id="BIP 173: mixed case"),
        pytest.param(
            "A1G7SGD8", "A", id="BIP 173: checksum of the human-readable part in capitals"
        ),
        pytest.param("x1b4n0q5v", "x", id="BIP 173: a symbol that is not in the alphabet"),
        pytest.param("li1dgmt3", "li", id="BIP 173: checksum too short"),
        pytest.param("pzry9x0s0muk", "", id="BIP 173: no separator"),
        pytest.param("age1pq1pc6a4lh", "age1pq", id="five bits left over"),
        pytest.param("age1pq1qprrzytm", "age1pq", id="left-over bits that are not zero"),
    ],
)
def test_bech32_refuses_what_bip_173_refuses(encoded: str, hrp: str) -> None:
    with pytest.raises(KeyFormatError):
        decode_bech32(encoded, hrp)


def test_bech32_reads_the_empty_example_of_bip_173() -> None:
    assert decode_bech32("A12UEL5L", "A") == b""
    assert decode_bech32("a12uel5l", "a") == b""


SECRETS: list[tuple[Secret, str]] = [
    (IDENTITY, IDENTITY.seed.hex()),
    (FileKey(bytes(range(16))), bytes(range(16)).hex()),
    (Receipt("0S1F060T1R0X0J15K2HZ9N3Q7BCS"), "0S1F060T1R0X0J15K2HZ9N3Q7BCS"),
    (SecretBox(bytes(32), "label"), bytes(32).hex()),
]


@pytest.mark.parametrize(("secret", "value"), SECRETS, ids=lambda one: type(one).__name__)
def test_a_secret_shows_nothing(secret: Secret, value: str) -> None:
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r}"):
        assert shown == f"<{type(secret).__name__}>"
        assert value not in shown


@pytest.mark.parametrize("secret", [secret for secret, _ in SECRETS])
@pytest.mark.parametrize("write_out", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_is_never_written_out_or_copied(
    secret: Secret, write_out: Callable[[object], object]
) -> None:
    with pytest.raises(TypeError, match="never written out"):
        write_out(secret)


@pytest.mark.parametrize("secret", [secret for secret, _ in SECRETS])
def test_a_secret_takes_no_further_attributes(secret: Secret) -> None:
    assert not hasattr(secret, "__dict__")
