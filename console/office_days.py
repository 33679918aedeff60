"""Days that an office adds to the calendar of its pack: `liemchinh calendar`."""

import json
import sys
from datetime import date, datetime
from pathlib import Path

import click

from cases.durable import make_durable_file
from policy.errors import PolicyError
from policy.loading import load_pack
from policy.pack import Pack
from web.settings import Settings
from web.starting import settings_or_exit

DAY = click.DateTime(formats=["%Y-%m-%d"])
HEADING = (
    "# Days that this office added to the calendar of its pack, each with its source.\n"
    "# `liemchinh calendar add` writes here; a day of this file goes before the pack's.\n"
)


@click.group()
def calendar() -> None:
    """Look at the days on which the office works, and add to them."""


@calendar.command("list")
@click.argument("year", type=int)
def list_days(year: int) -> None:
    """Print what the pack and this office say of days in YEAR, beside the country's holidays."""
    settings = settings_or_exit()
    pack = _pack_or_exit(settings, settings.own_days)
    for row in pack.calendar:
        if row.day.year == year:
            kind = "worked" if row.worked else "off"
            open_words = "" if row.confirmed else f" [not confirmed: {row.note}]"
            click.echo(f"{row.day} {kind}: {row.name_vi} ({row.basis}){open_words}")
    if not pack.is_announced(year):
        click.echo(f"{year}: the days of the holidays that move are not announced")


@calendar.command("add")
@click.argument("day", type=DAY)
@click.option("--off/--worked", "is_off", default=True, help="A day off, or one that is worked.")
@click.option("--name", "names", nargs=2, required=True, help="In Vietnamese and in English.")
@click.option("--basis", required=True, help="The document that says so, with number and date.")
@click.option("--announced", is_flag=True, help="It belongs to a holiday fixed anew every year.")
def add_day(
    day: datetime, *, is_off: bool, names: tuple[str, str], basis: str, announced: bool
) -> None:
    """Add a day with its source. Due days are counted again once the doors were started anew."""
    settings = settings_or_exit()
    path = settings.own_days
    row = _row(day.date(), is_off=is_off, names=names, basis=basis, announced=announced)
    before = path.read_text(encoding="utf-8") if path.exists() else HEADING
    staged = path.with_name(f"{path.name}.new")
    staged.unlink(missing_ok=True)
    make_durable_file(staged, (before + row).encode())
    try:
        _pack_or_exit(settings, staged)
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
    click.echo(f"{day.date()}: added. Start the doors anew, and `recount-days` tells every change.")


def _row(day: date, *, is_off: bool, names: tuple[str, str], basis: str, announced: bool) -> str:
    values = {
        "code": day.isoformat(),
        "name_vi": names[0],
        "name_en": names[1],
        "basis": basis,
    }
    # JSON strings are strings of TOML.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    flags = {"worked": not is_off, "announced": announced, "confirmed": True}
    lines += [f"{key} = {str(value).lower()}" for key, value in flags.items()]
    lines += [f"day = {day}", f"from = {day}"]
    return "\n[[day]]\n" + "\n".join(lines) + "\n"


def _pack_or_exit(settings: Settings, own_days: Path) -> Pack:
    try:
        return load_pack(settings.pack, own_days)
    except PolicyError as error:
        click.echo(str(error))
        sys.exit(1)
