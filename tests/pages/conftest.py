"""Every page and state of both doors, brought about once on running instances."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.pages.desk_states import altered_states, desk_states
from tests.pages.public_states import (
    States,
    english_states,
    full_states,
    narrow_states,
    public_states,
)
from tests.support.browser import Answer, File
from tests.support.instance import Instance, Start, running_instance
from tests.support.people import receipt_of, reporter_at

# The window of the limits that all visitors behind loopback share.
BUSY_SECONDS = 11
SMALL = File("nhỏ.txt", b"x")
NARROW = Start(settings={"max_file_bytes": "1000", "max_report_bytes": "2000"})


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with running_instance(tmp_path_factory.mktemp("pages")) as running:
        yield running


@pytest.fixture(scope="session")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Start an instance that takes small files only, and that is broken at its end."""
    with running_instance(tmp_path_factory.mktemp("narrow"), NARROW) as running:
        yield running


@pytest.fixture(scope="session")
def answers(instance: Instance, narrow: Instance) -> dict[tuple[str, str], Answer]:
    """Return the answer of each state, by door and name."""
    found: dict[tuple[str, str], Answer] = {}
    collections = {
        "public": (public_states(instance), narrow_states(narrow)),
        "english": (english_states(instance),),
        "desk": (desk_states(instance), altered_states(narrow)),
        "troubled": (full_states(narrow), broken_states(narrow)),
    }
    for door, states in collections.items():
        for each in states:
            for name, answer in each:
                assert (door, name) not in found
                found[door, name] = answer
    return found


def broken_states(instance: Instance) -> States:
    """Return what an instance says whose vault, then whose database is gone."""
    time.sleep(BUSY_SECONDS)  # The limits that were just reached.
    visitor = reporter_at(instance)
    receipt = receipt_of(visitor.report("Trước khi hỏng."))
    shutil.rmtree(instance.folder / "vault")
    (instance.folder / "vault").touch()
    yield "report, with the vault away", reporter_at(instance).report("Kho hỏng.", [SMALL])
    with closing(sqlite3.connect(instance.folder / "liemchinh.db")) as connection, connection:
        connection.execute("DROP TABLE receipts")
    yield "thread, with a broken database", visitor.follow(receipt)
