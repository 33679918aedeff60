"""`liemchinh identity-key`: the protection officer's key, which never was on the network."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cases.errors import IdentityKeyError, StorageError
from cases.identity_keys import add_identity_key, end_identity_key, list_identity_keys
from console.paper_making import make_paper
from console.recipients import brought, is_on_the_paper
from console.terminal import refuse
from crypto.errors import KeyFormatError
from web.starting import office_or_exit, settings_or_exit

FILE = click.Path(path_type=Path, dir_okay=False)
TITLE = "KHÓA DANH TÍNH CỦA CÁN BỘ BẢO VỆ / IDENTITY KEY OF THE PROTECTION OFFICER"
ASKED = "Cán bộ bảo vệ đọc từ tờ giấy đúng như trên? / Does the officer's paper say the same?"
NOT_THE_PAPERS = "the fingerprint is not the one on the officer's paper; nothing was registered"
NOT_PERMITTED = (
    "Ô danh tính vẫn đóng: bộ dữ liệu chưa ghi văn bản nào cho phép (identity-permits.toml);"
    " chuyển đoạn thì đã làm được."
    " / The box stays closed: the pack names no document that permits it; moving a passage works."
)


@click.group("identity-key")
def identity_key_commands() -> None:
    """Make, register and end the key to which it is sealed who somebody is."""


@identity_key_commands.command()
@click.argument("file", type=FILE, required=False)
def new(file: Path | None) -> None:
    """Make the key, for the protection officer, on a machine off the network.

    The key goes on paper and nowhere else. Its public half, which the server gets by `liemchinh
    identity-key add`, is printed, or written to FILE. Needs no instance.
    """
    make_paper(TITLE, file)


@identity_key_commands.command()
@click.argument("recipient")
@click.option("--fingerprint", default="", help="As the officer read it out; else it is asked for.")
def add(recipient: str, fingerprint: str) -> None:
    """Use a key from now on, on the server. RECIPIENT is age1pq1…, or the file that holds it.

    The protection officer compares the fingerprint with their paper first.
    What was sealed to the key before opens with that key only: its paper must be kept.
    """
    with _told():
        public = brought(recipient)
        office = office_or_exit(settings_or_exit())
        click.echo(f"Dấu vân khóa / fingerprint {public.fingerprint()}")
        if not is_on_the_paper(public, fingerprint, ASKED):
            raise IdentityKeyError(NOT_THE_PAPERS)
        key = add_identity_key(office, public)
    click.echo(f"Từ nay dùng khóa danh tính / identity key in use: {key.number}: {key.fingerprint}")
    if not office.todays_pack.identity_permits:
        click.echo(NOT_PERMITTED)


@identity_key_commands.command("list")
def list_keys() -> None:
    """Show every key that was ever used, with its days."""
    with _told(), office_or_exit(settings_or_exit()).database.reading() as session:
        kept = list_identity_keys(session)
    for each in kept:
        until = each.ended_on.isoformat() if each.ended_on else "đang dùng / in use"
        click.echo(
            f"{each.key.number}: {each.key.fingerprint}  {each.started_on.isoformat()} – {until}"
        )
    if not any(each.ended_on is None for each in kept):
        click.echo("Không có khóa nào đang dùng / no key is in use")


@identity_key_commands.command()
def end() -> None:
    """Use the key no longer: the box closes, and no passage can be moved."""
    with _told():
        key = end_identity_key(office_or_exit(settings_or_exit()))
    click.echo(f"Thôi dùng / no longer used: {key.number}: {key.fingerprint}")
    click.echo(
        "Giữ tờ giấy: điều đã niêm chỉ mở được bằng khóa đó."
        " / Keep the paper: what was sealed to it opens with it only."
    )


@contextmanager
def _told() -> Iterator[None]:
    """Say a refusal in one line."""
    try:
        yield
    except (IdentityKeyError, KeyFormatError) as error:
        refuse(str(error))
    except StorageError:
        refuse("the database is away, full or cannot be written")
