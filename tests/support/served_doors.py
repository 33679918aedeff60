"""A door under the real server, in this process: sockets outside, the office's own rows inside."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from tests.support.served import everything
from web.serving import PublicServer, ServingLimits
from web.serving_pace import PaceLimits

# Whoever is silent for so long is let go; a test waits for it.
IDLE_SECONDS = 1.0
PATIENCE_SECONDS = 15
QUICK = PaceLimits(head_seconds=IDLE_SECONDS, idle_seconds=IDLE_SECONDS)


@dataclass
class ServedDoor:
    """A door that is served."""

    server: PublicServer

    def connect(self) -> socket.socket:
        """Return a connection on which nothing may take long."""
        host, port = self.server.bind_addr[:2]
        return socket.create_connection((host, port), timeout=PATIENCE_SECONDS)

    def ask(self, *pieces: bytes) -> bytes:
        """Send pieces, end, and return everything that is answered.

        Raises:
            TimeoutError: the door neither answers nor closes.
        """
        with self.connect() as sock:
            try:
                for piece in pieces:
                    sock.sendall(piece)
                sock.shutdown(socket.SHUT_WR)
            except TimeoutError:
                raise
            except OSError:
                # It was refused, and the connection closed, before all of it was sent.
                return everything(sock)
            return everything(sock)

    def drop(self, *pieces: bytes) -> None:
        """Send pieces and vanish: the door's next answer meets a reset."""
        with self.connect() as sock:
            for piece in pieces:
                sock.sendall(piece)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def settle(self) -> None:
        """Wait until no thread serves anybody.

        Raises:
            AssertionError: one does not come back.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        while self.server.busy or self.server.requests.qsize:
            assert time.monotonic() < until, "a thread hangs"
            time.sleep(0.01)


@contextmanager
def served_door(app: Flask, threads: int = 4) -> Iterator[ServedDoor]:
    """Serve a door of this process on a free port."""
    limits = ServingLimits(threads=threads, pace=QUICK, stop_seconds=2)
    server = PublicServer(app, "127.0.0.1:0", limits, is_shared=False)
    server.prepare()
    serving = threading.Thread(target=server.serve, name="accept")
    serving.start()
    try:
        yield ServedDoor(server)
    finally:
        server.stop()
        serving.join()
