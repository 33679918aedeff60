"""What a disk may hold after a power cut: what was flushed, and of the rest nothing or any part.

A file's content is sure once the file was flushed after it was written, a name once its folder was
(fsync(2)). Of what is not sure, a real disk keeps what it likes, in pieces of 512 bytes.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.recorded import (
    CUTTING,
    FLUSHING,
    MAKING,
    OPENING,
    REMOVING,
    RENAMING,
    WRITING,
    Step,
)

SECTOR_BYTES = 512
NEVER = 1 << 62
# What SQLite's connections share lies in memory; after a cut it is made anew (sqlite.org/wal.html).
SHARED = "-shm"


@dataclass
class Change:
    """A change of a file or a folder: when it was made, and since when it is sure."""

    made: int
    offset: int = 0
    written: bytes | None = None
    names: Mapping[str, "Node | None"] = field(default_factory=dict)
    sure: int = NEVER


@dataclass
class Node:
    """A file or a folder as it was at first, and what became of it."""

    content: bytes | None
    names: dict[str, "Node"] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    position: int = 0

    def kept(self, moment: int, chance: random.Random | None) -> Iterable[Change]:
        """Return which changes a cut at a moment leaves: the sure ones, and by chance others."""
        for change in self.changes:
            if change.sure <= moment:
                yield change
            elif change.made <= moment and chance is not None:
                yield from _part_of(change, chance)


def _part_of(change: Change, chance: random.Random) -> Iterable[Change]:
    if change.written is None:
        if chance.random() < 0.5:
            yield change
        return
    for start in range(0, len(change.written), SECTOR_BYTES):
        if chance.random() < 0.5:
            piece = change.written[start : start + SECTOR_BYTES]
            yield Change(change.made, change.offset + start, piece)


class Disk:
    """A folder as it was before the steps of a record, and everything that they changed in it."""

    def __init__(
        self,
        root: Path,
        before: Node,
        steps: Sequence[Step],
        is_flushed: Callable[[Path], bool] = lambda _: True,
    ) -> None:
        """Follow the steps; flushes that ``is_flushed`` denies do nothing, as on a lying disk."""
        self._root, self._before = root, before
        self._live = dict(_paths_of(root, before))
        self._is_flushed = is_flushed
        for step in steps:
            self._follow(step)

    def after_cut(self, moment: int, folder: Path, chance: random.Random | None = None) -> None:
        """Make a folder of what a cut at a moment leaves: what is sure, and by chance more."""
        _write(self._before, moment, folder, chance)

    def _follow(self, step: Step) -> None:
        if step.name in OPENING:
            self._open(step)
        elif step.name in WRITING | CUTTING | FLUSHING:
            node = self._live.get(step.opened) if step.opened else None
            if node is not None:
                self._change(step, node)
        elif step.name in MAKING:
            self._name(step, step.paths[0], Node(None))
        elif step.name in REMOVING:
            self._name(step, step.paths[0], None)
        elif step.name in RENAMING:
            self._rename(step)

    def _open(self, step: Step) -> None:
        path = step.paths[0]
        if path not in self._live and "O_CREAT" in step.given:
            self._name(step, path, Node(b""))
        node = self._live.get(path)
        if node is not None:
            node.position = 0
            if "O_TRUNC" in step.given:
                node.changes.append(Change(step.ended))

    def _change(self, step: Step, node: Node) -> None:
        if step.name in WRITING:
            written = b"".join(step.texts)[: step.result]
            at_offset = step.name in {"pwrite64", "pwritev", "pwritev2"}
            offset = step.last_number if at_offset else node.position
            node.position = offset + len(written)
            node.changes.append(Change(step.ended, offset, written))
        elif step.name in CUTTING:
            assert step.name == "ftruncate", step.name
            node.changes.append(Change(step.ended, step.last_number))
        elif self._is_flushed(step.opened or self._root):
            for change in node.changes:
                if change.made < step.began:
                    change.sure = min(change.sure, step.ended)

    def _name(self, step: Step, path: Path, node: Node | None) -> None:
        parent = self._live.get(path.parent)
        if parent is not None:
            parent.changes.append(Change(step.ended, names={path.name: node}))
            self._live.pop(path, None)
            if node is not None:
                self._live[path] = node

    def _rename(self, step: Step) -> None:
        old, new = step.paths
        if old.parent in self._live and old in self._live:
            # Within one folder a new name and the loss of the old one are one change (rename(2)).
            assert old.parent == new.parent, "a move between folders is not followed"
            node = self._live.pop(old)
            names = {old.name: None, new.name: node}
            self._live[old.parent].changes.append(Change(step.ended, names=names))
            self._live[new] = node


def read_disk(folder: Path) -> Node:
    """Return a folder with all that is in it, as it lies on the disk for good."""
    names = {
        path.name: read_disk(path) if path.is_dir() else Node(path.read_bytes())
        for path in folder.iterdir()
    }
    return Node(None, names)


def _paths_of(path: Path, node: Node) -> Iterable[tuple[Path, Node]]:
    yield path, node
    for name, below in node.names.items():
        yield from _paths_of(path / name, below)


def _write(node: Node, moment: int, path: Path, chance: random.Random | None) -> None:
    kept = node.kept(moment, chance)
    if node.content is None:
        path.mkdir(mode=0o700)
        names: dict[str, Node | None] = {**node.names}
        for change in kept:
            names.update(change.names)
        for name, below in names.items():
            if below is not None and not name.endswith(SHARED):
                _write(below, moment, path / name, chance)
        return
    path.touch(mode=0o600)
    path.write_bytes(_content(node.content, kept))


def _content(before: bytes, kept: Iterable[Change]) -> bytes:
    content = bytearray(before)
    for change in kept:
        written = change.written
        length = change.offset if written is None else change.offset + len(written)
        content.extend(bytes(max(0, length - len(content))))
        if written is None:
            del content[change.offset :]
        else:
            content[change.offset : length] = written
    return bytes(content)
