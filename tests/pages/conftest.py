"""Every page and state of both doors, brought about once on running instances."""

import time
from collections.abc import Iterator

import pytest

from tests.pages.desk_states import desk_states
from tests.pages.handover_states import desk_handover_states
from tests.pages.identity_states import (
    closed_identity_states,
    desk_identity_states,
    permitting_pack,
    public_identity_states,
)
from tests.pages.keeping_states import desk_keeping_states, public_keeping_states
from tests.pages.passkey_states import passkey_states
from tests.pages.protection_states import (
    desk_protection_states,
    english_protection_states,
    public_protection_states,
)
from tests.pages.public_states import (
    States,
    english_states,
    full_states,
    narrow_states,
    public_states,
)
from tests.pages.reward_states import (
    desk_reward_states,
    english_reward_states,
    public_reward_states,
)
from tests.pages.trouble_states import altered_states, broken_states, busy_states
from tests.support.browser import Answer
from tests.support.instance import Instance, Start, running_instance
from tests.support.webapp import SENDS_MAIL

# The window of the limits that all visitors behind loopback share.
BUSY_SECONDS = 11
NARROW = Start(settings={"max_file_bytes": "1000", "max_report_bytes": "2000"})


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    pack = permitting_pack(tmp_path_factory.mktemp("packs") / "permitting")
    start = Start(settings={**SENDS_MAIL, "pack": str(pack)}, host="localhost")
    with running_instance(tmp_path_factory.mktemp("pages"), start) as running:
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
        "public": (
            public_states(instance),
            narrow_states(narrow),
            public_protection_states(instance),
            public_reward_states(instance),
            public_keeping_states(instance),
            closed_identity_states(narrow),
            public_identity_states(instance),
        ),
        "english": (
            english_states(instance),
            english_protection_states(instance),
            english_reward_states(instance),
        ),
        "desk": (
            desk_states(instance),
            passkey_states(instance),
            desk_protection_states(instance),
            desk_reward_states(instance),
            desk_keeping_states(instance),
            desk_identity_states(instance),
            desk_handover_states(instance),
        ),
        "troubled": (
            altered_states(narrow),
            full_states(narrow),
            busy_states(narrow),
            after_the_rush(broken_states(narrow)),
        ),
    }
    for door, states in collections.items():
        for each in states:
            for name, answer in each:
                assert (door, name) not in found
                found[door, name] = answer
    return found


def after_the_rush(states: States) -> States:
    """Return states that are reached once the limits are no longer full."""
    time.sleep(BUSY_SECONDS)
    yield from states
