"""Uploads: sealed while they arrive, padded, and nothing left of those that were not finished."""

import hashlib
import os
import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import StoreUnavailableError
from cases.uploads import GATHERED_BYTES, SealedUpload, SealingSink
from cases.vault import Vault
from crypto.opening import open_payload
from crypto.padding import file_padding

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
NONCE_BYTES = 16


def on_the_day() -> date:
    return date(2026, 3, 14)


def sealed_from(vault: Vault, pieces: Iterable[bytes]) -> SealedUpload:
    sink = SealingSink(vault, "ảnh.jpg")
    for piece in pieces:
        sink.write(piece)
    return sink.finish()


def opened(vault: Vault, upload: SealedUpload) -> bytes:
    return b"".join(open_payload(upload.file_key, vault.read(upload.object_key)))


@pytest.mark.parametrize(
    "length",
    [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * GATHERED_BYTES + 70_001],
)
def test_an_upload_opens_to_what_was_sent_and_its_padding(length: int) -> None:
    vault = Vault("memory://", on_the_day)
    plaintext = os.urandom(length)
    upload = sealed_from(vault, [plaintext])
    assert opened(vault, upload) == plaintext + bytes(file_padding(length))
    assert (upload.length, upload.file_name) == (length, "ảnh.jpg")
    assert upload.padded_length == length + file_padding(length)
    assert upload.sha256 == hashlib.sha256(plaintext).digest()


@given(st.lists(st.integers(0, 200_000), max_size=12))
def test_how_the_bytes_were_cut_on_their_way_does_not_matter(lengths: list[int]) -> None:
    vault = Vault("memory://", on_the_day)
    pieces = [bytes([number % 251]) * length for number, length in enumerate(lengths)]
    upload = sealed_from(vault, pieces)
    plaintext = b"".join(pieces)
    assert opened(vault, upload)[: upload.length] == plaintext
    assert upload.sha256 == hashlib.sha256(plaintext).digest()


def test_files_of_like_length_are_equally_long_in_the_vault() -> None:
    vault = Vault("memory://", on_the_day)
    for length in (1_000_001, 1_000_017):
        sealed_from(vault, [bytes(length)])
    assert len({stored.length for stored in vault.stored()}) == 1


def test_the_vault_holds_the_payload_of_an_age_file_and_no_header() -> None:
    vault = Vault("memory://", on_the_day)
    upload = sealed_from(vault, [b"x" * 100_000])
    chunks = -(-upload.padded_length // CHUNK_BYTES)
    stored = b"".join(vault.read(upload.object_key))
    assert len(stored) == NONCE_BYTES + upload.padded_length + chunks * TAG_BYTES
    assert b"age-encryption.org" not in stored


def test_nothing_of_the_bytes_or_the_name_is_found_in_the_vault(tmp_path: Path) -> None:
    vault = Vault(str(tmp_path), on_the_day)
    canary = b"canary-7b1e " * 100_000
    sink = SealingSink(vault, "canary-7b1e.jpg")
    sink.write(canary)
    half = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    sink.finish()
    whole = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(whole) == 1
    assert not any(b"canary" in stored for stored in half + whole)
    assert not any("canary" in str(path) for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("length", [0, 1000, 5_000_000])
def test_an_aborted_upload_leaves_nothing(tmp_path: Path, length: int) -> None:
    sink = SealingSink(Vault(str(tmp_path), on_the_day), "a")
    sink.write(bytes(length))
    sink.abort()
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_a_finished_upload_that_nobody_wants_can_be_aborted(tmp_path: Path) -> None:
    sink = SealingSink(Vault(str(tmp_path), on_the_day), "a")
    sink.write(b"x")
    sink.finish()
    sink.abort()
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_two_uploads_of_the_same_bytes_have_nothing_in_common() -> None:
    vault = Vault("memory://", on_the_day)
    one, other = (sealed_from(vault, [b"the same"]) for _ in range(2))
    first, second = (b"".join(vault.read(found.object_key)) for found in (one, other))
    assert one.object_key != other.object_key
    assert first[:NONCE_BYTES] != second[:NONCE_BYTES]
    assert first[NONCE_BYTES:] != second[NONCE_BYTES:]


def test_an_upload_does_not_print_its_name_or_its_key() -> None:
    upload = sealed_from(Vault("memory://", on_the_day), [b"x"])
    for shown in (repr(upload), str(upload), f"{upload}"):
        assert "jpg" not in shown
        assert upload.file_key.raw.hex() not in shown
        assert repr(upload.file_key.raw) not in shown


def test_a_vault_that_is_gone_refuses_the_upload(tmp_path: Path) -> None:
    root = tmp_path / "vault"
    vault = Vault(str(root), on_the_day)
    shutil.rmtree(root)
    root.write_bytes(b"in the way")
    with pytest.raises(StoreUnavailableError):
        SealingSink(vault, "a")


def test_a_vault_that_goes_while_a_file_arrives_refuses_it(tmp_path: Path) -> None:
    root = tmp_path / "vault"
    sink = SealingSink(Vault(str(root), on_the_day), "a")
    sink.write(bytes(5_000_000))
    root.rename(tmp_path / "elsewhere")
    with pytest.raises(StoreUnavailableError):
        sink.finish()
    assert not root.exists()


def test_many_tiny_pieces_are_sealed_like_one() -> None:
    vault = Vault("memory://", on_the_day)
    upload = sealed_from(vault, [bytes([number % 251]) for number in range(1000)])
    assert opened(vault, upload)[: upload.length] == bytes(number % 251 for number in range(1000))
