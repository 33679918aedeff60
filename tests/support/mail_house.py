"""A real mail server (aiosmtpd) that a test can break: away, refusing, or losing its lines."""

import asyncio
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as WRITTEN
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

SENDER = "ban-lam-viec@example.test"
TAKEN = "250 OK"
ACCOUNT, PASSWORD = "desk@mail", "pass:word/100%@"


@dataclass
class MailHouse:
    """What the server was handed in, and how it answers from now on."""

    port: int
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    # What came of each try, the lines that were cut among them.
    tries: list[str] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    to_mailbox: str = TAKEN
    to_letter: str = TAKEN
    cuts_in_midst: bool = False
    cuts_before_answer: bool = False
    # Whatever came of a letter, it is not answered before this is set.
    goes_on: Event = field(default_factory=Event)
    is_asked: Event = field(default_factory=Event)
    controller: Controller | None = None

    def __post_init__(self) -> None:
        self.goes_on.set()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def readers(self) -> list[str]:
        """Return to whom letters came, in their order."""
        return [address for address, _ in self.taken]

    def open(self, **parameters: Any) -> None:
        """Take letters from now on."""
        self.controller = HouseController(self, parameters)
        self.controller.start()

    def shut(self) -> None:
        """Be away from now on."""
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    async def handle_EHLO(  # noqa: N802 (a name of aiosmtpd's)
        self, _: SMTP, session: Session, __: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.greetings.append(hostname)
        return answers

    async def handle_RCPT(  # noqa: N802 (a name of aiosmtpd's)
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if self.to_mailbox == TAKEN:
            envelope.rcpt_tos.append(address)
        else:
            self.tries.append(self.to_mailbox)
        return self.to_mailbox

    async def handle_DATA(  # noqa: N802 (a name of aiosmtpd's)
        self, server: SMTP, _: Session, envelope: Envelope
    ) -> str:
        self.tries.append(self.to_letter)
        if self.to_letter == TAKEN:
            content = envelope.content
            assert isinstance(content, bytes)
            letter = message_from_bytes(content, EmailMessage, policy=WRITTEN)
            self.taken += [(address, letter) for address in envelope.rcpt_tos]
        self.is_asked.set()
        await asyncio.to_thread(self.goes_on.wait)
        if self.cuts_before_answer:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.to_letter


class HouseServer(SMTP):
    """The server, which can lose a line while a letter comes in."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 (a name of aiosmtpd's)
        if not self.event_handler.cuts_in_midst:
            await super().smtp_DATA(arg)
            return
        self.event_handler.tries.append("cut")
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        await self._reader.readline()
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.abort()


class HouseController(Controller):
    """Runs the server in a thread of its own."""

    def __init__(self, house: MailHouse, parameters: Mapping[str, Any]) -> None:
        super().__init__(house, "127.0.0.1", house.port, **parameters)

    def factory(self) -> SMTP:
        return HouseServer(self.handler, **self.SMTP_kwargs)


def lets_in(_: SMTP, __: Session, ___: Envelope, mechanism: str, given: object) -> AuthResult:
    """Let in who says the one account and password."""
    is_ours = isinstance(given, LoginPassword) and given == LoginPassword(
        ACCOUNT.encode(), PASSWORD.encode()
    )
    return AuthResult(success=is_ours, handled=False)


@contextmanager
def running_house(**parameters: Any) -> Iterator[MailHouse]:
    """Open a mail server on a free port, and shut it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        house = MailHouse(probe.getsockname()[1])
    house.open(**parameters)
    try:
        yield house
    finally:
        house.goes_on.set()
        house.shut()
