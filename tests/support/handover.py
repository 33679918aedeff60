"""A case handed over redacted, and which seals of it somebody's keys open."""

from sqlalchemy import select

from cases.case_file import CaseFile, open_case
from cases.casework import note
from cases.filing import Filed
from cases.handover import Handover, hand_over, shown_as
from cases.history import Change
from cases.originals import OriginalAnswer, answer_original, ask_for_original, open_requests
from cases.records import CompartmentRecord, SealRecord
from cases.redaction import Marks
from cases.reports import Report
from cases.reviewers import SignedIn, open_unit_identities
from cases.threads import Message, reply
from crypto.errors import OpenError
from crypto.keys import Identity
from crypto.opening import open_sealed
from tests.support.casework import listed, opened
from tests.support.office import TestOffice

OLD, NEW, THIRD = "van-phong", "phong-kinh-te", "phong-vhxh"
NAME, TRADE, HOUSE = "Lê Thị Tỏa Sáng", "Tôi bán cá trước cổng trụ sở.", "số 5 ngõ Hẹp"
STATEMENT = f"Ông trưởng phòng đòi tiền. {TRADE} Tôi là {NAME}, nhà {HOUSE}."
SECOND = Marks(frozenset({(0, 1)}))
MARKS = Marks(frozenset({(0, 1)}), (NAME, HOUSE))


def handed(
    office: TestOffice, ref: str, marks: Marks = MARKS, to: str = NEW, by: str = OLD
) -> None:
    """Hand a case over redacted, as somebody does who looked at the copy."""
    case = open_case(office.office, office.reviewers[by], ref, is_own=True)
    passing = Handover(
        unit=to, marks=marks, shown=shown_as(case, marks), reason="đúng việc", version=case.version
    )
    hand_over(office.office, office.reviewers[by], ref, passing)


def everything(case: CaseFile) -> str:
    """Return every word of a case that its reader reads, and of its files."""
    return repr([(entry.values, entry.attachments) for entry in case.entries])


def has_anything_of_the_reporter(text: str) -> bool:
    """Return whether a text has something that was hidden."""
    told = (NAME, HOUSE, "bán cá", "LE THI", HOUSE.upper(), "toa sang")
    return any(each.lower() in text.lower() for each in told)


def keys_of(office: TestOffice, who: SignedIn) -> list[Identity]:
    """Return every private key that a reviewer can come by: their own, and all of their units'."""
    with office.office.database.reading() as session:
        units = [open_unit_identities(session, who, unit) for unit in who.units]
    return [who.identity, *(key for unit in units for key in unit.values())]


def seals_opened(office: TestOffice, who: SignedIn) -> set[str]:
    """Return the compartments whose identity some stored seal gives to these keys."""
    found = set()
    with office.office.database.reading() as session:
        seals = [(row.compartment_id, row.sealed) for row in session.scalars(select(SealRecord))]
    for compartment, sealed in seals:
        for key in keys_of(office, who):
            try:
                open_sealed(sealed, key)
            except OpenError:
                continue
            found.add(compartment)
    return found


def compartments(office: TestOffice) -> dict[str, tuple[str, int]]:
    """Return kind and epoch of every compartment."""
    with office.office.database.reading() as session:
        rows = session.scalars(select(CompartmentRecord))
        return {row.id: (row.kind, row.epoch) for row in rows}


def asked(office: TestOffice, ref: str, why: str = "phải đối chiếu chữ viết") -> str:
    """Ask for the original, and return which request it is."""
    who = office.reviewers[NEW]
    version = opened(office, ref, NEW).version
    ask_for_original(office.office, who, ref, Change(reason=why, version=version))
    return open_requests(opened(office, ref, OLD).entries)[0].id


def given(office: TestOffice, ref: str, *, gives: bool = True, by: SignedIn | None = None) -> None:
    """Ask for the original, and let who holds it answer."""
    request = asked(office, ref)
    version = opened(office, ref, OLD).version
    said = OriginalAnswer(request=request, gives=gives, reason="vì thế", version=version)
    answer_original(office.office, by or office.reviewers[OLD], ref, said)


def filed_to_be_hidden(office: TestOffice) -> Filed:
    """Return a report with two files that says who reports."""
    uploads = (office.upload("Lê Thị Tỏa Sáng.jpg", b"anh"), office.upload("ghi âm.mp3", b"tieng"))
    filed = office.send(Report(STATEMENT, where=f"Gần {HOUSE}"), uploads)
    assert filed.receiver == OLD
    return filed


def told_more(office: TestOffice, filed: Filed) -> str:
    """Return the case, after its reporter gave themselves away again and a note did."""
    [ref] = listed(office)
    reply(office.office, filed.receipt, Message(f"Gọi LE THI  toa sang, {HOUSE.upper()}"))
    note(office.office, office.reviewers[OLD], ref, Message(f"Có lẽ là {NAME}"))
    return ref
