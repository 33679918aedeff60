"""The wall around the public door: PostgreSQL only, since SQLite has no roles.

Whoever is not the tables' owner sees a row only where its transaction knows the tag of the row's
secret (``liemchinh.known``, set by ``cases.wall.know``), and a table without a policy not at all.
Which tables a role may touch in the first place is granted by ``cases.public_role``. The owner,
under whom the desk and the operator work, is not bound: so no table says FORCE ROW LEVEL SECURITY,
and functions that are the owner's (SECURITY DEFINER) do for the public door what needs more.
"""

from alembic import op
from sqlalchemy import text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Every table of 0001, in the order of their names.
TABLES = (
    "attachments", "cases", "compartments", "desk_sessions", "draft_files", "drafts", "enrolments",
    "entries", "instance", "jobs", "listings", "memberships", "once", "public_sessions", "receipts",
    "recovery", "reviewers", "roster", "seals", "seen", "serials", "unit_key_seals", "unit_keys",
)  # fmt: skip

# The search path is pinned: a caller's own temporary objects must not stand in for ours. The
# parameters are numbered, since their names would be taken for columns.
FUNCTIONS = {
    # Known tags, and the cases of known receipts: once a statement, so that an index serves.
    "public_known()": """
        RETURNS bytea[] LANGUAGE sql STABLE SET search_path = {path} AS $$
        SELECT coalesce(array_agg(decode(tag, 'hex')), '{{}}') FROM unnest(
            string_to_array(nullif(current_setting('liemchinh.known', true), ''), ',')) AS tag $$""",
    "public_cases()": """
        RETURNS varchar[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {path} AS $$
        SELECT coalesce(array_agg(case_ref), '{{}}') FROM receipts
        WHERE lookup_tag = ANY (public_known()) $$""",
    # A case is being filed until its report stands: then nobody adds a list, a seal or an epoch.
    "public_is_filing(varchar)": """
        RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {path} AS $$
        SELECT $1 = ANY (public_cases())
            AND NOT EXISTS (SELECT FROM entries WHERE case_ref = $1) $$""",
    "public_is_filing_part(varchar)": """
        RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {path} AS $$
        SELECT public_is_filing((SELECT case_ref FROM compartments WHERE id = $1)) $$""",
    "public_may_attach(varchar)": """
        RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {path} AS $$
        SELECT EXISTS (SELECT FROM entries
            WHERE id = $1 AND author = 'reporter' AND case_ref = ANY (public_cases())) $$""",
    "public_next_position(varchar)": """
        RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {path} AS $$
        SELECT coalesce(max(position), 0) + 1 FROM entries WHERE case_ref = $1 $$""",
    # Without the key: rows that refer to the case are no change of it.
    "public_lock_case(bytea)": """
        RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = {path} AS $$
        SELECT FROM cases JOIN receipts ON receipts.case_ref = cases.ref
        WHERE receipts.lookup_tag = $1 FOR NO KEY UPDATE OF cases $$""",
    "public_forget_receipt(bytea)": """
        RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = {path} AS $$
        UPDATE once SET sealed_receipt = NULL, lookup_tag = NULL WHERE lookup_tag = $1 $$""",
    # What is filed is nobody's to destroy, also where the answer to a commit was lost and the
    # form still calls it its own. A key is as hard to guess as a secret, and tells nothing more.
    "public_filed_keys(varchar[])": """
        RETURNS varchar[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {path} AS $$
        SELECT coalesce(array_agg(object_key), '{{}}') FROM attachments
        WHERE object_key = ANY ($1) $$""",
    # Whoever adds to a draft waits for the one before: together they stay within the quota.
    "public_draft_use()": """
        RETURNS TABLE (padded_bytes bigint, files bigint)
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = {path} AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended('liemchinh drafts', 0));
            RETURN QUERY SELECT coalesce(sum(f.padded_bytes), 0)::bigint, count(*)
                FROM draft_files f;
        END $$""",
    # The states are those of policy.states after the conclusion; a test compares them. The day
    # of the listing is never one to come: it would hide the case from the superior as well.
    "public_escalate(bytea, date, varchar, varchar, bytea)": """
        RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = {path} AS $$
        DECLARE
            found cases%ROWTYPE;
        BEGIN
            SELECT cases.* INTO found FROM cases JOIN receipts ON receipts.case_ref = cases.ref
                WHERE receipts.lookup_tag = $1 FOR NO KEY UPDATE OF cases;
            IF found.escalates_to IS NULL OR found.escalated_on IS NOT NULL
                OR found.state IN ('concluded', 'closed')
                OR $4 IS DISTINCT FROM (SELECT id FROM compartments
                    WHERE case_ref = found.ref AND kind = 'thread' ORDER BY epoch DESC LIMIT 1)
            THEN
                RETURN false;
            END IF;
            UPDATE listings SET listed_from = least($2, current_date)
                WHERE case_ref = found.ref
                AND (listed_from IS NULL OR listed_from > least($2, current_date))
                AND holder <> 'unit:' || found.unit;
            UPDATE cases SET unit = escalates_to, escalated_on = $2, version = version + 1
                WHERE ref = found.ref;
            INSERT INTO entries (id, case_ref, compartment_id, kind, author, position, day, sealed)
                VALUES ($3, found.ref, $4, 'event', 'reporter', public_next_position(found.ref),
                    $2, $5);
            RETURN true;
        END $$""",
}  # fmt: skip

KNOWN = "= ANY ((SELECT public_known())::bytea[])"
OWN_CASE = "= ANY ((SELECT public_cases())::varchar[])"
IN_OWN_THREAD = "IN (SELECT id FROM compartments)"  # of which its own policy shows the thread
OF_SEEN_ENTRY = "EXISTS (SELECT FROM entries WHERE entries.id = entry_id)"

# Table, command, which rows are there (USING), which may be put there (WITH CHECK).
POLICIES = (
    ("receipts", "SELECT", f"lookup_tag {KNOWN}", ""),
    ("receipts", "INSERT", "", f"lookup_tag {KNOWN}"),
    ("cases", "SELECT", f"ref {OWN_CASE}", ""),
    ("cases", "INSERT", "", "state = 'received' AND version = 1 AND opened_on IS NULL AND escalated_on IS NULL"),
    ("listings", "INSERT", "", "public_is_filing(case_ref)"),
    ("compartments", "SELECT", f"kind = 'thread' AND case_ref {OWN_CASE}", ""),
    ("compartments", "INSERT", "", "public_is_filing(case_ref)"),
    ("seals", "SELECT", f"holder = 'receipt' AND compartment_id {IN_OWN_THREAD}", ""),
    ("seals", "INSERT", "", "public_is_filing_part(compartment_id)"),
    ("entries", "SELECT", f"form_tag {KNOWN} OR compartment_id {IN_OWN_THREAD}", ""),
    ("entries", "INSERT", "", f"author = 'reporter' AND case_ref {OWN_CASE} AND (kind = 'message' AND compartment_id {IN_OWN_THREAD} OR kind = 'report' AND position = 1)"),
    ("attachments", "SELECT", OF_SEEN_ENTRY, ""),
    ("attachments", "INSERT", "", "public_may_attach(entry_id)"),
    ("seen", "SELECT", OF_SEEN_ENTRY, ""),
    ("seen", "INSERT", "", OF_SEEN_ENTRY),
    ("once", "SELECT", f"tag {KNOWN}", ""),
    ("once", "INSERT", "", f"tag {KNOWN} AND lookup_tag {KNOWN}"),
    ("public_sessions", "ALL", f"tag {KNOWN}", f"tag {KNOWN}"),
    ("drafts", "ALL", f"tag {KNOWN}", f"tag {KNOWN}"),
    ("draft_files", "ALL", f"draft_tag {KNOWN}", f"draft_tag {KNOWN}"),
    # What sealing and routing need of the office; cases.public_role grants some columns only.
    *((table, "SELECT", "true", "") for table in ("instance", "memberships", "recovery", "reviewers", "roster", "unit_keys")),
)  # fmt: skip


def upgrade() -> None:
    """Make the change."""
    if op.get_bind().dialect.name != "postgresql":
        return
    path = op.get_bind().scalar(text("SELECT quote_ident(current_schema()) || ', pg_temp'"))
    for signature, body in FUNCTIONS.items():
        op.execute(text(f"CREATE FUNCTION {signature} {body.format(path=path)}"))
        op.execute(text(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC"))
    for table in (*TABLES, "alembic_version"):
        op.execute(text(f"REVOKE ALL ON {table} FROM PUBLIC"))
        op.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
    for table, command, shown, allowed in POLICIES:
        using = f"USING ({shown})" if shown else ""
        check = f"WITH CHECK ({allowed})" if allowed else ""
        name = f"public_{command.lower()}"
        op.execute(text(f"CREATE POLICY {name} ON {table} FOR {command} {using} {check}"))


def downgrade() -> None:
    """Take the change back."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, command, _, _ in POLICIES:
        op.execute(text(f"DROP POLICY public_{command.lower()} ON {table}"))
    for table in (*TABLES, "alembic_version"):
        op.execute(text(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"))
    for signature in reversed(FUNCTIONS):
        op.execute(text(f"DROP FUNCTION {signature}"))
