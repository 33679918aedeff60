"""Letters go to the one mail server, by TLS whose certificate is checked, and nothing before."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from cases.errors import MailServerAwayError
from cases.letters import Letter
from cases.mailing import MailServer, Tls, open_line
from tests.support.mail_house import (
    ACCOUNT,
    PASSWORD,
    SENDER,
    MailHouse,
    lets_in,
    running_house,
)

LETTER = Letter("a" * 26, "lan@example.test").written(SENDER, 1_800_000_000)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a certificate of 127.0.0.1, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "mail.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return path


def shown(certificate: Path) -> ssl.SSLContext:
    """Return the server's side of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def believed(certificate: Path) -> ssl.SSLContext:
    """Return trust in this certificate alone."""
    return ssl.create_default_context(cafile=str(certificate))


def send(house: MailHouse, server: MailServer) -> list[str]:
    with open_line(server, SENDER) as line:
        line.send(LETTER, "lan@example.test")
    return house.readers


def of(house: MailHouse, tls: Tls, **changes: object) -> MailServer:
    return replace(MailServer.parse(house.url), tls=tls, **changes)  # type: ignore[arg-type]  # by name


@pytest.fixture
def started(certificate: Path) -> Iterator[MailHouse]:
    """Yield a server that asks for STARTTLS before all else."""
    with running_house(tls_context=shown(certificate), require_starttls=True) as house:
        yield house


@pytest.fixture
def whole(certificate: Path) -> Iterator[MailHouse]:
    """Yield a server that speaks TLS from the start."""
    with running_house(ssl_context=shown(certificate)) as house:
        yield house


def test_a_letter_goes_by_starttls_where_the_certificate_is_believed(
    started: MailHouse, certificate: Path
) -> None:
    server = of(started, Tls.START, trust=believed(certificate))
    assert send(started, server) == ["lan@example.test"]


def test_a_letter_goes_by_tls_from_the_start(whole: MailHouse, certificate: Path) -> None:
    server = of(whole, Tls.WHOLE, trust=believed(certificate))
    assert send(whole, server) == ["lan@example.test"]


def test_a_certificate_that_nobody_vouches_for_is_refused(
    started: MailHouse, whole: MailHouse
) -> None:
    for house, tls in ((started, Tls.START), (whole, Tls.WHOLE)):
        with pytest.raises(MailServerAwayError, match="SSLCertVerificationError"):
            send(house, of(house, tls))
        assert house.taken == []


def test_a_certificate_of_another_name_is_refused(started: MailHouse, certificate: Path) -> None:
    server = of(started, Tls.START, trust=believed(certificate), host="localhost")
    with pytest.raises(MailServerAwayError, match="SSLCertVerificationError"):
        send(started, server)


def test_a_server_that_offers_no_tls_is_told_nothing() -> None:
    with running_house() as house:
        with pytest.raises(MailServerAwayError, match="SMTPNotSupportedError"):
            send(house, of(house, Tls.START, account=ACCOUNT, password=PASSWORD))
        assert (house.taken, house.tries) == ([], [])


def test_the_account_and_password_of_the_address_let_us_in(
    certificate: Path,
) -> None:
    with running_house(
        tls_context=shown(certificate), authenticator=lets_in, auth_required=True
    ) as house:
        account = f"{quote(ACCOUNT, safe='')}:{quote(PASSWORD, safe='')}"
        parsed = MailServer.parse(f"smtp://{account}@mail.example.test:{house.port}")
        assert (parsed.account, parsed.password) == (ACCOUNT, PASSWORD)
        server = replace(parsed, host="127.0.0.1", trust=believed(certificate))
        assert send(house, server) == ["lan@example.test"]
        with pytest.raises(MailServerAwayError, match="SMTPAuthenticationError 535") as refusal:
            send(house, replace(server, password="another"))
        assert "another" not in str(refusal.value)


def test_a_server_that_says_nothing_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = MailServer("127.0.0.1", silent.getsockname()[1], Tls.NONE, answer_seconds=0.2)
        with (
            pytest.raises(MailServerAwayError, match="SMTPServerDisconnected"),
            open_line(server, SENDER),
        ):
            pass


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtps://mail.example.test", "mail.example.test", 465, Tls.WHOLE),
        ("smtp://mail.example.test", "mail.example.test", 587, Tls.START),
        ("smtp://mail.example.test:2525", "mail.example.test", 2525, Tls.START),
        ("smtp://10.0.0.5", "10.0.0.5", 587, Tls.START),
        ("smtp://localhost.example.test", "localhost.example.test", 587, Tls.START),
        ("smtp://localhost", "localhost", 25, Tls.NONE),
        ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, Tls.NONE),
        ("smtp://[::1]", "::1", 25, Tls.NONE),
        ("smtps://127.0.0.1", "127.0.0.1", 465, Tls.WHOLE),
    ],
)
def test_only_what_never_leaves_this_machine_goes_without_tls(
    url: str, host: str, port: int, tls: Tls
) -> None:
    server = MailServer.parse(url)
    assert (server.host, server.port, server.tls) == (host, port, tls)


def test_a_server_does_not_print_its_password() -> None:
    server = MailServer.parse("smtps://lan:hunter2@mail.example.test")
    assert "hunter2" not in f"{server!r} {server}"
