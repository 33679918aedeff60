"""A check of each file's payload, by which a doctor without keys finds what was altered.

Files from before have none: of them only the length can be told.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("attachments", "draft_files")


def upgrade() -> None:
    """Make the change."""
    for table in TABLES:
        check = sa.Column("payload_check", sa.LargeBinary(), nullable=True)
        op.add_column(table, check)
        op.execute(sa.table(table, sa.column("payload_check")).update().values(payload_check=b""))
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("payload_check", existing_type=sa.LargeBinary(), nullable=False)


def downgrade() -> None:
    """Take the change back."""
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("payload_check")
