"""Files and folders that are still there after a power cut: made, and brought to the disk."""

import os
from pathlib import Path

OWNER_ONLY_FILE, OWNER_ONLY_FOLDER = 0o600, 0o700


def make_durable_folder(folder: Path) -> None:
    """Make a folder for its owner alone, with every one above it that is missing."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
        sync_folder(each.parent)


def make_durable_file(path: Path, content: bytes = b"") -> None:
    """Make a whole file for its owner alone where there is none; one that is there is left alone.

    A program that is killed on the way leaves no file of this name.
    """
    if not path.exists():
        replace_durable_file(path, content)


def replace_durable_file(path: Path, content: bytes) -> None:
    """Put a whole file for its owner alone in its place, whatever was there before.

    A program that is killed on the way leaves what was there.
    """
    make_durable_folder(path.parent)
    fresh = path.with_name(f"{path.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY_FILE)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring a folder's list of names to the disk (fsync(2): a file's own fsync does not)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
