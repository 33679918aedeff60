"""Rewards for those who report, and their claim by receipt."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

CODE, REF = sa.String(length=64), sa.String(length=26)
TABLES = ("rewards", "reward_payers")
SIGNATURE = "public_claim_reward(bytea, date, varchar, bytea, jsonb)"
TAG_BYTES = 32

# As in 0014: the owner's rights, a pinned search path, numbered parameters.
# $1 receipt, $2 day, $3 the reward, $4 the tag of the claim code, $5 the line of the thread. What
# was granted to the receipt's own case can be claimed until it is paid, and nothing else is changed.
CLAIM = """
        RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = {path} AS $$
        DECLARE
            own cases%ROWTYPE;
        BEGIN
            SELECT cases.* INTO own FROM cases JOIN receipts ON receipts.case_ref = cases.ref
                WHERE receipts.lookup_tag = $1 FOR NO KEY UPDATE OF cases;
            IF own.ref IS NULL OR octet_length($4) <> {tag_bytes}
                OR $2 NOT BETWEEN DATE '2000-01-01' AND DATE '9999-12-31'
                OR $5->>'compartment_id' IS DISTINCT FROM (SELECT id FROM compartments
                    WHERE case_ref = own.ref AND kind = 'thread' ORDER BY epoch DESC LIMIT 1)
            THEN
                RETURN false;
            END IF;
            UPDATE rewards SET claim_tag = $4, claimed_on = $2
                WHERE id = $3 AND case_ref = own.ref AND granted AND amount > 0
                    AND paid_on IS NULL;
            IF NOT FOUND THEN
                RETURN false;
            END IF;
            INSERT INTO entries (id, case_ref, compartment_id, kind, author, position, day, sealed, form_tag)
                SELECT line.id, own.ref, line.compartment_id, 'event', 'reporter',
                    public_next_position(own.ref), $2, line.sealed, line.form_tag
                FROM jsonb_populate_record(CAST(NULL AS entries), $5) AS line
                WHERE NOT EXISTS (SELECT FROM entries WHERE form_tag = line.form_tag);
            RETURN true;
        END $$"""  # fmt: skip


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "rewards",
        sa.Column("id", REF, nullable=False),
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("level", CODE, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("claimed_on", sa.Date(), nullable=True),
        sa.Column("claim_tag", sa.LargeBinary(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_ref"], ["cases.ref"], name=op.f("fk_rewards_case_ref_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewards")),
        sa.UniqueConstraint("claim_tag", name=op.f("uq_rewards_claim_tag")),
    )
    op.create_index(op.f("ix_rewards_case_ref"), "rewards", ["case_ref"])
    op.create_table(
        "reward_payers",
        sa.Column("reward_id", REF, nullable=False),
        sa.Column("holder", CODE, nullable=False),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["rewards.id"], name=op.f("fk_reward_payers_reward_id_rewards")
        ),
        sa.PrimaryKeyConstraint("reward_id", "holder", name=op.f("pk_reward_payers")),
    )
    op.create_index(op.f("ix_reward_payers_holder"), "reward_payers", ["holder"])
    _wall()


def _wall() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    path = bind.scalar(text("SELECT quote_ident(current_schema()) || ', pg_temp'"))
    whole = CLAIM.format(path=path, tag_bytes=TAG_BYTES)
    op.execute(text(f"CREATE FUNCTION {SIGNATURE} {whole}".replace(":", r"\:")))
    op.execute(text(f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC"))
    for table in TABLES:
        op.execute(text(f"REVOKE ALL ON {table} FROM PUBLIC"))
        op.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))


def downgrade() -> None:
    """Take the change back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(text(f"DROP FUNCTION {SIGNATURE}"))
    for table in reversed(TABLES):
        op.drop_table(table)
