"""Objects in a folder: written beside their place, brought to the disk, then put there by name.

Their times are days: what a thief of the disk could line up with a visit is not kept.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time
from pathlib import Path

from cases.disk_room import DiskRoom

# Bytes go to the disk while more arrive, so that the fsync at the end has little to wait for.
SENT_AHEAD_BYTES = 32 << 20
# The room on the disk is looked at once in so many bytes.
CHECKED_BYTES = 2 << 20
# The two folders of a key, and the vault's own.
FOLDERS_ABOVE = 3


class LocalObject:
    """One object on its way into a folder, under a staged name until it is whole and durable."""

    def __init__(self, root: Path, key: str, today: Callable[[], date], room: DiskRoom) -> None:
        """Take note of the place; nothing is on the disk before the first bytes.

        Raises:
            OSError: the disk is full or gone.
        """
        self._path = root / key
        self._staged = staged_path(self._path)
        self._today = today
        self._room = room
        self._not_checked = self._not_sent = self._sent = 0
        self._descriptor: int | None = None
        room.check()

    def write(self, sealed: bytes | memoryview) -> None:
        """Add bytes.

        Raises:
            OSError: the disk is full or gone.
        """
        descriptor, left = self._open_descriptor(), memoryview(sealed)
        while left:
            # A disk that takes only a part says with the next write why.
            left = left[os.write(descriptor, left) :]
        length = len(sealed)
        self._not_checked += length
        self._not_sent += length
        if self._not_checked >= CHECKED_BYTES:
            self._not_checked = 0
            self._room.check()
        if self._not_sent >= SENT_AHEAD_BYTES:
            self._send_ahead(descriptor)

    def close(self) -> None:
        """Bring the whole object to the disk and put it into its place; then it is there for good.

        Raises:
            OSError: the disk is full or gone.
        """
        descriptor = self._open_descriptor()
        start = midnight(self._today())
        os.utime(descriptor, (start, start))
        os.fsync(descriptor)
        self._close_descriptor()
        self._staged.rename(self._path)
        blur_folders(self._path, self._today())

    def discard(self) -> None:
        """Leave nothing; what cannot be removed now is found by the search for leftovers."""
        with suppress(OSError):
            self._close_descriptor()
        for path in (self._staged, self._path):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        with suppress(OSError):
            blur_folders(self._path, self._today())

    def _send_ahead(self, descriptor: int) -> None:
        """Start to bring to the disk what was written so far, without waiting for it."""
        if sys.platform == "linux":
            # On Linux this starts the writing of dirty pages and drops the clean ones.
            os.posix_fadvise(descriptor, self._sent, self._not_sent, os.POSIX_FADV_DONTNEED)
        self._sent += self._not_sent
        self._not_sent = 0

    def _open_descriptor(self) -> int:
        """Return the staged file's descriptor; folders and file are for their owner alone."""
        if self._descriptor is None:
            # Never the root itself: where it is gone, so is the disk that belongs there.
            for folder in (self._path.parent.parent, self._path.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
            self._descriptor = os.open(self._staged, flags, 0o600)
        return self._descriptor

    def _close_descriptor(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def staged_path(path: Path) -> Path:
    """Return where an object is written until it is whole; listings pass over such names."""
    return path.with_name(f"{path.name}#1")


def unfinished_in(root: Path, before: date) -> list[Path]:
    """Return what uploads that died with their process left before a day.

    Raises:
        OSError: a folder cannot be read.
    """
    limit = midnight(before)
    found = root.glob("*/*/*#*")
    return [path for path in found if path.stat().st_mtime < limit]


def blur_folders(path: Path, day: date) -> None:
    """Give the folders above an object the day as their time, and bring them to the disk.

    Raises:
        OSError: the disk is gone.
    """
    start = midnight(day)
    for folder in path.parents[:FOLDERS_ABOVE]:
        with suppress(FileNotFoundError), _opened(folder) as descriptor:
            os.utime(descriptor, (start, start))
            os.fsync(descriptor)


def midnight(day: date) -> float:
    """Return the first second of a day (UTC), the only one that files of the vault show."""
    return datetime.combine(day, time(), UTC).timestamp()


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
