"""The pages that only tell: home, protection, reception, the plan; and the ways out."""

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from cases.errors import StorageError
from intake.door import door, language, visit
from web.languages import LANGUAGE_COOKIE

told_pages = Blueprint("pages", __name__)

# Of this site only. Cached pages are never written anyway (no-store); this clears a stray icon.
CLEARED = '"cache", "cookies", "storage"'
# What a door that is not open yet shows all the same: it takes nothing.
OPEN_BEFORE = frozenset(
    {
        "static",
        "pages.protection",
        "pages.reception",
        "pages.plan",
        "pages.leave_quickly",
        "pages.about_exit",
        "pages.health",
    }
)


@told_pages.get("/")
def home() -> str:
    """Say what this is and what happens to a report, and open three doors."""
    office = door().office
    kinds = [kind for kind in office.todays_pack.quick_kinds if kind.code != "ordinary"]
    return render_template("intake/home.html", kinds=kinds, pack=office.todays_pack)


@told_pages.get("/protection")
def protection() -> str:
    """Say what protects a reporter, and what does not."""
    return render_template("intake/protection.html")


@told_pages.get("/reception")
def reception() -> str:
    """Say when and where one can come or call instead."""
    return _reception(is_closed=not door().opening.has_come())


def tell_when_closed() -> Response | None:
    """Say plainly, in place of every page that takes something, that this door is not open yet."""
    if request.endpoint in OPEN_BEFORE or door().opening.has_come():
        return None
    return make_response(_reception(is_closed=True), HTTPStatus.SERVICE_UNAVAILABLE)


def _reception(*, is_closed: bool) -> str:
    bound = door().office
    rows = [row for row in bound.pack.reception if row.in_force(bound.clock.today())]
    return render_template(
        "intake/reception.html", rows=rows, speech=language(), is_closed=is_closed
    )


@told_pages.get("/plan")
def plan() -> str:
    """Say each duty of the plan, and what this system does for it today."""
    bound = door().office
    sections = bound.pack.duties_by_section(bound.clock.today())
    return render_template(
        "intake/plan.html", sections=sections, pack=bound.pack, speech=language()
    )


@told_pages.get("/exit")
def leave_quickly() -> AnyResponse:
    """End the visit and leave for a neutral site; works without a visit, and twice."""
    visit().end()
    answer = redirect(door().settings.exit_url, HTTPStatus.SEE_OTHER)
    answer.headers["Clear-Site-Data"] = CLEARED
    answer.delete_cookie(LANGUAGE_COOKIE, path="/")
    return answer


@told_pages.get("/exit/about")
def about_exit() -> str:
    """Say what the quick exit does not hide."""
    return render_template("intake/exit_about.html")


@told_pages.get("/health")
def health() -> Response:
    """Say whether reports can be kept now, and nothing else."""
    try:
        door().health.check()
        is_open = door().opening.has_come()
    except StorageError:
        return _plain("unavailable", HTTPStatus.SERVICE_UNAVAILABLE)
    if not is_open:
        return _plain("not open yet", HTTPStatus.SERVICE_UNAVAILABLE)
    return _plain("ok", HTTPStatus.OK)


def _plain(word: str, status: HTTPStatus) -> Response:
    answer = make_response(f"{word}\n", status)
    answer.content_type = "text/plain; charset=utf-8"
    return answer
