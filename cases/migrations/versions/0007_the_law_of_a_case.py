"""The law of a case: its tracks, the clocks of its deadlines, what came of it."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CODE = sa.String(length=64)
# Name, type, whether it may be empty, what stands there in older rows.
NEW_COLUMNS: tuple[tuple[str, Any, bool, Any], ...] = (
    ("side_tracks", CODE, False, ""),
    ("due_rule", CODE, True, None),
    ("told_on", sa.Date(), True, None),
    ("told_rule", CODE, True, None),
    ("is_paper", sa.Boolean(), False, sa.false()),
    ("is_matter", sa.Boolean(), False, sa.true()),
)
# What a new case of the public door is: 0006 has the days of then.
DAYS = "({0} IS NULL OR {0} BETWEEN DATE '2000-01-01' AND DATE '9999-12-31')"
BEFORE = " AND ".join(
    (
        "state = 'received' AND version = 1 AND opened_on IS NULL AND escalated_on IS NULL",
        *(DAYS.format(column) for column in ("received_on", "due_on", "escalates_on")),
    )
)
NOW = f"{BEFORE} AND {DAYS.format('told_on')} AND side_tracks = '' AND NOT is_paper AND is_matter"
# From its conclusion on a case does not go up any more.
CONCLUDED, CONCLUDED_NOW = (
    "'concluded', 'closed'",
    "'concluded', 'decided', 'published', 'followed_up', 'closed'",
)


def upgrade() -> None:
    """Make the change."""
    for name, kind, is_nullable, older in NEW_COLUMNS:
        column: sa.Column[Any] = sa.Column(name, kind, nullable=is_nullable, server_default=older)
        op.add_column("cases", column)
    op.create_table(
        "clocks",
        sa.Column("case_ref", sa.String(length=26), nullable=False),
        sa.Column("rule", CODE, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("lapsed", sa.Boolean(), nullable=False),
        sa.Column("off_track", sa.Boolean(), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("paused_by", sa.String(), nullable=False),
        sa.Column("paused_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_ref"], ["cases.ref"], name=op.f("fk_clocks_case_ref_cases")),
        sa.PrimaryKeyConstraint("case_ref", "rule", "number", name=op.f("pk_clocks")),
    )
    op.create_table(
        "outcomes",
        sa.Column("case_ref", sa.String(length=26), nullable=False),
        sa.Column("finding", CODE, nullable=False),
        sa.Column("measures", sa.String(), nullable=False),
        sa.Column("money_to_recover", sa.BigInteger(), nullable=False),
        sa.Column("money_recovered", sa.BigInteger(), nullable=False),
        sa.Column("land_to_recover", sa.BigInteger(), nullable=False),
        sa.Column("land_recovered", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("officials", sa.Integer(), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_ref"], ["cases.ref"], name=op.f("fk_outcomes_case_ref_cases")
        ),
        sa.PrimaryKeyConstraint("case_ref", name=op.f("pk_outcomes")),
    )
    _change(NOW, CONCLUDED, CONCLUDED_NOW)
    if op.get_bind().dialect.name == "postgresql":
        # None of the public door's business (0002).
        for table in ("clocks", "outcomes"):
            op.execute(text(f"REVOKE ALL ON {table} FROM PUBLIC"))
            op.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))


def downgrade() -> None:
    """Take the change back."""
    _change(BEFORE, CONCLUDED_NOW, CONCLUDED)
    op.drop_table("outcomes")
    op.drop_table("clocks")
    # Not by making the table anew, as older SQLite would: other rows refer to its rows.
    for name, *_ in NEW_COLUMNS:
        op.drop_column("cases", name)


def _change(check: str, old: str, new: str) -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    op.execute(text(f"ALTER POLICY public_insert ON cases WITH CHECK ({check})"))
    whole = str(bind.scalar(text("SELECT pg_get_functiondef('public_escalate'\\:\\:regproc)")))
    op.execute(text(whole.replace(old, new, 1).replace(":", r"\:")))
