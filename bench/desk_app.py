"""The desk over an office that is there already: ``python -m bench.desk_app FOLDER DATABASE_URL``.

Prints its address and serves until it is told to stop.
"""

import sys
from pathlib import Path

from bench.offices import reopened
from review.app import create_app
from tests.support.office import SERVER_SECRET
from tests.support.webapp import settings_in
from web.logs import start_logs
from web.serving import serve


def main(folder: Path, database_url: str) -> None:
    """Open the desk."""
    start_logs()
    app = create_app(
        settings_in(folder / "instance"), reopened(folder, database_url), SERVER_SECRET
    )
    serve(app, "127.0.0.1:0", on_ready=lambda at: print(at, flush=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
