"""`liemchinh dispose` names what is due, and disposes of nothing."""

from datetime import date
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import func, insert, select, update

from cases.records import CaseRecord, EntryRecord, ListingRecord
from cases.retention_records import RetentionRecord
from console.disposal import dispose
from policy.states import CaseState
from tests.support.patient import Patient


def test_what_is_due_is_listed_and_nothing_of_it_is_destroyed(
    patient: Patient, tmp_path: Path
) -> None:
    with patient.office.database.writing() as session:
        ref = session.scalars(select(CaseRecord.ref).order_by(CaseRecord.ref).limit(1)).one()
        for table, key in ((CaseRecord, CaseRecord.ref), (ListingRecord, ListingRecord.case_ref)):
            session.execute(update(table).where(key == ref).values(state=CaseState.CLOSED))
        session.execute(insert(RetentionRecord).values(case_ref=ref, closed_on=date(2000, 1, 3)))
        before = session.scalar(select(func.count()).select_from(EntryRecord))

    answer = CliRunner(env={"LIEMCHINH_INSTANCE": str(tmp_path / "instance")}).invoke(
        dispose, ["--sweep"]
    )

    assert answer.exit_code == 0, answer.output
    first, count, hint = answer.output.splitlines()
    assert ref[:6].upper() in first
    assert count.startswith("1 ")
    assert "another approves" in hint
    with patient.office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(EntryRecord)) == before
