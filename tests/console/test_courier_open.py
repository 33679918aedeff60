"""Opening an export at the officer's table: hostile names, redacted copies, and damaged ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.compartments import Entry, seal_entry, store_entry
from cases.hiding import HIDDEN
from cases.names import CompartmentKind, EntryKind
from cases.records import CompartmentRecord
from cases.reports import Report
from crypto.keys import Recipient
from crypto.paper_keys import paper_lines
from tests.support.casework import listed
from tests.support.courier import BODY, PAPER, exported, open_office_with_papers
from tests.support.handover import (
    OLD,
    filed_to_be_hidden,
    handed,
    has_anything_of_the_reporter,
)
from tests.support.office import TestOffice
from tests.support.terminal import at_terminal

# A hundred and twenty letters of four bytes each: more than a folder takes for one name.
LONGEST = "𠀀" * 120 + ".pdf"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    made = open_office_with_papers(tmp_path / "server")
    yield made
    made.office.database.close()


def read_at_the_table(office: TestOffice, table: Path) -> tuple[str, dict[str, bytes]]:
    """Export everything, open it with the paper, and return what is shown and the files."""
    (table / "brought.age").write_bytes(exported(office))
    command = ("courier", "open", str(table / "brought.age"), "--to", str(table / "read"))
    with at_terminal(table / "nowhere", *command) as terminal:
        terminal.answer("the unit's key from paper", " ".join(paper_lines(PAPER)))
        assert terminal.await_end() == 0, terminal.shown
    [case] = (table / "read").iterdir()
    return terminal.shown, {path.name: path.read_bytes() for path in case.iterdir()}


def test_the_longest_name_in_the_longest_letters_costs_no_other_file(
    office: TestOffice, tmp_path: Path
) -> None:
    uploads = (office.upload(LONGEST, b"one"), office.upload("hai.pdf", b"two"))
    office.send(Report("Chủ tịch nhận tiền.", bypass=True), uploads)

    _, files = read_at_the_table(office, tmp_path)

    [long, short, text] = sorted(files)
    assert (long[-6:], files[long]) == ("𠀀𠀀.pdf", b"one")
    assert (short, files[short], text) == ("002-hai.pdf", b"two", "ho-so.txt")


def test_a_redacted_copy_is_read_in_words_and_one_that_is_none_is_counted(
    office: TestOffice, tmp_path: Path
) -> None:
    filed_to_be_hidden(office)
    [ref] = listed(office)
    handed(office, ref, to=BODY)
    _add_copy_that_is_none(office, ref)

    shown, files = read_at_the_table(office, tmp_path)

    text = files["ho-so.txt"].decode()
    assert "Nội dung / statement: Ông trưởng phòng đòi tiền. " in text
    assert HIDDEN in text
    assert "{" not in text
    assert not has_anything_of_the_reporter(text)
    assert "could not be opened: 1" in shown


def _add_copy_that_is_none(office: TestOffice, ref: str) -> None:
    with office.office.database.writing() as session:
        row = session.scalars(
            select(CompartmentRecord).where(
                CompartmentRecord.case_ref == ref,
                CompartmentRecord.kind == CompartmentKind.REDACTED,
            )
        ).one()
        entry = Entry(EntryKind.REDACTED, OLD, {"lines": ["x"]})
        sealed = seal_entry(entry, ref, row.id, Recipient.from_raw(row.recipient))
        store_entry(session, ref, sealed, office.clock.today())
