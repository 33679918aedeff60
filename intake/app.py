"""The public door: everything is built and bound here, and nowhere else."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import Flask

from cases.errors import CaseNotFoundError, EscalationClosedError
from cases.office import Office
from cases.records import PublicSessionRecord
from cases.sessions import DatabaseSessions
from intake.case_views import add_message, case_pages
from intake.door import Door, language, open_door
from intake.forms import kinds_of
from intake.health import HealthCheck
from intake.identity_views import identity_pages
from intake.navigation import NAVIGATION
from intake.opening import Opening
from intake.page_views import tell_when_closed, told_pages
from intake.plan_page import page_words
from intake.protection_views import protection_pages
from intake.report_views import report_pages, send_form
from intake.reward_views import reward_pages
from policy.rows import Named, Worded
from web.appbase import AppParts, Side, new_app
from web.errors import ErrorPage
from web.limits import DEFAULT_LIMITS, LimitRule
from web.notices import install_notices
from web.settings import Settings
from web.texts import visible

ERRORS: Final[dict[type[Exception], ErrorPage]] = {
    CaseNotFoundError: ErrorPage(HTTPStatus.NOT_FOUND),
    EscalationClosedError: ErrorPage(HTTPStatus.CONFLICT, "intake/escalation_closed.html"),
}


def create_app(
    settings: Settings,
    office: Office,
    server_secret: bytes,
    limits: Mapping[str, LimitRule] = DEFAULT_LIMITS,
) -> Flask:
    """Return the public door of an office; ``limits`` say how often a visitor may do what."""
    parts = AppParts(
        settings=settings,
        server_secret=server_secret,
        sessions=DatabaseSessions(office.database, PublicSessionRecord),
        clock=office.clock,
        nav=NAVIGATION,
        errors=ERRORS,
        limits=limits,
        known_queries={"kind": kinds_of(office.pack)},
    )
    app = new_app("intake", Side.PUBLIC, parts)
    opening = Opening(office, is_try_out=settings.is_try_out)
    open_door(app, Door(office, settings, HealthCheck(office), opening, server_secret))
    app.before_request(tell_when_closed)
    install_notices(app, lambda: office.todays_pack)
    for pages in (
        told_pages,
        report_pages,
        case_pages,
        protection_pages,
        reward_pages,
        identity_pages,
    ):
        app.register_blueprint(pages)
    # These two check the token themselves, before the first byte of a file is read.
    for view in (send_form, add_message):
        app.extensions["csrf"].exempt(view)
    app.add_template_filter(plain_words)
    app.add_template_filter(legal_name)
    app.add_template_filter(page_words)
    app.add_template_filter(visible, "show_name")
    return app


def plain_words(row: Worded) -> str:
    """Return a row's everyday words in the page's language."""
    return row.plain(language())


def legal_name(row: Named) -> str:
    """Return a row's legal name in the page's language."""
    return row.name(language())
