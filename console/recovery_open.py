"""`liemchinh recovery open`: two holders at one machine that is on no network."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO

import click

from cases.errors import BackupError, RecoveryError
from cases.recovery_file import Asked, read_asked
from cases.recovery_opening import (
    Consent,
    Opened,
    Papers,
    is_fingerprint_of,
    number_of,
    open_asked,
    put_together,
)
from cases.whole_file import whole_file
from console.terminal import TRIES, ask_identity, legible, need_terminal, refuse
from crypto.keys import Identity

# A case takes about 40 kB; what is longer was not written by us.
MOST_BYTES = 1 << 30
NONE = ""
WHO = """
Hai người giữ khóa khôi phục cùng ngồi trước máy này. Khóa đơn vị chỉ trao cho người mà cả hai biết
mặt: không dựa vào tên trong tệp.
Two recovery holders sit at this machine. The unit's key goes to a person whom both of you know by
sight: do not go by a name in a file.
"""
FINGERPRINT = (
    "Người mới tự đọc dấu vân khóa trên màn hình của họ; gõ lại ở đây"
    " / the newcomer reads their fingerprint out, type it here"
)
FORMER = (
    "Người này trước đây có tài khoản nào ở trên? Gõ số, cách nhau bằng dấu phẩy; không có thì để"
    " trống / which of these accounts were the same person's? numbers, or nothing"
)
REASON = "Lý do / reason"
FIRST = "Người giữ thứ nhất gõ khóa (không hiện) / the first holder types a key (not shown)"
SECOND = "Người giữ thứ hai gõ khóa (không hiện) / the second holder types a key (not shown)"


@click.command("open")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--to",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The answer; else beside FILE, ending in .answer.",
)
def open_question(file: BinaryIO, out: Path | None) -> None:
    """Let two recovery holders answer FILE, off the network: neither can alone.

    Asks who the newcomer is, why, and for both keys. The answer holds ciphertext only.
    """
    need_terminal()
    answer = out or Path(f"{file.name}.answer")
    if answer.exists():
        refuse(f"{answer.name} is there already, and no file is ever replaced")
    try:
        asked, proofs = read_asked(file.read(MOST_BYTES))
        _say(asked)
        consent = _ask_consent(asked)
        opened = open_asked(asked, proofs, _ask_papers(asked), consent)
        with whole_file(answer) as kept:
            kept.write(opened.answer.written())
    except (RecoveryError, BackupError) as error:
        refuse(str(error))
    _tell(opened, answer)


def _say(asked: Asked) -> None:
    click.echo(WHO)
    click.echo(legible(f"Đơn vị / unit: {asked.unit_name} ({asked.unit})"))
    click.echo(legible(f"Ngày xuất / exported on: {asked.day}"))
    click.echo(f"Khóa / keys: {len(asked.epochs)}. Hồ sơ riêng / single cases: {len(asked.cases)}")
    click.echo(legible(f"Người mới / newcomer: {asked.newcomer.sign_in_name}"))
    click.echo()


def _ask_consent(asked: Asked) -> Consent:
    fingerprint = _ask_fingerprint(asked)
    former = _ask_former(list(asked.accounts.items()))
    reason = str(click.prompt(REASON))
    # No clock of an office is at hand here, and the answer says no more than a day.
    day = date.today().isoformat()  # noqa: DTZ011 - the day at the table where they sit
    return Consent(fingerprint, reason, day, former)


def _ask_fingerprint(asked: Asked) -> str:
    """Return the newcomer's fingerprint; it is not shown here, so that nobody nods it through."""
    for _ in range(TRIES):
        typed = str(click.prompt(FINGERPRINT))
        if is_fingerprint_of(typed, asked.newcomer.recipient):
            return typed
        click.echo("Khác với tệp / not the one in the file.")
    raise RecoveryError(
        "dấu vân khóa không khớp: tệp này không dành cho người đó; đừng mở"
        " / the fingerprint does not fit: this file is for somebody else; do not open it"
    )


def _ask_former(accounts: Sequence[tuple[str, str]]) -> frozenset[str]:
    if not accounts:
        return frozenset()
    click.echo("Tài khoản từng thuộc đơn vị / accounts that were in the unit:")
    for number, (_, name) in enumerate(accounts, start=1):
        click.echo(legible(f"  {number}. {name}"))
    while True:
        typed = str(click.prompt(FORMER, default=NONE, show_default=False))
        chosen = [each.strip() for each in typed.split(",") if each.strip()]
        known = {str(number): key for number, (key, _) in enumerate(accounts, start=1)}
        if known.keys() >= set(chosen):
            return frozenset(known[each] for each in chosen)
        click.echo("Chỉ gõ số trong danh sách / numbers of the list only.")


def _ask_papers(asked: Asked) -> Papers:
    one, other = (_ask_paper(asked, prompt) for prompt in (FIRST, SECOND))
    return put_together(asked, one, other)


def _ask_paper(asked: Asked, prompt: str) -> Identity:
    identity = ask_identity(prompt)
    click.echo(f"Khóa số / key {number_of(asked, identity)}.")
    return identity


def _tell(opened: Opened, answer: Path) -> None:
    click.echo(f"\nTrả lời nằm trong / the answer is in {answer.name} ({opened.answer.holder}).")
    click.echo(
        "Chỉ có bản mã. Mang về máy chủ: `liemchinh recovery import`. Hồ sơ nêu tên người mới thì"
        " không có trong đó.\nCiphertext only. Bring it to the server. Cases whose report names the"
        " newcomer are not in it."
    )
    for ref in opened.damaged:
        click.echo(f"Không mở được / could not be opened, left out: {legible(ref[:6].upper())}")
