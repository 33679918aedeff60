"""What a visitor's line must carry before the report form is there: page, style, icon."""

import re
import tempfile
from pathlib import Path
from typing import Final

from flask import Flask

from bench.rows import Row, at_most
from cases.schema import upgrade
from intake.app import create_app
from web.server_secret import create_server_secret, read_server_secret
from web.settings import load_settings, write_default
from web.starting import ROOT, office_or_exit

# What ten packets of a new connection carry (RFC 6928): the page is there in one round trip.
WANTED_BYTES: Final = 14_600
LOADED: Final = re.compile(rb'<(?:link|img|script)\b[^>]*?\b(?:href|src)="(/[^"]+)"')


def run() -> list[Row]:
    """Return how many bytes the report page takes with everything it loads, compressed."""
    with tempfile.TemporaryDirectory() as folder:
        app = _public_door(Path(folder))
        return [at_most("page_bytes", _bytes(app), "bytes", WANTED_BYTES)]


def _public_door(instance: Path) -> Flask:
    write_default(instance / "liemchinh.toml")
    settings = load_settings(ROOT, {"LIEMCHINH_INSTANCE": str(instance)})
    create_server_secret(settings)
    office = office_or_exit(settings)
    upgrade(office.database)
    return create_app(settings, office, read_server_secret(settings))


def _bytes(app: Flask) -> int:
    browser = app.test_client()
    page = browser.get("/report")
    addresses = dict.fromkeys(each.decode("ascii") for each in LOADED.findall(page.data))
    answers = [
        browser.get(address, headers={"Accept-Encoding": "gzip"})
        for address in ("/report", *addresses)
    ]
    heads = (f"{name}: {value}\r\n" for answer in answers for name, value in answer.headers)
    return sum(len(answer.data) for answer in answers) + sum(len(head) for head in heads)
