"""A large attachment over loopback, beside the same server and parser writing the same bytes."""

import os
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.programs import running
from bench.rows import Row, at_most, beside

MEBIBYTE = 1 << 20
LARGE_MEBIBYTES = 1024
# The size at which the peers were measured; the fastest of them took 82 MiB/s.
PEERS_MEBIBYTES = 100
PEERS_WANTED = 5 * 82
ROUNDS = 3
WANTED_RATIO = 0.7
WANTED_MEMORY_MEBIBYTES = 32
BLOCK = os.urandom(MEBIBYTE)
# As long as a browser's: the shorter a boundary, the longer the search for it.
BOUNDARY = b"----WebKitFormBoundary7MA4YWxkTrZu0gW"
HEAD = (
    b"--"
    + BOUNDARY
    + b'\r\nContent-Disposition: form-data; name="attachments"; filename="f"\r\n\r\n'
)
END = b"\r\n--" + BOUNDARY + b"--\r\n"


@dataclass(frozen=True)
class Measured:
    """A server that takes uploads, and what the system says of it."""

    address: tuple[str, int]
    pid: int
    folder: Path

    def rate(self, kind: str, mebibytes: int) -> float:
        """Return the MiB/s of one upload, from the first byte sent to the answer."""
        length = len(HEAD) + mebibytes * MEBIBYTE + len(END)
        began = time.perf_counter()
        with socket.create_connection(self.address) as sock:
            sock.sendall(_request_head(kind, length) + HEAD)
            for _ in range(mebibytes):
                sock.sendall(BLOCK)
            sock.sendall(END)
            answer = b"".join(iter(lambda: sock.recv(4096), b""))
        took = time.perf_counter() - began
        self._forget()
        if not answer.endswith(f"0 {mebibytes * MEBIBYTE}".encode()):
            raise RuntimeError("the upload did not arrive")
        return mebibytes / took

    def memory(self, field: str) -> float:
        """Return a line of the system's status of the server, in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith(f"{field}:"))
        return int(line.split()[1]) / 1024

    def _forget(self) -> None:
        for path in self.folder.rglob("*"):
            if path.is_file():
                path.unlink()


def run() -> list[Row]:
    """Return what an upload reaches, how much memory it takes, and the rate at the peers' size."""
    with _server() as server:
        idle = server.memory("VmRSS")
        server.rate("sealed", LARGE_MEBIBYTES)
        memory = server.memory("VmHWM") - idle
        # Interleaved, so that what else the machine does falls on both alike.
        pairs = [
            (server.rate("plain", LARGE_MEBIBYTES), server.rate("sealed", LARGE_MEBIBYTES))
            for _ in range(ROUNDS)
        ]
        small = max(server.rate("sealed", PEERS_MEBIBYTES) for _ in range(ROUNDS))
    floor, sealed = (max(rates) for rates in zip(*pairs, strict=True))
    return [
        # Where there is a floor, the ratio is what is wanted.
        beside("upload", sealed, floor, "MiB/s", WANTED_RATIO),
        at_most("upload_memory_mib", memory, "MiB", WANTED_MEMORY_MEBIBYTES),
        Row(name="upload_100_mib", value=small, unit="MiB/s", wanted=PEERS_WANTED),
    ]


@contextmanager
def _server() -> Iterator[Measured]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running("bench.upload_app", folder) as (program, address),
    ):
        server = Measured(address, program.pid, Path(folder))
        for kind in ("plain", "sealed"):
            server.rate(kind, 16)
        yield server


def _request_head(kind: str, length: int) -> bytes:
    return (
        f"POST /{kind} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY.decode()}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode("ascii")
