"""Comments on an obligation, or on what a feature above registers: said, changed, withdrawn; and the names that may
be meant after an @."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import clock
from app.access import allow
from app.accounts.models import User
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _
from app.obligations import mentions, operations, panels, queries, talk, workrules
from app.obligations.models import Comment
from app.obligations.topics import Topic, topic_of
from app.obligations.views import bp
from app.obligations.views.show import page
from app.obligations.workforms import CommentForm, EditCommentForm


@bp.post("/talk/<kind>/<int:subject_id>")
def comment(kind: str, subject_id: int) -> Any:
    subject = _subject(kind)
    topic, form = subject.load(current_user, subject_id), CommentForm(prefix="comment-")
    allow(workrules.can_comment(current_user, topic))
    if not form.validate_on_submit():
        return subject.page(topic.row, comment=form), 422
    try:
        _say(topic, form)
    except Refused as refusal:
        db.session.rollback()
        form.text.errors = [refusal.reason]
        return subject.page(subject.load(current_user, subject_id).row, comment=form), 409
    db.session.commit()
    flash(_("Đã ghi ý kiến."), "success")
    return _back(topic)


@bp.post("/talk/<kind>/<int:subject_id>/<int:comment_id>")
def edit_comment(kind: str, subject_id: int, comment_id: int) -> Any:
    topic = _subject(kind).load(current_user, subject_id)
    _change(topic, talk.comment_of(topic, current_user, comment_id))
    return _back(topic)


@bp.post("/talk/<kind>/<int:subject_id>/<int:comment_id>/withdraw")
def withdraw_comment(kind: str, subject_id: int, comment_id: int) -> Any:
    topic = _subject(kind).load(current_user, subject_id)
    _withdraw(topic, talk.comment_of(topic, current_user, comment_id))
    return _back(topic)


@bp.post("/talk/<kind>/<int:subject_id>/people")
def people(kind: str, subject_id: int) -> str:
    """Names for what stands after the last @ of the text that is being typed; nothing where there is none.

    Asked by POST, so that the words of a comment stand in no address and no log."""
    return _named(_subject(kind).load(current_user, subject_id))


def _subject(kind: str) -> panels.Subject:
    found = panels.SUBJECTS.get(kind)
    if found is None:
        raise NotVisible
    return found


def _back(topic: Topic) -> Any:
    endpoint, arguments = topic.page
    return redirect(url_for(endpoint, **arguments, _anchor="talk"))


def _topic(user: User, obligation_id: int) -> Topic:
    return topic_of(queries.obligation_for(user, obligation_id))


panels.talk_about("obligation", _topic, page)


def _say(topic: Topic, form: CommentForm) -> Comment:
    return operations.comment(
        topic,
        text=form.text.data,
        internal=form.to.data == "internal",
        agency_id=form.agency.data or None,
        form_key=form.form_key.data,
        actor=current_user,
        now=clock.now(),
    )


def _change(topic: Topic, made: Comment) -> None:
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


def _withdraw(topic: Topic, made: Comment) -> None:
    allow(workrules.can_change_comment(current_user, made))
    operations.withdraw_comment(made, topic, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã rút ý kiến."), "success")


def _named(topic: Topic) -> str:
    allow(workrules.can_comment(current_user, topic))
    text = next((value for key, value in request.form.items() if key.endswith("text")), "")
    half = mentions.half_named(text)
    internal = (
        next((value for key, value in request.form.items() if key.endswith("-to")), "internal") == "internal"
    )
    agency = next((value for key, value in request.form.items() if key.endswith("-agency")), "")
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
