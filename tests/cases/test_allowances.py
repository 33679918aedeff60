"""A crowd of uploads shares the memory that a few may take each, and every file stays whole."""

import hashlib
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from cases.allowances import FEW, Allowance
from cases.uploads import SealingSink
from cases.vault import Vault
from crypto.opening import open_payload

ROOT = Path(__file__).resolve().parents[2]
CROWD = 160
HELD = """
import sys
from datetime import date
from pathlib import Path
from cases.uploads import SealingSink
from cases.vault import Vault

def held_mib():
    [line] = [each for each in Path("/proc/self/status").open() if each.startswith("RssAnon")]
    return int(line.split()[1]) >> 10

vault = Vault(sys.argv[1], date.today)
before, sinks = held_mib(), []
for _ in range(int(sys.argv[2])):
    sinks.append(SealingSink(vault, "ảnh.jpg"))
    for _ in range(30):
        sinks[-1].write(bytes(64 << 10))
print(held_mib() - before)
for sink in sinks:
    sink.abort()
"""


class Somebody:
    """Whoever holds memory."""


def test_a_few_hold_all_that_helps_and_a_crowd_no_more_than_they_together() -> None:
    allowance, people = Allowance(1000, 10), [Somebody() for _ in range(20 * FEW)]
    assert [allowance.join(each) for each in people[:FEW]] == [1000] * FEW
    for each in people:
        allowance.join(each)
    assert allowance.bytes_each == 50
    for each in people[FEW:]:
        allowance.leave(each)
    assert allowance.bytes_each == 1000


def test_nobody_is_left_without_the_least() -> None:
    allowance, people = Allowance(1000, 400), [Somebody() for _ in range(20 * FEW)]
    for each in people:
        allowance.join(each)
    assert allowance.bytes_each == 400


def test_whoever_went_without_a_word_counts_no_more() -> None:
    allowance = Allowance(1000, 10)
    for _ in range(20 * FEW):
        allowance.join(Somebody())
    assert allowance.bytes_each == 1000


def test_files_that_arrive_in_a_crowd_are_whole(tmp_path: Path) -> None:
    vault = Vault(str(tmp_path / "vault"), date.today)
    piece = bytes(range(256)) * 700
    sinks = [SealingSink(vault, "ảnh.jpg") for _ in range(3 * FEW)]
    for _ in range(6):
        for sink in sinks:
            sink.write(piece)
    for sink in sinks:
        upload = sink.finish()
        content = b"".join(open_payload(upload.file_key, vault.read(upload.object_key)))
        assert upload.sha256 == hashlib.sha256(piece * 6).digest()
        assert content[: upload.length] == piece * 6


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a program holds")
def test_uploads_that_stand_still_together_hold_little_each(tmp_path: Path) -> None:
    asked = [sys.executable, "-c", HELD, str(tmp_path / "vault"), str(CROWD)]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    # Each alone would hold about three: what was gathered, sealed, and not written yet.
    assert int(done.stdout) < 1.6 * CROWD, done.stderr
