"""The working calendar of the office: days off and worked Saturdays that are declared late."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_login import current_user

from app import clock
from app.access import allow
from app.accounts.models import Role
from app.accounts.rules import is_administrator
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _, _n, full_day, language
from app.obligations import operations, panels, queries
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.forms import ExceptionForm, YearForm
from app.obligations.models import CalendarException
from app.obligations.timeline import runs_off
from app.obligations.views import bp


@bp.get("/settings")
def settings() -> Any:
    return _page(ExceptionForm(formdata=None))


@bp.post("/settings/days/preview")
def preview_day() -> Any:
    """What would move, before anything does."""
    allow(is_administrator(current_user))
    form = ExceptionForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        operations.check_exception(
            form.day.data, works=form.works.data == "worked", decision=form.decision.data
        )
    except Refused as refusal:
        form.form_errors.append(refusal.reason)
        return _page(form), 409
    return _page(form, _moves_with(form))


@bp.post("/settings/days")
def add_day() -> Any:
    allow(is_administrator(current_user))
    form = ExceptionForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        moved = operations.add_exception(
            form.day.data,
            works=form.works.data == "worked",
            decision=form.decision.data,
            actor=current_user,
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.reason)
        return _page(form), 409
    db.session.commit()
    flash(_told(_("Đã ghi ngày %(day)s.", day=full_day(form.day.data)), len(moved)), "success")
    return redirect(url_for(".settings"))


@bp.post("/settings/days/<day>/remove")
def remove_day(day: str) -> Any:
    allow(is_administrator(current_user))
    try:
        moved = operations.remove_exception(_day(day), actor=current_user, now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.reason, "warning")
        return redirect(url_for(".settings"))
    db.session.commit()
    flash(_told(_("Đã bỏ ngày %(day)s.", day=full_day(_day(day))), len(moved)), "success")
    return redirect(url_for(".settings"))


@bp.post("/settings/years")
def check_year() -> Any:
    """The days off of a year agree with the decision."""
    allow(is_administrator(current_user))
    form = YearForm()
    if not form.validate_on_submit():
        return _page(ExceptionForm(formdata=None), year_form=form), 422
    try:
        operations.check_year(
            form.year.data, decision=form.decision.data, actor=current_user, now=clock.now()
        )
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.reason)
        return _page(ExceptionForm(formdata=None), year_form=form), 409
    db.session.commit()
    flash(_("Đã ghi: lịch nghỉ năm %(year)s đã đối chiếu.", year=form.year.data), "success")
    return redirect(url_for(".settings"))


@bp.post("/settings/years/<int:year>/remove")
def uncheck_year(year: int) -> Any:
    allow(is_administrator(current_user))
    operations.uncheck_year(year, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã bỏ đối chiếu lịch nghỉ năm %(year)s.", year=year), "success")
    return redirect(url_for(".settings"))


def _undecreed(user: Any, today: date) -> panels.Panel | None:
    """Beside the work of whoever plans for others: the coming year's days off are not settled."""
    if user.role is not Role.STANDING_OFFICER:
        return None
    years = office_calendar().undecreed_ahead(today)
    return panels.Panel("obligations/_undecreed.html", {"years": years}) if years else None


panels.beside_my_work(_undecreed)


def _page(
    form: ExceptionForm, moves: list[operations.Move] | None = None, year_form: YearForm | None = None
) -> str:
    allow(is_administrator(current_user))
    g.nav_current = "obligations.settings"
    today, calendar = clock.today(), office_calendar()
    return render_template(
        "obligations/settings.html",
        form=form,
        moves=moves,
        exceptions=queries.calendar_exceptions(),
        undecreed=calendar.undecreed_ahead(today),
        checked=queries.checked_years(),
        year_form=year_form or YearForm(formdata=None),
        upcoming=_next_days_off(today),
        reading=office_reading(),
    )


def _moves_with(form: ExceptionForm) -> list[operations.Move]:
    new = CalendarException(day=form.day.data, works=form.works.data == "worked", decision=form.decision.data)
    return operations.moves_under(office_calendar(plus=new), form.day.data)


def _next_days_off(today: date) -> list[tuple[date, date, str]]:
    return runs_off(office_calendar(), today, date(today.year + 1, 12, 31), language())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotVisible from None


def _told(done: str, moved: int) -> str:
    if not moved:
        return done + " " + _("Không có hạn nào thay đổi.")
    return (
        done + " " + _n("%(num)s hạn đang mở đã chuyển ngày.", "%(num)s hạn đang mở đã chuyển ngày.", moved)
    )
