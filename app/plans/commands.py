"""`flask --app wsgi plans …`: read a document, or bring it into the office, from a terminal."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url

from app import clock
from app.accounts.models import Role, User
from app.accounts.queries import active_people
from app.documents import DocumentRefused, read_document_slowly
from app.errors import Refused
from app.extensions import db
from app.files.zipping import stream_zip
from app.organisations.directory import OfficeDirectory
from app.organisations.models import Agency
from app.planreader import Directory, PlanReading, read_plan, reading_as_dict
from app.plans import archive as archiving
from app.plans import due_days, operations
from app.plans.contents import unresolved
from app.plans.models import Plan, PlanState


@click.group("plans")
def plans() -> None:
    """Read plan documents and bring them in."""


@plans.command("read")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a summary.")
@with_appcontext
def read(file: Path, as_json: bool) -> None:
    """Read FILE and print what it gives to whom by when. Nothing is stored; no database is needed."""
    try:
        document = read_document_slowly(file, progress=_tell_pages)
    except DocumentRefused as refusal:
        raise click.ClickException(refusal.message("vi")) from None
    reading = read_plan(document.text, _directory())
    if as_json:
        answer = reading_as_dict(
            reading, source_name=file.name, pages=len(document.pages), characters=len(document.text)
        )
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _summarise(reading)


def _tell_pages(done: int, total: int) -> None:
    """A scan takes seconds a page: say so beside the answer, not in it."""
    if total > 1:
        click.echo(f"page {done} of {total}", err=True)


@plans.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--standing", help="Name of the standing agency; the only agency that runs plans is the default."
)
@click.option("--confirm", is_flag=True, help="Accept everything that is clear and confirm the plan.")
@with_appcontext
def import_(file: Path, standing: str | None, confirm: bool) -> None:
    """Bring FILE in as a plan in review (or, with --confirm, in force)."""
    now = clock.now()
    agency = _standing_agency(standing)
    people = active_people(agency.id, Role.STANDING_OFFICER)
    actor = people[0] if people else None
    try:
        plan = operations.import_file(file, standing_agency=agency, actor=None, now=now)
        made = _confirm(plan, actor) if confirm else None
    except DocumentRefused as refusal:
        raise click.ClickException(refusal.message("vi")) from None
    except operations.AlreadyThere as refusal:
        raise click.ClickException(f"{refusal} (#{refusal.plan.id})") from None
    except Refused as refusal:
        # What was read is kept for a clerk; only the confirmation was refused.
        db.session.rollback()
        raise click.ClickException(str(refusal)) from None
    db.session.commit()
    state = "in review" if made is None else f"in force, {made} obligations"
    open_names = sorted({name for draft in plan.drafts for name in unresolved(draft)})
    click.echo(f"#{plan.id} {plan.display_number} {plan.title}")
    click.echo(f"   {len(plan.drafts)} drafts, {state}")
    for name in open_names:
        click.echo(f"   agency not in the directory: {name}")


@plans.command("archive")
@click.argument("plan_id", type=int, metavar="ID")
@click.argument("out", type=click.Path(dir_okay=False, writable=True, path_type=Path), metavar="OUT.zip")
@with_appcontext
def archive(plan_id: int, out: Path) -> None:
    """Write the whole plan ID with its reports, files, mails and record into OUT.zip, readable by itself."""
    plan = db.session.get(Plan, plan_id)
    if plan is None or plan.state is PlanState.IN_REVIEW:
        raise click.ClickException(f"No confirmed plan has the number {plan_id}.")
    now = clock.now()
    archiving.record_taken(plan, actor=None, now=now)
    db.session.commit()
    arriving = out.with_name(f".{out.name}.arriving")
    try:
        with arriving.open("wb") as target:
            for piece in stream_zip(archiving.entries(plan.id, now=now), now.astimezone(clock.VIETNAM)):
                target.write(piece)
        arriving.replace(out)
    except OSError as error:
        arriving.unlink(missing_ok=True)
        raise click.ClickException(f"Cannot write {out}: {error.strerror}.") from None
    click.echo(f"{out}: {out.stat().st_size:,} bytes")


@plans.command("deadlines")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", help="Language of the reasons.")
@click.option("--issued", type=click.DateTime(["%Y-%m-%d"]), help="Day of issue where the document has none.")
@with_appcontext
def deadlines(files: tuple[Path, ...], lang: str, issued: datetime | None) -> None:
    """Read FILES and print every due day with the steps that lead to it. Nothing is stored."""
    for file in files:
        try:
            document = read_document_slowly(file, progress=_tell_pages)
        except DocumentRefused as refusal:
            raise click.ClickException(refusal.message("vi")) from None
        for line in due_days.explained(
            read_plan(document.text, _directory()), lang, issued and issued.date()
        ):
            click.echo(line)


def _confirm(plan: Plan, actor: User | None) -> int:
    """Accept what is clear, keep the plan whatever follows, then confirm it."""
    now = clock.now()
    operations.accept_clear(plan, doubtful=set(), actor=actor, now=now)
    db.session.commit()
    return operations.confirm(plan, actor=actor, now=now, today=clock.today())


def _standing_agency(name: str | None) -> Agency:
    if name:
        body = OfficeDirectory.load().by_name(name, clock.today())
        if isinstance(body, Agency):
            return body
        raise click.ClickException(f"No agency is called “{name}”. Write its name as under Cơ quan.")
    running = db.session.scalars(
        sa.select(Agency)
        .join(User, User.agency_id == Agency.id)
        .where(User.role == Role.STANDING_OFFICER, User.closed_at.is_(None))
        .distinct()
    ).all()
    if len(running) == 1:
        return running[0]
    names = ", ".join(agency.name for agency in running) or "none yet"
    raise click.ClickException(
        f"Say with --standing which agency runs the plan. Agencies that run plans: {names}."
    )


def _directory() -> Directory:
    """The office's own directory where there is one, else the standard list that comes with the application."""
    if _has_database():
        try:
            office = OfficeDirectory.load()
        except sa.exc.SQLAlchemyError:  # not migrated yet, or away: reading needs no database
            db.session.rollback()
        else:
            if office.agencies:
                return office.for_reader
    path = Path(current_app.root_path) / "organisations" / "data" / "agencies.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return Directory.from_rows(csv.DictReader(stream))


def _has_database() -> bool:
    """A file database that is not there yet must not be made by a command that only reads."""
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    return url.get_backend_name() != "sqlite" or bool(url.database and Path(url.database).exists())


def _summarise(reading: PlanReading) -> None:
    click.echo(
        f"{reading.number or '(no number)'}  {reading.issued_on or '(no date)'}  {reading.title or ''}"
    )
    for assignment in reading.assignments:
        mark = "asked" if assignment.request else "given"
        click.echo(f"  {assignment.agency} [{mark}]: {len(assignment.duties)} duties")
    for report in reading.reports:
        click.echo(f"  report {report.kind}: {report.text}")
    for warning in reading.warnings:
        click.echo(f"  ! {warning.code}")


COMMANDS = [plans]
