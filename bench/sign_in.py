"""Whether time tells a name that signs in here from one that does not.

Both are tried with a wrong passphrase, one after the other, each name once, so that nothing is
slowed. What is wanted is that the medians differ by less than a twentieth, either way.
"""

import secrets
from http import HTTPStatus
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from flask.testing import FlaskClient

from bench.rows import Row, at_most
from tests.support.both_doors import come_from_elsewhere
from tests.support.desk import RECEIVER, RunningDesk, open_desk
from tests.support.html import read_document

PAIRS: Final = 40
WANTED: Final = 1.05


def run() -> list[Row]:
    """Return by how much the slower of the two medians is above the other one."""
    with TemporaryDirectory() as folder:
        desk = open_desk(Path(folder))
        known = [f"người-{number}-{secrets.token_hex(4)}" for number in range(PAIRS)]
        for name in known:
            desk.enrol(RECEIVER, name, is_admitted=False)
        spent = _spent(desk, known)
        desk.test_office.office.database.close()
    here, nowhere = (median(times) for times in spent)
    apart = max(here, nowhere) / min(here, nowhere)
    return [at_most("sign_in_names", apart, "ratio", WANTED)]


def _spent(desk: RunningDesk, known: list[str]) -> tuple[list[float], list[float]]:
    client = desk.app.test_client()
    spent: tuple[list[float], list[float]] = ([], [])
    # The first of each warms up what is made once.
    for name in known:
        for times, tried in zip(spent, (name, f"{name}x"), strict=True):
            times.append(_refused(client, tried))
    return spent[0][1:], spent[1][1:]


def _refused(client: FlaskClient, name: str) -> float:
    # No limit of an address is measured.
    come_from_elsewhere(client)
    page = read_document(client.get("/sign-in").text)
    token = page.forms[-1].value("csrf_token")
    form = {"csrf_token": token, "name": name, "passphrase": "không phải", "code": "000000"}
    start = perf_counter()
    answer = client.post("/sign-in", data=form)
    spent = perf_counter() - start
    if answer.status_code != HTTPStatus.UNAUTHORIZED:
        raise RuntimeError(f"not refused: status {answer.status_code}")
    return spent
