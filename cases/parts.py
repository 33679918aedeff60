"""One report split into several cases, each going by whom its part is about."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from cases.access import check_version, has_right, lock_for
from cases.appending import tell
from cases.case_file import CaseFile, open_case
from cases.compartments import add_once
from cases.destinations import Destination, find_destination
from cases.errors import NotPermittedError, StaleCaseError
from cases.file_copies import copies_of
from cases.history import Change, add_step
from cases.names import reviewer_holder, unit_holder
from cases.new_cases import NewCase, SealedCase, rows_of, seal_case
from cases.office import Office
from cases.readers import readers_of
from cases.reports import Attachment, Report
from cases.reviewers import SignedIn
from cases.staff import load_staff
from cases.wall import add_case
from policy.rights import Action
from policy.routing import may_receive

PART_KIND = "part"


@dataclass(frozen=True, repr=False, kw_only=True)
class Part(Change):
    """What of a report becomes a case of its own: words, whom it is about, which of its files."""

    text: str
    accused: frozenset[str] = frozenset()
    accused_head: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()


def split(office: Office, signed_in: SignedIn, ref: str, part: Part) -> str:
    """Make a case of a part of this one, and return the unit that receives it.

    The part goes by its own accused; whom the report keeps out it keeps out too. Its days run from
    the receipt of the report. Copies of files are sealed anew: a case can end before the other.

    Raises:
        NoRouteError: the part bars everybody who could receive it.
        NotPermittedError: another unit is responsible for the case, or its words are on paper.
        StaleCaseError: somebody changed it meanwhile.
        StoreUnavailableError: nothing was kept.
    """
    case = open_case(office, signed_in, ref, is_own=True)
    if not has_right(signed_in, Action.SPLIT, case) or case.is_paper:
        raise NotPermittedError
    if case.version != part.version:
        raise StaleCaseError
    destination, sealed = _sealed_part(office, signed_in, case, part)
    receiver, today = destination.routing.receiver, office.clock.today()

    def write(session: Session) -> None:
        parent = lock_for(session, signed_in, ref, today, Action.SPLIT)
        check_version(parent, part.version)
        add_case(session, rows_of(sealed))
        if not _may_all_know(office, session, ref, destination):
            # The version rises, so that the same page splits no second part.
            flag_modified(parent, "state")
            return
        # The form's tag stands with the part.
        line = replace(part, form_tag=None).as_step("split", {"to": receiver})
        add_step(session, signed_in, parent, line, today)
        tell(session, parent, {"event": "split", "to": receiver}, today)

    add_once(office.database, part.form_tag, write)
    return receiver


def _may_all_know(office: Office, session: Session, ref: str, destination: Destination) -> bool:
    """Return whether the part keeps out nobody who reads the report: else nothing is said there."""
    staff = load_staff(session)
    readers = readers_of(session, staff, ref)
    named = {reviewer_holder(reviewer) for reviewer in destination.kept_out}
    units = [unit for unit in staff.unit_keys if unit_holder(unit) in readers]
    is_barred = any(not may_receive(unit, destination.naming, office.todays_pack) for unit in units)
    return not is_barred and named.isdisjoint(readers)


def _sealed_part(
    office: Office, signed_in: SignedIn, case: CaseFile, part: Part
) -> tuple[Destination, SealedCase]:
    chosen = [(file.object_key, file.file_name) for file in _chosen(case, part)]
    names = [name for _, name in chosen]
    report = _report_of(office, case, part)
    destination = find_destination(office, report, names, case.exclusions.people)
    new = NewCase(
        report,
        copies_of(office, signed_in, case.ref, chosen),
        case.received_on,
        author=case.unit,
        track=case.track,
        side_tracks=case.side_tracks,
        more={"why": part.reason, "by": signed_in.sign_in_name},
        form_tag=part.form_tag,
    )
    return destination, seal_case(office, new, destination)


def _chosen(case: CaseFile, part: Part) -> list[Attachment]:
    return [file for file in case.filed.attachments if file.object_key in part.files]


def _report_of(office: Office, case: CaseFile, part: Part) -> Report:
    whole, naming = case.report, case.exclusions.naming
    # Whoever the report keeps out would learn from its part that there is a report.
    barred = {
        unit.code
        for unit in office.todays_pack.receiving_units()
        if not may_receive(unit.code, naming, office.todays_pack)
    }
    return Report(
        part.text,
        kind=PART_KIND,
        field=whole.field,
        act=whole.act,
        accused=part.accused,
        accused_head=part.accused_head,
        not_to=whole.not_to | barred,
        bypass=whole.bypass,
        urgent=case.urgent,
    )
