"""Both doors of one office, on each engine."""

from collections.abc import Iterator

import pytest

from tests.support.both_doors import BothDoors, open_both_doors
from tests.support.crawl import FoundForm, Site, forms_of, sites_of
from tests.support.postgresql import MIGRATED, PostgreSQL


@pytest.fixture(scope="session")
def doors(tmp_path_factory: pytest.TempPathFactory) -> BothDoors:
    return open_both_doors(tmp_path_factory.mktemp("doors"))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def doors_on_each(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BothDoors]:
    folder = tmp_path_factory.mktemp("doors")
    if request.param == "sqlite":
        yield open_both_doors(folder)
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = server.clone(MIGRATED)
    opened = open_both_doors(folder, server.url(name))
    yield opened
    opened.public.database.close()
    opened.office.office.database.close()
    server.drop_database(name)


@pytest.fixture(scope="session")
def sites(doors: BothDoors) -> list[Site]:
    return sites_of(doors)


@pytest.fixture(scope="session")
def forms(sites: list[Site]) -> list[FoundForm]:
    return forms_of(sites)
