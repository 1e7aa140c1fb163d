"""Vắng mặt: from when to when somebody does not answer, and who does instead."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user, login_required
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app import clock
from app.accounts import absences, queries
from app.accounts.models import Absence, Role, User
from app.accounts.rules import is_administrator
from app.accounts.views import bp
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _, _l
from app.organisations.queries import agency_choices

_DAY = ["%d/%m/%Y", "%Y-%m-%d"]


class AbsenceForm(FlaskForm):
    person = SelectField(_l("Người vắng"), coerce=int)
    first = DateField(
        _l("Từ ngày"), [InputRequired(_l("Nhập ngày đầu theo dạng ngày/tháng/năm."))], format=_DAY
    )
    last = DateField(
        _l("Đến hết ngày"), [InputRequired(_l("Nhập ngày cuối theo dạng ngày/tháng/năm."))], format=_DAY
    )
    deputy = SelectField(_l("Người thay"), coerce=int)
    note = StringField(_l("Ghi chú"), [Length(max=300)])

    def offer(self, people: list[User], everybody: list[User]) -> None:
        self.person.choices = [SelectChoice(user.id, user.name) for user in people]
        self.deputy.choices = [
            SelectChoice(0, _("Chưa cử ai")),
            *(SelectChoice(user.id, user.name) for user in everybody),
        ]


@bp.route("/absences", methods=["GET", "POST"])
@login_required
def absence_list():
    agency_id = _agency_id()
    everybody = queries.active_people(agency_id)
    people = [user for user in everybody if absences.can_note_for(current_user, user)]
    form = AbsenceForm()
    form.offer(people, everybody)
    if request.method == "GET" and current_user in people:
        form.person.data = current_user.id
    if form.validate_on_submit():
        by_id = {user.id: user for user in everybody}
        try:
            absences.note_absence(
                by_id[form.person.data],
                first=form.first.data,
                last=form.last.data,
                deputy=by_id.get(form.deputy.data),
                note=form.note.data or "",
                actor=current_user._get_current_object(),
                now=clock.now(),
                today=clock.today(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(refusal.reason)
        else:
            db.session.commit()
            flash(_("Đã ghi vắng mặt."), "success")
            return _back(agency_id)
    return render_template(
        "accounts/absences.html",
        form=form if people else None,
        rows=queries.absences_of(agency_id, clock.today()),
        may={user.id for user in people},
        agencies=agency_choices(clock.today()) if is_administrator(current_user) else [],
        agency_id=agency_id,
        one_only=len(people) == 1,
    )


@bp.post("/absences/<int:absence_id>/remove")
@login_required
def remove_absence(absence_id: int):
    absence = db.session.get(Absence, absence_id)
    if absence is None or not absences.can_note_for(current_user, absence.user):
        raise NotVisible
    agency_id = absence.user.agency_id
    absences.remove_absence(absence, actor=current_user._get_current_object(), now=clock.now())
    db.session.commit()
    flash(_("Đã bỏ lần vắng mặt."), "success")
    return _back(agency_id)


def _agency_id() -> int:
    """The administrator looks after every agency; everybody else after the own one."""
    asked = request.values.get("agency", type=int)
    return asked if asked and current_user.role is Role.ADMINISTRATOR else current_user.agency_id


def _back(agency_id: int):
    return redirect(
        url_for(".absence_list", **({"agency": agency_id} if agency_id != current_user.agency_id else {}))
    )
