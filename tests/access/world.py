"""One thing of every kind, all of them Sở Y tế's under plans of the cast's standing agency, and who looks at them."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import time_machine
from flask import Flask

from app import create_app
from app.accounts.models import Absence, Role, User
from app.accounts.sessions import open_session
from app.api import tokens
from app.api.models import TokenScope
from app.assignments.models import Duty, DutyRole
from app.assignments.operations import note_progress
from app.assignments.topics import topic_of as duty_topic_of
from app.emulation import operations as emulation
from app.emulation.models import EmulationMovement, NomineeKind
from app.extensions import db
from app.feeds.models import FeedScope
from app.feeds.operations import create_feed
from app.obligations import operations as obligations
from app.obligations.models import Obligation, SourceKind, SubmissionKind
from app.obligations.operations.arriving import begin_file
from app.obligations.operations.commenting import comment
from app.obligations.operations.defining import Definition, add_indicator
from app.obligations.operations.handing_down import hand_down
from app.obligations.operations.parts import ask_parts, file_part
from app.obligations.operations.presenting import present, set_head_confirms
from app.obligations.topics import topic_of
from app.organisations.models import AgencyAlias, AgencyGroupMember, AgencyGroupRule, AgencyLevel
from app.organisations.reorganisations import (
    DirectoryImport,
    Reorganisation,
    ReorganisationHeir,
    ReorganisationKind,
    ReorganisationOld,
    ReorganisationState,
)
from app.outbox.models import AddressState, Message, MessageState
from app.plans import operations as plans
from app.plans.operations import waiting
from app.reminders.models import Audience, ReminderRule
from app.schedules.models import ReportSchedule
from tests.cast import NOW, TODAY, Cast, make_cast, person
from tests.conftest import OfficeClient, settings_for
from tests.make import make_file, make_obligation, make_submission
from tests.plans.texts import WHOLE

# Who looks: the column of the table → the person of the cast. None: nobody is signed in.
ROLES = {
    "officer": "hanh",  # of the agency that owes
    "head": "dung",
    "colleague": "bach",  # officer of the agency that adds a part
    "other": "tam",  # officer of another agency under the same plan
    "outsider": "outsider",  # officer of an agency that no plan names
    "standing": "toan",  # standing officer of the plan
    "other-standing": "binh",  # standing officer of another plan's agency
    "committee": "duc",
    "other-committee": "khoa",
    "administrator": "ha",
    "closed": "closed",
    "nobody": None,
}


@dataclass(frozen=True)
class World:
    """An office in a folder, to be copied for each role: its database, its files, and what is in it."""

    folder: Path
    values: dict[str, Any]  # see `make_world`
    people: dict[str, int | None]  # role → id of the account


@contextmanager
def office_in(folder: Path) -> Iterator[Flask]:
    """The application on the office in this folder, on the cast's day."""
    with time_machine.travel(NOW, tick=False):
        app = create_app(settings_for(folder, f"sqlite:///{folder}/office.db"))
        app.test_client_class = OfficeClient
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def build(folder: Path) -> World:
    with office_in(folder):
        db.create_all()
        cast = make_cast()
        people = people_of(cast)
        values = make_world(cast)
        for user in people.values():
            if user is not None and user.name == CLOSED:
                user.closed_at = NOW
        db.session.commit()
        return World(folder, values, {role: user and user.id for role, user in people.items()})


def copy_of(world: World, folder: Path) -> Path:
    """The same office in a folder of its own, to be changed at will."""
    shutil.copytree(world.folder, folder / "office")
    return folder / "office"


CLOSED = "Tạ Văn Nghỉ"


def people_of(cast: Cast) -> dict[str, User | None]:
    """The persons of ROLES; makes those whom the cast lacks."""
    more = {
        "bach": person("bach@lamgiang.test", "Lý Xuân Bách", Role.OFFICER, cast.home_affairs),
        "closed": person("nghi@lamgiang.test", CLOSED, Role.OFFICER, cast.health),
    }
    db.session.commit()
    return {
        role: None if name is None else more.get(name) or getattr(cast, name) for role, name in ROLES.items()
    }


def make_world(cast: Cast) -> dict[str, Any]:
    """The values for the arguments of routes, by argument or by "endpoint:argument" where one route wants another."""
    plan = _plan_in_force(cast)
    draft_plan = _plan_in_review(cast, plan)
    schedule = db.session.scalars(sa.select(ReportSchedule).where(ReportSchedule.plan_id == plan.id)).first()
    duty = db.session.scalars(
        sa.select(Duty).where(Duty.assignment.has(plan_id=plan.id, agency_id=cast.health.id))
    ).first()
    obligation = make_obligation(
        plan, cast.health, source_kind=SourceKind.SCHEDULE, source_id=schedule.id, period="2026-extra"
    )
    work = _shared_work(cast, plan, obligation, duty)
    made = make_submission(obligation, cast.hanh, files=[make_file()])
    asked = make_obligation(plan, cast.health, title="Việc xin gia hạn", due_on=date(2026, 12, 9))
    extension = obligations.ask_extension(
        asked, until=date(2026, 12, 20), reason="Chờ số liệu", actor=cast.hanh, now=NOW
    )
    movement = db.session.scalars(sa.select(EmulationMovement)).first()
    registration = emulation.register(
        movement, cast.health, number="9/SYT-VP", signed_on=TODAY, contents="Tập thể", contact="",
        file=made.attachments[0].file, file_name="dang-ky.pdf", actor=cast.hanh, now=NOW,
    )  # fmt: skip
    nomination = emulation.nominate(
        movement, cast.health, kind=NomineeKind.COLLECTIVE, name="Khoa Nội", achievement="",
        dossier={"report": True}, actor=cast.hanh, now=NOW,
    )  # fmt: skip
    feed, feed_token = create_feed(cast.hanh, FeedScope.OWN, now=NOW)
    token, api_token = tokens.create_token(cast.hanh, "Kiểm thử", TokenScope.WRITE, days=30, now=NOW)
    session = open_session(cast.hanh, network="127.0.0.1", agent="", now=NOW)
    task = waiting.queue(b"scan", "scan.txt", standing_agency=cast.standing, actor=cast.toan, now=NOW)
    db.session.commit()
    mail = _sent_mail(cast)
    attached = made.attachments[0]
    return {
        "plan_id": plan.id,
        "obligation_id": obligation.id,
        "obligations.decide:obligation_id": asked.id,
        "extension_id": extension.id,
        "attachment_id": attached.id,
        "version": made.version,
        "duty_id": duty.id,
        "schedule_id": schedule.id,
        "period": "2026-extra",
        "movement_id": movement.id,
        "registration_id": registration.id,
        "receiver_id": cast.standing.id,
        "nomination_id": nomination.id,
        "feed_id": feed.id,
        "feeds.feed:token": feed_token,
        "token": "khong-co-that",  # one-time links that lead nowhere say so to anybody
        "api_token": api_token,
        "token_id": token.id,
        "session_id": session.id,
        "user_id": cast.hanh.id,
        "message_id": mail.id,
        "agency_id": cast.health.id,
        "group_id": cast.communes_group.id,
        "member_id": db.session.scalars(sa.select(AgencyGroupMember.id)).first(),
        "alias_id": db.session.scalars(sa.select(AgencyAlias.id)).first(),
        "task_id": task.id,
        "draft_id": draft_plan.drafts[0].id,
        **{f"{endpoint}:plan_id": draft_plan.id for endpoint in _OF_DRAFTS},
        "rule_id": _of_rules(plan),
        "organisations.end_rule:rule_id": _of_group(cast),
        "plans.difference:plan_id": draft_plan.id,
        "reorganisations.undo:change_id": _reorganisation(cast, ReorganisationState.DONE),
        "assignments.ask_status:duty_id": _undated(plan).id,
        "day": "2027-01-04",
        **_arriving(asked, cast),
        "filename": "css/base.css",
        "change_id": _reorganisation(cast),
        "import_id": _import(made.attachments[0].file_id),
        "indicator_id": add_indicator(
            schedule, SourceKind.SCHEDULE, Definition("Hộ nghèo", "hộ"), actor=cast.toan, now=NOW
        ).id,
        "absence_id": _absence(cast),
        "address_id": _suspended_address(cast),
        "kind": "obligation",
        "organisations.table:kind": "agencies",
        "schedules.arrange:what": "up",
        "what": "template",
        "form": "csv",
        "subject_id": obligation.id,
        "number": 1,
        "year": 2027,
        **work,
    }


def _shared_work(cast: Cast, plan: Any, obligation: Obligation, duty: Duty) -> dict[str, Any]:
    """What people of the agency, its head and a supporting agency do on one obligation."""
    hanh = cast.hanh
    said = comment(
        topic_of(obligation), text="Chờ số liệu.", internal=False, agency_id=cast.health.id, form_key="noi-1",
        actor=hanh, now=NOW,
    )  # fmt: skip
    (given,) = hand_down(
        topic_of(obligation), officers=[hanh], agency_id=cast.health.id, deadline=obligation.due_on,
        inner_due_on=None, note="", actor=cast.dung, now=NOW,
    )  # fmt: skip
    (of_duty,) = hand_down(
        duty_topic_of(duty), officers=[hanh], agency_id=cast.health.id, deadline=None, inner_due_on=None, note="",
        actor=cast.dung, now=NOW,
    )  # fmt: skip
    (part,) = ask_parts(
        obligation, [cast.home_affairs], due_on=date(2026, 12, 1), words="Số liệu", actor=hanh, now=NOW
    )
    colleague = db.session.scalars(sa.select(User).where(User.name == "Lý Xuân Bách")).one()
    filed = file_part(
        part, text="Đã có.", files=[make_file("phan.pdf")], form_key="phan-1", actor=colleague, now=NOW
    )
    note = note_progress(duty, text="Đang làm", files=[make_file("anh.pdf")], actor=hanh, now=NOW)
    other = make_obligation(plan, cast.health, title="Việc trình lãnh đạo")
    set_head_confirms(cast.health, True, actor=cast.dung, now=NOW)
    shown = present(
        other, kind=SubmissionKind.REPORT, number="8/SYT", signed_on=TODAY, text="Đã xong",
        files=[make_file("trinh.pdf")], form_key="trinh-1", actor=hanh, now=NOW,
    )  # fmt: skip
    set_head_confirms(cast.health, False, actor=cast.dung, now=NOW)
    db.session.flush()
    of_presentation = (
        "presented_file", "return_presented", "send_presented", "take_presentation_back",
    )  # fmt: skip
    return {
        "comment_id": said.id,
        "given_id": given.id,
        "assignments.hand_on:given_id": of_duty.id,
        "assignments.take_back:given_id": of_duty.id,
        "part_id": part.id,
        "file_id": filed.files[0].id,
        "assignments.note_file:file_id": note.files[0].id,
        "obligations.presented_file:file_id": shown.files[0].id,
        "presentation_id": shown.id,
        **{f"obligations.{name}:obligation_id": other.id for name in of_presentation},
    }


def _import(file_id: int) -> int:
    given = DirectoryImport(
        kind="agencies", file_id=file_id, file_name="co-quan.csv", created_at=NOW, created_by=""
    )
    db.session.add(given)
    db.session.flush()
    return given.id


def _suspended_address(cast: Cast) -> int:
    state = AddressState(address=cast.hanh.mail_address, suspended_at=NOW)
    db.session.add(state)
    db.session.flush()
    return state.id


def _absence(cast: Cast) -> int:
    away = Absence(user_id=cast.hanh.id, from_day=TODAY, to_day=TODAY, created_at=NOW)
    db.session.add(away)
    db.session.flush()
    return away.id


# What is done to a plan while it is read.
_OF_DRAFTS = (
    "plans.review", "plans.accept_clear", "plans.add", "plans.add_body", "plans.choose_body", "plans.confirm",
    "plans.draft", "plans.drop", "plans.head", "plans.split_draft", "plans.merge_drafts", "plans.undo_division",
    "plans.choose_continued", "plans.set_ends",
)  # fmt: skip


def _plan_in_review(cast: Cast, former: Any) -> Any:
    text = WHOLE.replace("61/KH-UBND", "62/KH-UBND")
    plan = plans.upload(
        io.BytesIO(text.encode()), "ke-hoach-62.txt", standing_agency=cast.standing, actor=cast.toan, now=NOW
    )
    plan.supersedes_id, plan.amends = former.id, True
    return plan


def _plan_in_force(cast: Cast) -> Any:
    plan = plans.upload(
        io.BytesIO(WHOLE.encode()), "ke-hoach.txt", standing_agency=cast.standing, actor=cast.toan, now=NOW
    )
    plan.committee = cast.committee
    plans.accept_clear(plan, doubtful=set(), actor=cast.toan, now=NOW)
    plans.confirm(plan, actor=cast.toan, now=NOW, today=TODAY)
    db.session.flush()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Obligation))
    return plan


def _sent_mail(cast: Cast) -> Message:
    """A mail about an obligation that has reached the officer."""
    query = sa.select(Message).where(Message.user_id == cast.hanh.id, Message.obligation_id.is_not(None))
    mail = db.session.scalars(query).first()
    mail.state, mail.sent_at = MessageState.SENT, NOW
    return mail


def _of_rules(plan: Any) -> int:
    rule = ReminderRule(plan_id=plan.id, offset=-7, audience=Audience.OFFICERS)
    db.session.add(rule)
    db.session.flush()
    return rule.id


def _of_group(cast: Cast) -> int:
    rule = AgencyGroupRule(group_id=cast.communes_group.id, level=AgencyLevel.COMMUNE)
    db.session.add(rule)
    db.session.flush()
    return rule.id


def _undated(plan: Any) -> Duty:
    query = sa.select(Duty).where(
        Duty.assignment.has(plan_id=plan.id), Duty.role == DutyRole.LEAD, Duty.due_qualifier.is_(None)
    )
    return db.session.scalars(query).first()


def _arriving(asked: Obligation, cast: Cast) -> dict[str, Any]:
    """A file of which the first piece is on its way."""
    key = "tep-dang-tai-len-1"
    begin_file(asked, key=key, name="bao-cao.pdf", size=20, actor=cast.hanh, now=NOW)
    uploads = ("upload_piece", "upload_so_far")
    return {"key": key, **{f"obligations.{name}:obligation_id": asked.id for name in uploads}}


def _reorganisation(cast: Cast, state: ReorganisationState = ReorganisationState.DRAFT) -> int:
    change = Reorganisation(
        kind=ReorganisationKind.MERGE,
        effective_on=date(2027, 1, 1),
        decision="7/NQ-HĐND",
        state=state,
        done_at=NOW if state is ReorganisationState.DONE else None,
        form_key=f"thay-doi-{state}",
        created_at=NOW,
        olds=[ReorganisationOld(agency=cast.finance)],
        heirs=[ReorganisationHeir(agency=cast.construction)],
    )
    db.session.add(change)
    db.session.commit()
    return change.id
