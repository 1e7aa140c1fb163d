"""Thư đã gửi cho tôi: the mails that one got, why they come and what can be changed."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import clock
from app.extensions import db
from app.i18n import _
from app.outbox.models import MessageState
from app.reminders import mails, operations, queries, wording
from app.reminders.forms import WishForm
from app.reminders.views import bp
from app.reminders.views.mails import framed

PER_PAGE = 30


@bp.get("/mine")
def mine():
    form = _wish_form()
    form.show(queries.wish_of(current_user.id))
    return _page(form)


@bp.post("/mine")
def set_wish():
    """Which steps and when; the last step comes whatever is chosen."""
    form = _wish_form()
    if not form.validate_on_submit():
        return _page(form)
    operations.set_wish(current_user._get_current_object(), form.wish(), now=clock.now())
    db.session.commit()
    flash(_("Đã lưu cách nhận thư nhắc."), "success")
    return redirect(url_for(".mine"))


def _wish_form() -> WishForm:
    form = WishForm()
    settings = current_app.config
    form.offer(settings["REMINDER_HOUR"], int(settings["REMINDER_UNTIL"].partition(":")[0]))
    return form


def _page(form: WishForm) -> str:
    return render_template(
        "reminders/mine.html",
        page=db.paginate(mails.mails_to(current_user), per_page=PER_PAGE, error_out=False),
        rules_line=wording.rules_in_one_line(queries.rule_book().rules(None, None, None)),
        path=request.path,
        form=form,
    )


@bp.get("/mine/<int:message_id>")
def my_mail(message_id: int):
    message = mails.own_mail(current_user, message_id)
    return render_template(
        "reminders/mail.html",
        message=message,
        obligations=[],
        may_read=True,
        may_manage=False,
        bounces=[],
        frame=url_for(".my_mail_frame", message_id=message.id),
        back=(_("Thư đã gửi cho tôi"), url_for(".mine")),
        wording=wording,
        states=MessageState,
        file=None,
    )


@bp.get("/mine/<int:message_id>/body")
def my_mail_frame(message_id: int):
    return framed(mails.own_mail(current_user, message_id))
