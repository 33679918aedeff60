"""What happens at the public door beside words: protection is asked for, feedback is given."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CODE, REF = sa.String(length=64), sa.String(length=26)
TABLES = ("happenings", "feedback", "feedback_given")
INDEX = "ix_compartments_protection"

# The case of a receipt, which nobody else adds to until the transaction ends.
LOCK = """
            SELECT cases.* INTO {0} FROM cases JOIN receipts ON receipts.case_ref = cases.ref
                WHERE receipts.lookup_tag = $1 FOR NO KEY UPDATE OF cases;"""
NOT_A_DAY = "$2 NOT BETWEEN DATE '2000-01-01' AND DATE '9999-12-31'"
# As in 0002: the owner's rights, a pinned search path, numbered parameters.
FUNCTIONS = {
    "public_protection_part(bytea)": """
        RETURNS TABLE (id varchar, recipient bytea)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {path} AS $$
        SELECT compartments.id, compartments.recipient FROM compartments
            JOIN receipts ON receipts.case_ref = compartments.case_ref
            WHERE receipts.lookup_tag = $1 AND compartments.kind = 'protection'
            ORDER BY compartments.epoch DESC LIMIT 1 $$""",
    "public_report_holders(bytea)": """
        RETURNS varchar[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {path} AS $$
        SELECT coalesce(array_agg(DISTINCT seals.holder), '{{}}') FROM seals
            JOIN compartments ON compartments.id = seals.compartment_id
            JOIN receipts ON receipts.case_ref = compartments.case_ref
            WHERE receipts.lookup_tag = $1 AND compartments.kind = 'report' $$""",
    # $1 receipt, $2 day, $3 event or none, $4 the compartment with its seals where there is none
    # yet, $5 the reporter's words, $6 the line of the thread. Nobody gets a seal who has none of
    # the report, and no epoch is started but the first.
    "public_protect(bytea, date, varchar, jsonb, jsonb, jsonb)": """
        RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = {path} AS $$
        DECLARE
            found cases%ROWTYPE;
            part varchar;
        BEGIN
            {lock}
            SELECT p.id INTO part FROM public_protection_part($1) AS p;
            IF found.ref IS NULL OR {not_a_day}
                OR $3 NOT IN ('', 'protection-asked', 'protection-asked-urgent')
                OR coalesce(part, $4->>'id') IS DISTINCT FROM $5->>'compartment_id'
                OR $6->>'compartment_id' IS DISTINCT FROM (SELECT id FROM compartments
                    WHERE case_ref = found.ref AND kind = 'thread' ORDER BY epoch DESC LIMIT 1)
            THEN
                RETURN false;
            END IF;
            IF part IS NULL THEN
                INSERT INTO compartments (id, case_ref, kind, epoch, recipient)
                    SELECT id, found.ref, 'protection', 1, recipient
                    FROM jsonb_populate_record(CAST(NULL AS compartments), $4);
                INSERT INTO seals (compartment_id, holder, holder_epoch, sealed)
                    SELECT $4->>'id', holder, holder_epoch, sealed
                    FROM jsonb_populate_recordset(CAST(NULL AS seals), $4->'seals')
                    WHERE holder = ANY (public_report_holders($1));
            END IF;
            INSERT INTO entries (id, case_ref, compartment_id, kind, author, position, day, sealed, form_tag)
                SELECT id, found.ref, compartment_id, 'protection', 'reporter',
                    public_next_position(found.ref), $2, sealed, form_tag
                FROM jsonb_populate_record(CAST(NULL AS entries), $5);
            INSERT INTO entries (id, case_ref, compartment_id, kind, author, position, day, sealed)
                SELECT id, found.ref, compartment_id, 'event', 'reporter',
                    public_next_position(found.ref), $2, sealed
                FROM jsonb_populate_record(CAST(NULL AS entries), $6);
            IF $3 <> '' THEN
                INSERT INTO happenings (case_ref, event, day) VALUES (found.ref, $3, $2)
                    ON CONFLICT DO NOTHING;
            END IF;
            RETURN true;
        END $$""",
    # $1 receipt, $2 day, $3 and $4 the answers: counted once for a closed case.
    "public_feedback(bytea, date, varchar, varchar)": """
        RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = {path} AS $$
        DECLARE
            closed cases%ROWTYPE;
        BEGIN
            {lock_closed}
            IF closed.ref IS NULL OR {not_a_day} OR closed.state <> 'closed'
                OR $3 NOT IN ('yes', 'partly', 'no') OR $4 NOT IN ('yes', 'partly', 'no')
            THEN
                RETURN false;
            END IF;
            INSERT INTO feedback_given (case_ref) VALUES (closed.ref) ON CONFLICT DO NOTHING;
            IF NOT FOUND THEN
                RETURN false;
            END IF;
            INSERT INTO feedback (unit, year, quarter, question, answer, count)
                SELECT closed.unit, extract(year FROM $2), extract(quarter FROM $2), q, a, 1
                FROM (VALUES ('fair', $3), ('safe', $4)) AS given (q, a)
                ON CONFLICT (unit, year, quarter, question, answer)
                DO UPDATE SET count = feedback.count + 1;
            RETURN true;
        END $$""",
}  # fmt: skip


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "happenings",
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("event", CODE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _of_a_case("happenings"),
        sa.PrimaryKeyConstraint("case_ref", "event", name=op.f("pk_happenings")),
    )
    keys = ("unit", "year", "quarter", "question", "answer")
    numbers = {"year", "quarter"}
    columns: list[sa.Column[Any]] = [
        sa.Column(key, sa.Integer() if key in numbers else CODE, nullable=False) for key in keys
    ]
    op.create_table(
        "feedback",
        *columns,
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*keys, name=op.f("pk_feedback")),
    )
    op.create_table(
        "feedback_given",
        sa.Column("case_ref", REF, nullable=False),
        _of_a_case("feedback_given"),
        sa.PrimaryKeyConstraint("case_ref", name=op.f("pk_feedback_given")),
    )
    where = sa.text("kind = 'protection'")
    op.create_index(INDEX, "compartments", ["case_ref"], sqlite_where=where, postgresql_where=where)
    _wall()


def _of_a_case(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_case_ref_cases")
    return sa.ForeignKeyConstraint(["case_ref"], ["cases.ref"], name=name)


def _wall() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    path = bind.scalar(text("SELECT quote_ident(current_schema()) || ', pg_temp'"))
    for signature, body in FUNCTIONS.items():
        locks = {"lock": LOCK.format("found"), "lock_closed": LOCK.format("closed")}
        whole = body.format(path=path, not_a_day=NOT_A_DAY, **locks)
        op.execute(text(f"CREATE FUNCTION {signature} {whole}".replace(":", r"\:")))
        op.execute(text(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC"))
    for table in TABLES:
        op.execute(text(f"REVOKE ALL ON {table} FROM PUBLIC"))
        op.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
    own = "case_ref = ANY ((SELECT public_cases())::varchar[])"
    policy = f"CREATE POLICY public_select ON feedback_given FOR SELECT USING ({own})"
    op.execute(text(policy.replace(":", r"\:")))


def downgrade() -> None:
    """Take the change back."""
    if op.get_bind().dialect.name == "postgresql":
        for signature in reversed(FUNCTIONS):
            op.execute(text(f"DROP FUNCTION {signature}"))
    op.drop_index(INDEX, "compartments")
    for table in reversed(TABLES):
        op.drop_table(table)
