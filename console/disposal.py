"""`liemchinh dispose`: which cases need not be kept any more. It destroys none of them."""

import click

from cases.disposal_list import cases_due
from cases.jobs import sweep_orphans
from web.starting import office_or_exit, settings_or_exit

HELD = "đang giữ theo yêu cầu / held"
TWO = (
    "Lệnh này không hủy hồ sơ nào: ở bàn làm việc, một người đề nghị, người khác duyệt."
    " / This command disposes of no case: at the desk one person proposes, another approves."
)


@click.command("dispose")
@click.option(
    "--sweep", is_flag=True, help="Delete now what disposed cases left in the vault after a crash."
)
def dispose(*, sweep: bool) -> None:
    """List the closed cases whose retention period is over, by unit and number.

    No command disposes of a case: that takes two people at the desk.
    """
    office = office_or_exit(settings_or_exit())
    if sweep:
        # What the daily job does: a file that a case or a form names stays.
        sweep_orphans(office)
        office.database.empty_journal()
    found = cases_due(office)
    for case in found:
        click.echo(f"{case.unit}: {case.serial}{f' ({HELD})' if case.is_held else ''}")
    click.echo(f"{len(found)} hồ sơ hết thời hạn lưu giữ / cases whose retention period is over.")
    click.echo(TWO)
