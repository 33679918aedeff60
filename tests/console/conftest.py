"""A try-out with cases, made once: tests copy it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.jobs import run_due
from console.demo import file_demo_cases
from console.doctor import Machine
from tests.support.made import made_try_out
from tests.support.patient import Patient
from tests.support.webapp import settings_in
from web.starting import office_or_exit

NO_SWAP = "Filename\tType\tSize\tUsed\tPriority\n"


@pytest.fixture(scope="session")
def well(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("well") / "instance"
    made_try_out().copy_to(folder)
    office = office_or_exit(settings_in(folder))
    file_demo_cases(office)
    run_due(office)
    office.database.close()
    for path in folder.rglob("*"):
        # The umask of a test run is not the programs' own.
        path.chmod(0o700 if path.is_dir() else 0o600)
    return folder


@pytest.fixture
def patient(well: Path, tmp_path: Path) -> Iterator[Patient]:
    folder = tmp_path / "instance"
    shutil.copytree(well, folder)
    proc, system = tmp_path / "proc", tmp_path / "sys"
    proc.mkdir()
    system.mkdir()
    (proc / "swaps").write_text(NO_SWAP, encoding="utf-8")
    settings = settings_in(folder)
    office = office_or_exit(settings)
    machine = Machine(
        proc=proc,
        sys=system,
        reserved_bytes=1,
        can_dump=False,
        is_clock_kept=True,
        open_files=1 << 20,
    )
    yield Patient(settings, machine, office)
    office.database.close()
