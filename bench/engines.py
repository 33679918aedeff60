"""The databases that measurements run on: SQLite always, PostgreSQL where its programs are."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.postgresql import running_postgresql


@dataclass(frozen=True)
class Engine:
    """An engine: what its rows' names end in, and how to get an empty database under a folder."""

    suffix: str
    new_url: Callable[[Path], str]


@contextmanager
def engines(*names: str) -> Iterator[tuple[Engine, ...]]:
    """Yield the engines of this machine; say which of the named rows are left out."""
    sqlite = Engine("", lambda folder: f"sqlite:///{folder / 'office.db'}")
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgresql())
        except pytest.skip.Exception as missing:
            rows = ", ".join(f"{name}_postgresql" for name in names)
            print(f"left out: {rows} ({missing})", file=sys.stderr)
            yield (sqlite,)
            return
        postgresql = Engine("_postgresql", lambda _: server.url(server.new_database()))
        yield (sqlite, postgresql)
