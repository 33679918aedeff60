"""The desk's app: the only module of this door that builds things and connects them."""

import time
from collections.abc import Callable

from flask import Flask

from cases.errors import DisposedCaseError
from cases.office import Office
from cases.records import DeskSessionRecord
from cases.sessions import DatabaseSessions
from cases.signing_in import SignInDesk
from review import (
    account_views,
    bar_views,
    case_views,
    count_views,
    enrolment_views,
    handler_views,
    handover_views,
    heard_views,
    identity_views,
    keeping_views,
    law_views,
    notice_views,
    paper_views,
    passkey_views,
    protection_views,
    queue_views,
    reward_ledger_views,
    reward_views,
    sign_in_views,
    unit_views,
)
from review.brake import SignInBrake
from review.desk import EXTENSION, Desk
from review.disposed_page import disposed_answer
from review.entrance import require_sign_in, signed_in_name
from review.heard_form import source_words
from review.history_words import step_line
from review.identity_words import identity_words_for_templates
from review.keeping_words import why_kept_words
from review.law_words import CHOICES, law_words_for_templates
from review.navigation import own_pages
from review.notice_views import look_for_trouble, notice_trouble, sends_mail
from review.passkey_ceremonies import ask_for_passkey, asks_authenticators
from review.protection_words import (
    PROTECTION_CHOICES,
    decider_name,
    person_name,
    protection_words_for_templates,
)
from review.refusals import PAGES
from review.reward_words import money, reward_words_for_templates
from review.words import member_choice, unit_choice, words_for_templates
from web.appbase import AppParts, Side, new_app
from web.notices import install_notices
from web.settings import Settings
from web.texts import visible

_VIEWS = (
    sign_in_views,
    enrolment_views,
    queue_views,
    case_views,
    bar_views,
    handler_views,
    law_views,
    handover_views,
    heard_views,
    paper_views,
    protection_views,
    reward_views,
    reward_ledger_views,
    keeping_views,
    identity_views,
    count_views,
    unit_views,
    account_views,
    passkey_views,
    notice_views,
)


# Their forms bring files: their tokens are checked before the first file byte is read.
_WITH_FILES = (
    case_views,
    bar_views,
    handler_views,
    heard_views,
    law_views,
    protection_views,
    reward_views,
    reward_ledger_views,
    keeping_views,
    identity_views,
    handover_views,
)


def create_app(
    settings: Settings,
    office: Office,
    server_secret: bytes,
    pause: Callable[[float], None] = time.sleep,
) -> Flask:
    """Return the desk over an office; ``pause`` is how a guessed passphrase is slowed."""
    sessions = DatabaseSessions(office.database, DeskSessionRecord)
    parts = AppParts(settings, server_secret, sessions, office.clock, errors=PAGES)
    app = new_app(__name__, Side.DESK, parts)
    app.extensions[EXTENSION] = Desk(
        settings,
        office,
        server_secret,
        SignInDesk(office, server_secret),
        SignInBrake(office.clock, pause),
        SignInBrake(office.clock, pause),
    )
    install_notices(app, lambda: office.todays_pack)
    app.before_request(require_sign_in)
    app.before_request(look_for_trouble)
    _install_words(app)
    for views in _WITH_FILES:
        app.extensions["csrf"].exempt(views.bp)
    app.register_error_handler(DisposedCaseError, disposed_answer)
    app.extensions["csrf"].exempt(handover_views.originals)
    for views in _VIEWS:
        app.register_blueprint(views.bp)
    app.register_blueprint(handover_views.originals)
    return app


def _install_words(app: Flask) -> None:
    for words in (
        words_for_templates,
        law_words_for_templates,
        protection_words_for_templates,
        reward_words_for_templates,
        identity_words_for_templates,
    ):
        app.context_processor(words)
    for say in (
        signed_in_name,
        step_line,
        own_pages,
        notice_trouble,
        sends_mail,
        source_words,
        ask_for_passkey,
        asks_authenticators,
        why_kept_words,
    ):
        app.add_template_global(say)
    for show in (
        member_choice,
        unit_choice,
        *CHOICES,
        *PROTECTION_CHOICES,
        decider_name,
        person_name,
        money,
        visible,
    ):
        app.add_template_filter(show)
