"""A case's protection page: what was asked for, what is due, what was decided, what is done."""

from dataclasses import dataclass
from datetime import date

from flask import Response, make_response, render_template, request

from cases.case_file import CaseFile
from cases.protection import CHANNELS, Protection, ProtectionOutcome, protection_of
from cases.protection_file import ProtectionFile, open_protection_file
from cases.protection_given import ASKING, officers_given
from cases.protection_register import list_protected
from cases.retaliation import answered_follow_ups, start_of_follow_ups
from policy.follow_ups import days_of
from policy.pack import Pack
from policy.rights import Action
from review.case_forms import NOT_REFUSED, Refused
from review.clock_rows import ClockRow, clock_rows
from review.desk import reviewer, the_office
from review.done_words import DONE
from review.forms import REASON_CHARS, new_once
from review.protection_words import shield_name
from review.wanted import page_wanted
from review.words import holder_words, language

AnyFile = CaseFile | ProtectionFile


@dataclass(frozen=True)
class FollowUpDay:
    """A question after how the reporter is: its day, and when it was answered, if it was."""

    code: str
    day: date
    answered_on: date | None


def protection_page(ref: str, refused: Refused = NOT_REFUSED) -> Response:
    """Return the protection page of a case, with a form of it that was not taken.

    It is all that a protection officer is shown of a case.

    Raises:
        CaseNotFoundError: it is none of the reviewer's business.
        OpenError: something of it was altered.
    """
    office = the_office()
    case, pack = open_protection_file(office, reviewer(), ref), office.todays_pack
    protection = protection_of(case.entries)
    page = render_template(
        "review/protection.html",
        case=case,
        pack=pack,
        refused=refused,
        faults=refused.faults,
        once=refused.typed.get("once") or new_once(),
        protection=protection,
        granted=[each for each in protection.requests if each.granted],
        clocks=_clocks(case, pack),
        follow_ups=_follow_ups(case, pack) if case.has_receipt else [],
        offers=_offers(case, pack, protection),
        outcomes=tuple(ProtectionOutcome),
        channels=CHANNELS,
        measures=_measures(pack),
        today=office.clock.today(),
        limits={"reason": REASON_CHARS},
        may_read=Action.READ in case.rights,
        officers=_officers(ref),
        done=DONE.get(request.args.get("done", "")),
    )
    return make_response(page, refused.status)


def register_page() -> Response:
    """Return one page of the register of protection.

    Raises:
        BadQueryError: there is no such page.
    """
    number = page_wanted(request.args)
    page = render_template(
        "review/register.html",
        page=list_protected(the_office(), reviewer(), number),
        number=number,
        today=the_office().clock.today(),
        is_officer=not reviewer().units,
        units=sorted(reviewer().units | reviewer().protects_in),
    )
    return make_response(page)


def _officers(ref: str) -> list[str]:
    with the_office().database.reading() as session:
        return holder_words(officers_given(session, ref))


def _clocks(case: AnyFile, pack: Pack) -> list[ClockRow]:
    asked = {row.asked for row in pack.protection_deciders} | ASKING
    return [row for row in clock_rows(case) if not asked.isdisjoint(row.rule.starts)]


def _follow_ups(case: AnyFile, pack: Pack) -> list[FollowUpDay]:
    start = start_of_follow_ups(case.received_on, case.entries)
    answered = answered_follow_ups(start, case.entries)
    return [
        FollowUpDay(row.code, day, answered.get(row.code))
        for row, day in days_of(pack.follow_ups, start)
    ]


def _offers(case: AnyFile, pack: Pack, protection: Protection) -> frozenset[str]:
    """Return the forms of the page, by name."""
    is_granted = any(each.granted for each in protection.requests)
    fits = {
        "heard": bool(pack.protection_kinds),
        "decision": bool(protection.requests),
        "measure": is_granted,
        "end": is_granted,
    }
    return frozenset(form for form, fit in fits.items() if fit and Action.PROTECT in case.rights)


def _measures(pack: Pack) -> list[tuple[str, list[tuple[str, str]]]]:
    groups = {row.code: row.name(language()) for row in pack.protection_kinds}
    return [
        (
            name,
            [
                (row.code, shield_name(row.code))
                for row in pack.protection_measures
                if row.kind == kind
            ],
        )
        for kind, name in groups.items()
    ]
