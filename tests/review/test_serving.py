"""A download through the server that people use: what breaks must not look whole."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cases.reports import Report
from tests.support.desk import Browser, RunningDesk
from web.serving import PublicServer, ServingLimits

CONTENT = bytes(range(256)) * (16 << 10)


@contextmanager
def served(desk: RunningDesk) -> Iterator[tuple[str, int]]:
    """Serve the desk on a free port of this machine."""
    server = PublicServer(desk.app, "127.0.0.1:0", ServingLimits(threads=2), is_shared=False)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server.bind_addr
    finally:
        server.stop()
        thread.join()


def download(place: tuple[str, int], browser: Browser, path: str) -> bytes:
    cookie = browser.client.get_cookie("liemchinh-desk")
    assert cookie is not None
    connection = http.client.HTTPConnection(*place, timeout=30)
    try:
        connection.request("GET", path, headers={"Cookie": f"liemchinh-desk={cookie.value}"})
        return connection.getresponse().read()
    finally:
        connection.close()


def test_a_file_altered_at_its_end_arrives_as_a_broken_download(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    upload = desk.test_office.upload("a.bin", CONTENT)
    desk.test_office.send(Report("Chuyện."), (upload,))
    [ref] = desk.refs(browser)
    path = f"/cases/{ref}/files/{upload.object_key}"
    stored = desk.test_office.folder / "vault" / upload.object_key
    with served(desk) as place:
        assert download(place, browser, path) == CONTENT
        sealed = bytearray(stored.read_bytes())
        sealed[-20] ^= 1
        stored.write_bytes(sealed)
        with pytest.raises(http.client.IncompleteRead):
            download(place, browser, path)
