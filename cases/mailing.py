"""Talking to the one mail server that the settings name, and to nobody else (RFC 5321).

The certificate is checked, and without TLS nothing is said but on this machine itself.
"""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from ipaddress import ip_address
from threading import Timer
from typing import Final
from urllib.parse import unquote, urlsplit

from cases.errors import MailboxRefusedError, MailServerAwayError

# Each answer of the server is waited for so long, and a letter as a whole.
ANSWER_SECONDS: Final = 20.0
LETTER_SECONDS: Final = 60.0
FINAL: Final = 500


class Tls(StrEnum):
    """When the line is secured: from its start, by STARTTLS before anything is said, or not."""

    WHOLE = "whole"
    START = "start"
    NONE = "none"


# RFC 8314: 465 for TLS from the start, 587 for submission with STARTTLS.
_PORTS: Final = {Tls.WHOLE: 465, Tls.START: 587, Tls.NONE: 25}


@dataclass(frozen=True, repr=False)
class MailServer:
    """Where letters are handed in. Never printed: it may hold a password."""

    host: str
    port: int
    tls: Tls
    account: str = ""
    password: str = ""
    # Whose certificates are believed; none: those that the machine believes.
    trust: ssl.SSLContext | None = None
    answer_seconds: float = ANSWER_SECONDS
    letter_seconds: float = LETTER_SECONDS

    @classmethod
    def parse(cls, url: str) -> "MailServer":
        """Return the server that an address names: smtp[s]://[account:password@]host[:port].

        Raises:
            ValueError: it is no such address.
        """
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        if not host or parts.scheme not in {"smtp", "smtps"} or port == 0:
            raise ValueError
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError
        if (parts.username is None) != (parts.password is None):
            raise ValueError
        account, password = unquote(parts.username or ""), unquote(parts.password or "")
        if not f"{account}{password}".isascii():
            # The standard library says them in ASCII only.
            raise ValueError
        plain = Tls.NONE if is_this_machine(host) else Tls.START
        tls = Tls.WHOLE if parts.scheme == "smtps" else plain
        return cls(host, port or _PORTS[tls], tls, account, password)


def is_this_machine(host: str) -> bool:
    """Return whether what is said to a host never leaves this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class MailLine:
    """An open conversation with the mail server."""

    def __init__(self, smtp: smtplib.SMTP, letter_seconds: float) -> None:
        self._smtp = smtp
        self._letter_seconds = letter_seconds

    def send(self, letter: EmailMessage, address: str) -> None:
        """Hand in one letter, within a time after which nothing of it is under way any more.

        Raises:
            MailboxRefusedError: the server took no letter for this address; the line goes on.
            MailServerAwayError: whether it was taken is not known, or the line is over.
        """
        watch = Timer(self._letter_seconds, self._cut)
        watch.start()
        try:
            self._smtp.send_message(letter, str(letter["From"]), [address])
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(*(code for code, _ in error.recipients.values())) from None
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code) from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise _away(error) from None
        finally:
            watch.cancel()

    def _cut(self) -> None:
        line = self._smtp.sock
        if line is not None:
            with suppress(OSError):
                # The wire itself: TLS would wait for a word of parting.
                socket.socket.shutdown(line, socket.SHUT_RDWR)


@contextmanager
def open_line(server: MailServer, sender: str) -> Iterator[MailLine]:
    """Yield a line to the mail server, secured and let in.

    Raises:
        MailServerAwayError: it does not answer, cannot be trusted, or does not let us in.
    """
    try:
        smtp = _connected(server, sender.rpartition("@")[2])
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _away(error) from None
    try:
        yield MailLine(smtp, server.letter_seconds)
        with suppress(smtplib.SMTPException, OSError, ValueError):
            smtp.quit()
    finally:
        smtp.close()


def _connected(server: MailServer, own_name: str) -> smtplib.SMTP:
    # The name that we greet with is a setting: the machine's own is nobody's business.
    host, port, seconds = server.host, server.port, server.answer_seconds
    trust = server.trust or ssl.create_default_context()
    smtp = (
        smtplib.SMTP_SSL(host, port, own_name, timeout=seconds, context=trust)
        if server.tls is Tls.WHOLE
        else smtplib.SMTP(host, port, own_name, seconds)
    )
    try:
        if server.tls is Tls.START:
            smtp.starttls(context=trust)
        smtp.ehlo()
        if server.account:
            smtp.login(server.account, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _refused(*codes: int) -> MailboxRefusedError:
    return MailboxRefusedError(is_final=all(code >= FINAL for code in codes))


def _away(error: Exception) -> MailServerAwayError:
    code = getattr(error, "smtp_code", None)
    return MailServerAwayError(type(error).__name__ + (f" {code}" if code else ""))
