"""`liemchinh courier open` and `answer`: the officer's machine, which is on no network."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

import click

from cases.courier_opening import OpenedCase, OpenedExport, sealed_answer
from cases.errors import BackupError, CourierError
from cases.opened import Download, OpenedEntry
from cases.redacted import with_copies_read
from cases.whole_file import whole_file
from console.terminal import ask_identity, legible, refuse
from crypto.errors import OpenError

KEY = "Khóa của đơn vị, gõ từ tờ giấy (không hiện) / the unit's key from paper (not shown)"
SHORT_CHARS = 6
# Room for a number before it and ".part" behind: a folder's names have 255 bytes at most.
MOST_NAME_BYTES = 180
# As many as the desk's own form takes.
MOST_ANSWER_CHARS = 20_000
# A name from outside becomes a file's: letters, numbers, dashes, single dots, and nothing else.
NOT_IN_A_NAME = re.compile(r"[^\w-]+")
LABELS = {
    "statement": "Nội dung / statement",
    "kind": "Loại tin / kind",
    "field": "Lĩnh vực / field",
    "act": "Hành vi / act",
    "accused": "Đơn vị bị nêu / units meant",
    "accused_head": "Người đứng đầu bị nêu / heads meant",
    "accused_text": "Người bị nêu / people meant",
    "not_to": "Không được biết / must not know",
    "bypass": "Không gửi trong đặc khu / nobody in the zone",
    "urgent": "Gấp / urgent",
    "when": "Khi nào / when",
    "where": "Ở đâu / where",
    "evidence": "Bằng chứng / evidence",
    "verifiable": "Kiểm tra được ở đâu / how to verify",
}
DONE = "Gõ câu trả lời; dòng cuối chỉ có dấu chấm / type the answer; a full stop alone ends it:"
END = "."


@click.command("open")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="A new folder."
)
def open_export(file: BinaryIO, folder: Path | None) -> None:
    """Open an exported FILE with the key on paper. Do this on a machine off the network.

    Lists its cases; --to writes their texts and files, readable by anybody, into a new folder.
    Needs no instance.
    """
    try:
        opened = OpenedExport(file, ask_identity(KEY))
        click.echo(legible(f"{opened.about.unit_name} ({opened.about.unit}), {opened.about.day}"))
        with _new_folder(folder):
            _keep_all(opened, folder)
    except (CourierError, BackupError) as error:
        refuse(str(error))


def _keep_all(opened: OpenedExport, folder: Path | None) -> None:
    for found in opened.cases():
        if isinstance(found, OpenedCase):
            _keep_case(found, folder)
        elif folder is not None:
            _keep_file(*found, folder)


@contextmanager
def _new_folder(folder: Path | None) -> Iterator[None]:
    """Make the folder for what is opened, and leave none of it where the export is not whole."""
    if folder is None:
        yield
        return
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise CourierError(f"{folder.name} cannot be made: {error.strerror}") from None
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@click.command("answer")
@click.argument("file", type=click.File("rb"))
@click.argument("case")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--text", type=click.File("r", encoding="utf-8"), help="What to answer; else typed.")
def answer_case(file: BinaryIO, case: str, out: Path, text: TextIO | None) -> None:
    """Answer CASE, which `courier open` named, in OUT: sealed, for its reporter alone to read.

    Do this on a machine off the network; bring OUT to the server: `liemchinh courier import`.
    """
    try:
        opened = OpenedExport(file, ask_identity(KEY))
        chosen = _chosen(opened, case)
        words = _checked(text.read() if text else _typed())
        answer = sealed_answer(opened.about, chosen, words)
        with whole_file(out) as kept:
            kept.write(answer.written())
    except UnicodeDecodeError:
        refuse("--text: this is no text in UTF-8")
    except (CourierError, BackupError) as error:
        refuse(str(error))
    click.echo(f"Trả lời nằm trong / the answer is in {out.name}. Chỉ có bản mã / ciphertext only.")


def _chosen(opened: OpenedExport, begins: str) -> OpenedCase:
    cases = [found for found in opened.cases() if isinstance(found, OpenedCase)]
    chosen = [each for each in cases if each.carried.ref.startswith(begins.lower())]
    if len(begins) < SHORT_CHARS or len(chosen) != 1:
        raise CourierError(
            f"{len(chosen)} cases of this export begin so; give the {SHORT_CHARS} symbols or more"
            " that `liemchinh courier open` shows"
        )
    return chosen[0]


def _typed() -> str:
    click.echo(DONE)
    lines: list[str] = []
    while (
        line := str(click.prompt("", default="", show_default=False, prompt_suffix="> "))
    ) != END:
        lines.append(line)
    return "\n".join(lines)


def _checked(words: str) -> str:
    text = words.strip().replace("\0", "")
    if not text:
        raise CourierError("chưa có gì để trả lời / there is nothing to answer")
    if len(text) > MOST_ANSWER_CHARS:
        raise CourierError(f"an answer has at most {MOST_ANSWER_CHARS} characters")
    return text


def _folder_of(case: OpenedCase, folder: Path) -> Path:
    place = folder / case.carried.ref[:SHORT_CHARS].upper()
    with suppress(FileExistsError):
        place.mkdir(mode=0o700)
    return place


def _texts(case: OpenedCase) -> list[OpenedEntry]:
    """Return what there is to read; a copy that is none is damaged, and the other ones count."""
    whole = []
    for entry in case.entries:
        try:
            tuple(with_copies_read((entry,)))
        except OpenError:
            case.damaged.append(entry.id)
        else:
            whole.append(entry)
    return list(with_copies_read(whole))


def _keep_case(case: OpenedCase, folder: Path | None) -> None:
    texts = _texts(case)
    short, files = (
        case.carried.ref[:SHORT_CHARS].upper(),
        sum(len(entry.attachments) for entry in case.entries),
    )
    click.echo(
        legible(
            f"{short}: nhận ngày / received on {case.carried.received_on},"
            f" văn bản / texts {len(texts)}, tệp / files {files}"
        )
    )
    if not case.is_readable:
        click.echo("  khóa này không mở; có tờ giấy cũ hơn không? / sealed to another paper")
    elif case.damaged:
        click.echo(f"  không mở được / could not be opened: {len(case.damaged)}")
    if folder is not None and texts:
        with whole_file(_folder_of(case, folder) / "ho-so.txt") as kept:
            kept.write("\n\n".join(map(_readable, texts)).encode())


def _keep_file(case: OpenedCase, found: Download, folder: Path) -> None:
    place = _folder_of(case, folder)
    number = sum(1 for _ in place.iterdir()) + 1
    path = place / f"{number:03}-{_safe(found.file_name)}"
    try:
        with whole_file(path) as kept:
            for chunk in found.chunks:
                kept.write(chunk)
    except OpenError:
        case.damaged.append(path.name)


def _safe(name: str) -> str:
    """Return what a file may be called here, whatever its sender called it."""
    parts = [NOT_IN_A_NAME.sub("-", part).strip("-") for part in name.split(".")]
    joined = ".".join(part for part in parts if part)
    return joined.encode()[-MOST_NAME_BYTES:].decode("utf-8", "ignore") or "tep"


def _readable(entry: OpenedEntry) -> str:
    head = f"— {entry.day.isoformat()} · {entry.kind} · {entry.author}"
    report = entry.values.get("report")
    if isinstance(report, dict):
        said = [(LABELS.get(str(name), str(name)), value) for name, value in report.items()]
    elif entry.text():
        return f"{head}\n{entry.text()}"
    else:
        said = list(entry.values.items())
    lines = [f"{name}: {_words(value)}" for name, value in said if value not in ("", [], False)]
    return "\n".join((head, *lines))


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
