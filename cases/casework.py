"""What a reviewer does with a case: answer, note, move it along its states."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cases.access import check_version, lock_for, open_steps
from cases.appending import append_to_notes, append_to_thread, tell
from cases.clocks import course_of, let_happen, told
from cases.compartments import Entry, add_once
from cases.history import Step, acting_unit, add_step, marks_recorded
from cases.names import EntryKind
from cases.office import Office
from cases.proposals import propose
from cases.records import CaseRecord
from cases.retention import keep_closing_day
from cases.reviewers import SignedIn
from cases.step_errors import StepNotReadyError
from cases.threads import Message
from policy.rights import Action, action_of
from policy.states import CaseState, CaseStep, move


def answer(office: Office, signed_in: SignedIn, ref: str, message: Message) -> None:
    """Add the unit's words to the thread, where the receipt reads them.

    Raises:
        NotPermittedError: another unit is responsible for the case.
    """
    today = office.clock.today()

    def write(session: Session) -> None:
        case = lock_for(session, signed_in, ref, today, Action.ANSWER)
        entry = _entry(EntryKind.MESSAGE, case.unit, signed_in, message)
        append_to_thread(session, case, entry, today)
        let_happen(session, office.law, case, told(case), today)

    add_once(office.database, message.form_tag, write)


def note(office: Office, signed_in: SignedIn, ref: str, message: Message) -> None:
    """Add an internal note; the receipt has no key to it.

    Raises:
        CaseNotFoundError: the case is in none of the reviewer's lists.
    """
    today = office.clock.today()

    def write(session: Session) -> None:
        case = lock_for(session, signed_in, ref, today, Action.NOTE)
        entry = _entry(EntryKind.NOTE, acting_unit(signed_in, case), signed_in, message)
        append_to_notes(session, case, entry, today)

    add_once(office.database, message.form_tag, write)


def _entry(kind: EntryKind, unit: str, signed_in: SignedIn, message: Message) -> Entry:
    values: dict[str, object] = {"text": message.text, "by": signed_in.sign_in_name}
    return Entry(kind, unit, values, message.uploads, message.form_tag)


@dataclass(frozen=True, repr=False)
class Decision:
    """A step with the reviewer's reason, on the version of the case that they saw."""

    step: CaseStep
    reason: str
    version: int
    form_tag: bytes | None = None


def decide(office: Office, signed_in: SignedIn, ref: str, decision: Decision) -> bool:
    """Move the case by the table of states, with the reason in its history.

    Return whether it is done: what takes two waits for a second person (``cases.proposals``).

    Raises:
        IllegalTransitionError: the table has no such step from here.
        StepNotReadyError: the pack wants something recorded before it.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, action_of(decision.step))
        check_version(case, decision.version)
        rules = office.todays_pack.rules_of_step(decision.step, course_of(case).tracks)
        takes_two = any(rule.needs_two for rule in rules)
        line = step_line_of(office, session, signed_in, case, decision)
        if takes_two:
            propose(session, signed_in, case, line, today)
        else:
            take_step(office, session, signed_in, case, line)
    return not takes_two


def step_line_of(
    office: Office, session: Session, signed_in: SignedIn, case: CaseRecord, decision: Decision
) -> Step:
    """Return the line that a step leaves in the history of a case, which could take it now.

    Raises:
        IllegalTransitionError: the table has no such step from here.
        StepNotReadyError: the pack wants something recorded before it.
    """
    before = CaseState(case.state)
    after = move(before, decision.step)
    rules = office.todays_pack.rules_of_step(decision.step, course_of(case).tracks)
    if rules:
        marks = marks_recorded(open_steps(session, signed_in, case.ref))
        if not all(rule.is_met(marks) for rule in rules):
            raise StepNotReadyError
    values = {"step": decision.step, "from": before, "to": after, "reason": decision.reason}
    return Step(values, decision.form_tag)


def take_step(
    office: Office, session: Session, signed_in: SignedIn, case: CaseRecord, line: Step
) -> None:
    """Move a locked case as a line says, and tell both sides."""
    today = office.clock.today()
    passed = {name: line.values[name] for name in ("from", "to")}
    case.state = str(passed["to"])
    keep_closing_day(session, case, today)
    let_happen(session, office.law, case, (str(line.values["step"]), *told(case)), today)
    add_step(session, signed_in, case, line, today)
    tell(session, case, {"event": "state", **passed}, today)
