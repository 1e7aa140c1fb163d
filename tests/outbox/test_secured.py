"""Mail over TLS: STARTTLS and TLS from the first byte, with sign-in, to a real server whose certificate is from the
office's own authority; and what happens where the certificate does not fit."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.extensions import db
from app.outbox.delivery import deliver
from app.outbox.models import MailServer, Message, MessageState
from tests.smtp import MailServer as Mailbox
from tests.smtp import serve

USER, PASSWORD = "nhac-viec", "mật khẩu #1"


@dataclass(frozen=True)
class Papers:
    """An authority, and a certificate that it gave to one server, as files."""

    authority: Path
    chain: Path

    def for_server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)
        return context


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def issue(folder: Path, *, address: str = "127.0.0.1", until: int = 2090) -> Papers:
    """Papers of an authority of their own, for a server at `address`, until the end of a year."""
    folder.mkdir()
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]

    def certificate(name: str, key: ec.EllipticCurvePrivateKey, is_authority: bool) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_named(name))
            .issuer_name(_named("authority"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2090 if is_authority else until, 12, 31, tzinfo=UTC))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key()), critical=False
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        if is_authority:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        else:
            names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(keys[0], hashes.SHA256())

    def pem(found: x509.Certificate) -> bytes:
        return found.public_bytes(serialization.Encoding.PEM)

    authority = folder / "authority.pem"
    authority.write_bytes(pem(certificate("authority", keys[0], True)))
    chain = folder / "server.pem"
    private = keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain.write_bytes(private + pem(certificate("server", keys[1], False)))
    return Papers(authority, chain)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return issue(tmp_path_factory.mktemp("tls") / "own")


@contextmanager
def secured(papers: Papers, security: str) -> Iterator[tuple[Mailbox, int, list[bytes]]]:
    """A mail server that wants TLS and a name with a password; the names with which somebody tried."""
    logins: list[bytes] = []

    def known(_server, _session, _envelope, _mechanism, data: LoginPassword) -> AuthResult:
        logins.append(data.login)
        right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    context = papers.for_server()
    if security == "starttls":
        more: dict[str, Any] = {"tls_context": context, "require_starttls": True, "auth_required": True}
    else:
        # Of TLS that is there from the first byte the library's own check knows nothing.
        more = {"ssl_context": context, "auth_require_tls": False}
    with serve(authenticator=known, **more) as (server, port):
        yield server, port, logins


@pytest.fixture(params=["starttls", "tls"])
def security(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def use(app, security) -> Callable[..., None]:
    """Set the one mail server of the installation."""

    def set_to(port: int, authority: Path | None, password: str = PASSWORD) -> None:
        app.config.update(
            MAIL_SERVER="127.0.0.1", MAIL_PORT=port, MAIL_USERNAME=USER, MAIL_PASSWORD=password,
            MAIL_USE_TLS=security == "starttls", MAIL_USE_SSL=security == "tls",
            MAIL_CA_FILE=str(authority or ""), MAIL_TIMEOUT_SECONDS=10,
        )  # fmt: skip

    return set_to


def test_mails_go_over_a_checked_connection_after_signing_in(queue, use, papers, security, now):
    queue("a"), queue("b")
    with secured(papers, security) as (server, port, logins):
        use(port, papers.authority)
        assert deliver(lambda: now) == {"sent": 2}
        assert logins == [USER.encode()]
    assert server.recipients() == ["a@lamgiang.test", "b@lamgiang.test"]
    assert server.secured == 2


@pytest.mark.parametrize("fault", ["unknown authority", "another authority", "another server", "run out"])
def test_a_certificate_that_does_not_fit_gets_neither_password_nor_mail(
    queue, use, papers, security, now, tmp_path, fault
):
    queue("a"), queue("b")
    theirs, ours = papers, papers.authority
    match fault:
        case "unknown authority":
            ours = None
        case "another authority":
            ours = issue(tmp_path / "other").authority
        case "another server":
            theirs = issue(tmp_path / "elsewhere", address="127.0.0.2")
            ours = theirs.authority
        case "run out":
            theirs = issue(tmp_path / "old", until=2020)
            ours = theirs.authority
    with secured(theirs, security) as (server, port, logins):
        use(port, ours)
        assert deliver(lambda: now) == {"way_closed": 1}
    assert (server.mails, logins) == ([], [])
    away = db.session.scalars(sa.select(MailServer)).one()
    assert "CERTIFICATE_VERIFY_FAILED" in away.error
    waiting = db.session.execute(sa.select(Message.state, Message.tries)).tuples()
    assert set(waiting) == {(MessageState.QUEUED, 0)}  # no mail is to blame


def test_a_refused_password_leaves_the_queue_as_it_was_and_is_told_without_it(
    queue, use, papers, security, now
):
    queue("a")
    with secured(papers, security) as (server, port, _logins):
        use(port, papers.authority, password="wrong-secret")
        assert deliver(lambda: now) == {"way_closed": 1}
    assert server.mails == []
    away = db.session.scalars(sa.select(MailServer)).one()
    assert "535" in away.error
    assert "wrong-secret" not in away.error


def test_the_addresses_of_several_servers_say_how_each_is_secured(queue, app, papers, monkeypatch, now):
    monkeypatch.setenv("RELAY_PASSWORD", PASSWORD)
    queue("a")
    with (
        secured(papers, "starttls") as (first, first_port, _),
        secured(papers, "tls") as (second, second_port, _),
    ):
        app.config.update(
            MAIL_CA_FILE=str(papers.authority),
            MAIL_TIMEOUT_SECONDS=10,
            MAIL_SERVERS=f"smtp+starttls://{USER}:wrong@127.0.0.1:{first_port} "
            f"smtps://{USER}:$RELAY_PASSWORD@127.0.0.1:{second_port}",
        )
        assert deliver(lambda: now) == {"sent": 1}
    assert (len(first.mails), len(second.mails)) == (0, 1)


def test_a_server_that_cannot_secure_the_connection_gets_nothing(queue, app, papers, now):
    queue("a")
    with serve() as (server, port):
        app.config.update(
            MAIL_SERVER="127.0.0.1", MAIL_PORT=port, MAIL_USE_TLS=True, MAIL_CA_FILE=str(papers.authority)
        )
        assert deliver(lambda: now) == {"way_closed": 1}
    assert server.mails == []
