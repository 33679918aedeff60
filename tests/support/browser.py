"""A browser without scripts, on plain HTTP/1.1: cookies, links and forms, as a test client."""

import http.client
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import urlencode, urljoin, urlsplit

from tests.support.html import Document, Form, read_document

USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
FORM_TYPE = "application/x-www-form-urlencoded"
REDIRECTS = {301, 302, 303, 307, 308}
Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class File:
    """A file on its way into a form; large ones come in pieces."""

    name: str
    content: bytes = b""
    field: str = "attachments"


@dataclass(frozen=True)
class Answer:
    """One response: its own address, status, headers and body."""

    url: str
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode("utf-8")

    @property
    def document(self) -> Document:
        """Return the page, taken apart."""
        return read_document(self.text)

    def form(self, action: str) -> Form:
        """Return the form that is sent to a path.

        Raises:
            LookupError: the page has none or several.
        """
        found = [form for form in self.document.forms if self.path_of(form) == action]
        if len(found) != 1:
            raise LookupError(f"{len(found)} forms for {action} on {self.url} ({self.status})")
        return found[0]

    def path_of(self, form: Form) -> str:
        """Return the path a form is sent to; without an action that is the page's own."""
        return urlsplit(urljoin(self.url, form.action)).path


@dataclass
class Browser:
    """One visitor at one door."""

    origin: str
    source: str = "127.0.0.1"
    user_agent: str = USER_AGENT
    cookies: dict[str, str] = field(default_factory=dict)
    seen: list[Answer] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)

    def get(self, path: str) -> Answer:
        """Open a page of this door, and follow where it leads within it."""
        return self._follow(self.request("GET", path))

    def post(self, path: str, fields: Fields, files: Sequence[File] = ()) -> Answer:
        """Send a form: multipart when it has files, else urlencoded."""
        if not files:
            body = urlencode(fields).encode()
            return self._follow(self.request("POST", path, body, {"Content-Type": FORM_TYPE}))
        content_type, multipart = multipart_of(fields, files)
        return self._follow(self.request("POST", path, multipart, {"Content-Type": content_type}))

    def submit(
        self,
        page: Answer,
        action: str,
        typed: Mapping[str, str | Sequence[str]],
        files: Sequence[File] = (),
    ) -> Answer:
        """Fill the page's form for ``action`` and send it; unknown fields are a mistake."""
        form = page.form(action)
        fields = form.filled(typed)
        if form.is_multipart and not files:
            files = (File(""),)
        return self.post(action, fields, files)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and return its answer, following nothing."""
        connection = self.connect()
        try:
            connection.request(method, path, body, {**self.headers(), **(headers or {})})
            return self.take(connection, path)
        finally:
            connection.close()

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection to the door, from this visitor's address."""
        netloc = urlsplit(self.origin).netloc
        return http.client.HTTPConnection(netloc, timeout=120, source_address=(self.source, 0))

    def headers(self) -> dict[str, str]:
        """Return what this browser sends with everything."""
        sent = {"User-Agent": self.user_agent}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return sent

    def take(self, connection: http.client.HTTPConnection, path: str) -> Answer:
        """Read the answer on a connection, and keep its cookies."""
        response = connection.getresponse()
        answer = Answer(self.origin + path, response.status, response.headers, response.read())
        for line in response.headers.get_all("Set-Cookie", []):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0]
            self.cookies.pop(name, None)
            if value and "max-age=0" not in line.lower():
                self.cookies[name] = value
        self.seen.append(answer)
        self.visited.append(path)
        return answer

    def _follow(self, answer: Answer) -> Answer:
        for _ in range(5):
            location = answer.headers.get("Location")
            if answer.status not in REDIRECTS or location is None:
                return answer
            target = urlsplit(urljoin(answer.url, location))
            if f"{target.scheme}://{target.netloc}" != self.origin:
                return answer
            query = f"?{target.query}" if target.query else ""
            answer = self.request("GET", target.path + query)
        raise AssertionError("redirected without end")


def multipart_of(fields: Fields, files: Sequence[File]) -> tuple[str, bytes]:
    """Return content type and body of a form as browsers send it."""
    boundary = new_boundary()
    parts = [*field_parts(boundary, fields)]
    for file in files:
        parts += [file_head(boundary, file), file.content, b"\r\n"]
    return f"multipart/form-data; boundary={boundary}", b"".join([*parts, closing(boundary)])


def new_boundary() -> str:
    """Return a boundary that is in no file."""
    return f"----liemchinh-test-{secrets.token_hex(12)}"


def field_parts(boundary: str, fields: Fields) -> Iterator[bytes]:
    """Return each text field as a part."""
    for name, value in fields:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        yield head.encode() + value.encode() + b"\r\n"


def file_head(boundary: str, file: File) -> bytes:
    """Return what stands before a file's bytes."""
    quoted = file.name.replace('"', "%22")
    return (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{file.field}";'
        f' filename="{quoted}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    ).encode()


def closing(boundary: str) -> bytes:
    """Return the end of a multipart body."""
    return f"--{boundary}--\r\n".encode()


def send_in_pieces(
    browser: Browser, path: str, content_type: str, pieces: Iterable[bytes], length: int
) -> Answer:
    """Send a body piece by piece, at the pace of ``pieces``, and return the answer.

    It begins when a thread of the server asks for it (RFC 9110 §10.1.1).
    """
    connection = browser.connect()
    try:
        connection.putrequest("POST", path)
        sent = {**browser.headers(), "Content-Type": content_type, "Content-Length": str(length)}
        for name, value in {**sent, "Expect": "100-continue"}.items():
            connection.putheader(name, value)
        connection.endheaders()
        _await_continue(connection)
        for piece in pieces:
            connection.send(piece)
        return browser.take(connection, path)
    finally:
        connection.close()


def _await_continue(connection: http.client.HTTPConnection) -> None:
    said = b""
    while not said.endswith(b"\r\n\r\n") and (byte := connection.sock.recv(1)):
        said += byte
    assert said.startswith(b"HTTP/1.1 100 "), said
