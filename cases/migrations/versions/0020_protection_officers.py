"""Protection officers: who is given what a case says of protection, and nothing else of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# As in 0014: the owner's rights, a pinned search path, numbered parameters. Whoever is made a seal
# of what the reporter says of their danger: who holds the report or a redacted copy of it (0017), and
# the officers of the case.
HOLDERS = """
    CREATE OR REPLACE FUNCTION public_report_holders(bytea)
        RETURNS varchar[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {path} AS $$
        SELECT coalesce(array_agg(DISTINCT held.holder), '{{}}') FROM (
            SELECT seals.holder FROM seals
                JOIN compartments ON compartments.id = seals.compartment_id
                JOIN receipts ON receipts.case_ref = compartments.case_ref
                WHERE receipts.lookup_tag = $1 AND compartments.kind IN ('report', 'redacted')
                AND seals.holder_epoch > 0
            {officers}) AS held $$"""
OFFICERS = """UNION SELECT listings.holder FROM listings
                JOIN receipts ON receipts.case_ref = listings.case_ref
                WHERE receipts.lookup_tag = $1 AND listings.holder LIKE 'protection:%'"""


def upgrade() -> None:
    """Make the change."""
    # Until now, nobody could be given this role.
    op.add_column(
        "memberships",
        sa.Column("protects", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _replace_holders(OFFICERS)


def downgrade() -> None:
    """Take the change back: what officers held is destroyed, and they have no place any more."""
    _replace_holders("")
    for order in (
        "DELETE FROM seals WHERE holder LIKE 'protection:%'",
        "DELETE FROM listings WHERE holder LIKE 'protection:%'",
        "DELETE FROM memberships WHERE protects",
    ):
        op.execute(text(order.replace(":", r"\:")))
    op.drop_column("memberships", "protects")


def _replace_holders(officers: str) -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    path = bind.scalar(text("SELECT quote_ident(current_schema()) || ', pg_temp'"))
    order = HOLDERS.format(path=path, officers=officers)
    op.execute(text(order.replace(":", r"\:")))
