"""The floor of ``status``: the same page and template from plain rows, and no cryptography.

A sign-in looks its code up; the page takes one session lookup and one SELECT. Nothing is written.
"""

import secrets
from types import SimpleNamespace
from typing import Any, Final, cast

from flask import Flask, Request, Response, make_response, redirect, render_template, request
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    select,
)
from werkzeug.wrappers import Response as AnyResponse

from cases.database import Database
from intake.form_secrets import new_draft, written
from intake.forms import STATEMENT_CHARS
from web.compression import forbid_compression
from web.sessions import CSRF_CHARS, CSRF_KEY
from web.settings import Settings

FLOOR_PATH: Final = "/floor"
COOKIE: Final = "floor"
TOKEN: Final = secrets.token_hex(CSRF_CHARS // 2)
METADATA: Final = MetaData()
SESSIONS: Final = Table(
    "plain_sessions",
    METADATA,
    Column("cookie", String, primary_key=True),
    Column("code", String, nullable=False, unique=True),
)
OF_THE_LINE: Final = ("author", "is_own", "is_new", "is_event", "day", "text")
OF_THE_CASE: Final = ("received_on", "opened_on", "escalates_on", "may_escalate")
LINES: Final = Table(
    "plain_lines",
    METADATA,
    Column("code", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("author", "text", "state")),
    *(Column(name, Boolean) for name in ("is_own", "is_new", "is_event", "may_escalate")),
    *(Column(name, Date) for name in ("day", "received_on", "opened_on", "escalates_on", "due")),
    Column("due_words", String),
    Column("is_confirmed", Boolean),
    Column("is_open", Boolean, nullable=False),
)


class PlainSession(dict[str, Any], SessionMixin):
    """A session that is there already, with a token that was made before."""


class PlainSessions(SessionInterface):
    """Sessions that cost nothing; the view looks its row up."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        """Return a session with its token."""
        return PlainSession({CSRF_KEY: TOKEN})

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep nothing."""


def make_tables(database: Database) -> None:
    """Make the tables of plain rows."""
    with database.engine.begin() as connection:
        METADATA.create_all(connection)


def keep_page(database: Database, code: str, shown: dict[str, Any]) -> None:
    """Keep what a page was made from as plain rows, and a session that sees it."""
    due = shown["next_day"]
    standing = {
        **{name: getattr(shown["thread"], name) for name in OF_THE_CASE},
        **{name: shown[name] for name in ("state", "is_open")},
        "due": due and due.due,
        "due_words": due and due.words,
        "is_confirmed": due and due.is_confirmed,
    }
    lines = [
        {"code": code, "position": at, **standing, **{n: getattr(line, n) for n in OF_THE_LINE}}
        for at, line in enumerate(shown["lines"])
    ]
    with database.writing() as session:
        session.execute(insert(SESSIONS).values(cookie=secrets.token_urlsafe(32), code=code))
        session.execute(insert(LINES), lines)


def floor_app(app: Flask, database: Database, settings: Settings) -> Flask:
    """Return a public door whose page behind a receipt is made from plain rows."""

    def show_case() -> Response:
        with database.reading() as session:
            code = session.scalar(
                select(SESSIONS.c.code).where(SESSIONS.c.cookie == request.cookies[COOKIE])
            )
            rows = session.execute(
                select(LINES).where(LINES.c.code == code).order_by(LINES.c.position)
            ).all()
        forbid_compression()
        return make_response(_page(rows, settings))

    def open_case() -> AnyResponse:
        with database.reading() as session:
            cookie = session.scalar(
                select(SESSIONS.c.cookie).where(SESSIONS.c.code == request.form["receipt"])
            )
        answer = redirect("/case", 303)
        answer.set_cookie(COOKIE, cast(str, cookie), httponly=True, samesite="Lax")
        return answer

    app.session_interface = PlainSessions()
    app.view_functions |= {"case.show_case": show_case, "case.open_case": open_case}
    app.extensions["csrf"].exempt(open_case)
    return app


def _page(rows: Any, settings: Settings) -> str:
    first = rows[0]
    lines = [
        SimpleNamespace(**{n: getattr(r, n) for n in OF_THE_LINE}, attachments=()) for r in rows
    ]
    due = SimpleNamespace(due=first.due, words=first.due_words, is_confirmed=first.is_confirmed)
    return render_template(
        "intake/thread.html",
        thread=first,
        state=first.state,
        next_day=due if first.due else None,
        is_open=first.is_open,
        lines=lines,
        text="",
        once=written(new_draft().secret),
        faults=(),
        text_chars=STATEMENT_CHARS,
        limits=settings,
    )
