"""Redaction before handover: the originals asked for, and copies whose holders read the case."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

REF = sa.String(length=26)
TABLE = "original_requests"
INDEX = "ix_original_requests_case_ref"
HOLDERS = "public_report_holders(bytea)"
# As in 0014. Who holds a redacted copy reads the case like who holds the report; who was given the
# original on request, with a seal of epoch 0, reads it by their unit's own seals already.
BODY = """
        RETURNS varchar[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {path} AS $$
        SELECT coalesce(array_agg(DISTINCT seals.holder), '{{}}') FROM seals
            JOIN compartments ON compartments.id = seals.compartment_id
            JOIN receipts ON receipts.case_ref = compartments.case_ref
            WHERE receipts.lookup_tag = $1 AND {which} $$"""
BEFORE = "compartments.kind = 'report'"
NOW = "compartments.kind IN ('report', 'redacted') AND seals.holder_epoch > 0"


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        TABLE,
        sa.Column("id", REF, nullable=False),
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("asked_by", REF, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_ref"], ["cases.ref"], name=op.f("fk_original_requests_case_ref_cases")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["reviewers.id"], name=op.f("fk_original_requests_asked_by_reviewers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_original_requests")),
    )
    op.create_index(INDEX, TABLE, ["case_ref"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(text(f"REVOKE ALL ON {TABLE} FROM PUBLIC"))
        op.execute(text(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY"))
        _let_read(NOW)


def _let_read(which: str) -> None:
    path = op.get_bind().scalar(text("SELECT quote_ident(current_schema()) || ', pg_temp'"))
    body = BODY.format(path=path, which=which)
    op.execute(text(f"CREATE OR REPLACE FUNCTION {HOLDERS} {body}".replace(":", r"\:")))


def downgrade() -> None:
    """Take the change back."""
    if op.get_bind().dialect.name == "postgresql":
        _let_read(BEFORE)
    op.drop_index(INDEX, TABLE)
    op.drop_table(TABLE)
