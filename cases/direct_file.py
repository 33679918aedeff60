"""A new file whose bytes go to the disk past the system's cache, in blocks of a mebibyte.

A large file that is read again at most once gains nothing from the cache: filling it costs more
processor time than sealing the file does, and writing it back competes with whoever fills it.
"""

import fcntl
import mmap
import os
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from cases.allowances import Allowance

# A multiple of every block and page size; anonymous memory begins at a page, as O_DIRECT asks.
BLOCK_BYTES, LEAST_BLOCK_BYTES = 1 << 20, 128 << 10
_BLOCKS = Allowance(BLOCK_BYTES, LEAST_BLOCK_BYTES)
# The disk is waited for here, while whoever writes fills the next block.
_WRITERS = ThreadPoolExecutor(8, thread_name_prefix="writing")
# Where a system or a file system has no such way, the cache is used like everywhere else.
_DIRECT = getattr(os, "O_DIRECT", 0)
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class DirectFile:
    """A file on its way to the disk: whole blocks at once, and the rest when it is closed."""

    def __init__(self, path: Path, mode: int) -> None:
        """Make the file.

        Raises:
            OSError: it is there already, or the disk is full or gone.
        """
        self._descriptor = os.open(path, _NEW_FILE, mode)
        self._block: mmap.mmap | None = None
        self._other_block: mmap.mmap | None = None
        self._filled = 0
        self._under_way: Future[None] | None = None
        self._is_direct: bool | None = None

    def write(self, content: bytes | memoryview) -> None:
        """Add bytes.

        Raises:
            OSError: the disk is full or gone, now or with the bytes before.
        """
        if self._block is None:
            # Pages that nobody fills take no memory, so a small file takes little.
            self._block = mmap.mmap(-1, _BLOCKS.join(self))
        left = memoryview(content)
        while left:
            taken = min(len(left), len(self._block) - self._filled)
            self._block[self._filled : self._filled + taken] = left[:taken]
            self._filled += taken
            left = left[taken:]
            if self._filled == len(self._block):
                self._hand_over(self._block)

    def sync(self, seconds: float) -> None:
        """Bring everything to the disk, with this moment as the file's times.

        Raises:
            OSError: the disk is full or gone.
        """
        self._settle()
        self._go_cached()
        if self._block is not None:
            self._write_all(memoryview(self._block)[: self._filled])
            self._filled = 0
        os.utime(self._descriptor, (seconds, seconds))
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Give the file and its memory back, whatever was written."""
        _BLOCKS.leave(self)
        # The number of a closed file is given to the next one: nobody may still write by it.
        with suppress(OSError):
            self._settle()
        self._block = self._other_block = None
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            os.close(descriptor)

    def _hand_over(self, block: mmap.mmap) -> None:
        """Let a full block be written, and go on with the other one, which is written by now."""
        self._settle()
        self._block = self._other_block or mmap.mmap(-1, len(block))
        self._other_block, self._filled = block, 0
        self._under_way = _WRITERS.submit(self._write_block, block)

    def _settle(self) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def _write_block(self, block: mmap.mmap) -> None:
        written = 0
        if self._go_direct():
            # Some file systems refuse only now. If it is the disk, the next attempt says so.
            with suppress(OSError):
                written = os.write(self._descriptor, block)
        if written < len(block):
            self._go_cached()
            self._write_all(memoryview(block)[written:])

    def _write_all(self, left: memoryview) -> None:
        while left:
            # A disk that takes only a part says with the next write why.
            left = left[os.write(self._descriptor, left) :]

    def _go_direct(self) -> bool:
        """Return whether blocks go past the cache, from the first one on."""
        if self._is_direct is None:
            try:
                self._change_flags(_DIRECT, 0)
            except OSError:
                self._is_direct = False
            else:
                self._is_direct = bool(_DIRECT)
        return self._is_direct

    def _go_cached(self) -> None:
        if self._is_direct:
            self._change_flags(0, _DIRECT)
        self._is_direct = False

    def _change_flags(self, more: int, less: int) -> None:
        flags = fcntl.fcntl(self._descriptor, fcntl.F_GETFL)
        fcntl.fcntl(self._descriptor, fcntl.F_SETFL, (flags | more) & ~less)
