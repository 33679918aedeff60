"""A log line says what, where and on which day; never who, what they sent, or when."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from web.logs import JsonLines, place_of

CANARY = "canary-203.0.113.7"
PROGRAM = """
import logging, sys, threading
from web.logs import log_error, log_event, start_logs
start_logs()
log_event("started")
try:
    int("canary-203.0.113.7")
except ValueError as error:
    log_error("unforeseen", error)
logging.getLogger("werkzeug").error("%s GET /case", "canary-203.0.113.7")
logging.getLogger("werkzeug").warning("canary-203.0.113.7 access")
logging.getLogger("sqlalchemy").warning("canary-203.0.113.7", exc_info=True)
logging.getLogger("broken").warning("%d", "canary-203.0.113.7")
def fail():
    raise ValueError("canary-203.0.113.7")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
"""


def lines_of_a_program() -> list[dict[str, str]]:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert ran.stdout == ""
    assert CANARY not in ran.stderr
    return [json.loads(line) for line in ran.stderr.splitlines()]


def test_every_logger_writes_lines_of_json_without_a_value() -> None:
    lines = lines_of_a_program()
    assert [line["event"] for line in lines] == [
        "started",
        "unforeseen",
        "werkzeug",
        "sqlalchemy",
        "broken",
        "thread ended",
    ]


def test_a_line_has_a_day_and_no_time_of_day() -> None:
    for line in lines_of_a_program():
        assert len(line["at"]) == len("2026-12-03")
        assert line.keys() <= {"at", "level", "event", "place", "error"}


def formatted(name: str, message: str, *arguments: object) -> dict[str, str]:
    record = logging.LogRecord(name, logging.WARNING, "/x/y.py", 3, message, arguments, None)
    line: dict[str, str] = json.loads(JsonLines().format(record))
    return line


def test_a_librarys_words_are_not_logged() -> None:
    assert formatted("gunicorn.error", "from ip=%s", CANARY)["event"] == "gunicorn.error"


def test_a_line_break_in_a_name_makes_no_second_line() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    handler.handle(logging.LogRecord("a\nb", logging.ERROR, "x", 1, "m", (), None))
    assert out.getvalue().count("\n") == 1


def place(work: Callable[[], object]) -> str:
    with pytest.raises(ValueError, match="invalid literal") as raised:
        work()
    return place_of(raised.tb)


def test_the_place_is_the_innermost_line_of_our_own() -> None:
    assert place(lambda: json.loads("1", parse_int=lambda _: int("x"))).startswith(
        "tests.web.test_logs:"
    )


def test_what_never_passed_our_code_has_no_place() -> None:
    assert place_of(None) == "outside"
