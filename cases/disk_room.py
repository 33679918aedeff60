"""Room on a disk that files never take, so that a flood of them does not stop everything else."""

import errno
import os
from pathlib import Path

# With a full disk the database takes no report, not even one without a file. Each of 600 uploads
# looks once in two MiB, so less would be gone before the last one looked.
RESERVED_BYTES = 2 << 30


class DiskRoom:
    """The free room of the disk under a folder."""

    def __init__(self, folder: Path, reserved_bytes: int) -> None:
        self._folder = folder
        self._reserved_bytes = reserved_bytes

    def check(self) -> None:
        """Return while more is free than what is reserved.

        Raises:
            OSError: the disk counts as full (ENOSPC).
        """
        disk = os.statvfs(self._folder)
        if disk.f_bavail * disk.f_frsize < self._reserved_bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
