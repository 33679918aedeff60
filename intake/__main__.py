"""The public door as a program: ``python -m intake``."""

from intake.app import create_app
from web.logs import start_logs
from web.serving import ServingLimits, harden_process, serve
from web.starting import office_or_exit, server_secret_or_exit, settings_or_exit


def main() -> None:
    """Serve the public door until SIGTERM."""
    harden_process()
    start_logs()
    settings = settings_or_exit()
    app = create_app(settings, office_or_exit(settings), server_secret_or_exit(settings))
    limits = ServingLimits(threads=settings.threads)
    serve(app, settings.public_bind, limits, is_shared=settings.public_processes > 1)


if __name__ == "__main__":
    main()
