"""Comments on an obligation: said, changed, withdrawn; and the names that may be meant after an @."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import clock
from app.access import allow
from app.errors import Refused
from app.extensions import db
from app.i18n import _
from app.obligations import mentions, operations, queries, talk, workrules
from app.obligations.models import Comment
from app.obligations.topics import Topic, topic_of
from app.obligations.views import bp
from app.obligations.views.show import page
from app.obligations.workforms import CommentForm, EditCommentForm


@bp.post("/obligations/<int:obligation_id>/comments")
def comment(obligation_id: int) -> Any:
    obligation = queries.obligation_for(current_user, obligation_id)
    topic, form = topic_of(obligation), CommentForm(prefix="comment-")
    allow(workrules.can_comment(current_user, topic))
    if not form.validate_on_submit():
        return page(obligation, comment=form), 422
    try:
        say(topic, form)
    except Refused as refusal:
        db.session.rollback()
        form.text.errors = [refusal.reason]
        return page(queries.obligation_for(current_user, obligation_id), comment=form), 409
    db.session.commit()
    flash(_("Đã ghi ý kiến."), "success")
    return redirect(url_for(".show", obligation_id=obligation_id, _anchor="talk"))


@bp.post("/obligations/<int:obligation_id>/comments/<int:comment_id>")
def edit_comment(obligation_id: int, comment_id: int) -> Any:
    topic = topic_of(queries.obligation_for(current_user, obligation_id))
    change(topic, talk.comment_of(topic, current_user, comment_id))
    return redirect(url_for(".show", obligation_id=obligation_id, _anchor="talk"))


@bp.post("/obligations/<int:obligation_id>/comments/<int:comment_id>/withdraw")
def withdraw_comment(obligation_id: int, comment_id: int) -> Any:
    topic = topic_of(queries.obligation_for(current_user, obligation_id))
    withdraw(topic, talk.comment_of(topic, current_user, comment_id))
    return redirect(url_for(".show", obligation_id=obligation_id, _anchor="talk"))


@bp.get("/obligations/<int:obligation_id>/people")
def people(obligation_id: int) -> str:
    return named(topic_of(queries.obligation_for(current_user, obligation_id)))


# -- the same on every page with comments ------------------------------------------------------------------------


def say(topic: Topic, form: CommentForm) -> Comment:
    return operations.comment(
        topic,
        text=form.text.data,
        internal=form.to.data == "internal",
        agency_id=form.agency.data or None,
        form_key=form.form_key.data,
        actor=current_user,
        now=clock.now(),
    )


def change(topic: Topic, made: Comment) -> None:
    """Edit, commit and say so; what cannot be is said as well, and changes nothing."""
    allow(workrules.can_change_comment(current_user, made))
    form = EditCommentForm(prefix="edit-")
    try:
        if not form.validate_on_submit():
            raise Refused(next(iter(form.text.errors), _("Ghi nội dung ý kiến.")))
        operations.edit_comment(made, topic, text=form.text.data, actor=current_user, now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.reason, "warning")
    else:
        db.session.commit()
        flash(_("Đã sửa ý kiến."), "success")


def withdraw(topic: Topic, made: Comment) -> None:
    allow(workrules.can_change_comment(current_user, made))
    operations.withdraw_comment(made, topic, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã rút ý kiến."), "success")


def named(topic: Topic) -> str:
    """Names for what stands after the last @ of the text that is being typed; nothing where there is none."""
    allow(workrules.can_comment(current_user, topic))
    text = next((value for key, value in request.args.items() if key.endswith("text")), "")
    half = mentions.half_named(text)
    internal = (
        next((value for key, value in request.args.items() if key.endswith("-to")), "internal") == "internal"
    )
    agency = next((value for key, value in request.args.items() if key.endswith("-agency")), "")
    found = []
    if half is not None:
        who = talk.readers(
            topic,
            internal=internal and workrules.may_be_internal(current_user),
            agency_id=int(agency) if agency.isdigit() and agency != "0" else None,
            user=current_user,
        )
        found = mentions.suggestions(half, [one for one in who if one.id != current_user.id])
    return render_template("obligations/_named.html", people=found, half=half)
