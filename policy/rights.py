"""Who may do what at the desk: one table of actions, roles and how a case stands to a person.

The table is the house's own, not the law's: the law says who answers for a thing (a pack's
``offices`` and ``separations``), the table which hands touch it.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Final

from policy.states import CaseStep


class Role(StrEnum):
    """What somebody does at the desk, in one unit. One person may have several."""

    INTAKE = "intake"
    HANDLER = "handler"
    HEAD = "head"
    PROTECTION = "protection"
    OVERSEER = "overseer"
    ADMINISTRATOR = "administrator"


# Whoever has one of these holds the keys of the unit, and so can read all of its cases. Protection
# officers do not: what a case says of protection is sealed to each of them, case by case.
READING_ROLES: Final = frozenset({Role.INTAKE, Role.HANDLER, Role.HEAD})


class Action(StrEnum):
    """Something that a page of the desk lets somebody do."""

    # Of everybody who is signed in, admitted to a unit or not.
    OWN_ACCOUNT = "own-account"
    OWN_LIST = "own-list"
    SEE_UNITS = "see-units"
    # Of somebody's own unit.
    ADMIT = "admit"
    # Of oneself, nobody needs a right to it.
    LET_GO = "let-go"
    PROPOSE_ROLES = "propose-roles"
    SETTLE_ROLES = "settle-roles"
    COUNT = "count"
    ENTER_PAPER = "enter-paper"
    SEE_REGISTER = "see-register"
    ENTER_HEARD = "enter-heard"
    SEE_REWARDS = "see-rewards"
    PAY_REWARD = "pay-reward"
    # Of a case.
    READ = "read"
    NOTE = "note"
    ANSWER = "answer"
    CLASSIFY = "classify"
    ASSESS = "assess"
    # To say whom a case is about, which takes it from them and may pass it on.
    BAR = "bar"
    # To become the handler of a case; to give it to somebody, who declares before it is theirs.
    TAKE = "take"
    GIVE = "give"
    REFER = "refer"
    SPLIT = "split"
    LINK = "link"
    MARK = "mark"
    EXTEND = "extend"
    HANDLE = "handle"
    RECORD_OUTCOME = "record-outcome"
    # Of what takes two. That one of the two is a head, cases.approvals sees to.
    APPROVE = "approve"
    # Of oneself; of somebody else, a head (cases.recusal).
    RECUSE = "recuse"
    # Of the original of what was handed over redacted. Who holds it, cases.originals sees to.
    ASK_ORIGINAL = "ask-original"
    GIVE_ORIGINAL = "give-original"
    # Of requests for protection: seen; recorded, decided on, carried out, ended.
    SEE_PROTECTION = "see-protection"
    PROTECT = "protect"
    # Of rewards for whoever reported: proposed, decided on.
    REWARD = "reward"
    # Of what is kept: held, no longer held, disposed of, carried out whole.
    HOLD = "hold"
    DISPOSE = "dispose"
    EXPORT = "export"
    # Of who somebody is, sealed to a key off the network: moved out of a text, carried there.
    MOVE_PASSAGE = "move-passage"
    CARRY_IDENTITY = "carry-identity"


class Relation(StrEnum):
    """How a case stands to somebody who is signed in."""

    OWN = "own"
    # Another unit is responsible for it; this one kept access, or is above.
    OTHER = "other"
    # Of the own unit, and closed.
    CLOSED = "closed"
    # It names this person, their unit or its head, or they recused themselves.
    BARRED = "barred"


_EVERYBODY: Final = frozenset(Role)
_HANDLERS: Final = frozenset({Role.HANDLER, Role.HEAD})
_PROTECTORS: Final = READING_ROLES | {Role.PROTECTION}
_OWN: Final = frozenset({Relation.OWN})
_OWN_OR_CLOSED: Final = frozenset({Relation.OWN, Relation.CLOSED})
_READABLE: Final = frozenset(Relation) - {Relation.BARRED}

# Nobody needs a role for these: they show what is somebody's own, which may be nothing.
FREE: Final = frozenset({Action.OWN_ACCOUNT, Action.OWN_LIST, Action.SEE_UNITS})
_OF_A_UNIT: Final[dict[Action, frozenset[Role]]] = {
    **dict.fromkeys(FREE, _EVERYBODY),
    Action.ADMIT: READING_ROLES,
    Action.LET_GO: frozenset({Role.HEAD}),
    Action.PROPOSE_ROLES: frozenset({Role.HEAD, Role.ADMINISTRATOR}),
    Action.SETTLE_ROLES: READING_ROLES,
    Action.COUNT: READING_ROLES | {Role.OVERSEER},
    Action.ENTER_PAPER: READING_ROLES,
    Action.SEE_REGISTER: _PROTECTORS,
    Action.ENTER_HEARD: READING_ROLES,
    Action.SEE_REWARDS: READING_ROLES,
    Action.PAY_REWARD: READING_ROLES,
}
_OF_A_CASE: Final[dict[Action, tuple[frozenset[Role], frozenset[Relation]]]] = {
    Action.READ: (READING_ROLES, _READABLE),
    Action.NOTE: (READING_ROLES, _READABLE),
    Action.ANSWER: (READING_ROLES, _OWN_OR_CLOSED),
    Action.CLASSIFY: (READING_ROLES, _OWN),
    Action.ASSESS: (READING_ROLES, _OWN),
    Action.BAR: (READING_ROLES, _OWN_OR_CLOSED),
    Action.TAKE: (READING_ROLES, _OWN),
    Action.GIVE: (frozenset({Role.HEAD}), _OWN),
    Action.REFER: (READING_ROLES, _OWN),
    Action.SPLIT: (READING_ROLES, _OWN_OR_CLOSED),
    Action.LINK: (READING_ROLES, _OWN_OR_CLOSED),
    Action.MARK: (READING_ROLES, _OWN_OR_CLOSED),
    Action.EXTEND: (_HANDLERS, _OWN_OR_CLOSED),
    Action.HANDLE: (_HANDLERS, _OWN_OR_CLOSED),
    Action.RECORD_OUTCOME: (_HANDLERS, _OWN_OR_CLOSED),
    Action.APPROVE: (READING_ROLES, _OWN_OR_CLOSED),
    Action.RECUSE: (READING_ROLES, _READABLE),
    Action.REWARD: (_HANDLERS, _OWN_OR_CLOSED),
    Action.HOLD: (_HANDLERS, _OWN_OR_CLOSED),
    # That it is closed, cases.disposal sees to, and says.
    Action.DISPOSE: (_HANDLERS, _OWN_OR_CLOSED),
    Action.EXPORT: (_HANDLERS, _OWN_OR_CLOSED),
    Action.SEE_PROTECTION: (_PROTECTORS, _READABLE),
    Action.PROTECT: (_PROTECTORS, _OWN_OR_CLOSED),
    Action.MOVE_PASSAGE: (READING_ROLES, _OWN_OR_CLOSED),
    Action.CARRY_IDENTITY: (READING_ROLES, _OWN_OR_CLOSED),
    Action.ASK_ORIGINAL: (READING_ROLES, _READABLE),
    Action.GIVE_ORIGINAL: (READING_ROLES, _READABLE),
}
OF_A_CASE: Final = frozenset(_OF_A_CASE)

# What is done before a case is accepted, or is passed out; all other steps are its handling.
ASSESSMENT: Final = frozenset(
    {CaseStep.ASSESS, CaseStep.ACCEPT, CaseStep.DECLINE, CaseStep.TRANSFER}
)


def may(role: str, action: Action, relation: Relation | None = None) -> bool:
    """Return whether a role lets somebody do something with a case that stands so to them.

    Without a relation: whether it is theirs to do at all, with some case or with none.
    """
    if action in _OF_A_UNIT:
        return role in _OF_A_UNIT[action]
    roles, relations = _OF_A_CASE[action]
    return role in roles and (relation is None or relation in relations)


def any_may(roles: Iterable[str], action: Action, relation: Relation | None = None) -> bool:
    """Return whether one of somebody's roles lets them do it."""
    return action in FREE or any(may(role, action, relation) for role in roles)


def action_of(step: CaseStep) -> Action:
    """Return which action it is to take a step."""
    if step is CaseStep.REFER:
        return Action.REFER
    return Action.ASSESS if step in ASSESSMENT else Action.HANDLE


def reads(roles: Collection[str]) -> bool:
    """Return whether somebody with these roles holds the keys of their unit."""
    return not READING_ROLES.isdisjoint(roles)


def only_protects(roles: Collection[str]) -> bool:
    """Return whether somebody with these roles is given what is said of protection, and no more."""
    return Role.PROTECTION in roles and not reads(roles)
