"""The public door's role on PostgreSQL: what it can do is what a reporter does, and no more.

Each refusal is tried on the bare connection, with a receipt of one case known where one could help.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from cases.database import Database
from cases.errors import PublicRoleError
from cases.public_role import FUNCTIONS, PRIVILEGES, check_role, grant_privileges, make_role
from cases.record_base import Record
from cases.threads import check_receipt, read_thread
from policy.states import BEFORE_CONCLUSION, CaseState
from tests.support.office import public_url
from tests.support.postgresql import PostgreSQL
from tests.support.walled import Walled, open_walled


@pytest.fixture
def walled(tmp_path: Path, postgresql_url: str) -> Iterator[Walled]:
    """Yield an office of the test's own, whose rows and roles it may change."""
    with open_walled(tmp_path, postgresql_url) as opened:
        yield opened


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT sign_in_name FROM reviewers",
        "SELECT wrapped FROM reviewers",
        "SELECT * FROM unit_key_seals",
        "SELECT * FROM desk_sessions",
        "SELECT * FROM enrolments",
        "SELECT * FROM serials",
        "SELECT * FROM listings",
        "SELECT * FROM jobs",
        "SELECT roles FROM memberships",
        "UPDATE cases SET state = 'closed'",
        "UPDATE cases SET unit = 'x'",
        "UPDATE entries SET sealed = 'x'",
        "UPDATE receipts SET recipient = 'x'",
        "UPDATE listings SET listed_from = NULL",
        "UPDATE seals SET sealed = 'x'",
        "UPDATE compartments SET recipient = 'x'",
        "UPDATE attachments SET header = 'x'",
        "UPDATE once SET sealed_receipt = 'x'",
        "UPDATE reviewers SET recipient = 'x'",
        "UPDATE unit_keys SET recipient = 'x'",
        "UPDATE roster SET names = 'x'",
        "UPDATE instance SET value = 'live'",
        "DELETE FROM cases",
        "DELETE FROM entries",
        "DELETE FROM attachments",
        "DELETE FROM receipts",
        "DELETE FROM seals",
        "DELETE FROM compartments",
        "DELETE FROM listings",
        "DELETE FROM once",
        "DELETE FROM seen",
        "DELETE FROM roster",
        "TRUNCATE entries",
        "TRUNCATE public_sessions",
        "INSERT INTO reviewers VALUES ('a', 'b', 'c', 'd', current_date, NULL)",
        "INSERT INTO memberships VALUES ('a', 'van-phong', 'handler', current_date, NULL)",
        "INSERT INTO enrolments VALUES ('a', 'van-phong', 'handler', 9999999999)",
        "INSERT INTO unit_keys VALUES ('van-phong', 2, 'x', false, current_date, NULL)",
        "INSERT INTO recovery VALUES (9, 'x')",
        "SELECT ref FROM cases FOR UPDATE",
        "LOCK TABLE cases IN EXCLUSIVE MODE",
        "CREATE TABLE mine (a integer)",
        "ALTER TABLE cases DISABLE ROW LEVEL SECURITY",
        "SET ROLE postgres",
        "SELECT pg_read_file('PG_VERSION')",
        "COPY cases TO PROGRAM 'true'",
    ],
)
def test_the_public_role_is_refused(unchanged: Walled, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        unchanged.tried(statement, unchanged.known.lookup_tag())


@pytest.mark.parametrize(
    "table",
    sorted(
        table
        for table, held in PRIVILEGES.items()
        if "SELECT" in held and held != {"SELECT": ()} and not held["SELECT"]
    ),
)
def test_without_the_tag_of_a_secret_no_row_is_there(unchanged: Walled, table: str) -> None:
    assert unchanged.tried(f"SELECT * FROM {table}") == []
    assert unchanged.tried(f"SELECT * FROM {table}", b"guessed", bytes(32)) == []


def test_a_known_receipt_shows_its_own_case_and_thread_and_nothing_of_report_or_notes(
    unchanged: Walled,
) -> None:
    tag = unchanged.known.lookup_tag()

    assert len(unchanged.tried("SELECT ref FROM cases", tag)) == 1
    assert unchanged.tried("SELECT kind FROM compartments", tag) == [("thread",)]
    assert unchanged.tried("SELECT holder FROM seals", tag) == [("receipt",)]
    assert unchanged.tried("SELECT kind FROM entries", tag) == [("message",)]


@pytest.mark.parametrize("table", ["public_sessions", "drafts", "draft_files"])
def test_what_it_may_delete_it_deletes_by_a_known_tag_only(walled: Walled, table: str) -> None:
    with walled.office.office.database.writing() as session:
        session.execute(text("INSERT INTO public_sessions VALUES ('tag', 'sealed', 1)"))
        session.execute(text("INSERT INTO drafts VALUES ('tag', 1)"))
        session.execute(text("INSERT INTO draft_files VALUES ('key', 'tag', 0, 'h', 'm', 1, 'c')"))

    assert walled.tried(f"DELETE FROM {table}", b"other") == []
    assert walled.tried(f"DELETE FROM {table}", b"tag") == [("changed",)]


@pytest.mark.parametrize(
    "row",
    [
        "listings (holder, case_ref, received_on, is_numbered)"
        " SELECT 'unit:x', ref, current_date, false FROM cases",
        "compartments (id, case_ref, kind, epoch, recipient) SELECT 'x', ref, 'thread', 2, 'x'"
        " FROM cases",
        "compartments (id, case_ref, kind, epoch, recipient) SELECT 'x', ref, 'notes', 1, 'x'"
        " FROM cases",
        "seals (compartment_id, holder, holder_epoch, sealed) SELECT id, 'unit:x', 1, 'x'"
        " FROM compartments",
        "entries (id, case_ref, compartment_id, kind, author, position, day, sealed)"
        " SELECT 'x', case_ref, id, 'message', 'van-phong', 99, current_date, 'x'"
        " FROM compartments",
        "entries (id, case_ref, compartment_id, kind, author, position, day, sealed)"
        " SELECT 'x', case_ref, id, 'event', 'reporter', 99, current_date, 'x' FROM compartments",
        "entries (id, case_ref, compartment_id, kind, author, position, day, sealed)"
        " SELECT 'x', case_ref, id, 'report', 'reporter', 99, current_date, 'x' FROM compartments",
        "attachments (object_key, entry_id, position, header) SELECT 'x', id, 9, 'x' FROM entries"
        " WHERE author <> 'reporter'",
    ],
)
def test_a_case_that_was_filed_gets_nothing_but_the_reporters_own_words(
    unchanged: Walled, row: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        unchanged.tried(f"INSERT INTO {row}", unchanged.known.lookup_tag())


@pytest.mark.parametrize("table", ["listings", "compartments", "seals"])
def test_the_one_trip_of_a_report_adds_nothing_that_its_caller_may_not(
    unchanged: Walled, table: str
) -> None:
    with unchanged.office.office.database.reading() as session:
        theirs = text(f"SELECT to_jsonb(t) FROM {table} t LIMIT 1")
        rows = json.dumps({table: [session.scalar(theirs)]})

    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        unchanged.tried(f"SELECT public_file('{unchanged.known.lookup_tag().hex()}', '{rows}')")


def test_words_are_added_to_no_case_whose_receipt_is_not_known(unchanged: Walled) -> None:
    with unchanged.office.office.database.reading() as session:
        row = "SELECT case_ref, id FROM compartments WHERE kind = 'thread'"
        parts = session.execute(text(row)).all()
    for ref, compartment in parts:
        values = f"('x', '{ref}', '{compartment}', 'message', 'reporter', 9, current_date, 'x')"
        columns = "id, case_ref, compartment_id, kind, author, position, day, sealed"
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            unchanged.tried(f"INSERT INTO entries ({columns}) VALUES {values}")


def test_a_receipt_opens_its_own_thread_as_the_public_role(walled: Walled) -> None:
    check_receipt(walled.public, walled.known)

    assert [entry.text() for entry in read_thread(walled.public, walled.known).messages] == [
        "Đã nhận."
    ]


@pytest.mark.parametrize("state", sorted(CaseState))
def test_the_one_function_that_sends_a_case_up_knows_the_states_of_the_policy(
    walled: Walled, state: CaseState
) -> None:
    tag = walled.known.lookup_tag()
    with walled.office.office.database.writing() as session:
        session.execute(text("UPDATE cases SET state = :state"), {"state": state})
    function = "public_escalate(lookup_tag, current_date, 'x', compartments.id, 'x')"

    sent = walled.tried(f"SELECT {function} FROM receipts, compartments", tag)

    assert sent == [(state in BEFORE_CONCLUSION,)]


def test_a_case_cannot_be_sent_up_to_a_day_on_which_nobody_sees_it(walled: Walled) -> None:
    function = "public_escalate(lookup_tag, '9999-12-31', 'x', compartments.id, 'x')"
    walled.tried(f"SELECT {function} FROM receipts, compartments", walled.known.lookup_tag())

    with walled.office.office.database.reading() as session:
        days = session.scalars(text("SELECT listed_from > current_date FROM listings")).all()
    assert days.count(True) == 1, "only the other case waits for its day"


def test_every_table_has_a_decision_about_the_public_role() -> None:
    assert PRIVILEGES.keys() == Record.metadata.tables.keys()


def test_every_table_hides_its_rows_from_whoever_is_not_its_owner(unchanged: Walled) -> None:
    with unchanged.office.office.database.reading() as session:
        open_tables = session.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relkind = 'r' AND NOT relrowsecurity"
            )
        ).all()
    assert open_tables == []


def test_every_function_that_is_the_owners_pins_its_search_path(unchanged: Walled) -> None:
    with unchanged.office.office.database.reading() as session:
        rows = session.execute(
            text(
                "SELECT oid::regprocedure::text, proconfig FROM pg_proc"
                " WHERE pronamespace = 'public'::regnamespace"
            )
        ).all()
    assert {name for name, _ in rows} == set(FUNCTIONS)
    assert {tuple(settings) for _, settings in rows} == {("search_path=public, pg_temp",)}


def test_the_role_of_the_door_is_checked_and_any_other_is_refused(
    walled: Walled, postgresql: PostgreSQL
) -> None:
    check_role(walled.public.database)
    with pytest.raises(PublicRoleError, match="more than it may"):
        check_role(walled.office.office.database)

    name = str(walled.office.office.database.engine.url.database)
    role = walled.public.database.engine.url.username
    postgresql.order(f"GRANT SELECT (sign_in_name) ON reviewers TO {role}", name)
    with pytest.raises(PublicRoleError, match=r"SELECT reviewers\.sign_in_name"):
        check_role(walled.public.database)
    grant_privileges(walled.office.office.database, public_url(postgresql.url(name)))
    check_role(walled.public.database)

    postgresql.order(f"REVOKE INSERT ON entries FROM {role}", name)
    with pytest.raises(PublicRoleError, match="cannot do what it must"):
        check_role(walled.public.database)


@pytest.mark.parametrize("power", ["SUPERUSER", "BYPASSRLS", "IN ROLE postgres"])
def test_a_role_that_sees_every_row_is_refused(
    walled: Walled, postgresql: PostgreSQL, power: str
) -> None:
    database = walled.office.office.database
    name, role = database.engine.url.database, f"strong_{power.split(maxsplit=1)[0].lower()}"
    url = postgresql.url(str(name), role)
    make_role(database, public_url(url).replace("migrated_public", role))
    grant_privileges(database, url)
    postgresql.order(
        f"ALTER ROLE {role} {power}" if "IN" not in power[:2] else f"GRANT postgres TO {role}"
    )

    strong = Database(url)
    with pytest.raises(PublicRoleError, match="more than it may"):
        check_role(strong)
    strong.close()
