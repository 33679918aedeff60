"""Days that an office adds to its calendar: with their source, or not at all."""

from datetime import date
from pathlib import Path

import pytest

from policy.deadlines import calendar_for
from policy.errors import PolicyError
from policy.loading import load_pack
from tests.policy.packs import CAT_HAI, CAT_HAI_PATH
from tests.support.command import liemchinh as said
from tests.support.made import made_try_out

ADD = ("--name", 'Nghỉ "bão"', "Storm", "--basis", "Công điện 12/CĐ ngày 20/11/2026")


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    folder = tmp_path / "instance"
    made_try_out().copy_to(folder)
    return folder


def test_a_day_off_is_kept_with_its_source_and_moves_due_days(instance: Path) -> None:
    assert said(instance, "calendar", "add", "2026-11-26", *ADD).returncode == 0

    pack = load_pack(CAT_HAI_PATH, instance / "calendar.toml")
    [row] = [row for row in pack.calendar if row.day == date(2026, 11, 26)]
    assert (row.name_vi, row.basis) == ('Nghỉ "bão"', ADD[4])
    assert not calendar_for(pack).is_working_day(date(2026, 11, 26))
    assert pack.version != CAT_HAI.version
    assert "2026-11-26 off" in said(instance, "calendar", "list", "2026").stdout
    assert (instance / "calendar.toml").stat().st_mode & 0o077 == 0


def test_a_day_of_the_office_goes_before_the_pack_s_word_and_its_own_earlier_one(
    instance: Path,
) -> None:
    swapped = date(2026, 8, 22)
    for kind in ("--worked", "--off"):
        added = said(instance, "calendar", "add", swapped.isoformat(), kind, *ADD)
        assert added.returncode == 0
    pack = load_pack(CAT_HAI_PATH, instance / "calendar.toml")
    assert [row.worked for row in pack.calendar if row.day == swapped] == [False]


def test_days_that_are_announced_confirm_their_year(instance: Path) -> None:
    days = [row.day for row in CAT_HAI.calendar if row.announced]
    assert "2027: the days of the holidays that move are not announced" in (
        said(instance, "calendar", "list", "2027").stdout
    )
    for day in days:
        said(instance, "calendar", "add", day.isoformat(), "--announced", *ADD)
    assert load_pack(CAT_HAI_PATH, instance / "calendar.toml").is_announced(2027)
    assert "not announced" not in said(instance, "calendar", "list", "2027").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("2026-13-01", *ADD),
        ("2026-11-26", *ADD[:3]),
        ("2026-11-26", *ADD[:3], "--basis", " "),
        ("2026-11-26", "--name", "", "x", "--basis", "x"),
    ],
)
def test_a_day_without_source_or_name_is_refused_and_nothing_is_kept(
    instance: Path, words: tuple[str, ...]
) -> None:
    assert said(instance, "calendar", "add", *words).returncode != 0
    assert list(instance.glob("calendar.toml*")) == []


def test_a_file_that_somebody_broke_stops_the_start_with_its_name(instance: Path) -> None:
    own = instance / "calendar.toml"
    own.write_text("[[day]]\ncode = 'x'\n")
    with pytest.raises(PolicyError) as refused:
        load_pack(CAT_HAI_PATH, own)
    assert "calendar.toml (instance): x: missing 'day'" in str(refused.value)
    stopped = said(instance, "jobs", "--once")
    assert stopped.returncode == 78
    assert "calendar.toml (instance)" in stopped.stderr
