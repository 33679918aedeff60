"""The public door's own role on PostgreSQL: what it may touch, made, granted and checked.

Every table stands here with a decision, and a test fails where one is missing: a new table is none
of the public door's business until somebody says so. Which rows it sees is said by the policies of
migration 0002.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from cases.database import Database, with_driver
from cases.errors import PublicRoleError
from cases.record_base import Record
from crypto.boxes import derive

# PostgreSQL cuts longer names off.
NAME_BYTES: Final = 63
NAME_ENDING: Final = "_public"
EVERY: Final = ()
APPEND: Final = {"SELECT": EVERY, "INSERT": EVERY}
KEEP: Final = {**APPEND, "UPDATE": EVERY, "DELETE": EVERY}
NOTHING: Final[Mapping[str, tuple[str, ...]]] = {}

# Table → privilege → columns. Sign-in names, wrapped identities and the desk's own are not here.
PRIVILEGES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "attachments": APPEND,
    "cases": APPEND,
    "clocks": NOTHING,
    "compartments": APPEND,
    "desk_drafts": NOTHING,
    "courier_entries": NOTHING,
    "courier_exports": NOTHING,
    "desk_sessions": NOTHING,
    "disposed_receipts": {"SELECT": EVERY},
    "draft_files": KEEP,
    "drafts": KEEP,
    "enrolments": NOTHING,
    "entries": APPEND,
    "feedback": NOTHING,
    "feedback_given": {"SELECT": EVERY},
    "handlers": NOTHING,
    "happenings": NOTHING,
    "identity_keys": {"SELECT": ("number", "recipient", "ended_on")},
    "instance": {"SELECT": EVERY},
    "jobs": NOTHING,
    "listings": {"INSERT": EVERY},
    "mail_server": NOTHING,
    "memberships": {
        "SELECT": ("reviewer_id", "unit", "reads", "protects", "admitted_on", "left_on")
    },
    "notice_addresses": NOTHING,
    "once": APPEND,
    "outbox": NOTHING,
    "outcomes": NOTHING,
    "passkeys": NOTHING,
    "original_requests": NOTHING,
    "proposals": NOTHING,
    "public_sessions": KEEP,
    "receipts": APPEND,
    "recovery": {"SELECT": EVERY},
    "recovery_comparisons": NOTHING,
    "recovery_exports": NOTHING,
    "recovery_lines": NOTHING,
    "retention": NOTHING,
    "reviewers": {"SELECT": ("id", "recipient")},
    "reward_payers": NOTHING,
    "rewards": NOTHING,
    "role_changes": NOTHING,
    "roster": {"SELECT": EVERY},
    "seals": APPEND,
    "seen": APPEND,
    "serials": NOTHING,
    "spare_codes": NOTHING,
    "spent_codes": NOTHING,
    "told": NOTHING,
    "unit_key_seals": NOTHING,
    "unit_keys": {"SELECT": ("unit", "epoch", "recipient", "offline", "ended_on")},
}
FUNCTIONS: Final = (
    "public_known()",
    "public_cases()",
    "public_is_filing(character varying)",
    "public_is_filing_part(character varying)",
    "public_may_attach(character varying)",
    "public_next_position(character varying)",
    "public_lock_case(bytea)",
    "public_forget_receipt(bytea)",
    "public_filed_keys(character varying[])",
    "public_draft_use()",
    "public_file(text,jsonb)",
    "public_escalate(bytea,date,character varying,character varying,bytea)",
    "public_protection_part(bytea)",
    "public_report_holders(bytea)",
    "public_protect(bytea,date,character varying,jsonb,jsonb,jsonb)",
    "public_feedback(bytea,date,character varying,character varying)",
    "public_claim_reward(bytea,date,character varying,bytea,jsonb)",
)
EVERY_ROW: Final = "every row"

# One line for each thing that a role may do in our schema, whoever gave it: itself, a group,
# PUBLIC, ownership or being a superuser.
HELD: Final = """
WITH tables AS (
    SELECT oid, relname::text AS name FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
)
SELECT name, attname::text, privilege FROM tables
    JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
    CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS privilege
    WHERE has_column_privilege(:role, tables.oid, attnum, privilege)
UNION ALL SELECT name, '', privilege FROM tables
    CROSS JOIN unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
    WHERE has_table_privilege(:role, tables.oid, privilege)
UNION ALL SELECT oid::regprocedure::text, '', 'EXECUTE' FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace
    AND has_function_privilege(:role, oid, 'EXECUTE')
UNION ALL SELECT 'schema', '', 'CREATE'
    WHERE has_schema_privilege(:role, current_schema(), 'CREATE')
UNION ALL SELECT 'superuser or bypassrls', '', :every_row FROM pg_roles
    WHERE rolname = :role AND (rolsuper OR rolbypassrls)
UNION ALL SELECT 'owner of ' || relname, '', :every_row FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
    AND pg_has_role(:role, relowner, 'MEMBER')
"""
Privilege = tuple[str, str, str]


def public_login(url: str, server_secret: bytes) -> str:
    """Return the address of the same database for the public door's own role.

    Its password follows from the server secret, so there is nothing more to store.
    """
    owner = make_url(with_driver(url))
    password = derive(server_secret, "public database role").hex()
    return owner.set(username=_role_name(owner.database or ""), password=password).render_as_string(
        hide_password=False
    )


def _role_name(database: str) -> str:
    room = NAME_BYTES - len(NAME_ENDING)
    return database.encode()[:room].decode(errors="ignore") + NAME_ENDING


def make_role(database: Database, public_url: str) -> None:
    """Make the role that an address names, or give it the password of the address.

    Raises:
        StoreUnavailableError: the database is away, or this account may make no roles.
    """
    wanted = make_url(public_url)
    role, password = str(wanted.username), str(wanted.password)
    with database.writing() as session:
        _alone(session)
        known = session.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
        driver = session.connection().connection.driver_connection
        assert driver is not None  # noqa: S101 (a connection in use has one)
        # The server and its log are given what checks the password, and never the password.
        secret = driver.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
        verb = "ALTER" if known else "CREATE"
        order = f"{verb} ROLE {_quoted(session, role)} LOGIN PASSWORD '{secret.decode()}'"
        session.execute(text(order.replace(":", r"\:")))


def grant_privileges(database: Database, public_url: str) -> None:
    """Let the role of an address do exactly what the public door must, where it does not yet.

    Raises:
        PublicRoleError: it is the owner's own role or as strong as that: nothing was changed.
        StoreUnavailableError: the database is away, there is no such role, or this account may not.
    """
    role = str(make_url(public_url).username)
    with database.writing() as session:
        _alone(session)
        held = _held(session, role)
        if held == _wanted():
            return
        # To take the owner's own rights away would shut the desk as well.
        if strong := {each for each in held if each[2] == EVERY_ROW}:
            raise PublicRoleError("can do more than it may", _first_of(strong))
        name = _quoted(session, role)
        schema = session.scalar(text("SELECT quote_ident(current_schema())"))
        for order in _orders(name, str(schema)):
            session.execute(text(order))


def _orders(role: str, schema: str) -> list[str]:
    orders = [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}, PUBLIC",
        f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM {role}, PUBLIC",
        f"REVOKE ALL ON SCHEMA {schema} FROM {role}, PUBLIC",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        *(f"GRANT EXECUTE ON FUNCTION {function} TO {role}" for function in FUNCTIONS),
    ]
    for table, privileges in PRIVILEGES.items():
        for privilege, columns in privileges.items():
            only = f" ({', '.join(columns)})" if columns else ""
            orders.append(f"GRANT {privilege}{only} ON {table} TO {role}")
    return orders


def check_role(database: Database) -> None:
    """Return when the role that a database is opened under is the public door's, no more or less.

    SQLite has no roles: there nothing is checked.

    Raises:
        PublicRoleError: it can do more than the public door may, or not what it must.
        StoreUnavailableError: the database is away.
    """
    if not database.is_postgresql:
        return
    with database.reading() as session:
        held = _held(session, str(session.scalar(text("SELECT current_user"))))
    wanted = _wanted()
    if held - wanted:
        raise PublicRoleError("can do more than it may", _first_of(held - wanted))
    if wanted - held:
        raise PublicRoleError("cannot do what it must", _first_of(wanted - held))


def _first_of(privileges: set[Privilege]) -> str:
    table, column, privilege = min(privileges, key=lambda each: (each[2] != "SELECT", each))
    return f"{privilege} {table}{'.' if column else ''}{column}"


def _held(session: Session, role: str) -> set[Privilege]:
    rows = session.execute(text(HELD), {"role": role, "every_row": EVERY_ROW})
    return {(name, column, privilege) for name, column, privilege in rows}


def _wanted() -> set[Privilege]:
    wanted = {(function, "", "EXECUTE") for function in FUNCTIONS}
    for table, privileges in PRIVILEGES.items():
        for privilege, columns in privileges.items():
            by_column = columns or Record.metadata.tables[table].columns.keys()
            whole_rows = privilege == "DELETE"
            wanted |= {(table, "" if whole_rows else each, privilege) for each in by_column}
    return wanted


def _alone(session: Session) -> None:
    # Two starts at once would change the same rows of the catalogue, which PostgreSQL refuses.
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('liemchinh role', 0))"))


def _quoted(session: Session, name: str) -> str:
    return session.get_bind().dialect.identifier_preparer.quote_identifier(name)
