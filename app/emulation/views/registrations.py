"""Registering, and confirming that a registration is in hand."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from app import access, clock
from app.accounts.rules import is_officer
from app.emulation import operations, queries, rules
from app.emulation.forms import RegistrationForm
from app.emulation.models import Registration
from app.emulation.views.blueprint import bp, can_confirm
from app.errors import NotVisible, Refused
from app.extensions import db
from app.files.serving import send_stored
from app.i18n import _
from app.obligations.attachments import FileRefused, keep_all, uploads_from
from app.organisations.models import Agency


@bp.route("/<int:movement_id>/register", methods=["GET", "POST"])
def register(movement_id: int) -> Any:
    movement = queries.movement_for(current_user, movement_id)
    access.allow(is_officer(current_user) and rules.participates(movement, [current_user.agency_id]))
    found = next((r for r in movement.registrations if r.agency_id == current_user.agency_id), None)
    access.refuse_if(rules.why_not_register(movement, found))
    form = RegistrationForm(obj=found)
    if form.validate_on_submit():
        try:
            kept = keep_all(uploads_from([form.file.data]), now=clock.now())
            name, stored = kept[0] if kept else ("", None)
            operations.register(
                movement,
                current_user.agency,
                number=form.number.data,
                signed_on=form.signed_on.data,
                contents=form.contents.data,
                contact=form.contact.data or "",
                file=stored,
                file_name=name,
                actor=current_user,
                now=clock.now(),
                registration=found,
            )
        except Refused as refusal:
            db.session.rollback()
            if isinstance(refusal, FileRefused):
                form.file.errors = [refusal.reason]
            else:
                form.form_errors.append(refusal.reason)
        else:
            db.session.commit()
            flash(
                _("Đã gửi đăng ký lúc %(time)s.", time=f"{clock.now().astimezone(clock.VIETNAM):%H:%M}"),
                "success",
            )
            return redirect(url_for(".show", movement_id=movement_id))
    status = 422 if form.errors or form.form_errors else 200
    return render_template(
        "emulation/register.html", movement=movement, registration=found, form=form
    ), status


@bp.get("/registrations/<int:registration_id>/file")
def registration_file(registration_id: int) -> Any:
    registration = queries.registration_for(current_user, registration_id)
    if registration.file is None:
        raise NotVisible
    return send_stored(registration.file, registration.file_name)


@bp.post("/registrations/<int:registration_id>/receipts/<int:receiver_id>")
def receive(registration_id: int, receiver_id: int) -> Any:
    registration, receiver = _receipt(registration_id, receiver_id)
    operations.receive(registration, receiver, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã ghi nhận đăng ký của %(agency)s.", agency=registration.agency.display_name), "success")
    return redirect(url_for(".show", movement_id=registration.movement_id))


@bp.post("/registrations/<int:registration_id>/receipts/<int:receiver_id>/undo")
def undo_receipt(registration_id: int, receiver_id: int) -> Any:
    registration, receiver = _receipt(registration_id, receiver_id)
    operations.undo_receipt(registration, receiver, actor=current_user, now=clock.now())
    db.session.commit()
    flash(
        _("Đã bỏ xác nhận nhận đăng ký của %(agency)s.", agency=registration.agency.display_name), "success"
    )
    return redirect(url_for(".show", movement_id=registration.movement_id))


def _receipt(registration_id: int, receiver_id: int) -> tuple[Registration, Agency]:
    registration = queries.registration_for(current_user, registration_id)
    movement = registration.movement
    receiver = next((r.agency for r in movement.receivers if r.agency_id == receiver_id), None)
    if receiver is None or not can_confirm(movement, receiver_id):
        raise NotVisible
    return registration, receiver
