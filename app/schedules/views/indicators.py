"""The structured form of a report: which figures its reporters fill in. For the plan's standing agency."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from app import clock
from app.access import allow
from app.accounts.models import Role
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _, _l
from app.obligations.figures import MAX_DECIMALS, FigureRefused, parse_figure, write_figure
from app.obligations.indicators import indicators_of
from app.obligations.models import Accrual, Indicator, SourceKind
from app.obligations.operations.defining import (
    Definition,
    add_indicator,
    change_indicator,
    has_values,
    move_indicator,
    restore_indicator,
    retire_indicator,
)
from app.schedules.models import ReportSchedule
from app.schedules.views import bp

_ACCRUALS = {
    Accrual.NONE.value: _l("Không cộng dồn"),
    Accrual.YEAR.value: _l("Cộng dồn từ đầu năm"),
    Accrual.PLAN.value: _l("Cộng dồn từ đầu kế hoạch"),
}


class NumberField(StringField):
    """A figure written as 1.234,5; `figure` is the number, None where it was left blank."""

    figure = None

    def pre_validate(self, form: Any) -> None:
        try:
            self.figure = parse_figure(self.data or "")
        except FigureRefused as refusal:
            raise ValidationError(refusal.reason) from None


class IndicatorForm(FlaskForm):
    name = StringField(
        _l("Tên chỉ tiêu"),
        [InputRequired(_l("Nhập tên chỉ tiêu, thí dụ: Số hộ nghèo cuối kỳ.")), Length(max=500)],
    )
    unit = StringField(_l("Đơn vị tính"), [Length(max=50, message=_l("Đơn vị dài quá 50 ký tự."))])
    target = NumberField(_l("Chỉ tiêu kế hoạch"))
    accrual = SelectField(
        _l("Lũy kế"), choices=[SelectChoice(*one) for one in _ACCRUALS.items()], default=Accrual.NONE.value
    )
    decimals = IntegerField(
        _l("Chữ số sau dấu phẩy"),
        [
            InputRequired(_l("Nhập số chữ số sau dấu phẩy; số nguyên thì nhập 0.")),
            NumberRange(0, MAX_DECIMALS, message=_l("Từ 0 đến 6 chữ số.")),
        ],
        default=0,
    )
    minimum = NumberField(_l("Mức thấp nhất"))
    maximum = NumberField(_l("Mức cao nhất"))
    required = BooleanField(_l("Bắt buộc nhập"), default=True)

    def definition(self) -> Definition:
        return Definition(
            name=self.name.data or "",
            unit=self.unit.data or "",
            target=self.target.figure,
            accrual=Accrual(self.accrual.data),
            required=bool(self.required.data),
            decimals=self.decimals.data or 0,
            minimum=self.minimum.figure,
            maximum=self.maximum.figure,
        )


@bp.get("/schedules/<int:schedule_id>/indicators")
def indicators(schedule_id: int) -> Any:
    schedule = _schedule(schedule_id)
    edited = request.args.get("edit", type=int)
    if edited is None:
        return _page(schedule, IndicatorForm(formdata=None))
    indicator = _indicator(schedule, edited)
    return _page(schedule, IndicatorForm(formdata=None, data=_values(indicator)), indicator)


@bp.post("/schedules/<int:schedule_id>/indicators")
def add(schedule_id: int) -> Any:
    schedule, form = _schedule(schedule_id), IndicatorForm()

    def act() -> str:
        what = form.definition()
        add_indicator(schedule, SourceKind.SCHEDULE, what, actor=current_user, now=clock.now())
        return _("Đã thêm chỉ tiêu «%(name)s».", name=what.name.strip())

    return _act(schedule, form, None, act)


@bp.post("/schedules/<int:schedule_id>/indicators/<int:indicator_id>")
def change(schedule_id: int, indicator_id: int) -> Any:
    schedule, form = _schedule(schedule_id), IndicatorForm()
    indicator = _indicator(schedule, indicator_id)

    def act() -> str:
        change_indicator(indicator, schedule, form.definition(), actor=current_user, now=clock.now())
        return _("Đã sửa chỉ tiêu «%(name)s».", name=indicator.name)

    return _act(schedule, form, indicator, act)


@bp.post("/schedules/<int:schedule_id>/indicators/<int:indicator_id>/<what>")
def arrange(schedule_id: int, indicator_id: int, what: str) -> Any:
    """Order, and whether it is asked for: each can be undone by its opposite."""
    schedule = _schedule(schedule_id)
    allow(what in ("up", "down", "retire", "restore"))
    indicator, now = _indicator(schedule, indicator_id), clock.now()
    if what == "retire":
        retire_indicator(indicator, schedule, actor=current_user, now=now)
        flash(_("Đã ngừng dùng chỉ tiêu «%(name)s». Số liệu đã nộp vẫn giữ.", name=indicator.name), "success")
    elif what == "restore":
        restore_indicator(indicator, schedule, actor=current_user, now=now)
        flash(_("Đã dùng lại chỉ tiêu «%(name)s».", name=indicator.name), "success")
    else:
        move_indicator(indicator, schedule, up=what == "up", actor=current_user, now=now)
    db.session.commit()
    return redirect(url_for(".indicators", schedule_id=schedule_id, _anchor=f"indicator-{indicator_id}"))


def _act(
    schedule: ReportSchedule, form: IndicatorForm, edited: Indicator | None, act: Callable[[], str]
) -> Any:
    if not form.validate_on_submit():
        return _page(schedule, form, edited), 422
    try:
        done = act()
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.reason)
        return _page(_schedule(schedule.id), form, edited), 409
    db.session.commit()
    flash(done, "success")
    return redirect(url_for(".indicators", schedule_id=schedule.id))


def _schedule(schedule_id: int) -> ReportSchedule:
    """For standing officers of the plan's standing agency. Raises NotVisible for everybody else."""
    schedule = db.session.scalar(sa.select(ReportSchedule).where(ReportSchedule.id == schedule_id))
    if schedule is None:
        raise NotVisible
    allow(
        current_user.role is Role.STANDING_OFFICER
        and schedule.plan.standing_agency_id == current_user.agency_id
    )
    return schedule


def _indicator(schedule: ReportSchedule, indicator_id: int) -> Indicator:
    for indicator in indicators_of(SourceKind.SCHEDULE, schedule.id, with_retired=True):
        if indicator.id == indicator_id:
            return indicator
    raise NotVisible


def _values(indicator: Indicator) -> dict[str, Any]:
    return {
        "name": indicator.name,
        "unit": indicator.unit,
        "target": write_figure(indicator.target),
        "accrual": indicator.accrual.value,
        "required": indicator.required,
        "decimals": indicator.decimals,
        "minimum": write_figure(indicator.minimum),
        "maximum": write_figure(indicator.maximum),
    }


def _page(schedule: ReportSchedule, form: IndicatorForm, edited: Indicator | None = None) -> str:
    g.nav_current = "plans.list_"
    there = indicators_of(SourceKind.SCHEDULE, schedule.id, with_retired=True)
    return render_template(
        "schedules/indicators.html",
        schedule=schedule,
        form=form,
        edited=edited,
        fixed_unit=edited is not None and has_values(edited),
        asked=[one for one in there if one.retired_at is None],
        retired=[one for one in there if one.retired_at is not None],
        accruals=_ACCRUALS,
    )
