"""What a program and its children opened for writing, and what they wrote, as the kernel saw it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from tests.support import needs

OPENING = frozenset({"open", "openat", "openat2", "creat", "memfd_create"})
NAMING = frozenset({"rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"})
WRITING = frozenset({"write", "pwrite64", "writev", "pwritev", "pwritev2"})
# Ways to write that this harness could not look into: a program that takes one fails the test.
UNSEEN = frozenset({"io_uring_setup", "sendfile", "copy_file_range", "process_vm_writev"})
SHOWN_BYTES = 1 << 16
CALL = re.compile(r"^\d+ +(\w+)\((.*)$")
QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
PLAIN = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"v": b"\v", b"f": b"\f"}
WRITE_FLAGS = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE")
BASE = re.compile(r"^[\w-]+<([^>]*)>")
# What is no file: the answer to a visitor is theirs, and pipes lie in memory.
NOT_KEPT = re.compile(r"^\d+<(?:socket|pipe|anon_inode|TCP|UNIX)[:\[]")


@dataclass(frozen=True)
class Call:
    """One system call: its name, what it was given, and its texts as bytes."""

    name: str
    given: str

    @cached_property
    def texts(self) -> list[bytes]:
        """Return the texts that the call was given."""
        quoted = QUOTED.findall(self.given.encode("latin-1"))
        return [ESCAPED.sub(_unescaped, text) for text in quoted]


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if code[:1].isdigit():
        return bytes([int(code, 8)])
    return PLAIN.get(code, code)


@dataclass(frozen=True)
class Trace:
    """The record of a traced program, which may still be running."""

    path: Path

    @property
    def watcher(self) -> tuple[str, ...]:
        """Return what a program is started with to be traced, with all its children."""
        calls = ",".join(sorted(OPENING | NAMING | WRITING | UNSEEN))
        strace = needs.program("strace", "apt-get install strace")
        return (
            str(strace),
            *("-f", "-qq", "--seccomp-bpf", "-y", "-s", str(SHOWN_BYTES)),
            *("-e", f"trace={calls}", "-e", "signal=none", "-o", str(self.path), "--"),
        )

    def calls(self) -> Iterator[Call]:
        """Return every call so far; what a call was given stands where it began."""
        with self.path.open(encoding="latin-1", newline="\n") as lines:
            for line in lines:
                found = CALL.match(line)
                if found is not None:
                    yield Call(found[1], found[2])

    def opened_for_writing(self) -> set[str]:
        """Return the paths that were opened to be written, made or given a name."""
        paths: set[str] = set()
        for call in self.calls():
            if call.name == "memfd_create":
                paths.add("memfd")
            elif call.name == "creat" or (
                call.name in OPENING and WRITE_FLAGS.search(QUOTED_TEXT.sub("", call.given))
            ):
                paths.add(_path(call, 0))
            elif call.name in NAMING:
                paths.add(_path(call, -1))
        return paths

    def written(self) -> Iterator[tuple[str, bytes]]:
        """Return what was written into files, with the file; every long write by its beginning."""
        for call in self.calls():
            if call.name in WRITING and not NOT_KEPT.match(call.given):
                place = BASE.match(call.given)
                yield f"{call.name} to {place[1] if place else '?'}", b"".join(call.texts)

    def unseen(self) -> set[str]:
        """Return the calls by which something was written that this record does not show."""
        return {call.name for call in self.calls()} & UNSEEN


QUOTED_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')


def _path(call: Call, which: int) -> str:
    path = call.texts[which].decode("utf-8", "replace")
    base = BASE.match(call.given)
    return path if path.startswith("/") or base is None else f"{base[1]}/{path}"


TRIAL = """
import ctypes, pathlib
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
pathlib.Path("/dev/null").write_text("trial")
"""


def new_trace(folder: Path) -> Trace:
    """Return a trace to start a program with; skip the test where the kernel shows too little.

    Our programs forbid dumps, so only somebody who may look into any process can watch them.
    """
    trace = Trace(folder / "trace.txt")
    trial = Trace(folder / "trial.txt")
    subprocess.run([*trial.watcher, sys.executable, "-c", TRIAL], check=True)
    if ("write to /dev/null", b"trial") not in set(trial.written()):
        pytest.skip("needs leave to look into processes that forbid dumps: run as root")
    return trace
