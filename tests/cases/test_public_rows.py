"""Rows that a taken-over public door could add, by which others would be stopped."""

import psycopg
import pytest

from tests.support.walled import Walled


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO cases SELECT 'x', 'infinity', unit, state, track, field, urgent, due_on, NULL,"
        " NULL, NULL, NULL, 1 FROM cases",
        "INSERT INTO cases SELECT 'x', received_on, unit, state, track, field, urgent,"
        " '0044-03-15 BC', NULL, NULL, NULL, NULL, 1 FROM cases",
        "INSERT INTO entries (id, case_ref, compartment_id, kind, author, position, day, sealed)"
        " SELECT 'x', case_ref, id, 'message', 'reporter', 2147483647, current_date, 'x'"
        " FROM compartments",
        "INSERT INTO entries (id, case_ref, compartment_id, kind, author, position, day, sealed)"
        " SELECT 'x', case_ref, id, 'message', 'reporter', public_next_position(case_ref),"
        " 'infinity', 'x' FROM compartments",
        "INSERT INTO drafts VALUES ('tag', 1);"
        "INSERT INTO draft_files VALUES ('../x', 'tag', 0, 'h', 'm', 1, 'c')",
        "INSERT INTO draft_files VALUES ('00/00/0123456789abcdef0123456789ab', 'tag', 0, 'h', 'm',"
        " 9223372036854775807, 'c')",
    ],
)
def test_no_row_is_added_that_would_stop_others(unchanged: Walled, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        unchanged.tried(statement, unchanged.known.lookup_tag(), b"tag")


def test_a_case_is_not_sent_up_on_a_day_that_nobody_can_read(unchanged: Walled) -> None:
    statement = (
        "SELECT public_escalate(lookup_tag, 'infinity', 'x', compartments.id, 'x')"
        " FROM receipts, compartments"
    )
    sent = unchanged.tried(statement, unchanged.known.lookup_tag())
    assert sent == [(False,)]
