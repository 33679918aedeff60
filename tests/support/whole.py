"""Whether an office's cases are whole: nothing shown is lost, nothing is half, nothing is left."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable

from sqlalchemy import select

from cases.case_file import open_case, open_case_file
from cases.jobs import expire_drafts, sweep_orphans
from cases.names import RECEIPT_HOLDER, CompartmentKind, EntryKind
from cases.office import Office
from cases.records import (
    AttachmentRecord,
    CaseRecord,
    CompartmentRecord,
    DraftFileRecord,
    EntryRecord,
    ListingRecord,
    OnceRecord,
    ReceiptRecord,
    SealRecord,
)
from cases.reviewers import SignedIn
from cases.threads import read_thread
from crypto.receipts import Receipt
from tests.support.prepared import Prepared
from tests.support.stubborn import SentForm


def half_cases(office: Office) -> list[str]:
    """Return what is missing of any case, and what belongs to none."""
    found = []
    with office.database.reading() as session:
        refs = set(session.scalars(select(CaseRecord.ref)))
        parts = session.execute(select(CompartmentRecord.case_ref, CompartmentRecord.kind)).all()
        seals = session.execute(
            select(CompartmentRecord.case_ref, CompartmentRecord.kind, SealRecord.holder).join(
                SealRecord, SealRecord.compartment_id == CompartmentRecord.id
            )
        ).all()
        receipts = list(session.scalars(select(ReceiptRecord.case_ref)))
        listed = set(session.scalars(select(ListingRecord.case_ref)))
        filed = list(
            session.scalars(
                select(EntryRecord.case_ref).where(EntryRecord.kind == EntryKind.REPORT)
            )
        )
        keys = set(session.scalars(select(AttachmentRecord.object_key)))
        drafted = set(session.scalars(select(DraftFileRecord.object_key)))
        forms = len(session.scalars(select(OnceRecord.tag)).all())
    for kind in (CompartmentKind.REPORT, CompartmentKind.THREAD):
        found += [
            f"no {kind} compartment" for _ in refs - {ref for ref, has in parts if has == kind}
        ]
        units = {ref for ref, has, holder in seals if has == kind and holder != RECEIPT_HOLDER}
        found += [f"{kind} sealed to no unit" for _ in refs - units]
    own = {ref for ref, has, holder in seals if (has, holder) == ("thread", RECEIPT_HOLDER)}
    found += ["no seal for the receipt" for _ in refs - own]
    found += ["in no list" for _ in refs - listed]
    found += ["not one receipt" for _ in refs if receipts.count(_) != 1]
    found += ["not one report" for _ in refs if filed.count(_) != 1]
    found += [f"{forms} forms for {len(refs)} cases"] * (forms != len(refs))
    stored = {each.key for each in office.vault.stored()}
    found += ["a filed file is not in the vault" for _ in keys - stored]
    found += ["a filed file is a draft's as well" for _ in keys & drafted]
    return found


def lost_forms(office: Office, reviewer: SignedIn, forms: Iterable[SentForm]) -> list[str]:
    """Return what is wrong with any form that was shown a receipt."""
    found = []
    with office.database.reading() as session:
        cases = {row.lookup_tag: row.case_ref for row in session.scalars(select(ReceiptRecord))}
    for form in forms:
        if len(set(form.shown)) != 1:
            found.append(f"{len(set(form.shown))} receipts for one form")
            continue
        receipt = Receipt.parse(form.shown[0])
        read_thread(office, receipt)
        found += _wrong_with(office, reviewer, cases[receipt.lookup_tag()], form)
    return found


def forms_of(office: Office, forms: Iterable[SentForm], refs: Collection[str]) -> list[SentForm]:
    """Return the forms that became these cases."""
    with office.database.reading() as session:
        cases = {row.lookup_tag: row.case_ref for row in session.scalars(select(ReceiptRecord))}
    return [form for form in forms if cases[Receipt.parse(form.shown[0]).lookup_tag()] in refs]


def _wrong_with(office: Office, reviewer: SignedIn, ref: str, form: SentForm) -> list[str]:
    case = open_case(office, reviewer, ref)
    if case.report.statement != form.statement:
        return ["another report than the one that was sent"]
    found = {}
    for attachment in case.filed.attachments:
        digest = hashlib.sha256()
        for chunk in open_case_file(office, reviewer, ref, attachment.object_key).chunks:
            digest.update(chunk)
        found[attachment.file_name] = digest.hexdigest()
    return [] if found == form.files else ["other files than those that were sent"]


def doubled_reports(office: Office, reviewer: SignedIn) -> list[str]:
    """Return the statements that were filed more than once; every case must open."""
    with office.database.reading() as session:
        refs = session.scalars(select(CaseRecord.ref)).all()
    said = Counter(open_case(office, reviewer, ref).report.statement for ref in refs)
    return [statement for statement, count in said.items() if count > 1]


def left_after_the_sweep(prepared: Prepared) -> list[str]:
    """Run the jobs of three days later, and return what then lies in the vault for nothing."""
    office = prepared.office(days_later=3)
    expire_drafts(office)
    sweep_orphans(office)
    with office.database.reading() as session:
        keys = set(session.scalars(select(AttachmentRecord.object_key)))
    stored = {each.key for each in office.vault.stored()}
    staged = (prepared.folder / "vault").rglob("*#*")
    office.database.close()
    return [*(f"orphan {key}" for key in stored ^ keys), *(path.name for path in staged)]
