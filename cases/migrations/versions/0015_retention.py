"""How long a case is kept: since when it is closed or held, when it was disposed of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = ("retention", "disposed_receipts")
DAYS = ("closed_on", "held_on", "disposed_on")
# On which day a case was closed stands sealed; its last entry is of that day or a later one, so
# that nothing is kept too short.
CLOSED_BEFORE = """
    INSERT INTO retention (case_ref, closed_on)
        SELECT cases.ref, max(entries.day) FROM cases
        JOIN entries ON entries.case_ref = cases.ref
        WHERE cases.state = 'closed' GROUP BY cases.ref"""


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "retention",
        sa.Column("case_ref", sa.String(length=26), nullable=False),
        *(sa.Column(day, sa.Date(), nullable=True) for day in DAYS),
        sa.ForeignKeyConstraint(
            ["case_ref"], ["cases.ref"], name=op.f("fk_retention_case_ref_cases")
        ),
        sa.PrimaryKeyConstraint("case_ref", name=op.f("pk_retention")),
    )
    op.create_table(
        "disposed_receipts",
        sa.Column("lookup_tag", sa.LargeBinary(), nullable=False),
        sa.Column("disposed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("lookup_tag", name=op.f("pk_disposed_receipts")),
    )
    op.execute(text(CLOSED_BEFORE))
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(text(f"REVOKE ALL ON {table} FROM PUBLIC"))
            op.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        # Whoever types a receipt is told the day on which its case was disposed of (0002).
        known = "lookup_tag = ANY ((SELECT public_known())::bytea[])"
        policy = f"CREATE POLICY public_select ON disposed_receipts FOR SELECT USING ({known})"
        op.execute(text(policy.replace(":", r"\:")))


def downgrade() -> None:
    """Take the change back."""
    for table in reversed(TABLES):
        op.drop_table(table)
