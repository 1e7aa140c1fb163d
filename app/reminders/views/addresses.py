"""Addresses to which no mail goes after repeated bounces: shown beside the log, lifted by hand."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_login import current_user

from app import access, clock
from app.extensions import db
from app.i18n import _
from app.outbox import addresses
from app.reminders import mails, rules
from app.reminders.views import bp


@bp.post("/mails/addresses/<int:address_id>/lift")
def lift_address(address_id: int):
    access.allow(rules.can_see_reminders(current_user))
    state = mails.address_for(current_user, address_id)
    addresses.lift(state, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Từ nay thư lại được gửi tới %(address)s.", address=state.address), "success")
    if request.form.get("user", type=int):
        return redirect(url_for("accounts.edit_person", user_id=request.form.get("user", type=int)))
    return redirect(url_for(".mail_list"))
