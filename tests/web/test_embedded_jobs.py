"""The thread that runs the jobs goes on, whatever one of them does."""

import threading

import pytest

from web.embedded_jobs import run_jobs


class BrokenOffice:
    """An office of which nothing can be asked; after some attempts the thread is told to stop."""

    def __init__(self, attempts: int) -> None:
        self.left = attempts
        self.stop = threading.Event()

    @property
    def clock(self) -> object:
        self.left -= 1
        if self.left == 0:
            self.stop.set()
        raise ZeroDivisionError("nobody foresaw this")


def test_an_error_that_nobody_foresaw_is_logged_and_the_jobs_are_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    office = BrokenOffice(attempts=30)

    run_jobs(office, office.stop, every_seconds=0)  # type: ignore[arg-type]  # it only breaks

    assert office.left <= 0
    assert caplog.records
    assert {(line.msg, vars(line)["error"]) for line in caplog.records} == {
        ("jobs", "ZeroDivisionError")
    }
