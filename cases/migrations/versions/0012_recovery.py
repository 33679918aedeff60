"""Recovery: who compared its keys, what was asked of its holders, what they did."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CODE = sa.String(length=64)
REF = sa.String(length=26)
TABLES = ("recovery_comparisons", "recovery_exports", "recovery_lines")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "recovery_comparisons",
        sa.Column("unit", CODE, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("reviewer_id", REF, nullable=False),
        sa.Column("compared_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["reviewers.id"],
            name=op.f("fk_recovery_comparisons_reviewer_id_reviewers"),
        ),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_recovery_comparisons")),
    )
    op.create_table(
        "recovery_exports",
        sa.Column("unit", CODE, nullable=False),
        sa.Column("holder", CODE, nullable=False),
        sa.Column("reviewer_id", REF, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("proof_digest", sa.LargeBinary(), nullable=False),
        sa.Column("exported_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["reviewers.id"],
            name=op.f("fk_recovery_exports_reviewer_id_reviewers"),
        ),
        sa.PrimaryKeyConstraint("unit", "holder", name=op.f("pk_recovery_exports")),
    )
    op.create_table(
        "recovery_lines",
        sa.Column("id", REF, nullable=False),
        sa.Column("unit", CODE, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("holder", CODE, nullable=False),
        sa.Column("reviewer_id", REF, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewers.id"], name=op.f("fk_recovery_lines_reviewer_id_reviewers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_lines")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # None of the public door's business (0002).
        for table in TABLES:
            op.execute(text(f"REVOKE ALL ON {table} FROM PUBLIC"))
            op.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))


def downgrade() -> None:
    """Take the change back."""
    for table in reversed(TABLES):
        op.drop_table(table)
