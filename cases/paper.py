"""The register of paper: a line for a denunciation that is named and signed, and stays on paper.

Who wrote it may not stand readable on a networked machine (Luật Bảo vệ bí mật nhà nước
117/2025/QH15 Điều 5.2; Luật Tố cáo Điều 56). Its days run here like those of any other case.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from cases.compartments import add_once
from cases.destinations import find_destination
from cases.new_cases import NewCase, rows_of, seal_case
from cases.office import Office
from cases.reports import Report
from cases.reviewers import SignedIn
from cases.triage import PAPER_TRACK
from cases.wall import add_case

PAPER_KIND = "paper"


@dataclass(frozen=True, repr=False, kw_only=True)
class PaperLine:
    """What the register keeps of a paper: its number there, when it came, whom it is about."""

    number: str
    received_on: date
    field: str = ""
    accused: frozenset[str] = frozenset()
    accused_head: frozenset[str] = frozenset()
    urgent: bool = False
    form_tag: bytes | None = None


def enter_paper(office: Office, signed_in: SignedIn, line: PaperLine) -> str:
    """Enter a paper in the register, and return the unit that is responsible for it.

    It goes where a report about the same people would go.

    Raises:
        NoRouteError: it names everybody who could receive it.
    """
    report = Report(
        line.number,
        kind=PAPER_KIND,
        field=line.field,
        accused=line.accused,
        accused_head=line.accused_head,
        urgent=line.urgent,
    )
    destination = find_destination(office, report)
    new = NewCase(
        report,
        (),
        line.received_on,
        author=min(signed_in.units, default=PAPER_KIND),
        track=PAPER_TRACK,
        is_paper=True,
        more={"by": signed_in.sign_in_name},
        form_tag=line.form_tag,
    )
    case = seal_case(office, new, destination)

    def write(session: Session) -> None:
        add_case(session, rows_of(case))

    add_once(office.database, line.form_tag, write)
    return destination.routing.receiver
