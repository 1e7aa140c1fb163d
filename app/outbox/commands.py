"""`flask mail …`: bounces handed over by the mail server, bounces read from the mailbox, how the servers are."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from app import clock
from app.extensions import db
from app.outbox import addresses, servers
from app.outbox.bounces import take_report
from app.outbox.jobs import BadMailbox, read_bounces


@click.group("mail")
def mail() -> None:
    """Mail servers, bounces and suspended addresses."""


@mail.command("bounce")
@with_appcontext
def bounce_command() -> None:
    """Take one report of a mail server from standard input (an alias such as `nhac: "|flask … mail bounce"`).

    Whatever else comes is passed over: a mail server takes any other end of a pipe for a failure of its own.
    """
    bounce = take_report(sys.stdin.buffer.read(), now=clock.now())
    db.session.commit()
    click.echo(f"{bounce.address}: {bounce.reason}" if bounce else "no report about a mail of ours")


@mail.command("bounces")
@with_appcontext
def bounces_command() -> None:
    """Read the reports in BOUNCE_MAILBOX now."""
    try:
        counts = read_bounces(clock.now())
    except BadMailbox as error:
        raise click.UsageError(str(error)) from None
    click.echo(", ".join(f"{name} {number}" for name, number in counts.items()) or "nothing new")


@mail.command("servers")
@with_appcontext
def servers_command() -> None:
    """The mail servers in the order in which they are asked, and the suspended addresses."""
    try:
        known = servers.servers()
    except servers.BadServer as error:
        raise click.UsageError(str(error)) from None
    states = servers.states()
    for server in known:
        state = states.get(server.name)
        away = (
            f"away since {state.away_since:%Y-%m-%d %H:%M} UTC: {state.error}"
            if state and state.away_since
            else "ok"
        )
        click.echo(f"{server.name} {server.security or 'plain'}: {away}")
    if not known:
        click.echo("no mail server: mails are written to MAIL_FOLDER")
    for row in addresses.all_suspended():
        click.echo(f"suspended {row.address}: {row.reason}")


COMMANDS = [mail]
