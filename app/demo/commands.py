"""`flask demo …`: the office that `make run` opens."""

from __future__ import annotations

import time

import click
import flask_migrate
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from app import clock
from app.accounts.models import User
from app.accounts.passwords import DEMONSTRATION_PASSWORD
from app.accounts.queries import demonstration_people
from app.accounts.rules import ROLE_LABELS
from app.demo.loading import load_office
from app.demo.reorganised import found_before, reorganise
from app.extensions import db

demo = AppGroup("demo", help="The demonstration office.")


@demo.command("prepare")
def prepare() -> None:
    """Bring the tables up to date, load the demonstration office if asked for, and say how to sign in."""
    flask_migrate.upgrade()
    if current_app.config["DEMONSTRATION"]:
        fill()
        tell_accounts()


@demo.command("load")
def load() -> None:
    """Fill an empty database with the demonstration office. A database with people in it stays as it is."""
    fill()


@demo.command("accounts")
def accounts() -> None:
    """Print one account of each role."""
    tell_accounts()


@demo.command("reorganisation")
def reorganisation() -> None:
    """Play the reorganisation of 2025 in an empty database, and tell who owes how much before and after."""
    if db.session.scalar(sa.select(sa.func.count(User.id))):
        raise click.ClickException("the database has people in it; give an empty one (DATABASE_URL)")
    province = found_before()
    before = province.open_by_agency()
    reorganise(province)
    db.session.commit()
    after = province.open_by_agency()
    for name in sorted({*before, *after}):
        click.echo(f"  {name:<46} {before.get(name, 0):>3} → {after.get(name, 0):>3}")


def fill() -> None:
    if db.session.scalar(sa.select(sa.func.count(User.id))):
        return
    started = time.monotonic()
    click.echo("Loading the demonstration office …")
    load_office(clock.now())
    db.session.commit()
    click.echo(f"Loaded in {time.monotonic() - started:.0f} s.")


def tell_accounts() -> None:
    for user in demonstration_people():
        click.echo(
            f"  {user.mail_address:<28} {DEMONSTRATION_PASSWORD}   {ROLE_LABELS[user.role]}, {user.agency.name}"
        )


COMMANDS = [demo]
