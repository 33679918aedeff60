"""The public door of a whole office: ``python -m bench.report_app FOLDER DATABASE_URL``.

Prints its address and serves until it is told to stop, as ``python -m intake`` does.
"""

import sys
from pathlib import Path

from bench.offices import staffed_office
from web.logs import start_logs
from web.serving import serve


def main(folder: Path, database_url: str) -> None:
    """Make the office and open its door."""
    start_logs()
    app = staffed_office(folder, database_url).public_door(folder)
    serve(app, "127.0.0.1:0", on_ready=lambda at: print(at, flush=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
