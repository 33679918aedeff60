"""Whom of the desk the forms of a case can name."""

from collections.abc import Iterable

from flask_babel import gettext

from cases.case_file import CaseFile
from cases.members import Member, list_members
from policy.rights import Role
from review.desk import reviewer, the_office


def recusable(case: CaseFile) -> list[tuple[str, str]]:
    """Return who can lose the case by this reviewer's word: themselves, and a head's own people."""
    own, units = reviewer(), reviewer().units
    led = frozenset(unit for unit in units if Role.HEAD in own.roles_in(unit))
    others = _others(case, [each for each in list_members(the_office(), led) if _has_keys(each)])
    return [(own.reviewer_id, gettext("Chính tôi")), *others]


def givable(case: CaseFile) -> list[tuple[str, str]]:
    """Return to whom a head of the responsible unit can give the case."""
    present = case.handler.reviewer_id if case.handler else ""
    members = list_members(the_office(), frozenset({case.unit}))
    others = _others(case, [each for each in members if each.reads])
    return [("", gettext("Chọn người")), *(each for each in others if each[0] != present)]


def _has_keys(member: Member) -> bool:
    return member.reads or member.protects


def _others(case: CaseFile, people: Iterable[Member]) -> list[tuple[str, str]]:
    members = {each.reviewer_id: each for each in people if each.is_admitted}
    out = case.exclusions.people | {reviewer().reviewer_id}
    return [(key, each.sign_in_name) for key, each in members.items() if key not in out]
