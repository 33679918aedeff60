"""The case page: everything that the reviewer's keys open, and the forms for what they may do."""

from contextlib import suppress
from dataclasses import dataclass

from flask import Response, make_response, render_template, request

from cases.case_file import CaseFile, open_case
from cases.desk_drafts import DeskDraft, DraftKind, find_draft
from cases.names import EntryKind
from cases.opened import OpenedEntry
from cases.originals import (
    answered_requests,
    holds_original,
    open_requests,
    reads_what_was_given,
)
from cases.proposals import open_proposals
from cases.protection import protection_of
from cases.referral import referable_units
from cases.retaliation import ASKED, FOLLOWED_UP
from cases.reward_steps import why_none
from cases.rewards import rewards_of
from crypto.errors import OpenError
from policy.naming import seats_of
from policy.rights import Action
from policy.states import CaseStep
from review.advice import advice_for, found_in
from review.case_forms import NOT_REFUSED, Refused
from review.clock_rows import clock_rows
from review.desk import desk, reviewer, the_office
from review.done_words import DONE, PLACES
from review.forms import REASON_CHARS, TEXT_CHARS, new_once
from review.law_words import grouped_choices
from review.next_steps import next_steps
from review.outstanding import outstanding_of
from review.people_of_case import givable, recusable
from review.words import language

# What the thread tells, and the history too.
EVENTS_OF_HISTORY = frozenset({"escalated", ASKED, FOLLOWED_UP})


@dataclass(frozen=True, repr=False)
class RoutingReason:
    """One reason why the case came here, with its legal basis."""

    words: str
    basis: str


def case_page(ref: str, refused: Refused = NOT_REFUSED) -> Response:
    """Return the page of a case, with a form of it that was not taken, if there is one.

    Raises:
        CaseNotFoundError: it is in none of the reviewer's lists.
        OpenError: something of it was altered.
    """
    case = open_case(the_office(), reviewer(), ref)
    clocks, found, done = clock_rows(case), found_in(case), request.args.get("done", "")
    page = render_template(
        "review/case.html",
        case=case,
        refused=refused,
        faults=refused.faults,
        once=refused.typed.get("once") or new_once(),
        thread=_entries(case, EntryKind.MESSAGE, EntryKind.EVENT),
        notes=_entries(case, EntryKind.NOTE),
        history=history_of(case),
        reasons=_reasons(case),
        barred=_barred(case),
        clocks=clocks,
        protection=protection_of(case.entries),
        rewards=rewards_of(case.entries),
        can_reward=not why_none(the_office().pack, case),
        advice=advice_for(case, found),
        outstanding=outstanding_of(case, found, clocks),
        steps=next_steps(case, found.marks),
        proposals=open_proposals(case.entries),
        **_originals(case),
        answers=the_office().todays_pack.answers,
        begun=_begun(),
        **_drafts(ref),
        units=referable_units(the_office(), case) if CaseStep.REFER in case.steps else (),
        today=the_office().clock.today(),
        limits={"text": TEXT_CHARS, "reason": REASON_CHARS, "files": desk().settings},
        done=DONE.get(done),
        done_at=PLACES.get(done, "top"),
        **_namable(case),
    )
    return make_response(page, refused.status)


def _originals(case: CaseFile) -> dict[str, object]:
    """Return who asked for the original of a copy, who was given it, and what this reviewer has."""
    return {
        "requests": open_requests(case.entries),
        "originals_answered": answered_requests(case.entries),
        "holds_original": holds_original(case),
        "reads_given": reads_what_was_given(case),
    }


def _drafts(ref: str) -> dict[str, object]:
    """Return what the reviewer began to write, and which of it nobody can open any more."""
    found: dict[DraftKind, DeskDraft | None] = dict.fromkeys(DraftKind)
    lost = set(DraftKind)
    for kind in DraftKind:
        with suppress(OpenError):
            found[kind] = find_draft(the_office(), reviewer(), ref, kind)
            lost.discard(kind)
    return {"drafts": found, "lost_drafts": lost}


def _namable(case: CaseFile) -> dict[str, object]:
    """Return whom the forms of the page can name."""
    return {
        "recusable": recusable(case),
        "groups": grouped_choices() if Action.BAR in case.rights else (),
        "givable": givable(case) if Action.GIVE in case.rights else (),
    }


def _begun() -> str:
    """Return the saved words that the address asks for, to begin an answer with."""
    wanted, answers = request.args.get("answer", ""), the_office().todays_pack.answers
    return next((row.text(language()) for row in answers if row.code == wanted), "")


def _entries(case: CaseFile, *kinds: EntryKind) -> list[OpenedEntry]:
    return [entry for entry in case.entries if entry.kind in kinds]


def history_of(case: CaseFile) -> list[OpenedEntry]:
    """Return the lines of a case's history: its steps, and when it went up."""
    return [
        entry
        for entry in case.entries
        if entry.kind in {EntryKind.STEP, EntryKind.RECUSAL, EntryKind.BAR}
        or (entry.kind is EntryKind.EVENT and entry.text("event") in EVENTS_OF_HISTORY)
    ]


def _barred(case: CaseFile) -> frozenset[str]:
    """Return the units that the report names or keeps out, and where their people may sit."""
    naming = case.exclusions.naming
    named = naming.accused | naming.accused_head | naming.roster_heads
    return named | naming.not_to | seats_of(named, the_office().pack)


def _reasons(case: CaseFile) -> list[RoutingReason]:
    rows = case.filed.values.get("reasons")
    if not isinstance(rows, list):
        return []
    place = 1 if language() == "en" else 0
    return [RoutingReason(str(row[place]), str(row[2])) for row in rows]
