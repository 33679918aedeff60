"""A file that is there whole, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from cases.durable import OWNER_ONLY_FILE, sync_folder
from cases.errors import BackupError


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a new file that stands at ``path`` once it is whole and on the disk, or leave nothing.

    Raises:
        BackupError: something lies there already, or the place cannot be written.
    """
    staged = path.with_name(f"{path.name}.part")
    try:
        if path.exists():
            raise BackupError(f"{path.name} is there already, and no file is ever replaced")
        descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY_FILE)
    except OSError as error:
        raise BackupError(f"{staged.name} cannot be made: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        staged.rename(path)
        sync_folder(path.parent)
    except BaseException as error:
        with suppress(OSError):
            staged.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise BackupError(f"{path.name} cannot be written: {error.strerror}") from None
        raise
