"""The reviewers' desk as a program: ``python -m review``, with the jobs of time beside it."""

import web.uncollected  # noqa: F401 (before all else)
from review.app import create_app
from web.embedded_jobs import start_jobs
from web.logs import start_logs
from web.serving import harden_process
from web.starting import (
    app_or_exit,
    office_or_exit,
    serve_or_exit,
    server_secret_or_exit,
    settings_or_exit,
)


def main() -> None:
    """Serve the desk until SIGTERM."""
    harden_process()
    start_logs()
    settings = settings_or_exit()
    office = office_or_exit(settings)
    secret = server_secret_or_exit(settings)
    app = app_or_exit(lambda: create_app(settings, office, secret))
    if settings.embedded_jobs:
        start_jobs(office, settings)
    serve_or_exit(app, "desk_bind", settings)


if __name__ == "__main__":
    main()
