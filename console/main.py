"""The operator's command: `liemchinh`."""

import os
import sys
from pathlib import Path

import click

from cases.going_live import list_missing
from cases.jobs import JOBS, run_due
from cases.public_side import is_open
from console.backups import backup, backup_key, restore
from console.courier import courier
from console.demo import file_demo_cases
from console.disposal import dispose
from console.doctor import doctor
from console.duties import duties_paper, open_duties, summary
from console.identity_key import identity_key_commands
from console.instances import (
    destroy_try_out,
    hold_instance,
    instance_folder,
    open_instance,
    prepare_folder,
    public_environ,
)
from console.live import Wanted, go_live, tell_missing
from console.office_days import calendar
from console.opening import open_file
from console.processes import Child, run_children
from console.recovery import recovery
from console.reviewers import reviewer
from console.state_paper import state_paper
from policy.errors import PolicyError
from policy.loading import load_pack
from policy.pack import Pack
from policy.schema import schema_text
from web.embedded_jobs import mail_jobs, run_jobs, start_mail_jobs
from web.logs import start_logs
from web.serving import harden_process
from web.starting import office_or_exit, settings_or_exit

DEMO_FOLDER = "demo"


@click.group()
def main() -> None:
    """Run and keep Liêm Chính, the system that takes corruption reports."""
    harden_process()
    start_logs()


@main.command()
@click.option("--reset", is_flag=True, help="Destroy this try-out and make a new one.")
@click.option("--live", is_flag=True, help="Go live: destroys a try-out, once it was confirmed.")
@click.option("--public-origin", default="", help="Live: https://… of the public door.")
@click.option("--desk-origin", default="", help="Live: https://… of the desk.")
@click.option("--recovery", multiple=True, help="Live: a recovery recipient or its file; thrice.")
def init(
    *, reset: bool, live: bool, public_origin: str, desk_origin: str, recovery: tuple[str, ...]
) -> None:
    """Make a try-out instance, and print once how to sign in; or go live."""
    if reset and live:
        raise click.UsageError("--reset makes a try-out anew: say one of the two")
    prepare_folder(instance_folder())
    if live:
        go_live(Wanted(public_origin, desk_origin, recovery))
        return
    settings = settings_or_exit()
    if reset:
        destroy_try_out(settings)
    open_instance(settings)


@main.command()
@click.option("--demo", is_flag=True, help="A separate instance with made-up cases.")
def run(*, demo: bool) -> None:
    """Start the public door and the desk, each a process of its own."""
    if demo:
        os.environ["LIEMCHINH_INSTANCE"] = str(instance_folder() / DEMO_FOLDER)
    prepare_folder(instance_folder())
    settings = settings_or_exit()
    hold_instance(settings)
    office, is_new = open_instance(settings)
    if demo and is_new:
        file_demo_cases(office)
    if not settings.is_try_out and not is_open(office):
        tell_missing(list_missing(office))
    office.database.close()
    click.echo(f"Cổng gửi thông tin / public door: {settings.public_origin}")
    click.echo(f"Bàn làm việc / desk:              {settings.desk_origin}")
    if settings.is_try_out and not is_new:
        click.echo(
            "Passphrases were shown at the first start;"
            " `.venv/bin/liemchinh init --reset` starts anew."
        )
    own = public_environ(settings)
    public = tuple(Child("intake", own) for _ in range(settings.public_processes))
    sys.exit(run_children((*public, Child("review"))))


@main.command()
@click.option("--once", is_flag=True, help="Run what is due now, and end.")
def jobs(*, once: bool) -> None:
    """Run the jobs that time brings, when no door runs them by itself."""
    settings = settings_or_exit()
    office = office_or_exit(settings)
    if once:
        for name in run_due(office, (*JOBS, *mail_jobs(settings))):
            click.echo(name)
        return
    start_mail_jobs(office, settings)
    run_jobs(office)


@main.group()
def policy() -> None:
    """Look at the law and the office as data."""


@policy.command("check")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--duties", is_flag=True, help="List the core duties of the plan that are open.")
def check_policy(path: Path | None, *, duties: bool) -> None:
    """Say everything that is wrong with the pack in use, or with the one at PATH.

    Rows that nobody confirmed are listed, with what is open, for the office's lawyer to settle.
    They are no faults, and neither is a duty that is not built yet, because a pack that says so is
    right: the exit status is 1 for a fault only.
    """
    folder = path or settings_or_exit().pack
    pack = _pack_or_exit(folder)
    if duties:
        for line in open_duties(pack):
            click.echo(line)
        click.echo(f"{folder.name}: {summary(pack)}")
    unconfirmed = pack.unconfirmed()
    for file, row in unconfirmed:
        click.echo(f"{file}: {row.code}: not confirmed: {row.note}")
    click.echo(f"{folder.name}: no fault; {len(unconfirmed)} not confirmed; version {pack.version}")


@policy.command("duties")
@click.argument("path", type=click.Path(path_type=Path), required=False)
def print_duties(path: Path | None) -> None:
    """Print the plan's duties and what the system does for each, as docs/vi/nhiem-vu.md."""
    click.echo(duties_paper(_pack_or_exit(path or settings_or_exit().pack)), nl=False)


@policy.command("states")
def print_states() -> None:
    """Print the table of states with its diagram, as docs/states.md."""
    click.echo(state_paper(), nl=False)


@policy.command("schema")
def print_schema() -> None:
    """Print the JSON schema of a pack's files, for editors, as docs/pack.schema.json."""
    click.echo(schema_text(), nl=False)


def _pack_or_exit(folder: Path) -> Pack:
    """Return the pack in a folder, or end with everything that is wrong with it."""
    try:
        return load_pack(folder)
    except PolicyError as error:
        click.echo(str(error))
        sys.exit(1)


for _command in (
    backup,
    backup_key,
    restore,
    dispose,
    doctor,
    calendar,
    open_file,
    recovery,
    courier,
    identity_key_commands,
    reviewer,
):
    main.add_command(_command)


if __name__ == "__main__":
    main()
