"""Registering recovery keys on the server: once each, refused plainly, and what is missing."""

from pathlib import Path

import pytest

from cases.recovery_keys import list_recovery_keys
from cases.recovery_sealing import compare_recovery, seen_as
from console.doctor import examine
from tests.support.accounts import sign_in_now
from tests.support.command import liemchinh
from tests.support.made import made_try_out
from tests.support.patient import Patient
from tests.support.recovery import PAPERS
from web.server_secret import read_server_secret


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    folder = tmp_path / "instance"
    made_try_out().copy_to(folder)
    return folder


def test_keys_are_brought_as_text_or_in_a_file_and_listed_by_fingerprint(
    instance: Path, tmp_path: Path
) -> None:
    brought = tmp_path / "two.txt"
    brought.write_text(f"{PAPERS[2].recipient.encoded()}\n", encoding="ascii")

    one = liemchinh(instance, "recovery", "add", "1", PAPERS[1].recipient.encoded())
    two = liemchinh(instance, "recovery", "add", "2", str(brought))
    told = liemchinh(instance, "recovery", "list")

    assert (one.returncode, two.returncode, told.returncode) == (0, 0, 0)
    assert PAPERS[1].recipient.fingerprint() in one.stdout
    first, second, third, unsealed, uncompared = told.stdout.splitlines()
    assert first == f"1: {PAPERS[1].recipient.fingerprint()}"
    assert second == f"2: {PAPERS[2].recipient.fingerprint()}"
    assert third.endswith("missing")
    assert "van-phong (1)" in unsealed
    assert "nobody compared" in uncompared
    assert "van-phong" in uncompared


@pytest.mark.parametrize(
    ("number", "recipient", "words"),
    [
        ("1", PAPERS[3].recipient.encoded(), "recovery replace"),
        ("2", PAPERS[1].recipient.encoded(), "one person open alone"),
        ("4", PAPERS[3].recipient.encoded(), "1, 2 and 3"),
        ("2", PAPERS[3].recipient.encoded()[:-1], "liemchinh: "),
        ("2", PAPERS[3].encoded(), "or the file that holds it"),
        ("2", "nowhere.txt", "or the file that holds it"),
    ],
)
def test_a_bad_key_or_a_number_that_is_taken_is_refused(
    instance: Path, number: str, recipient: str, words: str
) -> None:
    liemchinh(instance, "recovery", "add", "1", PAPERS[1].recipient.encoded())

    refused = liemchinh(instance, "recovery", "add", number, recipient)

    assert refused.returncode == 1
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "AGE-SECRET" not in refused.stderr
    kept = liemchinh(instance, "recovery", "list").stdout
    assert [line[:2] for line in kept.splitlines() if "missing" in line] == ["2:", "3:"]


def test_a_try_out_without_recovery_is_well_and_one_with_a_part_of_it_is_not(
    patient: Patient,
) -> None:
    assert examine(*patient.asked) == []
    for number, said in ((1, "missing: 2, 3"), (2, "missing: 3")):
        liemchinh(
            patient.folder, "recovery", "add", str(number), PAPERS[number].recipient.encoded()
        )
        assert said in patient.said()


@pytest.mark.usefixtures("true_argon2id")
def test_the_check_up_names_what_recovery_could_not_open_until_members_compared(
    patient: Patient,
) -> None:
    for number in PAPERS:
        add(patient, number)
    before = patient.said()
    assert "keys of units that recovery could not open: " in before
    assert "nobody compared the recovery keys" in before

    compare_everywhere(patient)

    assert examine(*patient.asked) == []


def add(patient: Patient, number: int) -> None:
    """Register a key by the operator's command."""
    key = PAPERS[number].recipient.encoded()
    assert liemchinh(patient.folder, "recovery", "add", str(number), key).returncode == 0


def compare_everywhere(patient: Patient) -> None:
    """Let the first member of every unit compare the keys."""
    office, secret = patient.office, read_server_secret(patient.settings)
    with office.database.reading() as session:
        seen = seen_as(list_recovery_keys(session))
    for name, passphrase, key in made_try_out().reviewers.values():
        signed_in = sign_in_now(office, secret, name, passphrase, key)
        for unit in signed_in.units:
            compare_recovery(office, signed_in, unit, seen)


def test_a_lost_key_is_replaced_and_its_fingerprint_said_once_more(instance: Path) -> None:
    for number in (1, 2):
        liemchinh(instance, "recovery", "add", str(number), PAPERS[number].recipient.encoded())

    done = liemchinh(instance, "recovery", "replace", "2", PAPERS[3].recipient.encoded())
    refused = liemchinh(instance, "recovery", "replace", "3", PAPERS[2].recipient.encoded())

    assert done.returncode == 0
    for number in (2, 3):
        assert PAPERS[number].recipient.fingerprint() in done.stdout
    assert "Đơn vị" in done.stdout
    assert refused.returncode == 1
    assert "no recovery key 3" in refused.stderr
    first, second, third, *_ = liemchinh(instance, "recovery", "list").stdout.splitlines()
    assert first == f"1: {PAPERS[1].recipient.fingerprint()}"
    assert second == f"2: {PAPERS[3].recipient.fingerprint()}"
    assert third.endswith("missing")
