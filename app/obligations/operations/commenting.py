"""What people say of an obligation or a duty: said, changed, withdrawn; who is named is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app.accounts.models import User
from app.audit.operations import record as record_act
from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.obligations import mentions, talk, worknotices, workrules
from app.obligations.models import Comment
from app.obligations.topics import Topic


def comment(
    topic: Topic,
    *,
    text: str,
    internal: bool,
    agency_id: int | None,
    form_key: str,
    actor: User,
    now: datetime,
) -> Comment:
    """Say something. `agency_id` is the thread's agency (null: every agency of a source). The same `form_key` is
    the same comment.

    Raises:
        Refused: nothing said, too much, somebody named who could not read it, or a member speaks internally.
    """
    if known := db.session.scalar(sa.select(Comment).where(Comment.form_key == form_key)):
        if known.by_id != actor.id:
            raise Refused(_l("Biểu mẫu này đã dùng. Mở lại trang rồi ghi ý kiến."))
        return known
    if internal and not workrules.may_be_internal(actor):
        raise Refused(_l("Ý kiến của thành viên Ban Chỉ đạo được gửi cho các cơ quan liên quan."))
    if internal or (actor.agency_id in topic.agencies and not workrules.follows(actor, topic)):
        agency_id = actor.agency_id  # an agency speaks in its own thread
    elif agency_id is None and len(topic.agencies) == 1:
        agency_id = topic.agencies[0]
    if agency_id is not None and not internal and agency_id not in topic.agencies:
        raise Refused(_l("Cơ quan này không thuộc việc đang trao đổi. Chọn lại cơ quan."))
    made = Comment(
        **topic.key,
        agency_id=agency_id,
        internal=internal,
        form_key=form_key,
        text=_checked(text),
        by=actor,
        by_agency_id=actor.agency_id,
        at=now,
    )
    named = _named(topic, made, actor)
    db.session.add(made)
    _record("comment.made", made, topic, actor, now, after={"text": made.text, "internal": internal})
    _tell(made, topic, named, now)
    return made


def edit_comment(made: Comment, topic: Topic, *, text: str, actor: User, now: datetime) -> None:
    """Change the words; those that stood before are kept in the trail, and who is newly named is told.

    Raises:
        Refused: as `comment`.
    """
    before, text = made.text, _checked(text)
    if text == before:
        return
    made.text, made.edited_at = text, now
    named = _named(topic, made, actor)
    _record("comment.edited", made, topic, actor, now, before={"text": before}, after={"text": text})
    _tell(made, topic, named, now)


def withdraw_comment(made: Comment, topic: Topic, *, actor: User, now: datetime) -> None:
    """Take it back: that something was said stays, what was said stands in the trail only. Again does nothing."""
    if made.withdrawn_at is not None:
        return
    made.withdrawn_at = now
    _record("comment.withdrawn", made, topic, actor, now, before={"text": made.text})


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused(_l("Ghi nội dung ý kiến."))
    if len(text) > workrules.MAX_COMMENT:
        raise Refused(_l("Ý kiến dài quá %(n)s ký tự. Rút gọn lại.", n=workrules.MAX_COMMENT))
    return text


def _named(topic: Topic, made: Comment, actor: User) -> list[User]:
    """Whom the text names; raises Refused where a name is nobody's who may read it, or more than one person's."""
    people = talk.readers(topic, internal=made.internal, agency_id=made.agency_id, user=actor)
    named, unclear = mentions.found_in(made.text, people)
    if unclear:
        raise Refused(
            _l(
                "Không rõ «@%(name)s» là ai trong những người xem được ý kiến này. Chọn tên trong gợi ý, ghi đủ họ "
                "tên, hoặc bỏ dấu @.",
                name=unclear[0],
            )
        )
    return [user for user in named if user.id != actor.id]


def _tell(made: Comment, topic: Topic, named: Sequence[User], now: datetime) -> None:
    for user in named:
        worknotices.notify_mentioned(made, topic, user, now=now)


def _record(
    act: str,
    made: Comment,
    topic: Topic,
    actor: User,
    now: datetime,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    """What is said inside an agency is recorded without the plan: whoever follows it does not read the trail of it."""
    record_act(
        act,
        made,
        actor=actor,
        now=now,
        name=topic.name,
        plan_id=None if made.internal else topic.plan_id,
        before=before,
        after=after,
    )
