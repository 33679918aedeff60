"""Objects in a folder: written beside their place, brought to the disk, then put there by name.

Their times are days: what a thief of the disk could line up with a visit is not kept.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time
from pathlib import Path

from cases.direct_file import DirectFile
from cases.disk_room import DiskRoom
from cases.durable import OWNER_ONLY_FILE, OWNER_ONLY_FOLDER

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
        self._not_checked = 0
        self._file: DirectFile | None = None
        room.check()

    def write(self, sealed: bytes | memoryview) -> None:
        """Add bytes.

        Raises:
            OSError: the disk is full or gone.
        """
        self._open_file().write(sealed)
        self._not_checked += len(sealed)
        if self._not_checked >= CHECKED_BYTES:
            self._not_checked = 0
            self._room.check()

    def close(self) -> None:
        """Bring the whole object to the disk and put it into its place; then it is there for good.

        Raises:
            OSError: the disk is full or gone.
        """
        self._open_file().sync(midnight(self._today()))
        self._close_file()
        self._staged.rename(self._path)
        blur_folders(self._path, self._today())

    def discard(self) -> None:
        """Leave nothing; what cannot be removed now is found by the search for leftovers."""
        with suppress(OSError):
            self._close_file()
        for path in (self._staged, self._path):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        with suppress(OSError):
            blur_folders(self._path, self._today())

    def _open_file(self) -> DirectFile:
        """Return the staged file; folders and file are for their owner alone."""
        if self._file is None:
            # Never the root itself: where it is gone, so is the disk that belongs there.
            for folder in (self._path.parent.parent, self._path.parent):
                folder.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
            self._file = DirectFile(self._staged, OWNER_ONLY_FILE)
        return self._file

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()


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
