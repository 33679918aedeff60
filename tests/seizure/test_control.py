"""The seizure tests can fail: a careless program, watched the same way, is caught at everything."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.seizure.canaries import Canary, cells_of, files_under, found, new_canary
from tests.seizure.careless import KEPT_NAME
from tests.seizure.story import VISITOR_ADDRESS, content
from tests.seizure.test_seizure import outside
from tests.seizure.traces import Trace, new_trace
from tests.support.browser import Browser, File
from tests.support.instance import ROOT, free_ports, operator_of

pytestmark = pytest.mark.slow

NAMES = ("statement", "reply", "file name", "file content", "user agent")


@dataclass
class Caught:
    """What a careless program left behind."""

    canaries: dict[str, Canary]
    folder: Path
    trace: Trace
    log: Path


def post_once(port: int, canaries: dict[str, Canary]) -> None:
    agent = canaries["user agent"].word
    browser = Browser(f"http://127.0.0.1:{port}", source=VISITOR_ADDRESS, user_agent=agent)
    file = File(canaries["file name"].word, content(canaries["file content"].word, 2 << 20))
    words = [(name, canaries[name].word) for name in ("statement", "reply")]
    until = time.monotonic() + 60
    while True:
        try:
            assert browser.post("/report", words, [file]).status == 200
        except ConnectionRefusedError:
            assert time.monotonic() < until
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="module")
def caught(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caught]:
    folder = tmp_path_factory.mktemp("careless")
    canaries = {name: new_canary(name) for name in NAMES}
    canaries["address"] = Canary("address", VISITOR_ADDRESS)
    trace, (port,), log = new_trace(folder), free_ports(1), folder / "logged.txt"
    kept = folder / "kept"
    kept.mkdir()
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*trace.watcher, sys.executable, "-m", "tests.seizure.careless", str(port), str(kept)],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(kept)},
            stderr=errors,
        )
    try:
        post_once(port, canaries)
    finally:
        os.kill(operator_of(process.pid), signal.SIGKILL)
        process.wait()
    yield Caught(canaries, kept, trace, log)


def test_a_spooled_upload_is_seen_although_its_file_never_had_a_name(caught: Caught) -> None:
    content_canary = [caught.canaries["file content"]]
    assert found(content_canary, caught.trace.written())
    assert not found(content_canary, files_under(caught.folder))


def test_a_file_opened_for_writing_in_the_wrong_place_is_named(caught: Caught) -> None:
    paths = outside(caught.trace.opened_for_writing(), "/nowhere")
    assert {f"{caught.folder}/{name}" for name in (KEPT_NAME, "reply.gz")} <= paths


@pytest.mark.parametrize("name", ["statement", "file name"])
def test_a_word_in_a_column_is_found_in_the_file_and_in_the_value(
    caught: Caught, name: str
) -> None:
    assert found([caught.canaries[name]], cells_of(caught.folder / KEPT_NAME))
    assert found([caught.canaries[name]], files_under(caught.folder / KEPT_NAME))


def test_a_packed_word_is_found(caught: Caught) -> None:
    lines = found([caught.canaries["reply"]], files_under(caught.folder))
    assert [line for line in lines if "packed" in line]


@pytest.mark.parametrize("name", ["address", "user agent"])
def test_a_visitor_in_a_log_is_found(caught: Caught, name: str) -> None:
    assert found([caught.canaries[name]], files_under(caught.log))


@pytest.mark.parametrize("name", NAMES)
def test_each_guise_of_a_word_is_known(caught: Caught, name: str) -> None:
    canary = caught.canaries[name]
    for guise, text in canary.guises.items():
        assert canary.seen_in(b"before " + text + b" after") is not None, guise
