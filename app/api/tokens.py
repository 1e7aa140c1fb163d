"""Making, finding and revoking the tokens of programs."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from app.accounts.models import User
from app.accounts.tokens import digest, new_token
from app.api.models import ApiToken, TokenScope
from app.audit.operations import record
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _l

MOST_TOKENS = 10
LIFETIMES = (30, 90, 365)  # days
_NOTE_EVERY = timedelta(hours=1)


def create_token(
    user: User, name: str, scope: TokenScope, *, days: int, now: datetime
) -> tuple[ApiToken, str]:
    """A token of this person for a program, and the token itself, which is kept nowhere.

    Raises:
        Refused: no name, a lifetime that is not offered, or as many tokens as anybody needs.
    """
    name = name.strip()
    if not name:
        raise Refused(_l("Ghi tên chương trình sẽ dùng mã, để sau này biết mã nào cần thu hồi."))
    if days not in LIFETIMES:
        raise Refused(_l("Chọn thời hạn của mã trong danh sách."))
    if len(tokens_of(user, now)) >= MOST_TOKENS:
        raise Refused(_l("Đã có %(n)s mã truy cập. Thu hồi mã không dùng nữa trước.", n=MOST_TOKENS))
    token = new_token()
    made = ApiToken(
        user=user,
        name=name[:100],
        scope=scope,
        token_hash=digest(token),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.session.add(made)
    facts = {"name": made.name, "scope": scope.value, "until": made.expires_at.date().isoformat()}
    record("token.created", made, actor=user, now=now, name=user.name, after=facts)
    return made, token


def revoke_token(token: ApiToken, *, actor: User, now: datetime) -> None:
    """The program is shut out from now on; again does nothing."""
    if token.revoked_at is None:
        token.revoked_at = now
        record(
            "token.revoked", token, actor=actor, now=now, name=token.user.name, before={"name": token.name}
        )


def tokens_of(user: User, now: datetime) -> list[ApiToken]:
    """The tokens of a person that still open the door, newest first."""
    living = ApiToken.revoked_at.is_(None), ApiToken.expires_at > now
    query = sa.select(ApiToken).where(ApiToken.user_id == user.id, *living)
    return list(db.session.scalars(query.order_by(ApiToken.created_at.desc(), ApiToken.id.desc())))


def token_for(user: User, token_id: int) -> ApiToken:
    """
    Raises:
        NotVisible: it is somebody else's, or does not exist.
    """
    found = db.session.get(ApiToken, token_id)
    if found is None or found.user_id != user.id:
        raise NotVisible
    return found


def living_token(token: str, now: datetime) -> ApiToken | None:
    """The token with its person; None where it is unknown, revoked or expired, or the account is closed."""
    return db.session.scalar(
        sa.select(ApiToken)
        .join(ApiToken.user)
        .where(
            ApiToken.token_hash == digest(token),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            User.closed_at.is_(None),
        )
        .options(contains_eager(ApiToken.user))
    )


def note_use(token: ApiToken, *, now: datetime) -> bool:
    """Remember that the token was used, at most once an hour; True where something was written."""
    stale = sa.or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < now - _NOTE_EVERY)
    done = db.session.execute(
        sa.update(ApiToken)
        .where(ApiToken.id == token.id, stale)
        .values(last_used_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)
