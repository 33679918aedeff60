"""What each action of a case comes to: permitted, it goes as far as a version that no case has."""

from collections.abc import Callable

from cases.approvals import Settling, settle
from cases.barring import Barring, bar
from cases.case_export import TakenExport, take_export
from cases.case_file import open_case
from cases.casework import Decision, answer, decide, note
from cases.disposal import propose_disposal
from cases.figures import Figures
from cases.handlers import Giving, Taking, give_case, take_case
from cases.history import Change
from cases.holds import place_hold
from cases.identity_carrying import carry_boxes
from cases.links import Link, link
from cases.office import Office
from cases.originals import OriginalAnswer, answer_original, ask_for_original
from cases.outcomes import Outcome, record_outcome
from cases.parts import Part, split
from cases.passages import EVERYWHERE, Moving, move_passage
from cases.protection_file import open_protection_file
from cases.protection_steps import EndedProtection, end_protection
from cases.recusal import Recusal, recuse
from cases.referral import Referral, refer
from cases.reviewers import SignedIn
from cases.reward_steps import RewardProposal, propose_reward
from cases.threads import Message
from cases.triage import Classification, Extending, Marking, classify, extend, take_note
from policy.rights import Action
from policy.states import CaseStep
from tests.support.office import CAT_HAI, MONDAY

# A version that no case has: what is permitted goes as far as to see that, and changes nothing.
STALE = -1
NO_PROTECTION = EndedProtection(
    request="",
    kinds=(),
    ground=CAT_HAI.protection_ends[0].code,
    day=MONDAY,
    document="",
    words="",
    reason="lý do",
    version=STALE,
)
NO_PROPOSAL = Settling(proposal="", approves=False, reason="lý do", version=STALE)
NO_ANSWER = OriginalAnswer(request="", gives=False, reason="lý do", version=STALE)
FINDING = next(row.code for row in CAT_HAI.findings if not row.needs_two)
NO_REASON = Change(reason="lý do", version=STALE)
Deed = Callable[[Office, SignedIn, str], object]


DEEDS: dict[Action, Deed] = {
    Action.READ: open_case,
    Action.NOTE: lambda office, who, ref: note(office, who, ref, Message("ghi chú")),
    Action.ANSWER: lambda office, who, ref: answer(office, who, ref, Message("trả lời")),
    Action.CLASSIFY: lambda office, who, ref: classify(
        office,
        who,
        ref,
        Classification(track="B", tests={}, marks=(), reason="lý do", version=STALE),
    ),
    Action.ASSESS: lambda office, who, ref: decide(
        office, who, ref, Decision(CaseStep.ASSESS, "lý do", STALE)
    ),
    Action.REFER: lambda office, who, ref: refer(
        office, who, ref, Referral("phong-kinh-te", "lý do", keeps_access=True, version=STALE)
    ),
    Action.BAR: lambda office, who, ref: bar(
        office, who, ref, Barring(reason="lý do", version=STALE)
    ),
    Action.TAKE: lambda office, who, ref: take_case(
        office, who, ref, Taking(declares=True, version=STALE)
    ),
    Action.GIVE: lambda office, who, ref: give_case(
        office, who, ref, Giving(reviewer_id=who.reviewer_id, reason="lý do", version=STALE)
    ),
    Action.SPLIT: lambda office, who, ref: split(
        office, who, ref, Part(text="một phần", reason="lý do", version=STALE)
    ),
    Action.LINK: lambda office, who, ref: link(
        office, who, ref, Link(other="1/2026", kind="related", reason="lý do", version=STALE)
    ),
    Action.MARK: lambda office, who, ref: take_note(
        office,
        who,
        ref,
        Marking(
            mark="extended",
            day=office.clock.today(),
            document="",
            people="",
            reason="lý do",
            version=STALE,
        ),
    ),
    Action.EXTEND: lambda office, who, ref: extend(
        office,
        who,
        ref,
        Extending(rule="D05", grounds=(), document="", reason="lý do", version=STALE),
    ),
    Action.HANDLE: lambda office, who, ref: decide(
        office, who, ref, Decision(CaseStep.VERIFY, "lý do", STALE)
    ),
    Action.APPROVE: lambda office, who, ref: settle(office, who, ref, NO_PROPOSAL),
    Action.SEE_PROTECTION: open_protection_file,
    Action.PROTECT: lambda office, who, ref: end_protection(office, who, ref, NO_PROTECTION),
    Action.REWARD: lambda office, who, ref: propose_reward(
        office,
        who,
        ref,
        RewardProposal(level="", recovered=0, reason="lý do", version=STALE),
    ),
    Action.MOVE_PASSAGE: lambda office, who, ref: move_passage(
        office, who, ref, Moving(passage="đoạn", place=EVERYWHERE, version=STALE)
    ),
    Action.CARRY_IDENTITY: lambda office, who, ref: carry_boxes(office, who, ref, None),
    Action.RECUSE: lambda office, who, ref: recuse(
        office, who, ref, Recusal(reviewer_id=who.reviewer_id, reason="", version=STALE)
    ),
    Action.ASK_ORIGINAL: lambda office, who, ref: ask_for_original(
        office, who, ref, Change(reason="lý do", version=STALE)
    ),
    Action.GIVE_ORIGINAL: lambda office, who, ref: answer_original(office, who, ref, NO_ANSWER),
    Action.RECORD_OUTCOME: lambda office, who, ref: record_outcome(
        office,
        who,
        ref,
        Outcome(figures=Figures(finding=FINDING), details={}, reason="lý do", version=STALE),
    ),
    Action.HOLD: lambda office, who, ref: place_hold(office, who, ref, NO_REASON),
    Action.DISPOSE: lambda office, who, ref: propose_disposal(office, who, ref, NO_REASON),
    Action.EXPORT: lambda office, who, ref: take_export(
        office, who, ref, TakenExport(proposal="", reason="", version=STALE)
    ),
}
