"""Signed-in browsers: opened, used, confirmed, ended. The state stands in the database, the cookie only names it.

A session ends by signing out, by somebody who ends it, after a time without use, and in any case at a fixed hour.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from app.accounts.models import User, UserSession
from app.accounts.tokens import digest, new_token
from app.audit.operations import record
from app.errors import NotVisible
from app.extensions import db

# Use is written down at most this often, so that most requests write nothing.
_NOTED_EVERY = timedelta(minutes=5)
# How long a person who has just proved who they are is not asked again before a sensitive act.
CONFIRMED_FOR = timedelta(minutes=10)
# What each program calls itself, most particular first: they all also name the ones below.
_BROWSERS = (
    ("Cốc Cốc", r"coc_coc_browser"), ("Edge", r"Edg(e|A|iOS)?/"), ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser"), ("Firefox", r"Firefox/|FxiOS/"), ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", r"Android"), ("iPhone", r"iPhone"), ("iPad", r"iPad"), ("Windows", r"Windows"),
    ("macOS", r"Macintosh|Mac OS X"), ("ChromeOS", r"CrOS"), ("Linux", r"Linux"),
)  # fmt: skip


def idle_time() -> timedelta:
    return timedelta(minutes=current_app.config["SESSION_IDLE_MINUTES"])


def open_session(user: User, *, network: str, agent: str, now: datetime, via: str = "local") -> UserSession:
    """Begin a session and give `user` (an account, or the post as which it acts at once) its token, for the cookie;
    old rows of the person are swept away. `via`: "local", or "oidc" for the office's own sign-in system."""
    _forget_ended(user.account, now)
    token = new_token()
    opened = UserSession(
        user_id=user.account.id,
        acting_id=user.id if user.main_id is not None else None,
        via=via,
        token_hash=digest(token),
        created_at=now,
        last_seen_at=now,
        confirmed_at=now,
        expires_at=now + timedelta(hours=current_app.config["SESSION_HOURS"]),
        network=network[:60],
        browser=browser_words(agent),
    )
    db.session.add(opened)
    db.session.flush()
    user.session_token = token
    return opened


def live_session(token: str, now: datetime) -> UserSession | None:
    """The session of this token with its person, in one query; None where it has ended or the account is closed."""
    acting = sa.orm.aliased(User)
    found = db.session.scalar(
        sa.select(UserSession)
        .join(UserSession.user)
        .outerjoin(UserSession.acting.of_type(acting))
        .options(
            sa.orm.contains_eager(UserSession.user), sa.orm.contains_eager(UserSession.acting.of_type(acting))
        )
        .where(UserSession.token_hash == digest(token))
    )
    return found if found is not None and is_live(found, now) and found.user.is_active else None


def is_live(session: UserSession, now: datetime) -> bool:
    return session.ended_at is None and now < ends_at(session)


def ends_at(session: UserSession) -> datetime:
    """When it ends if it is not used any more."""
    return min(session.expires_at, session.last_seen_at + idle_time())


def owner_of_ended(token: str) -> User | None:
    """As whom this session acted, where it has ended by time: their unsent words wait for them.

    None for a session that somebody ended, and for one that nobody had.
    """
    found = db.session.scalar(
        sa.select(UserSession).where(UserSession.token_hash == digest(token), UserSession.ended_at.is_(None))
    )
    return found.person if found is not None and found.user.is_active else None


def note_use(session: UserSession, now: datetime) -> bool:
    """Write down that the session is used, if the last note is old enough; True where something was written."""
    if now - session.last_seen_at < min(_NOTED_EVERY, idle_time() / 10):
        return False
    db.session.execute(
        sa.update(UserSession)
        .where(UserSession.id == session.id, UserSession.last_seen_at < now)
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )
    return True


def is_confirmed(session: UserSession, now: datetime) -> bool:
    return now - session.confirmed_at < CONFIRMED_FOR


def confirm(session: UserSession, *, now: datetime) -> None:
    session.confirmed_at = now


def open_sessions(user: User, now: datetime) -> list[UserSession]:
    """What is signed in as this person now, the last used first."""
    rows = db.session.scalars(
        sa.select(UserSession)
        .where(
            UserSession.user_id == user.account.id,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    return [row for row in rows if is_live(row, now)]


def act_as(session: UserSession, post: User, *, now: datetime) -> None:
    """Go on as another of the person's own rows: the account itself or one of its posts."""
    former = session.person
    session.acting = post if post.main_id is not None else None
    before, after = {"agency": former.agency.name}, {"agency": post.agency.name}
    record("user.switched", post, actor=post, now=now, name=post.agency.name, before=before, after=after)


def sign_out(session: UserSession, *, now: datetime) -> None:
    session.ended_at = now
    record("user.signed_out", session.user, actor=session.user, now=now, name=session.user.mail_address)


def end_one(user: User, session_id: int, *, now: datetime) -> UserSession:
    """End one session of the person's own.

    Raises:
        NotVisible: no such session of this person.
    """
    found = db.session.get(UserSession, session_id)
    if found is None or found.user_id != user.account.id:
        raise NotVisible
    if found.ended_at is None:
        found.ended_at = now
        facts = {"browser": found.browser, "network": found.network}
        record("user.session_ended", user, actor=user, now=now, name=user.mail_address, after=facts)
    return found


def end_all(user: User, *, now: datetime, but: UserSession | None = None) -> int:
    """End the person's sessions (all but one, where one is named); how many were open. Audited by the caller's act."""
    query = sa.update(UserSession).where(
        UserSession.user_id == user.account.id, UserSession.ended_at.is_(None)
    )
    if but is not None:
        query = query.where(UserSession.id != but.id)
    return db.session.execute(query.values(ended_at=now)).rowcount


def end_others(user: User, *, actor: User, now: datetime, but: UserSession | None = None) -> int:
    """The same as an act of its own, with its line in the audit trail."""
    ended = end_all(user, now=now, but=but)
    if ended:
        facts = {"count": ended}
        record("user.sessions_ended", user, actor=actor, now=now, name=user.mail_address, after=facts)
    return ended


def browser_words(agent: str) -> str:
    """What a person recognises of a User-Agent header: "Firefox, Windows"."""
    found = [
        next((name for name, pattern in names if re.search(pattern, agent)), "")
        for names in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, found))


def _forget_ended(user: User, now: datetime) -> None:
    """The list of old sessions holds addresses of people; a month is enough to look into a complaint."""
    month_ago = now - timedelta(days=30)
    db.session.execute(
        sa.delete(UserSession).where(UserSession.user_id == user.id, UserSession.expires_at < month_ago)
    )
