"""What a local vault leaves to us: objects on the disk for sure, and without a time of day."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time
from pathlib import Path


class LocalObject:
    """What a local store leaves to us: bytes on their way to the disk, durable, without a time."""

    def __init__(self, path: Path, today: Callable[[], date]) -> None:
        self._path = path
        self._today = today

    def send_ahead(self) -> None:
        """Start to bring to the disk what was written so far, without waiting for it."""
        for path in self._staged() if sys.platform == "linux" else ():
            with _opened(path, os.O_RDONLY) as descriptor:
                # On Linux this starts the writing of dirty pages and drops the clean ones.
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)

    def settle(self) -> None:
        """Bring the whole object to the disk: the store renames, but does not fsync."""
        start = midnight(self._today())
        with _opened(self._path, os.O_RDONLY) as descriptor:
            os.fchmod(descriptor, 0o600)
            os.utime(descriptor, (start, start))
            os.fsync(descriptor)
        blur_folders(self._path, self._today())

    def sweep(self) -> None:
        """Remove the staged file of a write that the store could not clean up itself."""
        self._path.unlink(missing_ok=True)
        for path in self._staged():
            path.unlink(missing_ok=True)
        blur_folders(self._path, self._today())

    def _staged(self) -> list[Path]:
        # The staged name is the key, "#" and a number; only whole objects lose it.
        return list(self._path.parent.glob(f"{self._path.name}#*"))


def blur_folders(path: Path, day: date) -> None:
    """Give the folders above an object the day as their time, and bring them to the disk."""
    start = midnight(day)
    for folder in path.parents[:3]:
        with suppress(FileNotFoundError), _opened(folder, os.O_DIRECTORY) as descriptor:
            os.utime(descriptor, (start, start))
            os.fsync(descriptor)


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def midnight(day: date) -> float:
    """Return the first second of a day (UTC)."""
    return datetime.combine(day, time(), UTC).timestamp()
