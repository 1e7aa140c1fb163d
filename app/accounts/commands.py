"""`flask accounts …`: the first administrator of an installation, and the way back in when nobody else can help."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app import clock
from app.accounts import factors, links, methods, operations, queries, sessions, throttle
from app.accounts.models import LinkPurpose, Role, User
from app.audit.operations import record
from app.errors import Refused
from app.extensions import db
from app.links import absolute_url
from app.organisations.queries import agency_by_name

accounts = AppGroup("accounts", help="Accounts, from the machine itself.")


@accounts.command("create-administrator")
@click.argument("email")
@click.argument("name")
@click.argument("agency")
def create_administrator(email: str, name: str, agency: str) -> None:
    """Open an account that administers, at AGENCY (its exact name), and print the link that sets its password."""
    now = clock.now()
    body = agency_by_name(agency, clock.vietnam_day(now))
    if body is None:
        raise click.ClickException(f"no agency is called {agency!r}")
    try:
        user = operations.create_user(email, name, Role.ADMINISTRATOR, body, actor=None, now=now)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(_link(user))


@accounts.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a one-time link that sets the password of an account: for an office without mail, and for an
    administrator when the office's own sign-in system does not answer."""
    user = _user(email)
    if not methods.may_use_link(user):
        raise click.ClickException("SIGN_IN_METHODS=oidc: only administrators sign in by a link")
    click.echo(_link(user))


@accounts.command("reset-factor")
@click.argument("email")
def reset_factor(email: str) -> None:
    """Take a lost second factor away; for the administrator whom no other administrator can help."""
    user, now = _user(email), clock.now()
    factors.forget(user)
    sessions.end_all(user, now=now)
    throttle.forgive([throttle.of_account(user.mail_address), throttle.of_codes(user)], now=now)
    record("user.factor_reset", user, actor=None, now=now, name=user.mail_address)
    db.session.commit()
    click.echo(f"{user.mail_address}: the second factor is gone, sessions and waits have ended.")


def _user(email: str) -> User:
    user = queries.user_by_email(email)
    if user is None or not user.is_active:
        raise click.ClickException(f"no open account has the address {email}")
    return user


def _link(user: User) -> str:
    """The address and until when it works. Commits."""
    link, token = links.hand_out(user, now=clock.now())
    invited = link.purpose is LinkPurpose.INVITATION
    address = absolute_url(
        "accounts.accept_invitation" if invited else "accounts.reset_password", token=token
    )
    db.session.commit()
    return f"{address}\n(once, until {link.expires_at.astimezone(clock.VIETNAM):%d/%m/%Y %H:%M})"


COMMANDS = [accounts]
