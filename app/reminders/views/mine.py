"""Thư đã gửi cho tôi: the mails that one got, why they come and what can be changed."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask_login import current_user

from app.extensions import db
from app.i18n import _
from app.outbox.models import MessageState
from app.reminders import mails, queries, wording
from app.reminders.views import bp
from app.reminders.views.mails import framed

PER_PAGE = 30


@bp.get("/mine")
def mine():
    return render_template(
        "reminders/mine.html",
        page=db.paginate(mails.mails_to(current_user), per_page=PER_PAGE, error_out=False),
        rules_line=wording.rules_in_one_line(queries.rule_book().rules(None, None, None)),
        path=request.path,
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
        frame=url_for(".my_mail_frame", message_id=message.id),
        back=(_("Thư đã gửi cho tôi"), url_for(".mine")),
        wording=wording,
        states=MessageState,
        file=None,
    )


@bp.get("/mine/<int:message_id>/body")
def my_mail_frame(message_id: int):
    return framed(mails.own_mail(current_user, message_id))
