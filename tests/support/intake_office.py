"""The public door over a whole office, and a reporter who uses it as a browser without scripts."""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import IO

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, stream_encode_multipart

from cases.case_file import CaseFile, open_case
from cases.database import Database
from cases.queue import Wanted, list_cases
from cases.records import CaseRecord, DraftFileRecord, EntryRecord
from intake.app import create_app
from tests.support.office import SERVER_SECRET, TestOffice, open_office, public_side
from tests.support.webapp import settings_in

BOUNDARY = "form-boundary-of-a-browser"
HOST = {"Host": "127.0.0.1"}
FORM = re.compile(r'<form method="post" action="([^"]*)".*?</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
TEXT_BOX = re.compile(r'<textarea id="([^"]*)".*?>\n(.*?)</textarea>', re.DOTALL)

Words = Mapping[str, str | Sequence[str]]
File = tuple[str, bytes]


@dataclass
class IntakeOffice:
    """An office with its public door open."""

    office: TestOffice
    app: Flask
    public: Database

    def close(self) -> None:
        """Give back every connection."""
        self.public.close()
        self.office.office.database.close()

    def reporter(self, address: str = "127.0.0.1") -> "Reporter":
        """Return somebody with a fresh browser."""
        return Reporter(self.app.test_client(), address)

    def cases(self) -> int:
        """Return how many cases there are."""
        return self._count(CaseRecord)

    def entries(self) -> int:
        """Return how many sealed texts there are."""
        return self._count(EntryRecord)

    def kept_files(self) -> int:
        """Return how many files unfinished forms have."""
        return self._count(DraftFileRecord)

    def read_first(self, unit: str) -> CaseFile:
        """Return the newest case of a unit, opened by its reviewer."""
        signed_in = self.office.reviewers[unit]
        page = list_cases(self.office.office, signed_in, Wanted())
        return open_case(self.office.office, signed_in, page.rows[0].ref)

    def read_saying(self, unit: str, words: str) -> CaseFile:
        """Return the one case of a unit with these words, opened by its reviewer."""
        signed_in = self.office.reviewers[unit]
        with self.office.office.database.reading() as session:
            refs = session.scalars(select(CaseRecord.ref)).all()
        opened = [open_case(self.office.office, signed_in, ref) for ref in refs]
        (found,) = [case for case in opened if case.report.statement == words]
        return found

    def listed(self, unit: str) -> int:
        """Return how many cases a unit's reviewer sees."""
        signed_in = self.office.reviewers[unit]
        return len(list_cases(self.office.office, signed_in, Wanted()).rows)

    def _count(self, table: type[CaseRecord | EntryRecord | DraftFileRecord]) -> int:
        with self.office.office.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@dataclass
class Reporter:
    """Somebody with a browser: cookies, no script, and what hidden fields say."""

    client: FlaskClient
    address: str
    hidden: dict[str, str] = field(default_factory=dict)
    line: Callable[[IO[bytes]], IO[bytes]] = lambda body: body

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page; its first form becomes the one that is sent next."""
        answer = self.client.get(path, headers={**HOST, **headers}, environ_base=self._place())
        return self._seen(answer)

    def post(self, path: str, words: Words, files: Sequence[File] = ()) -> TestResponse:
        """Send the form that is open, with these words in it and these files last."""
        sent: MultiDict[str, object] = MultiDict({**self.hidden, **words})
        sent.setlist(
            "attachments", [FileStorage(io.BytesIO(content), name) for name, content in files]
        )
        # Werkzeug's own boundaries are sometimes longer than RFC 2046 allows.
        body, _, _ = stream_encode_multipart(sent, use_tempfile=False, boundary=BOUNDARY)
        answer = self.client.post(
            path,
            input_stream=self.line(body),
            headers=HOST,
            content_type=f'multipart/form-data; boundary="{BOUNDARY}"',
            environ_base=self._place(),
        )
        return self._seen(answer)

    def report(
        self, statement: str, files: Sequence[File] = (), **words: str | Sequence[str]
    ) -> TestResponse:
        """Send the report form that is open."""
        return self.post("/report", {"action": "send", "statement": statement, **words}, files)

    def file(self, statement: str = "Chuyện đã xảy ra.", **words: str | Sequence[str]) -> str:
        """File a report from a fresh form and return its receipt."""
        self.get("/report")
        return receipt_of(self.report(statement, (), **words))

    def sign_in(self, receipt: str) -> TestResponse:
        """Open the thread of a receipt."""
        self.get("/case")
        self.post("/case", {"receipt": receipt})
        return self.get("/case")

    def _seen(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype == "text/html" and (form := FORM.search(answer.text)):
            self.hidden = hidden_of(form.group())
        return answer

    def _place(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.address}


def hidden_of(form: str) -> dict[str, str]:
    """Return the hidden fields of a form."""
    return {name: unescape(value) for name, value in HIDDEN.findall(form)}


def form_to(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the page's form that is sent to an address."""
    forms = (found for found in FORM.finditer(page) if found[1] == action)
    return hidden_of(next(forms).group())


def receipt_of(answer: TestResponse) -> str:
    """Return the code of a receipt page."""
    found = re.search(r'id="receipt">([^<]*)<', answer.text)
    assert found is not None, f"no receipt, status {answer.status_code}"
    return found[1]


def box_text(page: str, box: str) -> str:
    """Return what stands in a text box."""
    return unescape(dict(TEXT_BOX.findall(page))[box])


def title_of(page: str) -> str:
    """Return the page's title."""
    found = re.search(r"<title>(.*?)</title>", page)
    assert found is not None
    return unescape(found[1])


def open_intake(
    folder: Path, changes: Mapping[str, str] | None = None, database_url: str = ""
) -> IntakeOffice:
    """Return an office in a folder, every unit staffed, with its public door open.

    Where the engine has roles, the door works under its own.
    """
    office = open_office(folder, database_url=database_url)
    settings = settings_in(folder / "instance", changes)
    public = public_side(office.office)
    return IntakeOffice(office, create_app(settings, public, SERVER_SECRET), public.database)
