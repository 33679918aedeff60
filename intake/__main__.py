"""The public door as a program: ``python -m intake``."""

import web.uncollected  # noqa: F401 (before all else)
from intake.app import create_app
from web.logs import start_logs
from web.serving import harden_process
from web.starting import (
    app_or_exit,
    public_office_or_exit,
    serve_or_exit,
    server_secret_or_exit,
    settings_or_exit,
)


def main() -> None:
    """Serve the public door until SIGTERM."""
    harden_process()
    start_logs()
    settings = settings_or_exit()
    secret = server_secret_or_exit(settings)
    office = public_office_or_exit(settings, secret)
    app = app_or_exit(lambda: create_app(settings, office, secret))
    serve_or_exit(app, "public_bind", settings, is_shared=settings.public_processes > 1)


if __name__ == "__main__":
    main()
