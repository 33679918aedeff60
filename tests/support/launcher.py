"""A program that starts ours at once, again and again: all that can be is done before it forks.

A line on its standard input names a program; its process id comes back. Each is the real app under
the real server, in a process of its own that can be killed, with connections and threads of its
own: before the fork nothing was connected to, and the apps were only asked for a page.
"""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from flask import Flask

import intake.app
import review.app
from cases.errors import DomainError, StorageError
from cases.jobs import JOBS, run_due
from cases.office import Office
from tests.support.own_disk import copy_out, fill_up, make_room
from web.logs import log_error, start_logs
from web.serving import ServingLimits, harden_process, serve
from web.settings import Settings
from web.starting import (
    office_or_exit,
    public_office_or_exit,
    serve_or_exit,
    server_secret_or_exit,
    settings_or_exit,
)

PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4


def be_watched(_address: str = "") -> None:
    """Let the account that runs the tests look into this process, which our programs forbid.

    Before its first page a door has opened neither database nor vault, so nothing is missed.
    """
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


def watched_jobs(office: Office) -> None:
    """Run the jobs without pause where they can be looked into."""
    be_watched()
    run_jobs_without_pause(office)


def run_jobs_without_pause(office: Office) -> None:
    """Run every job again and again, so that whatever is killed is in the midst of one."""
    restless = [replace(job, every_seconds=1) for job in JOBS]
    pause = threading.Event()
    while not pause.wait(0.05):
        try:
            run_due(office, restless)
        except (StorageError, DomainError) as error:
            log_error("jobs", error)


def serve_public(app: Flask, settings: Settings) -> None:
    """Serve the public door, beside others of it on the same address where there are several."""
    serve_or_exit(app, "public_bind", settings, is_shared=settings.public_processes > 1)


def programs_of(settings: Settings) -> Mapping[str, Callable[[], None]]:
    """Return what each program does once it is a process of its own."""
    office, secret = office_or_exit(settings), server_secret_or_exit(settings)
    seen = public_office_or_exit(settings, secret)
    # No connection outlives the fork: the role was asked for over one.
    seen.database.close()
    public = intake.app.create_app(settings, seen, secret)
    desk = review.app.create_app(settings, office, secret)
    # Templates are compiled by the first visit; this page asks neither database nor vault.
    public.test_client().get("/report")
    for page in ("queue", "case"):
        desk.jinja_env.get_template(f"review/{page}.html")
    return {
        **{door: lambda: serve_public(public, settings) for door in ("intake", "second intake")},
        "review": lambda: serve_or_exit(desk, "desk_bind", settings),
        "jobs": lambda: run_jobs_without_pause(office),
        "watched intake": lambda: serve(
            public,
            settings.public_bind,
            ServingLimits(threads=settings.threads),
            on_ready=be_watched,
        ),
        "watched jobs": lambda: watched_jobs(office),
        "full disk": lambda: fill_up(settings.instance),
        "roomy disk": lambda: make_room(settings.instance),
        "copy": lambda: copy_out(settings.instance),
    }


def main() -> None:
    """Start what is asked for, until the other side closes."""
    harden_process()
    start_logs()
    programs = programs_of(settings_or_exit())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _become(programs[line.strip()])
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _become(program: Callable[[], None]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    try:
        program()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
