"""The machine under an office: who may read its files, swap, room on the disk, core dumps."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cases.disk_room import DiskRoom
from cases.findings import Finding, unknown, wrong

PRIVATE, NOT_WRITTEN_BY_OTHERS = 0o077, 0o022
# dm-crypt gives its devices a UUID that starts so (cryptsetup, lib/internal.h, DM_UUID_PREFIX).
CRYPT_PREFIX = "CRYPT-"
# A compressed swap in memory.
IN_MEMORY = "zram"


@dataclass(frozen=True)
class Guarded:
    """A file or folder of an instance, and what other accounts must not be able to do with it."""

    path: Path
    name: str
    refused: int = PRIVATE


def check_owners(instance: Path, guarded: Iterable[Guarded]) -> Iterator[Finding]:
    """Find what other accounts could read, and what belongs to another one than the instance."""
    try:
        owner = instance.stat().st_uid
    except OSError:
        yield wrong("the instance's folder cannot be looked at", "run this as its own account")
        return
    if os.geteuid() not in {0, owner}:
        yield wrong(
            "this account is not the instance's own", "run this as the account of the doors"
        )
    for each in guarded:
        try:
            found = each.path.stat()
        except FileNotFoundError:
            continue
        except OSError:
            yield unknown(f"{each.name} cannot be looked at", "run this as the instance's account")
            continue
        if stat.S_IMODE(found.st_mode) & each.refused:
            right = "go-rwx" if each.refused == PRIVATE else "go-w"
            yield wrong(f"other accounts can reach {each.name}", f"chmod {right} {each.path.name}")
        if found.st_uid != owner:
            yield wrong(f"{each.name} belongs to another account", f"chown {each.path.name}")


def check_room(folder: Path, reserved_bytes: int) -> Iterator[Finding]:
    """Find a disk without the room that files never take: reports are refused soon."""
    try:
        DiskRoom(folder, reserved_bytes).check()
    except OSError:
        yield wrong(
            f"the disk under {folder.name} has less than {reserved_bytes >> 20} MiB free,"
            " so files are refused",
            "make room, or move the vault to a larger disk",
        )


def check_dumps(*, can_dump: bool) -> Iterator[Finding]:
    """Find programs of ours that a crash would write out, memory and all."""
    if can_dump:
        yield wrong("a crash would write memory to the disk", "start it by `liemchinh`, on Linux")


def check_open_files(most: int, needed: int) -> Iterator[Finding]:
    """Find a limit on open files that slow uploads would reach: then nobody gets in."""
    if most < needed:
        yield wrong(
            f"programs may open {most} files, and {needed} may be needed",
            "raise the hard limit (LimitNOFILE= of systemd, ulimit -Hn), or lower threads",
        )


def check_time_service(*, is_kept: bool) -> Iterator[Finding]:
    """Find a clock that nobody sets: one that runs ahead looks like any other."""
    if not is_kept:
        yield unknown(
            "no time service sets this machine's clock, so it may be wrong",
            "switch on chrony or systemd-timesyncd",
        )


def check_swap(proc: Path, sys: Path) -> Iterator[Finding]:
    """Find swap that is not encrypted: what was opened in memory could be read from it later."""
    try:
        lines = (proc / "swaps").read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        yield unknown("whether this machine swaps cannot be told", "see that no swap is in clear")
        return
    for line in lines:
        name = line.split()[0].encode().decode("unicode_escape")
        device = _device_of(Path(name), sys)
        if device is None:
            yield unknown(f"whether the swap {name} is encrypted cannot be told", "look it up")
        elif not _is_safe(device):
            yield wrong(
                f"the swap {name} is not encrypted", "swapoff it, or put it on an encrypted device"
            )


def _device_of(swap: Path, sys: Path) -> Path | None:
    """Return the kernel's folder of the device that a swap lies on."""
    try:
        found = swap.stat()
        number = found.st_rdev if stat.S_ISBLK(found.st_mode) else found.st_dev
        device = sys / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}"
    except OSError:
        device = sys / "class" / "block" / swap.name
    return device.resolve() if device.exists() else None


def _is_safe(device: Path) -> bool:
    if device.name.startswith(IN_MEMORY):
        return True
    uuid = device / "dm" / "uuid"
    if uuid.exists() and uuid.read_text(encoding="ascii").startswith(CRYPT_PREFIX):
        return True
    # A volume of LVM, or a partition, is as safe as all of what it lies on.
    below = device / "slaves"
    parts = list(below.iterdir()) if below.is_dir() else []
    if parts:
        return all(_is_safe(part.resolve()) for part in parts)
    is_partition = (device / "partition").exists()
    return is_partition and _is_safe(device.parent)
