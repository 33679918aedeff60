"""Keys that lie on paper: made at a terminal off the network, their public halves brought here."""

from pathlib import Path

import click

from cases.errors import BackupError
from cases.whole_file import whole_file
from console.terminal import forget_screen, need_terminal, refuse
from crypto.errors import KeyFormatError
from crypto.keys import RECIPIENT_HRP, Identity, Recipient
from crypto.paper_keys import paper_lines, typed_identity

COPY_OUT = """
Chép dòng dưới đây ra giấy bằng tay, rõ từng chữ, rồi cất trong két. Khóa chỉ hiện một lần và
không nằm trong tệp nào. Đừng chụp ảnh, đừng in qua mạng.
Trong khóa không có chữ B, I, O: số 0 là số.
Write these lines on paper by hand, and keep it in a safe. They are shown once and are in no file.
Take no photograph, print over no network. No B, I or O is in it: 0 is a number.
"""
COPY_FINGERPRINT = """
Dấu vân khóa, chép cùng tờ giấy / fingerprint, on the same paper:
"""
AGAIN = "Gõ lại khóa từ tờ giấy (không hiện) / type it again from the paper (not shown)"
NOT_THE_SAME = (
    "Khác với khóa ở trên: xem lại từng nhóm trên giấy rồi gõ lại."
    " / Not the same: look at each group on the paper, and type it again."
)


def make_paper_key(title: str, file: Path | None) -> None:
    """Make a key, let it be copied onto paper and typed again, and hand out its public half."""
    need_terminal()
    if file is not None and file.exists():
        refuse(f"{file.name} is there already, and no file is ever replaced")
    identity = Identity.generate()
    click.echo(f"\n{title}\n{COPY_OUT}")
    for line in paper_lines(identity):
        click.echo(f"    {line}")
    click.echo(f"{COPY_FINGERPRINT}\n    {identity.recipient.fingerprint()}\n")
    _await_copy(identity)
    forget_screen()
    _hand_over(identity.recipient, file)


def brought_recipient(brought: str) -> Recipient:
    """Return the public half that an operator gives: age1pq1…, or the file that holds it.

    Raises:
        KeyFormatError: it is neither, or is mistyped.
    """
    file = Path(brought)
    if brought.startswith(RECIPIENT_HRP):
        return Recipient.parse(brought)
    try:
        return Recipient.parse(file.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError):
        raise KeyFormatError("give age1pq1…, or the file that holds it") from None


def _await_copy(identity: Identity) -> None:
    """Go on once the paper was proven: a key that was copied wrongly is a key that is lost."""
    while True:
        typed = str(click.prompt(AGAIN, hide_input=True))
        try:
            if typed_identity(typed) == identity:
                return
        except KeyFormatError:
            pass
        click.echo(NOT_THE_SAME)


def _hand_over(recipient: Recipient, file: Path | None) -> None:
    click.echo(f"Dấu vân khóa / fingerprint: {recipient.fingerprint()}")
    if file is None:
        click.echo("Nửa công khai, giao cho máy chủ / public half, for the server:")
        click.echo(recipient.encoded())
        return
    try:
        with whole_file(file) as out:
            out.write(f"{recipient.encoded()}\n".encode("ascii"))
    except BackupError as error:
        refuse(str(error))
    click.echo(f"Nửa công khai nằm trong / the public half is in {file.name}")
