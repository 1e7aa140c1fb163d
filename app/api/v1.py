"""/api/v1: obligations, plans and agencies for programs. docs/api.md describes each call."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, request
from sqlalchemy.orm import joinedload

from app import clock
from app.access import allow
from app.api import present
from app.api.doing import asked, body_of_json, day_in, guard, page_of, person
from app.extensions import db
from app.files.serving import send_stored
from app.i18n import _, language
from app.obligations import operations, queries, reasons, rules, worklists
from app.obligations.attachments import uploads_from
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.duerule import sources
from app.obligations.models import Obligation, SubmissionKind
from app.obligations.worklists import SORTS, Filter, Wanted
from app.organisations.queries import find_agencies
from app.plans.models import Plan
from app.plans.queries import find_plans, plan_for

bp = Blueprint("api", __name__, url_prefix="/api/v1")
guard(bp)


@bp.get("/me")
def me() -> Response:
    """Whose token this is and until when it opens the door."""
    user, token = person(), g.api_token
    return jsonify(
        **present.person(user),
        agency=present.agency(user.agency),
        token={"name": token.name, "scope": token.scope.value, "expires_at": token.expires_at.isoformat()},
    )


@bp.get("/agencies")
def agencies() -> Response:
    """The directory of a day (`on`, today by default), by name, abbreviation or other spelling (`q`)."""
    on = asked("on", date.fromisoformat, clock.today())
    return page_of(find_agencies(request.args.get("q", "")[:200], on=on), present.agency_in_full)


@bp.get("/plans")
def plans() -> Response:
    query = find_plans(person(), q=request.args.get("q", "")[:200])
    return page_of(query.options(joinedload(Plan.standing_agency)), present.plan)


@bp.get("/plans/<int:plan_id>")
def plan(plan_id: int) -> Response:
    return jsonify(present.plan(plan_for(person(), plan_id)))


@bp.get("/obligations")
def obligations() -> Response:
    """What the person may see; the filters of the list page: state, agency, plan, q, sort."""
    today, calendar = clock.today(), office_calendar()
    sort = request.args.get("sort", "")
    wanted = Wanted(
        state=asked("state", Filter, Filter.ALL),
        agency_id=asked("agency", int, None),
        plan_id=asked("plan", int, None),
        q=request.args.get("q", "")[:200],
        sort=sort if sort in SORTS else "day",
    )
    query = worklists.search(person(), wanted, today)
    return page_of(query, lambda o: present.obligation(o, today, calendar))


@bp.get("/obligations/<int:obligation_id>")
def obligation(obligation_id: int) -> Response:
    """One obligation with the plan's words, the steps to its day, its submissions and extensions."""
    return _whole(_seen(obligation_id))


@bp.get("/obligations/<int:obligation_id>/files/<int:attachment_id>")
def file(obligation_id: int, attachment_id: int) -> Any:
    attachment = queries.attachment_of(_seen(obligation_id), attachment_id)
    return send_stored(attachment.file, attachment.name)


@bp.post("/obligations/<int:obligation_id>/submissions")
def submit(obligation_id: int) -> Any:
    """Hand in: a multipart form with kind, number, signed_on, text and any number of `files`.

    The header Idempotency-Key is demanded: the same key again answers with the submission that it made.
    """
    found, user = _seen(obligation_id), person()
    allow(rules.can_submit(user, found))
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 16 <= len(key) <= 60:
        abort(400, _("Cần tiêu đề Idempotency-Key dài từ 16 đến 60 ký tự, mới cho mỗi lần nộp."))
    given = request.form
    kind = given.get("kind", SubmissionKind.REPORT)
    if kind not in list(SubmissionKind):
        abort(400, _("Tham số %(name)s không đọc được: «%(text)s».", name="kind", text=kind[:80]))
    known = queries.submission_by_form(key)
    made = operations.submit(
        found,
        kind=SubmissionKind(kind),
        number=given.get("number", ""),
        signed_on=day_in(given, "signed_on") if given.get("signed_on") else None,
        text=given.get("text", ""),
        files=uploads_from(request.files.getlist("files")),
        form_key=key,
        actor=user,
        now=clock.now(),
    )
    db.session.commit()
    return jsonify(present.submission(made)), 200 if known else 201


@bp.post("/obligations/<int:obligation_id>/extensions")
def ask_extension(obligation_id: int) -> Any:
    """{"until": "2026-12-20", "reason": "…"}"""
    found, user = _seen(obligation_id), person()
    allow(rules.can_ask_extension(user, found))
    body = body_of_json()
    made = operations.ask_extension(
        found, until=day_in(body, "until"), reason=str(body.get("reason", "")), actor=user, now=clock.now()
    )
    db.session.commit()
    return jsonify(present.extension(made)), 201


@bp.post("/obligations/<int:obligation_id>/accept")
def accept(obligation_id: int) -> Response:
    """{"version": 2}: the version that was read; another one is refused as stale."""
    found, user, body = _reviewable(obligation_id), person(), body_of_json()
    operations.accept(found, version=_version(body), actor=user, now=clock.now())
    db.session.commit()
    return _whole(_seen(obligation_id))


@bp.post("/obligations/<int:obligation_id>/return")
def return_(obligation_id: int) -> Response:
    """{"version": 2, "reason": "…", "until": "2026-12-20"}"""
    found, user, body = _reviewable(obligation_id), person(), body_of_json()
    operations.return_submission(
        found,
        version=_version(body),
        reason=str(body.get("reason", "")),
        until=day_in(body, "until"),
        actor=user,
        now=clock.now(),
    )
    db.session.commit()
    return _whole(_seen(obligation_id))


def _seen(obligation_id: int) -> Obligation:
    """An obligation whose papers this person may see; whoever only adds a part to it works on its page."""
    found = queries.obligation_for(person(), obligation_id)
    allow(rules.can_see_whole(person(), found))
    return found


def _reviewable(obligation_id: int) -> Obligation:
    found = _seen(obligation_id)
    allow(rules.can_review(person(), found))
    return found


def _version(body: dict[str, Any]) -> int:
    version = body.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        abort(400, _("version phải là số của bản đã xem."))
    return version


def _whole(found: Obligation) -> Response:
    calendar = office_calendar()
    extensions = queries.extensions_of(found)
    source = sources(found.source_kind, [found.source_id]).get(found.source_id)
    steps = reasons.steps_of(found, source, extensions, calendar, office_reading(), language())
    return jsonify(
        **present.obligation(found, clock.today(), calendar),
        words=found.words,
        why=[{"day": leaf.day.isoformat(), "title": leaf.title, "text": leaf.text} for leaf in steps],
        submissions=[present.submission(made) for made in queries.submissions_of(found)],
        extensions=[present.extension(made) for made in extensions],
    )
