"""One running instance for all journeys of a worker; each journey is its own visitor."""

from collections.abc import Iterator

import pytest

from tests.support.instance import Instance, running_instance


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with running_instance(tmp_path_factory.mktemp("journeys")) as running:
        yield running
