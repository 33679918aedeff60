"""Whom of the desk the forms of a case can name."""

from flask_babel import gettext

from cases.case_file import CaseFile
from cases.members import Member, list_members
from policy.rights import Role
from review.desk import reviewer, the_office


def recusable(case: CaseFile) -> list[tuple[str, str]]:
    """Return who can lose the case by this reviewer's word: themselves, and a head's own people."""
    own, units = reviewer(), reviewer().units
    led = frozenset(unit for unit in units if Role.HEAD in own.roles_in(unit))
    return [(own.reviewer_id, gettext("Chính tôi")), *_others(case, led)]


def givable(case: CaseFile) -> list[tuple[str, str]]:
    """Return to whom a head of the responsible unit can give the case."""
    present = case.handler.reviewer_id if case.handler else ""
    others = _others(case, frozenset({case.unit}))
    return [("", gettext("Chọn người")), *(each for each in others if each[0] != present)]


def _others(case: CaseFile, units: frozenset[str]) -> list[tuple[str, str]]:
    members: dict[str, Member] = {}
    for each in list_members(the_office(), units):
        if each.reads and each.is_admitted:
            members[each.reviewer_id] = each
    out = case.exclusions.people | {reviewer().reviewer_id}
    return [(key, each.sign_in_name) for key, each in members.items() if key not in out]
