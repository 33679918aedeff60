"""The jobs of time beside a door, or in a process of their own."""

import threading
from collections.abc import Iterable

from cases.jobs import JOBS, Job, run_due
from cases.mailing import MailServer
from cases.notice import Post, notice_jobs
from cases.office import Office
from web.logs import log_error
from web.settings import Settings

PAUSE_SECONDS = 20.0


def post_of(settings: Settings) -> Post | None:
    """Return how an instance sends notice to reviewers; none where it sends none."""
    if not settings.sends_mail:
        return None
    server = MailServer.parse(settings.smtp_url)
    return Post(server, settings.notice_from, settings.notice_hour)


def mail_jobs(settings: Settings) -> tuple[Job, ...]:
    """Return the jobs that talk to the mail server, where there is one."""
    post = post_of(settings)
    return notice_jobs(post) if post else ()


def run_jobs(
    office: Office,
    stop: threading.Event | None = None,
    every_seconds: float = PAUSE_SECONDS,
    jobs: Iterable[Job] = JOBS,
) -> None:
    """Run what is due, again and again until ``stop``; a failure is logged and tried again."""
    stop = stop or threading.Event()
    known = tuple(jobs)
    while not stop.wait(every_seconds):
        try:
            run_due(office, known)
        except Exception as error:  # noqa: BLE001 (a thread that ended would run no job any more)
            log_error("jobs", error)


def start_jobs(office: Office, settings: Settings) -> None:
    """Run the jobs in threads that end with the process."""
    threading.Thread(target=run_jobs, args=(office,), name="jobs", daemon=True).start()
    start_mail_jobs(office, settings)


def start_mail_jobs(office: Office, settings: Settings) -> None:
    """Run the jobs that talk to the mail server in a thread of their own, where there is one.

    A server that keeps them waiting must keep no receipt longer than its quarter of an hour.
    """
    jobs = mail_jobs(settings)
    if jobs:
        kept = {"jobs": jobs}
        threading.Thread(
            target=run_jobs, args=(office,), kwargs=kept, name="mail", daemon=True
        ).start()
