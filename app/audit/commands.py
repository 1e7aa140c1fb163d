"""`flask audit …`: is the trail whole?"""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.audit import chain
from app.extensions import db

audit_commands = AppGroup("audit", help="The audit trail and the chain of digests over it.")


@audit_commands.command("verify")
@click.option(
    "--head", "known", metavar="NUMBER:DIGEST", help="A head noted earlier: it must still be in the chain."
)
def verify_command(known: str | None) -> None:
    """Seal what is new, then check every seal; exit status 1 where the trail was altered or shortened."""
    chain.seal(look_back=None)
    db.session.commit()
    verdict = chain.verify(_head_of(known) if known else None)
    for fault in verdict.faults:
        entry = "" if fault.entry_id is None else f", entry {fault.entry_id}"
        click.echo(f"{fault.kind}: seal {fault.number}{entry}", err=True)
    click.echo(f"{verdict.head.number} entries sealed, head {verdict.head.number}:{verdict.head.digest}")
    if not verdict.is_whole:
        raise click.ClickException("the audit trail does not fit its seals.")


@audit_commands.command("head")
def head_command() -> None:
    """Print the newest seal, to be kept outside of this machine."""
    head = chain.head_of_chain()
    click.echo(f"{head.number}:{head.digest}")


def _head_of(text: str) -> chain.Head:
    number, _colon, digest = text.partition(":")
    if not number.isdigit() or len(digest) != 64:
        raise click.UsageError("--head wants NUMBER:DIGEST, as `flask audit head` prints it.")
    return chain.Head(int(number), digest.lower())


COMMANDS = [audit_commands]
