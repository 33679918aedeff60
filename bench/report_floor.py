"""The floor of ``report``: ``python -m bench.report_floor FOLDER DATABASE_URL``.

The same server, a Flask app with a view for each request, pages made beforehand, and one durable
INSERT in a database of the same engine with the same durability.
"""

import sys
from pathlib import Path

from flask import Flask, Response, request
from sqlalchemy import Column, Integer, MetaData, String, Table, insert

from cases.database import Database
from web.serving import serve

FORM_FILE, RECEIPT_FILE = "form.page", "receipt.page"
REPORTS = Table(
    "reports",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("statement", String, nullable=False),
)


def make_app(database: Database, form: bytes, receipt: bytes) -> Flask:
    """Return an app that shows a form and keeps what is sent."""
    app = Flask(__name__)

    def show_form() -> Response:
        return Response(form, headers={"Content-Encoding": "gzip"}, content_type="text/html")

    def send_form() -> Response:
        statement = request.form["statement"]
        with database.engine.connect() as plain:
            connection = plain.execution_options(writing=True)
            with connection.begin():
                connection.execute(insert(REPORTS).values(statement=statement))
        return Response(receipt, content_type="text/html")

    app.add_url_rule("/report", "form", show_form)
    app.add_url_rule("/report", "send", send_form, methods=["POST"])
    return app


def main(folder: Path, database_url: str) -> None:
    """Serve the pages of a folder."""
    database = Database(database_url)
    database.make_file()
    with database.engine.begin() as connection:
        REPORTS.metadata.create_all(connection)
    app = make_app(
        database, (folder / FORM_FILE).read_bytes(), (folder / RECEIPT_FILE).read_bytes()
    )
    serve(app, "127.0.0.1:0", on_ready=lambda at: print(at, flush=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
