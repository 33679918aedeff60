"""An office one of whose outside bodies has its key on paper, and what the paper opens."""

import io
from pathlib import Path

from cases.courier_export import Export, begin_export, note_export, write_export
from cases.courier_file import Answer, read_answer
from cases.courier_opening import OpenedCase, OpenedExport, sealed_answer
from cases.offline_keys import register_offline_key
from crypto.keys import Identity
from tests.support.office import CAT_HAI, TestOffice, open_office

BODY, OTHER_BODY = "ubnd-tp", "thanh-tra-tp"
PAPER, OTHER_PAPER = (Identity.from_seed(bytes([number]) * 32) for number in (7, 8))


def open_office_with_papers(folder: Path, database_url: str = "") -> TestOffice:
    """Return an office whose two outside bodies have keys on paper, every other unit a member."""
    office = open_office(folder, database_url=database_url, staffed=False)
    for unit in CAT_HAI.receiving_units():
        if unit.code not in {BODY, OTHER_BODY}:
            office.add_reviewer(unit.code)
    register_offline_key(office.office, BODY, PAPER.recipient)
    register_offline_key(office.office, OTHER_BODY, OTHER_PAPER.recipient)
    return office


def written(office: TestOffice, export: Export | None) -> bytes:
    """Return the file of an export, of which nothing is noted yet."""
    assert export is not None
    out = io.BytesIO()
    write_export(office.office, export, out)
    return out.getvalue()


def exported(office: TestOffice, unit: str = BODY, *, again: bool = False) -> bytes:
    """Return the file of an export that is noted."""
    export = begin_export(office.office, unit, again=again)
    content = written(office, export)
    assert export is not None
    note_export(office.office, export)
    return content


def opened(content: bytes, paper: Identity = PAPER) -> tuple[list[OpenedCase], dict[str, bytes]]:
    """Return what a paper opens: the cases, and each file by its name."""
    cases, files = [], {}
    for found in OpenedExport(io.BytesIO(content), paper).cases():
        if isinstance(found, OpenedCase):
            cases.append(found)
        else:
            files[found[1].file_name] = b"".join(found[1].chunks)
    return cases, files


def answered(content: bytes, text: str, paper: Identity = PAPER) -> Answer:
    """Return what an officer answers to the first case of an export."""
    export = OpenedExport(io.BytesIO(content), paper)
    case = next(found for found in export.cases() if isinstance(found, OpenedCase))
    return read_answer(sealed_answer(export.about, case, text).written())
