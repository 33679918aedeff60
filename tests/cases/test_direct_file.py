"""A file that goes past the cache holds the very bytes it was given, whatever their sizes."""

import os
import resource
import secrets
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.direct_file import BLOCK_BYTES, DirectFile

PIECES = st.lists(st.integers(0, BLOCK_BYTES + 3), max_size=6)
MANY = bytes(range(251)) * (BLOCK_BYTES // 251 + 2)


def kept(path: Path, pieces: list[bytes]) -> bytes:
    file = DirectFile(path, 0o600)
    try:
        for piece in pieces:
            file.write(piece)
        file.sync(0)
    finally:
        file.close()
    return path.read_bytes()


@given(lengths=PIECES)
def test_what_was_written_in_any_pieces_is_what_is_there(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int]
) -> None:
    pieces = [MANY[start % 251 :][:length] for start, length in enumerate(lengths)]
    assert kept(tmp_path_factory.mktemp("direct") / "file", pieces) == b"".join(pieces)


def test_a_file_system_in_memory_keeps_the_same_bytes(tmp_path: Path) -> None:
    in_memory = Path("/dev/shm")  # noqa: S108 - where Linux has one
    folder = in_memory if os.access(in_memory, os.W_OK) else tmp_path
    path = folder / f"liemchinh-{secrets.token_hex(8)}"
    try:
        assert kept(path, [MANY, b"tail", MANY]) == MANY + b"tail" + MANY
    finally:
        path.unlink(missing_ok=True)


def test_nobody_but_its_owner_reads_it_and_its_time_is_the_one_that_was_given(
    tmp_path: Path,
) -> None:
    kept(tmp_path / "file", [b"sealed"])
    status = (tmp_path / "file").stat()
    assert stat.S_IMODE(status.st_mode) == 0o600
    assert status.st_mtime == 0


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    kept(tmp_path / "file", [b"first"])
    with pytest.raises(FileExistsError):
        DirectFile(tmp_path / "file", 0o600)


@pytest.fixture
def no_room_after(request: pytest.FixtureRequest) -> Iterator[int]:
    """Let no file of this process grow beyond a length."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (request.param, before[1]))
    yield request.param
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.parametrize(
    "no_room_after", [1000, BLOCK_BYTES, BLOCK_BYTES + 4096, 2 * BLOCK_BYTES - 1], indirect=True
)
def test_a_disk_that_is_full_is_said_and_nothing_is_taken_for_written(
    tmp_path: Path, no_room_after: int
) -> None:
    with pytest.raises(OSError, match="File too large"):
        kept(tmp_path / "file", [MANY, MANY, MANY])
    assert (tmp_path / "file").stat().st_size <= no_room_after
