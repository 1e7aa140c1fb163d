"""Adding and changing a report: the form, what it would do, one confirm step; closing, reopening, taking back."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import clock
from app.accounts.models import User
from app.errors import Refused, Stale
from app.extensions import db
from app.i18n import _
from app.organisations.queries import agency_choices, groups
from app.schedules import changing, queries, rules
from app.schedules.forms import ActForm, ScheduleForm
from app.schedules.models import ReportSchedule
from app.schedules.planning import Changes
from app.schedules.views import bp
from app.schedules.views.asked import must_run, office_setting, plan_seen, schedule_seen


@bp.route("/plans/<int:plan_id>/schedules/new", methods=["GET", "POST"])
def new(plan_id: int) -> Any:
    plan = plan_seen(plan_id)
    must_run(plan)
    if reason := rules.why_not_add(plan):
        raise Refused(reason)
    form = _offered(ScheduleForm())
    if not form.is_submitted():
        form.receiver.data, form.first_day.data = plan.standing_agency_id, clock.today()
        form.qualifier.data, form.kind.data = "before", "annual"
        return _page(form, plan)
    if not form.validate():
        return _page(form, plan), 422
    actor, now, setting = _actor(), clock.now(), office_setting()
    try:
        if request.form.get("act") == "confirm":
            made = changing.add(plan, form.facts(), setting, seen=form.seen.data, actor=actor, now=now)
            db.session.commit()
            flash(_("Đã thêm báo cáo «%(title)s».", title=made.title), "success")
            return redirect(url_for(".show", schedule_id=made.id))
        schedule = changing.draft(plan, form.facts(), actor=actor, now=now)
        return _previewed(form, plan, changing.changes_of(schedule, setting))
    except Refused as refusal:
        return _refused(form, plan_id, None, refusal)


@bp.route("/schedules/<int:schedule_id>/edit", methods=["GET", "POST"])
def edit(schedule_id: int) -> Any:
    schedule = schedule_seen(schedule_id)
    plan = schedule.plan
    must_run(plan)
    if reason := rules.why_not_change(schedule):
        raise Refused(reason)
    form = _offered(ScheduleForm())
    undo = request.args.get("undo") is not None
    if not form.is_submitted():
        facts = _facts_to_show(schedule, undo)
        form.show(facts, schedule.revision)
        if not undo:
            return _page(form, plan, schedule)
    elif not form.validate():
        return _page(form, plan, schedule), 422
    actor, now, setting = _actor(), clock.now(), office_setting()
    try:
        if form.is_submitted() and request.form.get("act") == "confirm":
            done = changing.change(
                schedule, form.facts(), setting, revision=form.revision.data or 0, seen=form.seen.data,
                actor=actor, now=now,
            )  # fmt: skip
            db.session.commit()
            flash(_told(done), "success")
            return redirect(url_for(".show", schedule_id=schedule_id))
        if form.is_submitted() and form.revision.data != schedule.revision:
            raise Stale(queries.who_changed(schedule))
        changing.put(schedule, form.facts())
        return _previewed(form, plan, changing.changes_of(schedule, setting), schedule)
    except Refused as refusal:
        return _refused(form, plan.id, schedule_id, refusal)


@bp.post("/schedules/<int:schedule_id>/close")
def close(schedule_id: int) -> Any:
    return _act(schedule_id, changing.close, _("Đã kết thúc báo cáo."))


@bp.post("/schedules/<int:schedule_id>/reopen")
def reopen(schedule_id: int) -> Any:
    return _act(schedule_id, changing.reopen, _("Đã mở lại báo cáo."))


def _act(schedule_id: int, operation: Any, said: str) -> Any:
    schedule, form = schedule_seen(schedule_id), ActForm()
    must_run(schedule.plan)
    if not form.validate():
        abort(400)
    done = operation(schedule, office_setting(), revision=form.revision.data, actor=_actor(), now=clock.now())
    db.session.commit()
    flash(f"{said} {_told(done)}", "success")
    return redirect(url_for(".show", schedule_id=schedule_id))


def _told(changes: Changes) -> str:
    counts = changes.counts
    parts = [
        words
        for name, words in (
            ("moved", _("%(n)s hạn chuyển ngày", n=counts["moved"])),
            ("new", _("%(n)s nghĩa vụ mới", n=counts["new"])),
            ("revived", _("%(n)s nghĩa vụ lấy lại", n=counts["revived"])),
            ("ended", _("%(n)s nghĩa vụ bãi bỏ", n=counts["ended"])),
            ("renamed", _("%(n)s nghĩa vụ đổi nơi nhận hoặc tên gọi", n=counts["renamed"])),
        )
        if counts[name]
    ]
    if not parts:
        return _("Không có nghĩa vụ nào thay đổi.")
    return _("Đã ghi: %(parts)s.", parts=", ".join(parts))


def _facts_to_show(schedule: ReportSchedule, undo: bool) -> dict[str, Any]:
    last = queries.last_change(schedule) if undo else None
    facts = changing.facts_of(schedule)
    if undo and (last is None or not last.before):
        raise Refused(_("Báo cáo này chưa được sửa lần nào nên không có gì để lấy lại."))
    return {**facts, **last.before, "first_day": facts["first_day"]} if last and last.before else facts


def _actor() -> User:
    return current_user._get_current_object()


def _offered(form: ScheduleForm) -> ScheduleForm:
    named = [(group.id, group.name) for group in db.session.scalars(groups())]
    form.offer(agency_choices(clock.today()), named, _("— gửi thẳng, không qua cơ quan nào —"))
    return form


def _previewed(
    form: ScheduleForm, plan: Any, changes: Changes, schedule: ReportSchedule | None = None
) -> str:
    """The page with what would happen; the session is thrown away, nothing was written."""
    form.seen.data = changes.stamp
    form.seen.raw_data = None
    with db.session.no_autoflush:
        page = _page(form, plan, schedule, changes)
    db.session.rollback()
    return page


def _refused(form: ScheduleForm, plan_id: int, schedule_id: int | None, refusal: Refused) -> Any:
    db.session.rollback()
    form.form_errors.append(refusal.reason)
    plan = plan_seen(plan_id)
    return _page(form, plan, queries.schedule_by_id(schedule_id) if schedule_id else None), 409


def _page(
    form: ScheduleForm, plan: Any, schedule: ReportSchedule | None = None, changes: Changes | None = None
) -> str:
    return render_template("schedules/form.html", form=form, plan=plan, schedule=schedule, changes=changes)
