"""A program that serves a small app, and raw sockets that talk to it as no browser would."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.instance import operator_of

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import gc, sys, time
from flask import Flask, Response, request
from web.attachments import UploadPolicy
from web.logs import start_logs
from web.multipart import UploadRequest, abort_unclaimed
from web.serving import ServingLimits, serve
from web.serving_pace import PaceLimits
from cases.uploads import SealingSink
from cases.vault import Vault
from datetime import date

folder, settings = sys.argv[1], eval(sys.argv[2])
vault = Vault(folder + "/vault", date.today)
app = Flask("served")
app.request_class = UploadRequest
app.teardown_request(lambda _: abort_unclaimed(request))

@app.get("/")
def hello():
    return "hello"

@app.get("/collector")
def collector():
    return f"{gc.isenabled()} {gc.get_freeze_count() > 10_000}"

@app.get("/bytes/<int:length>")
def many(length):
    return Response((bytes(65536) for _ in range(length >> 16)), content_type="text/plain")

@app.get("/slow")
def slow():
    time.sleep(1)
    return "slow"

@app.get("/broken")
def broken():
    raise RuntimeError("a value of the request")

@app.post("/unread")
def unread():
    return "not read"

@app.post("/files")
def files():
    request.upload_policy = UploadPolicy(
        max_file_bytes=1 << 30, max_total_bytes=1 << 30, max_files=9,
        check_token=lambda fields: None, open_sink=lambda name: SealingSink(vault, name),
    )
    request.form
    return " ".join(str(upload.claim().length) for upload in request.uploads)

app.config["PROPAGATE_EXCEPTIONS"] = True
start_logs()
pace = PaceLimits(**settings.pop("pace", {}))
limits = ServingLimits(pace=pace, **settings)
serve(app, "127.0.0.1:0", limits, on_ready=lambda place: print(place, flush=True))
print("ended", flush=True)
"""


@dataclass
class Served:
    """The running program."""

    running: subprocess.Popen[str]
    folder: Path
    address: tuple[str, int]
    words: Path

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=20)

    def ask(self, request: bytes) -> bytes:
        """Send bytes and return everything that is answered."""
        with self.connect() as sock:
            sock.sendall(request)
            return everything(sock)

    def get(self, path: str = "/") -> bytes:
        return self.ask(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())

    def stop(self) -> float:
        """Tell it to stop; return how many seconds it took."""
        began = time.monotonic()
        self.running.send_signal(signal.SIGTERM)
        self.running.wait(timeout=60)
        return time.monotonic() - began

    def stored(self) -> list[Path]:
        return [path for path in (self.folder / "vault").rglob("*") if path.is_file()]


def everything(sock: socket.socket) -> bytes:
    """Return what arrives until the other side closes, however it does."""
    answer = b""
    try:
        while piece := sock.recv(65536):
            answer += piece
    except ConnectionError:
        pass
    return answer


def upload_head(length: int, path: str = "/files") -> bytes:
    """Return the beginning of an upload of so many bytes, up to the first byte of its file."""
    head = b'--b\r\nContent-Disposition: form-data; name="attachments"; filename="f"\r\n\r\n'
    total = len(head) + length + len(UPLOAD_END)
    return (
        f"POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {total}\r\n\r\n"
    ).encode() + head


UPLOAD_END = b"\r\n--b--\r\n"


@contextmanager
def served(folder: Path, *before: str, **settings: object) -> Iterator[Served]:
    """Run the program on a free port; ``before`` is what it is started by, such as strace."""
    words = folder / "words"
    command = [*before, sys.executable, "-c", PROGRAM, str(folder), repr(settings)]
    with words.open("w") as out:
        running = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(folder)},
        )
        assert running.stdout is not None
        with running, running.stdout:
            try:
                host, port = running.stdout.readline().strip().rsplit(":", 1)
                yield Served(running, folder, (host, int(port)), words)
            finally:
                if running.poll() is None:
                    # A watcher that is killed would leave the watched program running.
                    os.kill(operator_of(running.pid), signal.SIGKILL)
