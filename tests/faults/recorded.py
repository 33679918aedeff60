"""What programs changed on a disk, in order, as the kernel saw it: read from a record of strace."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.support import needs

OPENING = frozenset({"open", "openat", "openat2", "creat"})
WRITING = frozenset({"write", "pwrite64", "writev", "pwritev", "pwritev2"})
CUTTING = frozenset({"ftruncate", "truncate", "fallocate"})
FLUSHING = frozenset({"fsync", "fdatasync"})
RENAMING = frozenset({"rename", "renameat", "renameat2"})
REMOVING = frozenset({"unlink", "unlinkat", "rmdir"})
MAKING = frozenset({"mkdir", "mkdirat"})
SENDING = frozenset({"sendto", "sendmsg"})
# Ways to change a file that are not followed here: a record with one of them proves nothing.
UNSEEN = frozenset(
    {"io_uring_setup", "sendfile", "copy_file_range", "splice", "link", "linkat", "symlink"}
)
WATCHED = OPENING | WRITING | CUTTING | FLUSHING | RENAMING | REMOVING | MAKING | SENDING | UNSEEN
WHOLE_BYTES = 1 << 26
CALL = re.compile(r"^(\d+) +(?:(\d+\.\d+) )?(\w+)\((.*)$")
RESUMED = re.compile(r"^(\d+) +(?:\d+\.\d+ )?<\.\.\. (\w+) resumed>(.*)$")
UNFINISHED = " <unfinished ...>"
RESULT = re.compile(r"\) += (-?\d+)")
QUOTED = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
# Until a program lets itself be looked into (be_watched), what it imports and its own standard
# streams are shown without a name.
STANDARD = re.compile(r"[012],")
BASES = re.compile(r"\w+<((?:\\x[0-9a-f]{2})*)>(\(deleted\))?")


@dataclass(frozen=True)
class Step:
    """One call that succeeded: when it began and ended (line by line), and what it was given.

    ``at``: when it began by the machine's clock, in seconds, where that was recorded.
    """

    began: int
    ended: int
    name: str
    given: str
    result: int
    at: float = 0.0

    @cached_property
    def texts(self) -> list[bytes]:
        """Return the texts that the call was given."""
        return [_bytes_of(text) for text in QUOTED.findall(self.given)]

    @cached_property
    def opened(self) -> Path | None:
        """Return the file that the call's first descriptor stands for, if it has a name still."""
        found = BASES.match(self.given)
        if found is None or found[2]:
            return None
        path = _bytes_of(found[1])
        return Path(path.decode()) if path.startswith(b"/") else None

    @cached_property
    def paths(self) -> list[Path]:
        """Return the paths that the call was given, each from the folder that it starts at."""
        bases = [_bytes_of(base).decode() for base, _ in BASES.findall(self.given)]
        bases += [""] * (len(self.texts) - len(bases))
        texts = (text.decode() for text in self.texts)
        return [Path(base) / text for base, text in zip(bases, texts, strict=False)]

    @cached_property
    def last_number(self) -> int:
        """Return the last thing that the call was given: an offset, or a length."""
        return int(self.given.rpartition(", ")[2].partition(")")[0], 0)

    @property
    def is_dark(self) -> bool:
        """Return whether the kernel did not show what the call was about."""
        if self.name in WRITING | CUTTING | FLUSHING:
            return BASES.match(self.given) is None
        return self.name not in SENDING and not self.texts

    @property
    def is_harmless(self) -> bool:
        """Return whether, seen or not, the call can have changed no file of an instance."""
        return "O_RDONLY" in self.given or STANDARD.match(self.given) is not None


def watcher(record: Path, *, timed: bool = False) -> tuple[str, ...]:
    """Return what a program is started with, so that its steps are recorded, by the clock too."""
    calls = ",".join(f"?{name}" for name in sorted(WATCHED))
    return (
        str(needs.program("strace", "apt-get install strace")),
        *("-f", "-qq", "--seccomp-bpf", "-y", "-xx", "-s", str(WHOLE_BYTES)),
        *(("-ttt",) if timed else ()),
        *("-e", f"trace={calls}", "-e", "signal=none", "-o", str(record), "--"),
    )


def steps_of(record: Path) -> list[Step]:
    """Return every step of a record that is over, in the order in which they ended."""
    steps = list(_steps(record))
    dark = {step for step in steps if step.is_dark or step.name in UNSEEN}
    changing = {step.name for step in dark if not step.is_harmless}
    assert not changing, f"files were changed in a way that is not followed: {changing}"
    return [step for step in steps if step not in dark]


def _steps(record: Path) -> Iterator[Step]:
    begun: dict[str, tuple[int, float, str]] = {}
    with record.open(encoding="ascii") as lines:
        for number, line in enumerate(lines):
            resumed, call = RESUMED.match(line), CALL.match(line)
            if resumed is not None and resumed[1] in begun:
                pid, name, rest = resumed.groups()
                began, at, given = begun.pop(pid)
                given += rest
            elif call is not None:
                (pid, time, name, given), began = call.groups(), number
                at = float(time or 0)
                if given.rstrip().endswith(UNFINISHED):
                    begun[pid] = (number, at, given.rstrip().removesuffix(UNFINISHED))
                    continue
            else:
                continue
            result = RESULT.search(given)
            if result is not None and int(result[1]) >= 0:
                yield Step(began, number, name, given[: result.end()], int(result[1]), at)


def _bytes_of(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def moment_of(steps: list[Step], words: bytes) -> int:
    """Return when the first bytes of an answer with these words began to leave the machine.

    Raises:
        AssertionError: no answer has them.
    """
    for step in steps:
        if step.name in SENDING and words in b"".join(step.texts):
            return step.began
    raise AssertionError("an answer that was seen left no trace")
