"""What the public door's role on PostgreSQL can do for protection, tried on the bare connection."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from cases.protection_requests import ProtectionRequest, ask_for_protection
from tests.support.walled import Walled, open_walled

ASKED = ProtectionRequest(("secrecy",), ("self",), is_urgent=False, text="Giữ kín giúp tôi.")
DAY = "2026-11-23"


@pytest.fixture
def walled(tmp_path: Path, postgresql_url: str) -> Iterator[Walled]:
    with open_walled(tmp_path, postgresql_url) as opened:
        yield opened


def rows(walled: Walled, query: str) -> list[tuple[object, ...]]:
    with walled.office.office.database.reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


def protect(walled: Walled, event: str = "", day: str = DAY, **changes: object) -> object:
    """Call the one function that adds a request, with a compartment of one's own making."""
    [(thread,)] = walled.tried("SELECT id FROM compartments", walled.known.lookup_tag())
    part = {
        "id": "p" * 26,
        "recipient": r"\x01",
        "seals": [
            {"holder": holder, "holder_epoch": 1, "sealed": r"\x02"}
            for holder in ("unit:van-phong", "unit:mine", "protection:mine", "receipt")
        ],
    }
    words = {"id": "w" * 26, "compartment_id": "p" * 26, "sealed": r"\x03", "form_tag": r"\x04"}
    line = {"id": "l" * 26, "compartment_id": thread, "sealed": r"\x05"}
    given = {"part": part, "words": words, "line": line, **changes}
    as_json = [json.dumps(given[name]) for name in ("part", "words", "line")]
    tag = walled.known.lookup_tag().hex()
    values = ", ".join(f"'{each}'::jsonb" for each in as_json)
    call = f"SELECT public_protect('\\x{tag}', '{day}', '{event}', {values})"
    [(answer,)] = walled.tried(call, walled.known.lookup_tag())
    return answer


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM happenings",
        "SELECT * FROM feedback",
        "INSERT INTO happenings SELECT ref, 'protection-asked', current_date FROM cases",
        "INSERT INTO feedback VALUES ('van-phong', 2026, 4, 'fair', 'yes', 1000)",
        "INSERT INTO feedback_given SELECT ref FROM cases",
        "DELETE FROM feedback_given",
        "UPDATE feedback SET count = 0",
    ],
)
def test_clocks_and_counts_are_none_of_the_public_role_s_business(
    unchanged: Walled, statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        unchanged.tried(statement, unchanged.known.lookup_tag())


def test_only_who_holds_the_report_gets_a_seal_of_what_is_asked(walled: Walled) -> None:
    assert protect(walled) is True
    query = (
        "SELECT holder FROM seals JOIN compartments ON compartments.id = compartment_id"
        " WHERE kind = 'protection'"
    )
    assert rows(walled, query) == [("unit:van-phong",)]


@pytest.mark.parametrize(
    ("event", "day"),
    [
        ("close", DAY),
        ("received", DAY),
        ("protection-decided", DAY),
        ("", "infinity"),
        ("", "0044-03-15 BC"),
    ],
)
def test_no_other_event_and_no_day_that_nobody_can_read_is_taken(
    walled: Walled, event: str, day: str
) -> None:
    assert protect(walled, event, day) is False
    assert rows(walled, "SELECT * FROM happenings") == []
    assert rows(walled, "SELECT * FROM compartments WHERE kind = 'protection'") == []


def test_nobody_puts_a_compartment_of_their_own_before_one_that_stands(walled: Walled) -> None:
    ask_for_protection(walled.public, walled.known, ASKED)
    assert protect(walled) is False
    assert len(rows(walled, "SELECT id FROM compartments WHERE kind = 'protection'")) == 1


def test_words_go_into_no_other_compartment(walled: Walled) -> None:
    parts = "SELECT id, kind FROM compartments JOIN receipts USING (case_ref) WHERE lookup_tag = "
    tag = walled.known.lookup_tag().hex()
    [notes] = [key for key, kind in rows(walled, parts + f"'\\x{tag}'") if kind == "notes"]
    words = {"id": "w" * 26, "compartment_id": notes, "sealed": r"\x03"}
    assert protect(walled, words=words) is False
    line = {"id": "l" * 26, "compartment_id": notes, "sealed": r"\x05"}
    assert protect(walled, line=line) is False


@pytest.mark.parametrize(
    "call",
    [
        "public_protection_part('\\x00')",
        "public_report_holders('\\x00')",
        "public_feedback('\\x00', current_date, 'yes', 'yes')",
    ],
)
def test_a_guessed_receipt_is_told_nothing(walled: Walled, call: str) -> None:
    ask_for_protection(walled.public, walled.known, ASKED)
    assert walled.tried(f"SELECT {call}", b"guessed") in ([], [([],)], [(False,)])


def test_answers_that_no_form_has_are_not_counted(walled: Walled) -> None:
    with walled.office.office.database.writing() as session:
        session.execute(text("UPDATE cases SET state = 'closed'"))
    tag = walled.known.lookup_tag().hex()
    for fair, day in (("maybe", DAY), ("yes", "infinity")):
        call = f"SELECT public_feedback('\\x{tag}', '{day}', '{fair}', 'yes')"
        assert walled.tried(call, walled.known.lookup_tag()) == [(False,)]
    assert rows(walled, "SELECT * FROM feedback") == []


def test_which_cases_answered_is_told_to_their_own_receipts_only(walled: Walled) -> None:
    with walled.office.office.database.writing() as session:
        session.execute(text("INSERT INTO feedback_given SELECT ref FROM cases"))
    assert len(walled.tried("SELECT * FROM feedback_given", walled.known.lookup_tag())) == 1
    assert walled.tried("SELECT * FROM feedback_given") == []
