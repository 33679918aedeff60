"""Swap is well in memory or under dm-crypt, and named where it lies in clear."""

import os
from pathlib import Path

import pytest

from cases.findings import Grade
from cases.machine_checks import check_swap

HEAD = "Filename\tType\tSize\tUsed\tPriority\n"


class Kernel:
    """The few files of /proc and /sys that say where a machine swaps."""

    def __init__(self, root: Path) -> None:
        self.proc, self.sys = root / "proc", root / "sys"
        self.proc.mkdir()
        (self.sys / "class" / "block").mkdir(parents=True)
        (self.sys / "dev" / "block").mkdir(parents=True)

    def swaps(self, *names: str) -> None:
        lines = [f"{name} partition 1000 0 -2\n" for name in names]
        (self.proc / "swaps").write_text(HEAD + "".join(lines), encoding="utf-8")

    def device(self, name: str, uuid: str = "", on: tuple[Path, ...] = ()) -> Path:
        folder = self.sys / "devices" / name
        (folder / "slaves").mkdir(parents=True)
        if uuid:
            (folder / "dm").mkdir()
            (folder / "dm" / "uuid").write_text(uuid + "\n", encoding="ascii")
        for below in on:
            (folder / "slaves" / below.name).symlink_to(below)
        (self.sys / "class" / "block" / name).symlink_to(folder)
        return folder

    def partition(self, disk: Path, name: str) -> Path:
        folder = disk / name
        folder.mkdir()
        (folder / "partition").write_text("1\n", encoding="ascii")
        (self.sys / "class" / "block" / name).symlink_to(folder)
        return folder

    def grades(self) -> list[Grade]:
        return [each.grade for each in check_swap(self.proc, self.sys)]


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    return Kernel(tmp_path)


def test_no_swap_is_well(kernel: Kernel) -> None:
    kernel.swaps()
    assert kernel.grades() == []


def test_swap_in_memory_or_under_encryption_is_well(kernel: Kernel) -> None:
    kernel.device("zram-test")
    crypt = kernel.device("dm-test0", "CRYPT-LUKS2-0123-swap")
    kernel.device("dm-test1", "LVM-0123", on=(crypt,))
    kernel.partition(crypt, "dm-test0p1")
    names = ("zram-test", "dm-test0", "dm-test1", "dm-test0p1")
    kernel.swaps(*(f"/dev/{name}" for name in names))
    assert kernel.grades() == []


def test_swap_in_clear_is_wrong(kernel: Kernel) -> None:
    disk = kernel.device("sdtest")
    crypt = kernel.device("dm-test0", "CRYPT-LUKS2-0123-swap")
    kernel.partition(disk, "sdtest2")
    kernel.device("dm-test1", "LVM-0123", on=(disk, crypt))
    kernel.swaps("/dev/sdtest", "/dev/sdtest2", "/dev/dm-test1")
    assert kernel.grades() == [Grade.WRONG] * 3


def test_a_swap_file_is_as_safe_as_the_disk_under_it(kernel: Kernel, tmp_path: Path) -> None:
    file = tmp_path / "swap file"
    file.touch()
    number = file.stat().st_dev
    place = kernel.sys / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}"
    kernel.swaps(str(file).replace(" ", "\\040"))
    assert kernel.grades() == [Grade.UNKNOWN]
    place.symlink_to(kernel.device("dm-test0", "CRYPT-LUKS2-0123-root"))
    assert kernel.grades() == []
    place.unlink()
    place.symlink_to(kernel.device("sdtest"))
    assert kernel.grades() == [Grade.WRONG]


def test_a_machine_without_these_files_cannot_be_told(kernel: Kernel) -> None:
    assert kernel.grades() == [Grade.UNKNOWN]
