"""Who does the work: handing down, beginning, suspending, resuming; and the practice of an agency."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_login import current_user

from app import clock
from app.access import allow
from app.accounts.models import User
from app.accounts.queries import active_people
from app.accounts.rules import is_officer
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _, full_day
from app.obligations import operations, queries, rules, workrules
from app.obligations.calendar import office_calendar
from app.obligations.forms import SeenForm
from app.obligations.models import Obligation, OfficerInCharge
from app.obligations.topics import Topic, source_topic_of, topic_of
from app.obligations.views import bp
from app.obligations.views.reviewing import _act
from app.obligations.views.show import page
from app.obligations.workforms import HandDownForm, HandOnForm, PracticeForm, ResumeForm, SuspendForm


@bp.post("/obligations/<int:obligation_id>/hand-down")
def hand_down(obligation_id: int) -> Any:
    """To the ticked officers; `whole_source` gives them what the duty or schedule will make owed later, too."""
    obligation = queries.obligation_for(current_user, obligation_id)
    allow(_may_hand_down(current_user, obligation.agency_id))
    form = HandDownForm(prefix="hand_down-")
    if not form.validate_on_submit():
        return page(obligation, hand_down=form), 422
    topic = source_topic_of(obligation) if form.whole_source.data else topic_of(obligation)
    try:
        given = operations.hand_down(
            topic,
            officers=chosen_officers(form.officers.data, obligation.agency_id),
            agency_id=obligation.agency_id,
            deadline=rules.day_that_counts(obligation),
            inner_due_on=form.inner_due_on.data,
            note=form.note.data or "",
            actor=current_user,
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.reason)
        return page(queries.obligation_for(current_user, obligation_id), hand_down=form), 409
    db.session.commit()
    say_given(given, form.inner_due_on.data)
    return redirect(url_for(".show", obligation_id=obligation_id, _anchor="in-charge"))


@bp.post("/obligations/<int:obligation_id>/hand-downs/<int:given_id>/on")
def hand_on(obligation_id: int, given_id: int) -> Any:
    obligation, given, topic = _given(obligation_id, given_id)
    allow(workrules.can_hand_on(current_user, given))
    form = HandOnForm(prefix="hand_on-")
    form.validate()
    try:
        officers = chosen_officers([form.officer.data or 0], obligation.agency_id)
        if not officers:
            raise Refused(_("Chọn người nhận việc."))
        operations.hand_on(
            given,
            topic,
            officer=officers[0],
            deadline=rules.day_that_counts(obligation),
            note=form.note.data or "",
            actor=current_user,
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.reason, "warning")
    else:
        db.session.commit()
        flash(_("Đã chuyển việc cho %(name)s.", name=officers[0].name), "success")
    return redirect(url_for(".show", obligation_id=obligation_id, _anchor="in-charge"))


@bp.post("/obligations/<int:obligation_id>/hand-downs/<int:given_id>/back")
def take_back(obligation_id: int, given_id: int) -> Any:
    obligation, given, topic = _given(obligation_id, given_id)
    has_head = operations.has_head(obligation.agency_id)
    allow(workrules.can_take_back(current_user, given, has_head=has_head))
    operations.take_back(given, topic, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã rút phân công của %(name)s.", name=given.officer.name), "success")
    return redirect(url_for(".show", obligation_id=obligation_id, _anchor="in-charge"))


def _given(obligation_id: int, given_id: int) -> tuple[Obligation, OfficerInCharge, Topic]:
    """A hand-down of this obligation, or of the source that it comes from, inside its own agency."""
    obligation = queries.obligation_for(current_user, obligation_id)
    given = db.session.get(OfficerInCharge, given_id)
    of_it = given is not None and (
        given.obligation_id == obligation.id
        or (given.source_kind == str(obligation.source_kind) and given.source_id == obligation.source_id)
    )
    own = current_user.agency_id == obligation.agency_id
    if given is None or not of_it or not own or given.agency_id != obligation.agency_id:
        raise NotVisible
    topic = topic_of(obligation) if given.obligation_id is not None else source_topic_of(obligation)
    return obligation, given, topic


def chosen_officers(ids: list[int] | None, agency_id: int) -> list[User]:
    people = {user.id: user for user in active_people(agency_id)}
    return [people[key] for key in ids or [] if key in people and is_officer(people[key])]


def say_given(given: list[OfficerInCharge], inner: date | None) -> None:
    if not given:
        flash(_("Người được chọn đã có phân công này."), "info")
        return
    names = ", ".join(row.officer.name for row in given)
    flash(_("Đã giao cho %(names)s. Người được giao nhận thư báo ngay.", names=names), "success")
    if inner is not None and (off := office_calendar().why_off(inner)) is not None:
        flash(
            _("Hạn nội bộ %(day)s là ngày nghỉ (%(why)s).", day=full_day(inner), why=off.words("vi")),
            "warning",
        )


def _may_hand_down(user: User, agency_id: int) -> bool:
    return workrules.can_hand_down(user, agency_id, has_head=operations.has_head(agency_id))


@bp.post("/obligations/<int:obligation_id>/start")
def start(obligation_id: int) -> Any:
    def act(obligation: Obligation) -> str:
        operations.start(obligation, actor=current_user, now=clock.now())
        return _("Đã ghi nhận đang thực hiện.")

    return _act(obligation_id, "seen", SeenForm(), rules.can_submit, act)


@bp.post("/obligations/<int:obligation_id>/suspend")
def suspend(obligation_id: int) -> Any:
    form = SuspendForm(prefix="suspend-")

    def act(obligation: Obligation) -> str:
        operations.suspend(
            obligation,
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            reason=form.reason.data,
            actor=current_user,
            now=clock.now(),
        )
        if form.until_on.data:
            return _("Đã ghi nhận tạm hoãn đến hết ngày %(day)s.", day=full_day(form.until_on.data))
        return _("Đã ghi nhận tạm hoãn cho đến khi cho tiếp tục.")

    return _act(obligation_id, "suspend", form, workrules.can_suspend, act)


@bp.post("/obligations/<int:obligation_id>/resume")
def resume(obligation_id: int) -> Any:
    form = ResumeForm(prefix="resume-")

    def act(obligation: Obligation) -> str:
        operations.resume(
            obligation,
            extend_to=form.extend_to.data,
            note=form.note.data or "",
            actor=current_user,
            now=clock.now(),
        )
        return _("Đã cho tiếp tục. Hạn là %(day)s.", day=full_day(obligation.deadline_on))

    return _act(obligation_id, "resume", form, workrules.can_suspend, act)


@bp.route("/work/practice", methods=["GET", "POST"])
def practice() -> Any:
    """How the person's agency works inside: whether a head confirms what leaves it."""
    g.nav_current = "obligations.my_work"
    agency, has_head = current_user.agency, operations.has_head(current_user.agency_id)
    allow(is_officer(current_user))
    decides = workrules.can_confirm(current_user, agency.id)
    form = PracticeForm()
    if form.validate_on_submit():
        allow(decides)
        operations.set_head_confirms(
            agency, bool(form.head_confirms.data), actor=current_user, now=clock.now()
        )
        db.session.commit()
        flash(
            _("Từ nay báo cáo của cơ quan do lãnh đạo xác nhận rồi mới gửi.")
            if form.head_confirms.data
            else _("Từ nay báo cáo được gửi ngay khi chuyên viên nộp."),
            "success",
        )
        return redirect(url_for(".practice"))
    form.head_confirms.data = queries.head_confirms(agency.id)
    return render_template(
        "obligations/practice.html", form=form, agency=agency, decides=decides, has_head=has_head
    )
