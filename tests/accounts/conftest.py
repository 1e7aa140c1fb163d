"""A mail server that takes what the application sends, and a way into the account of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from tests.accounts.mailbox import Mailbox
from tests.cast import PASSWORD
from tests.smtp import MailServer, serve


@pytest.fixture
def mail_server() -> Iterator[tuple[MailServer, int]]:
    with serve() as running:
        yield running


@pytest.fixture
def settings(settings: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """The application sends to the mail server, where a test looks into mailboxes."""
    if "mailbox" not in request.fixturenames:
        return settings
    return {**settings, "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": request.getfixturevalue("mail_server")[1]}


@pytest.fixture
def mailbox(app: Any, mail_server: tuple[MailServer, int]) -> Mailbox:
    return Mailbox(mail_server[0])


@pytest.fixture
def try_sign_in(client_of: Callable[[User | None], FlaskClient]) -> Callable[..., Any]:
    """Send the sign-in form from a fresh browser: the answer."""

    def send(user: User | str, password: str = PASSWORD, network: str = "203.0.113.9") -> Any:
        address = user if isinstance(user, str) else user.email
        return client_of(None).post(
            "/account/sign-in",
            data={"email": address, "password": password},
            environ_base={"REMOTE_ADDR": network},
        )

    return send
