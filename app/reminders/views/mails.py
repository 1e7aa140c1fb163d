"""What became of the mails: delivered, waiting, given up and why; sending again and cancelling by hand."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import access, clock
from app.errors import NotVisible
from app.extensions import db
from app.i18n import _
from app.outbox import operations, servers
from app.outbox.models import Message, MessageState
from app.outbox.transports import file_name
from app.reminders import mails, rules, wording
from app.reminders.runs import scheduler_state
from app.reminders.views import bp

PER_PAGE = 50
# The body of a mail is shown in a frame of its own, which may do nothing but be looked at.
FRAME_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@bp.get("/mails")
def mail_list():
    access.allow(rules.can_see_reminders(current_user))
    state, text = request.args.get("state", ""), request.args.get("q", "").strip()
    page = db.paginate(mails.log_of(current_user, state=state, text=text), per_page=PER_PAGE, error_out=False)
    return render_template(
        "reminders/mails.html",
        page=page,
        counts=mails.counts_of(current_user),
        state=state if state in mails.STATES else "",
        q=text,
        wording=wording,
        mail_server=servers.is_set(),
        servers_away=[state for state in servers.states().values() if state.away_since],
        suspended=mails.suspended_for(current_user),
        scheduler=scheduler_state(clock.now()),
    )


@bp.get("/mails/<int:message_id>")
def mail(message_id: int):
    message = mails.mail_for(current_user, message_id)
    obligations = mails.obligations_in(message)
    standing = {obligation.standing_agency_id for obligation in obligations}
    return render_template(
        "reminders/mail.html",
        message=message,
        obligations=[o for o in obligations if o.standing_agency_id == current_user.agency_id],
        may_read=rules.can_read(current_user, message, standing),
        may_manage=rules.can_manage(current_user, standing),
        frame=url_for(".mail_frame", message_id=message.id),
        back=(_("Thư đã gửi"), url_for(".mail_list")),
        wording=wording,
        states=MessageState,
        bounces=mails.bounces_of(message),
        file=None if servers.is_set() else file_name(message.message_id.strip("<>")),
    )


@bp.get("/mails/<int:message_id>/body")
def mail_frame(message_id: int):
    message = mails.mail_for(current_user, message_id)
    standing = {obligation.standing_agency_id for obligation in mails.obligations_in(message)}
    access.allow(rules.can_read(current_user, message, standing))
    return framed(message)


@bp.post("/mails/<int:message_id>/resend")
def resend(message_id: int):
    message = _to_manage(message_id)
    sent_again = operations.resend(message, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Thư gửi %(to)s đã vào hàng đợi.", to=sent_again.recipient), "success")
    return redirect(url_for(".mail_list"))


@bp.post("/mails/<int:message_id>/cancel")
def cancel(message_id: int):
    message = _to_manage(message_id)
    operations.cancel(message, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã hủy thư gửi %(to)s. Gửi lại được bất cứ lúc nào.", to=message.recipient), "success")
    return redirect(url_for(".mail", message_id=message.id))


def framed(message: Message) -> Response:
    """The HTML of a mail as a page for a sandboxed frame.

    Raises:
        NotVisible: the mail has no words yet.
    """
    if message.body_html is None:
        raise NotVisible
    response = Response(message.body_html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _to_manage(message_id: int) -> Message:
    message = mails.mail_for(current_user, message_id)
    standing = {obligation.standing_agency_id for obligation in mails.obligations_in(message)}
    access.allow(rules.can_manage(current_user, standing))
    return message
