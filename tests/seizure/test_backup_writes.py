"""A backup opens one file for writing, and only sealed bytes go there."""

import subprocess
import sys
from pathlib import Path

from crypto.keys import Identity
from tests.seizure.traces import new_trace
from tests.support.command import ROOT
from tests.support.made import made_try_out


def test_nothing_unsealed_touches_a_disk_while_backing_up(tmp_path: Path) -> None:
    trace = new_trace(tmp_path)
    instance, file = tmp_path / "instance", tmp_path / "all.age"
    made_try_out().copy_to(instance)
    recipient = Identity.generate().recipient.encoded()
    command = [sys.executable, "-m", "console.main", "backup", str(file), "--to", recipient]
    environ = {"LIEMCHINH_INSTANCE": str(instance), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*trace.watcher, *command], cwd=ROOT, env=environ, check=False)
    assert done.returncode == 0

    opened = {path for path in trace.opened_for_writing() if not path.startswith("/dev/")}
    ours = {
        str(file),
        f"{file}.part",
        *(f"{instance}/liemchinh.db{end}" for end in ("", "-wal", "-shm")),
    }
    assert f"{file}.part" in opened
    assert opened - ours == set()
    written = [content for place, content in trace.written() if place.endswith("all.age.part")]
    assert written[0].startswith(b"age-encryption.org/v1")
    assert not [each for each in written if b"about.json" in each or b"sign_in_name" in each]
    assert not trace.unseen()
