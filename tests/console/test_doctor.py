"""The check-up names each fault that is made for real, and calls a healthy instance well."""

import os
import shutil
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import delete, select, text, update

from cases.findings import Grade, exit_code
from cases.records import (
    CaseRecord,
    JobRecord,
    ListingRecord,
    MembershipRecord,
    UnitKeyRecord,
)
from cases.schema import downgrade, known_revisions
from console.doctor import Machine, examine
from tests.support.command import liemchinh
from tests.support.patient import Patient, of_the_instance
from tests.support.redis_server import running_redis
from tests.support.webapp import MovedClock, settings_in
from web.settings import Mode


def test_a_healthy_instance_is_called_well(patient: Patient) -> None:
    assert examine(*patient.asked) == []


def test_the_command_says_well_and_ends_with_nothing(patient: Patient) -> None:
    told = liemchinh(patient.folder, "doctor")
    assert of_the_instance(told.stdout) == []
    if told.stdout.startswith("Ổn"):
        assert told.returncode == 0


def test_the_command_ends_with_one_when_something_is_wrong(patient: Patient) -> None:
    (patient.folder / "server_secret").chmod(0o644)
    told = liemchinh(patient.folder, "doctor")
    assert told.returncode == 1
    assert "SAI / wrong: other accounts can reach the server secret." in told.stdout
    assert liemchinh(patient.folder, "doctor", max_files="many").returncode == 1


@pytest.mark.parametrize(
    ("path", "mode", "named"),
    [
        (".", 0o750, "the instance's folder"),
        ("liemchinh.toml", 0o640, "the settings"),
        ("server_secret", 0o604, "the server secret"),
        ("liemchinh.db", 0o644, "the database"),
        ("vault", 0o711, "the vault"),
        ("backup_recipients.txt", 0o620, "the backup's recipients"),
    ],
)
def test_what_others_can_reach_is_named(path: str, mode: int, named: str, patient: Patient) -> None:
    (patient.folder / "backup_recipients.txt").touch(mode=0o644)
    (patient.folder / path).chmod(mode)
    assert f"other accounts can reach {named}" in patient.said()


def test_what_belongs_to_another_account_is_named(patient: Patient) -> None:
    path = patient.folder / "liemchinh.toml"
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)
    else:
        # Only root can give a file away: one of root's own stands in its place.
        path.unlink()
        path.symlink_to("/etc/passwd")
    assert "the settings belongs to another account" in patient.said()


def test_a_damaged_database_is_named(patient: Patient) -> None:
    patient.office.database.close()
    path = patient.folder / "liemchinh.db"
    content = bytearray(path.read_bytes())
    content[8192:-8192] = bytes(len(content) - 16_384)
    path.write_bytes(content)
    assert "damaged" in patient.said()
    path.write_bytes(b"not a database" * 1000)
    assert "damaged" in patient.said()


def test_a_row_without_its_case_is_named(patient: Patient) -> None:
    with patient.office.database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.execute(delete(CaseRecord))
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    assert "rows of the database are missing" in patient.said()


def test_a_database_of_another_version_is_named(patient: Patient) -> None:
    with patient.office.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert "newer version" in patient.said()
    with patient.office.database.writing() as session:
        session.connection().execute(
            text("UPDATE alembic_version SET version_num = :known"), {"known": known_revisions()[0]}
        )
    downgrade(patient.office.database, "base")
    assert "no instance in this database yet" in patient.said()


def test_a_unit_without_keys_or_without_members_is_named(patient: Patient) -> None:
    with patient.office.database.writing() as session:
        session.execute(
            update(MembershipRecord)
            .where(MembershipRecord.unit == "van-phong")
            .values(left_on=date(2026, 11, 2))
        )
        session.execute(
            update(UnitKeyRecord)
            .where(UnitKeyRecord.unit == "chu-tich")
            .values(ended_on=date(2026, 11, 2))
        )
    assert "unit van-phong has nobody who can open its cases" in patient.said()
    assert "unit chu-tich has no recipient" in patient.said()


def test_a_clock_behind_the_rows_is_named(patient: Patient) -> None:
    patient.machine = replace(patient.machine, clock=MovedClock(seconds=1_000_000_000))
    assert "the clock says 2001-09-09" in patient.said()
    with patient.office.database.writing() as session:
        session.execute(update(CaseRecord).values(received_on=date(2100, 1, 1)))
    patient.machine = replace(patient.machine, clock=Machine().clock)
    assert "rows of 2100-01-01" in patient.said()


def test_jobs_that_do_not_run_are_named(patient: Patient) -> None:
    with patient.office.database.writing() as session:
        long_ago = patient.machine.clock.now() - 2 * 86_400
        session.execute(
            update(JobRecord).where(JobRecord.name == "sweep-orphans").values(due_at=long_ago)
        )
        session.execute(delete(JobRecord).where(JobRecord.name == "expire-once"))
    assert "the job sweep-orphans is late by more than 48 hours" in patient.said()
    assert "the job expire-once never ran" in patient.said()


def test_a_case_that_should_have_gone_up_is_counted(patient: Patient) -> None:
    with patient.office.database.writing() as session:
        session.execute(update(CaseRecord).values(escalates_on=date(2026, 11, 2)))
    assert "should have gone up and did not: 3" in patient.said()


def test_cases_that_nobody_at_the_desk_has_are_counted(patient: Patient) -> None:
    assert "that nobody has" not in patient.said()
    with patient.office.database.writing() as session:
        ref = session.scalars(select(CaseRecord.ref).limit(1)).one()
        of_one = ListingRecord.case_ref == ref
        _, *others = session.scalars(select(ListingRecord.holder).where(of_one)).all()
        session.execute(delete(ListingRecord).where(of_one, ListingRecord.holder.in_(others)))
        session.execute(update(ListingRecord).where(of_one).values(holder="recovery:1+2"))
    assert "that nobody has: 1" in patient.said()


def test_stores_that_are_away_are_named(patient: Patient) -> None:
    away = {"limiter_url": "redis://127.0.0.1:1/0", "database_url": "postgresql://127.0.0.1:1/x"}
    patient.settings = settings_in(patient.folder, away)
    assert "limiter_url" in patient.said()
    assert "the database is away" in patient.said()


def test_a_redis_that_keeps_counts_on_a_disk_is_named(patient: Patient, tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis, Redis.from_url(redis.url) as client:
        patient.settings = settings_in(patient.folder, {"limiter_url": redis.url})
        assert "limiter_url" not in patient.said()
        client.config_set("save", "3600 1")
        assert "limiter_url: this Redis keeps counts on a disk" in patient.said()


def test_what_is_not_there_is_not_made_by_looking(patient: Patient) -> None:
    shutil.rmtree(patient.folder / "vault")
    assert "no vault" in patient.said()
    assert not (patient.folder / "vault").exists()
    (patient.folder / "liemchinh.db").unlink()
    assert "no database" in patient.said()
    assert not (patient.folder / "liemchinh.db").exists()


def test_a_lost_server_secret_and_a_broken_pack_are_named(patient: Patient) -> None:
    (patient.folder / "server_secret").unlink()
    (patient.folder / "pack").mkdir()
    patient.settings = replace(patient.settings, pack=patient.folder / "pack")
    assert "server_secret_file: missing" in patient.said()
    assert "the pack has faults" in patient.said()


def test_a_backup_that_nobody_could_open_is_named(patient: Patient) -> None:
    kept = patient.folder / "backup_recipients.txt"
    kept.write_text("# the safe\nage1pq1qqqq\n", encoding="ascii")
    assert "holds a line that is no recipient" in patient.said()
    kept.unlink()
    patient.settings = replace(patient.settings, mode=Mode.LIVE)
    assert "backups have no recipient" in patient.said()


def test_a_limit_on_open_files_below_what_slow_uploads_need_is_named(patient: Patient) -> None:
    patient.machine = replace(patient.machine, open_files=1024)
    assert "may open 1024 files, and 2800 may be needed" in patient.said()


def test_a_disk_without_room_and_a_program_that_can_dump_are_named(patient: Patient) -> None:
    patient.machine = replace(patient.machine, reserved_bytes=1 << 60, can_dump=True)
    assert "MiB free" in patient.said()
    assert "write memory to the disk" in patient.said()


def test_a_machine_that_cannot_be_looked_at_is_neither_well_nor_wrong(patient: Patient) -> None:
    (patient.machine.proc / "swaps").unlink()
    patient.machine = replace(patient.machine, is_clock_kept=False)
    findings = examine(*patient.asked)
    assert [each.grade for each in findings] == [Grade.UNKNOWN] * 2
    assert exit_code(findings) == 2
    assert stat.S_ISDIR(patient.folder.stat().st_mode)
