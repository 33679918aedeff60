"""The boxes of a case on their way to the machine off the network: as they are, in one tar."""

import io
import tarfile
from collections.abc import Sequence

from sqlalchemy.orm import Session

from cases.access import lock_for, open_compartments
from cases.compartments import add_once
from cases.durable import OWNER_ONLY_FILE
from cases.history import Step, add_step
from cases.identity_boxes import CARRY_STEP, SealedBox, boxes_of
from cases.local_objects import midnight
from cases.office import Office
from cases.reading import open_entries
from cases.reviewers import SignedIn
from cases.step_errors import NothingToCarryError
from policy.rights import Action


def carry_boxes(office: Office, signed_in: SignedIn, ref: str, form_tag: bytes | None) -> bytes:
    """Return a tar of the case's boxes, after the history says that they were taken, and by whom.

    The same form sent again takes them again, and is one line.

    Raises:
        NothingToCarryError: the case has no box.
        NotPermittedError: another unit is responsible for the case.
        StoreUnavailableError: it could not be recorded, so nothing is handed out.
    """
    today = office.clock.today()
    taken: tuple[SealedBox, ...] = ()

    def write(session: Session) -> None:
        nonlocal taken
        case = lock_for(session, signed_in, ref, today, Action.CARRY_IDENTITY)
        opened = open_compartments(session, signed_in, ref)
        taken = boxes_of(open_entries(session, ref, opened))
        if not taken:
            raise NothingToCarryError
        line = Step({"step": CARRY_STEP, "count": len(taken)}, form_tag)
        add_step(session, signed_in, case, line, today)

    add_once(office.database, form_tag, write)
    return _tar(taken)


def _tar(boxes: Sequence[SealedBox]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for number, box in enumerate(boxes, 1):
            tar.addfile(_member(number, box), io.BytesIO(box.content))
    return out.getvalue()


def _member(number: int, box: SealedBox) -> tarfile.TarInfo:
    """Return a box's place: its number and day, and nothing of whose it is or what it is for."""
    member = tarfile.TarInfo(f"{number:02}-{box.day.isoformat()}.age")
    member.size, member.mode = len(box.content), OWNER_ONLY_FILE
    member.mtime = int(midnight(box.day))
    return member
