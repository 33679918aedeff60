"""The check-up asks the mail server itself, and says what keeps notice from reviewers."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert, select, update

from cases.jobs import run_due
from cases.names import new_ref
from cases.notice_records import MailServerRecord, OutboxRecord
from cases.records import ReviewerRecord
from console.doctor import examine
from tests.support.mail_house import SENDER, running_house
from tests.support.patient import Patient
from web.embedded_jobs import mail_jobs


def sending(patient: Patient, url: str) -> Patient:
    """Return the instance with a mail server."""
    settings = replace(patient.settings, smtp_url=url, notice_from=SENDER)
    return replace(patient, settings=settings)


def test_an_instance_whose_notice_goes_out_is_called_well(patient: Patient) -> None:
    with running_house() as house:
        mailed = sending(patient, house.url)
        assert "the job send-letters never ran" in mailed.said()
        run_due(mailed.office, mail_jobs(mailed.settings))
        assert examine(*mailed.asked) == []


def test_a_mail_server_that_is_away_is_named_by_its_setting(patient: Patient) -> None:
    said = sending(patient, "smtp://127.0.0.1:1").said()
    assert "smtp_url: the mail server does not let us in (ConnectionRefusedError)" in said


def test_notice_that_fails_for_a_day_is_named_and_of_what_is_not(patient: Patient) -> None:
    today = patient.office.clock.today()
    with running_house() as house:
        mailed = sending(patient, house.url)
        run_due(mailed.office, mail_jobs(mailed.settings))
        with mailed.office.database.writing() as session:
            since = today - timedelta(days=2)
            session.execute(update(MailServerRecord).values(failing_since=since))
            reviewer_id = session.scalar(select(ReviewerRecord.id).limit(1))
            row = {"id": new_ref(), "reviewer_id": reviewer_id, "is_code": False, "tries": 3}
            session.execute(
                insert(OutboxRecord).values(**row, made_on=since, due_at=0, is_unsure=False)
            )
        said = mailed.said()
    assert f"notice to reviewers fails since {since}" in said
    assert "letters that could not be sent for a day: 1" in said
    assert "@" not in said


def test_an_instance_without_a_mail_server_is_asked_nothing_of_mail(patient: Patient) -> None:
    assert "mail" not in patient.said()
