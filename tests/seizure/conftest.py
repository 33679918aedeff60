"""One seized instance: watched by the kernel's own record from its first step to its last."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.seizure.story import Story, answer_each_other, be_refused, break_off, file_slowly
from tests.seizure.traces import Trace, new_trace
from tests.support.instance import Start, running_instance
from tests.support.spared import at_true_cost


@dataclass
class Seized:
    """A story that is over, and the record of everything that its programs wrote."""

    story: Story
    trace: Trace
    core_limits: list[str]


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started, and theirs."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [each for child in map(int, listed) for each in (child, *children_of(child))]


def core_limit(pid: int) -> str:
    """Return how large a dump of a process may be at most."""
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    found = re.search(r"^Max core file size +(\S+) +(\S+)", limits, re.MULTILINE)
    return " ".join(found.groups()) if found else "unknown"


@pytest.fixture(autouse=True, scope="module")
def true_cost() -> Iterator[None]:
    """Let a thief derive keys as the programs did whose instance is seized.

    Cheap ones open nothing, and nothing would then show that the thief tried in earnest.
    """
    with at_true_cost():
        yield


@pytest.fixture(scope="session")
def seized(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seized]:
    folder = tmp_path_factory.mktemp("seized")
    temporary = folder / "temporary"
    temporary.mkdir()
    trace = new_trace(folder)
    # Each thread is one more to be watched, and to be waited for in the end.
    few = {"threads": "24"}
    start = Start(settings=few, environ={"TMPDIR": str(temporary)}, watcher=trace.watcher)
    with running_instance(folder / "run", start) as instance:
        story = Story(instance, temporary)
        code = file_slowly(story)
        be_refused(story)
        break_off(story)
        answer_each_other(story, code)
        limits = [core_limit(pid) for pid in children_of(instance.process.pid)]
    story.seize("after everything was stopped")
    yield Seized(story, trace, limits)
