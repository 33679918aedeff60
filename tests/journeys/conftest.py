"""One running instance for all journeys of a worker; each journey is its own visitor."""

from collections.abc import Iterator

import pytest

from tests.support.instance import Instance, Start, running_instance


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("journeys")
    with running_instance(folder, Start(host="localhost")) as running:
        yield running
