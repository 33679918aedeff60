"""The check-up names every file of a case that is not what was written, and what nobody names."""

import os
from datetime import timedelta

import pytest

from cases.records import AttachmentRecord
from console.doctor import examine
from tests.support.patient import Patient


def test_a_missing_file_of_a_case_is_named(patient: Patient) -> None:
    patient.objects[0].unlink()
    assert "missing from the vault: 1 (" in patient.said()


def test_a_file_of_a_case_with_one_altered_byte_is_named_once_every_byte_is_read(
    patient: Patient,
) -> None:
    [path] = patient.objects
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert "altered since they were written: 1 (" in patient.said()
    assert examine(*patient.asked, is_read=False) == []


@pytest.mark.parametrize("left", [0, 31, 200])
def test_a_file_of_a_case_that_was_cut_off_is_named(left: int, patient: Patient) -> None:
    with patient.office.database.writing() as session:
        key = session.query(AttachmentRecord.object_key).scalar()
    os.truncate(patient.folder / "vault" / key, left + (left == 200))
    assert "altered" in patient.said()


def test_what_nobody_names_is_found_once_the_sweep_should_have_taken_it(patient: Patient) -> None:
    today = patient.machine.clock.today()
    path = patient.orphan(today - timedelta(days=2))
    assert patient.said() == ""
    path.unlink()
    patient.orphan(today - timedelta(days=9))
    staged = patient.orphan(today - timedelta(days=9))
    staged.rename(f"{staged}#1")
    assert "no case and no form names: 1 (" in patient.said()
    assert "unfinished uploads left in the vault: 1" in patient.said()
