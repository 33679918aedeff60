"""A careless program, on purpose: takes an upload as web frameworks do, and keeps what it saw.

Only the control of the seizure tests runs it: a search that finds nothing here is no search.
"""

import gzip
import logging
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from flask import Flask, request
from werkzeug.serving import make_server

KEPT_NAME = "kept.db"


def careless_app(folder: Path) -> Flask:
    """Return an app that makes each of the mistakes that the harness looks for."""
    app = Flask("careless")

    @app.post("/report")
    def take() -> str:
        uploaded = request.files["attachments"]  # Spooled to a temporary file when it is large.
        uploaded.seek(0, 2)
        with closing(sqlite3.connect(folder / KEPT_NAME)) as connection, connection:
            connection.execute("CREATE TABLE kept (name TEXT, text BLOB)")
            words = request.form["statement"].encode("utf-16-le")
            connection.execute("INSERT INTO kept VALUES (?, ?)", (uploaded.filename, words))
        (folder / "reply.gz").write_bytes(gzip.compress(request.form["reply"].encode()))
        logging.getLogger("careless").error("%s %s", request.remote_addr, request.user_agent)
        return "kept"

    return app


def main() -> None:
    """Serve on a port, keeping things in a folder; both are the arguments."""
    logging.basicConfig(stream=sys.stderr)
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    make_server("127.0.0.1", port, careless_app(folder)).serve_forever()


if __name__ == "__main__":
    main()
