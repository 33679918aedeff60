"""One report split into several cases, each going by whom its part is about."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cases.access import lock_responsible
from cases.case_file import CaseFile, open_case, open_case_file
from cases.compartments import Entry, add_once
from cases.destinations import find_destination
from cases.errors import NotPermittedError, StaleCaseError
from cases.history import Step, add_step
from cases.names import CompartmentKind, EntryKind
from cases.new_cases import NewCase, SealedCase, rows_of, seal_case
from cases.notes import append
from cases.office import Office
from cases.reports import Attachment, Report
from cases.reviewers import SignedIn
from cases.uploads import SealedUpload, SealingSink
from cases.wall import add_case
from policy.routing import may_receive

PART_KIND = "part"


@dataclass(frozen=True, repr=False, kw_only=True)
class Part:
    """What of a report becomes a case of its own: words, whom it is about, which of its files."""

    text: str
    accused: frozenset[str] = frozenset()
    accused_head: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    reason: str
    version: int
    form_tag: bytes | None = None


def split(office: Office, signed_in: SignedIn, ref: str, part: Part) -> str:
    """Make a case of a part of this one, and return the unit that receives it.

    The part goes by its own accused; whom the report keeps out it keeps out too. Its days run from
    the receipt of the report. Copies of files are sealed anew: a case can end before the other.

    Raises:
        NoRouteError: the part bars everybody who could receive it.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
        StoreUnavailableError: nothing was kept.
    """
    case = open_case(office, signed_in, ref)
    if not case.is_responsible:
        raise NotPermittedError
    if case.version != part.version:
        raise StaleCaseError
    receiver, sealed = _sealed_part(office, signed_in, case, part)
    today = office.clock.today()

    def write(session: Session) -> None:
        parent = lock_responsible(session, signed_in, ref, today, part.version)
        add_case(session, rows_of(sealed))
        step: dict[str, object] = {"step": "split", "to": receiver, "reason": part.reason}
        add_step(session, signed_in, parent, Step(step), today)
        event: dict[str, object] = {"event": "split", "to": receiver}
        entry = Entry(EntryKind.EVENT, parent.unit, event)
        append(session, ref, CompartmentKind.THREAD, entry, today)

    add_once(office.database, part.form_tag, write)
    return receiver


def _sealed_part(
    office: Office, signed_in: SignedIn, case: CaseFile, part: Part
) -> tuple[str, SealedCase]:
    names = [file.file_name for file in _chosen(case, part)]
    report = _report_of(office, case, part)
    destination = find_destination(office, report, names, case.exclusions.people)
    new = NewCase(
        report,
        _copies(office, signed_in, case, part),
        case.received_on,
        author=case.unit,
        track=case.track,
        is_paper=case.is_paper,
        more={"split_from": case.ref, "by": signed_in.sign_in_name},
        form_tag=part.form_tag,
    )
    return destination.routing.receiver, seal_case(office, new, destination)


def _chosen(case: CaseFile, part: Part) -> list[Attachment]:
    return [file for file in case.filed.attachments if file.object_key in part.files]


def _report_of(office: Office, case: CaseFile, part: Part) -> Report:
    whole, naming = case.report, case.exclusions.naming
    # Whoever the report keeps out would learn from its part that there is a report.
    barred = {
        unit.code
        for unit in office.pack.receiving_units()
        if not may_receive(unit.code, naming, office.pack)
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


def _copies(
    office: Office, signed_in: SignedIn, case: CaseFile, part: Part
) -> tuple[SealedUpload, ...]:
    made: list[SealedUpload] = []
    for file in _chosen(case, part):
        download = open_case_file(office, signed_in, case.ref, file.object_key)
        sink = SealingSink(office.vault, file.file_name)
        try:
            for chunk in download.chunks:
                sink.write(chunk)
            made.append(sink.finish())
        except BaseException:
            sink.abort()
            raise
    return tuple(made)
