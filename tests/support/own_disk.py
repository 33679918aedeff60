"""A disk of its own for an instance, made full and roomy at will: the kernel's own ENOSPC.

The launcher runs where it may mount, in a namespace (user_namespaces(7)), with a tmpfs over the
instance's folder. Nobody outside sees it, so what is there is copied out in the end.
"""

import ctypes
import os
import shutil
from pathlib import Path

from tests.support import needs

# More than files leave free (cases.disk_room); no memory is taken before something is written.
ROOMY = "8g"
MOUNT = (
    'cp -a "$0" "$0.made" && mount -t tmpfs -o size=%s,mode=700 tmpfs "$0"'
    ' && cp -a "$0.made/." "$0" && exec "$@"'
)
KEPT = "kept"
# A flag of the system call that mounts.
MS_REMOUNT = 32


def on_own_disk(instance: Path) -> tuple[str, ...]:
    """Return what a launcher is started with, so that the instance lies on a disk of its own."""
    unshare = needs.mounts_of_its_own()
    return (str(unshare), *needs.ALONE, "sh", "-c", MOUNT % ROOMY, str(instance))


def fill_up(instance: Path) -> None:
    """Leave the disk no free block: its size becomes what is used."""
    disk = os.statvfs(instance)
    _resize(instance, str((disk.f_blocks - disk.f_bfree) * disk.f_frsize))


def make_room(instance: Path) -> None:
    """Let there be room again."""
    _resize(instance, ROOMY)


def copy_out(instance: Path) -> None:
    """Copy the instance to a folder beside it that everybody sees."""
    shutil.copytree(instance, instance.with_name(KEPT))


def _resize(instance: Path, size: str) -> None:
    # By the call itself: mount(8) would repeat options that a namespace does not take again.
    library, options = ctypes.CDLL(None, use_errno=True), f"size={size}".encode()
    if library.mount(b"tmpfs", os.fsencode(instance), b"tmpfs", MS_REMOUNT, options):
        raise OSError(ctypes.get_errno(), "the disk keeps its size")
