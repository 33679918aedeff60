"""What a reviewer does with a case: answer, note, move it along its states."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cases.access import check_version, lock_for, open_steps
from cases.appending import append_to_notes, append_to_thread, tell
from cases.clocks import course_of, let_happen, told
from cases.compartments import Entry, add_once
from cases.errors import NeedsTwoError, StepNotReadyError
from cases.history import Step, acting_unit, add_step, marks_recorded
from cases.names import EntryKind
from cases.office import Office
from cases.reviewers import SignedIn
from cases.threads import Message
from policy.case_rows import StepRule
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


def decide(office: Office, signed_in: SignedIn, ref: str, decision: Decision) -> None:
    """Move the case by the table of states, with the reason in its history.

    Raises:
        IllegalTransitionError: the table has no such step from here.
        StepNotReadyError: the pack wants something recorded before it.
        NeedsTwoError: nobody takes it alone.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, action_of(decision.step))
        check_version(case, decision.version)
        before = CaseState(case.state)
        after = move(before, decision.step)
        rules = office.todays_pack.rules_of_step(decision.step, course_of(case).tracks)
        if rules:
            _check_rules(rules, marks_recorded(open_steps(session, signed_in, ref)))
        case.state = after
        let_happen(session, office.law, case, (decision.step, *told(case)), today)
        step: dict[str, object] = {
            "step": decision.step,
            "from": before,
            "to": after,
            "reason": decision.reason,
        }
        add_step(session, signed_in, case, Step(step, decision.form_tag), today)
        tell(session, case, {"event": "state", "from": before, "to": after}, today)


def _check_rules(rules: Sequence[StepRule], marks: frozenset[str]) -> None:
    if not all(rule.is_met(marks) for rule in rules):
        raise StepNotReadyError
    if any(rule.needs_two for rule in rules):
        raise NeedsTwoError
