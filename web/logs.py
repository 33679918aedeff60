"""Log lines: JSON to standard error, with the day, the place and the class. Never a value.

A line of our own holds a constant event name. A line of a library holds the library's name and
place only: what libraries say quotes addresses, URLs and SQL.
"""

import json
import logging
import sys
import threading
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, TextIO

from cases.clock import OFFICE_ZONE

OUR_LOGGER: Final = "liemchinh"
UNKNOWN_PLACE: Final = "outside"
_ROOT: Final = Path(__file__).resolve().parent.parent
_NOT_OURS: Final = frozenset({".venv", "site-packages", "node_modules"})


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON without anything that came with a request."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        is_ours = record.name.partition(".")[0] == OUR_LOGGER
        line = {
            "at": datetime.fromtimestamp(record.created, OFFICE_ZONE).date().isoformat(),
            "level": record.levelname.lower(),
            "event": str(record.msg) if is_ours else record.name,
            "place": getattr(record, "place", f"{record.module}:{record.lineno}"),
        }
        error = getattr(record, "error", None) or _class_of(record)
        if error:
            line["error"] = error
        return json.dumps(line, ensure_ascii=True)


def start_logs(stream: TextIO | None = None) -> None:
    """Send every logger's lines through one formatter; requests themselves are not logged."""
    out = logging.StreamHandler(stream or sys.stderr)
    out.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [out]
    root.setLevel(logging.WARNING)
    logging.getLogger(OUR_LOGGER).setLevel(logging.INFO)
    # Werkzeug adds a handler of its own (an access log with addresses) unless its level is set.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # What a broken handler prints to standard error quotes the record's arguments.
    logging.raiseExceptions = False
    # A thread that ends by an error would print the error's text.
    threading.excepthook = _log_thread_end


def log_event(event: str, level: int = logging.INFO) -> None:
    """Log that something happened, by a constant name."""
    logging.getLogger(OUR_LOGGER).log(level, event, stacklevel=2)


def log_error(event: str, error: BaseException) -> None:
    """Log an error's class and the line of ours that it came from."""
    extra = {"place": place_of(error.__traceback__), "error": type(error).__qualname__}
    logging.getLogger(OUR_LOGGER).error(event, extra=extra)


def place_of(traceback: TracebackType | None) -> str:
    """Return ``module:line`` of the innermost frame of our own code."""
    place = UNKNOWN_PLACE
    while traceback is not None:
        path = Path(traceback.tb_frame.f_code.co_filename)
        if path.is_relative_to(_ROOT) and not _NOT_OURS.intersection(path.parts):
            module = ".".join(path.relative_to(_ROOT).with_suffix("").parts)
            place = f"{module}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


def _log_thread_end(end: threading.ExceptHookArgs) -> None:
    if end.exc_value is not None:
        log_error("thread ended", end.exc_value)


def _class_of(record: logging.LogRecord) -> str | None:
    return record.exc_info[0].__qualname__ if record.exc_info and record.exc_info[0] else None
