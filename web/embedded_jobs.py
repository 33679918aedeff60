"""The jobs of time beside a door, or in a process of their own."""

import threading

from cases.jobs import run_due
from cases.office import Office
from web.logs import log_error

PAUSE_SECONDS = 20.0


def run_jobs(
    office: Office, stop: threading.Event | None = None, every_seconds: float = PAUSE_SECONDS
) -> None:
    """Run what is due, again and again until ``stop``; a failure is logged and tried again."""
    stop = stop or threading.Event()
    while not stop.wait(every_seconds):
        try:
            run_due(office)
        except Exception as error:  # noqa: BLE001 (a thread that ended would run no job any more)
            log_error("jobs", error)


def start_jobs(office: Office) -> None:
    """Run the jobs in a thread that ends with the process."""
    threading.Thread(target=run_jobs, args=(office,), name="jobs", daemon=True).start()
