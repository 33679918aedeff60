"""A WSGI server in this process: streams both ways, keeps nothing, stops when it is told to.

Why this one: docs/adr/0007-server.md.
"""

import ctypes
import gc
import logging
import math
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cheroot.wsgi import Server

from web.logs import log_error, log_event
from web.serving_entrance import Entrance
from web.serving_pace import PaceLimits
from web.serving_requests import CROWDED_SECONDS, PacedConnection

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PR_SET_DUMPABLE: Final = 4
# mallopt(3): M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX.
KEPT_MEMORY: Final = ((-1, 64 << 20), (-3, 16 << 20), (-8, 2))
BACKLOG: Final = 1024
HEAD_BYTES: Final = 32 << 10
KEPT_OPEN: Final = 1000
OPEN_FILES: Final = 1 << 16
# A socket, a file of the vault, and for a moment a folder or a part of the database.
FILES_EACH: Final = 3
# After the last is refused: to read why, and after the cut, for a thread to clean up after itself.
WORDS_SECONDS: Final = 2
LAST_SECONDS: Final = 5
# How often it is looked whether somebody waits for a thread, or cannot be waited for.
ROOM_SECONDS: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class ServingLimits:
    """How many visitors at once, at what pace, and how long a stop may take."""

    threads: int = 600
    pace: PaceLimits = field(default_factory=PaceLimits)
    stop_seconds: float = 20


class PublicServer(Server):
    """The library's server, at our pace, without a word about itself or its visitors."""

    version = "liemchinh"
    ConnectionClass = PacedConnection
    max_request_header_size = HEAD_BYTES
    keep_alive_conn_limit = KEPT_OPEN
    entrance: Entrance

    def __init__(
        self, app: "WSGIApplication", bind: str, limits: ServingLimits, *, is_shared: bool
    ) -> None:
        self.pace = limits.pace
        self.busy: set[PacedConnection] = set()
        super().__init__(
            parse_bind(bind),
            app,
            numthreads=limits.threads,
            max=limits.threads,
            request_queue_size=BACKLOG,
            timeout=math.ceil(limits.pace.idle_seconds),
            shutdown_timeout=math.ceil(limits.stop_seconds) + 1,
            reuse_port=is_shared,
        )

    def bind(self, *arguments: Any) -> Entrance:
        """Bind to the address, and return where visitors come in."""
        self.socket = self.entrance = Entrance.of(super().bind(*arguments), self.requests.max)
        return self.entrance

    def process_conn(self, conn: PacedConnection) -> None:
        """Give a connection to a thread, once there is something to read."""
        # Browsers open connections ahead of time: waiting in the selector costs no thread.
        if conn.is_parked:
            super().process_conn(conn)
        else:
            conn.is_parked = True
            self.put_conn(conn)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log the class and place of an error; the library's own words hold addresses."""
        error = sys.exc_info()[1]
        if error is not None and traceback:
            log_error("serving", error)
        elif level >= logging.ERROR:
            log_event("serving failed", level)

    def make_room(self) -> None:
        """When threads or files run out and others wait, let go of the visitors who send least.

        Else 600 connections with a byte each would keep everybody out, again and again.
        """
        waiting = 0 if self.requests.idle else self.requests.qsize
        slow = [conn for conn in tuple(self.busy) if conn.is_slow]
        idle_seconds = self.pace.idle_seconds
        if self.entrance.is_crowded:
            # How many wait outside is not known. Who says nothing is let go sooner as well.
            waiting = max(waiting, len(slow) // 2 + 1)
            idle_seconds = min(idle_seconds, CROWDED_SECONDS)
        self.timeout = math.ceil(idle_seconds)
        for conn in sorted(slow, key=lambda each: each.rfile.speed)[:waiting]:
            conn.shut()

    def refuse_late(self, seconds: float) -> None:
        """Answer those whose request cannot be whole in so many seconds that it was not taken.

        Else a single file on a bad line would hold every stop for as long as it may take.
        """
        for conn in tuple(self.busy):
            if conn.is_late(seconds):
                conn.refuse()

    def cut(self) -> None:
        """End every conversation that is still going on."""
        for conn in tuple(self.busy):
            conn.shut()


def serve(
    app: "WSGIApplication",
    bind: str,
    limits: ServingLimits | None = None,
    *,
    is_shared: bool = False,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve an app until SIGTERM or SIGINT, and return when the last answer is sent.

    Must be called in the main thread. ``is_shared`` lets several processes listen on one port.
    ``on_ready`` is told the address, once it is listened on.

    Raises:
        OSError: the address cannot be listened on.
        ValueError: it is no ``host:port``.
    """
    chosen = limits or ServingLimits()
    harden_process()
    server = PublicServer(app, bind, chosen, is_shared=is_shared)
    told_to_stop = threading.Event()
    with _stop_signals(told_to_stop):
        server.prepare()
        _collect_from_now_on()
        if on_ready is not None:
            host, port = server.bind_addr[:2]
            on_ready(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        threading.Thread(target=_run, args=(server, told_to_stop), name="accept").start()
        threading.Thread(target=_keep_room, args=(server, told_to_stop), name="room").start()
        told_to_stop.wait()
        _stop(server, chosen.stop_seconds)


def harden_process() -> None:
    """Let nothing of this process's memory reach the disk, and no file of it be others' to read.

    No core dump, no debugger of the same account (prctl(2), PR_SET_DUMPABLE), files for their
    owner alone. The limit on open files rises to what 600 visitors with a file each need.
    """
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_open_files(), hard))
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        library.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        # Else each piece of an upload is given back to the system, and faulted in again for the
        # next one.
        for knob, value in KEPT_MEMORY:
            library.mallopt(knob, value)


def most_open_files() -> int:
    """Return how many files a program of ours may open: what the system lets it raise itself to."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)


def open_files_for(threads: int) -> int:
    """Return how many files so many visitors with a file each need, and those who only look."""
    return FILES_EACH * threads + KEPT_OPEN


def parse_bind(bind: str) -> tuple[str, int]:
    """Return host and port of ``host:port`` or ``[IPv6]:port``.

    Raises:
        ValueError: it is neither.
    """
    host, colon, port = bind.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdigit()):
        raise ValueError("an address is host:port")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _collect_from_now_on() -> None:
    # What a program is made of stays: looking through it again and again would find nothing.
    gc.freeze()
    gc.enable()


def _run(server: PublicServer, ended: threading.Event) -> None:
    try:
        server.serve()
    finally:
        # An accept loop that died must not leave a process behind that answers nobody.
        ended.set()


def _keep_room(server: PublicServer, ended: threading.Event) -> None:
    while not ended.wait(ROOM_SECONDS):
        server.make_room()


def _stop(server: PublicServer, seconds: float) -> None:
    """Let answers finish that can; a thread that hangs does not hold the process."""
    stopped = threading.Event()
    leave = threading.Timer(seconds + LAST_SECONDS, _leave)
    leave.daemon = True
    leave.start()
    threading.Thread(target=_let_go, args=(server, seconds, stopped), daemon=True).start()
    server.stop()
    stopped.set()
    leave.cancel()


def _let_go(server: PublicServer, seconds: float, stopped: threading.Event) -> None:
    """Refuse whoever cannot be waited for, and cut what is left in the end."""
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        server.refuse_late(left)
        if stopped.wait(min(ROOM_SECONDS, left)):
            return
    server.refuse_late(0)
    if not stopped.wait(min(WORDS_SECONDS, seconds)):
        server.cut()


def _leave() -> None:
    log_event("stopped with a thread still busy", logging.ERROR)
    os._exit(os.EX_SOFTWARE)


@contextmanager
def _stop_signals(told_to_stop: threading.Event) -> Iterator[None]:
    def tell(*_: Any) -> None:
        told_to_stop.set()

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
