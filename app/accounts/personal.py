"""What we hold about one person: given out on request, and taken away when the account is of no more use.

Law on Personal Data Protection 91/2025/QH15 and Decree 356/2025/NĐ-CP: a person may see what is held and have it
corrected; what a duty of record-keeping demands stays. docs/personal-data.md says what is kept, why and how long.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.accounts import factors, links, posts, rules
from app.accounts.models import Absence, ExternalIdentity, HeldForm, OneTimeLink, User, UserSession
from app.audit.models import AuditEntry
from app.audit.operations import record
from app.audit.queries import sentence
from app.errors import Refused
from app.extensions import db
from app.i18n import _, _l, instant
from app.outbox.models import Message


def facts_about(user: User) -> dict[str, Any]:
    """Everything about the person that stands in accounts, the audit trail and the log of mails, as JSON values."""
    rows = posts.all_rows(user)
    ids = [row.id for row in rows]
    return {
        "account": {
            "name": user.name,
            "email": user.mail_address,
            "position": user.position,
            "role": str(rules.ROLE_LABELS[user.role]),
            "agency": user.agency.name,
            "language": user.language,
            "created_at": _at(user.created_at),
            "closed_at": _at(user.closed_at),
            "last_signed_in_at": _at(user.last_signed_in_at),
            "second_factor_since": _at(user.second_factor_since),
        },
        "posts": [
            {
                "created_at": _at(row.created_at), "closed_at": _at(row.closed_at), "agency": row.agency.name,
                "position": row.position, "role": str(rules.ROLE_LABELS[row.role]),
            }
            for row in rows[1:]
        ],
        "identities": [
            {"linked_at": _at(row.linked_at), "issuer": row.issuer, "subject": row.subject}
            for row in _of(ExternalIdentity, ids)
        ],
        "sessions": [
            {
                "created_at": _at(row.created_at), "last_seen_at": _at(row.last_seen_at),
                "ended_at": _at(row.ended_at), "network": row.network, "browser": row.browser,
            }
            for row in _of(UserSession, ids)
        ],
        "absences": [
            {"from": row.from_day.isoformat(), "to": row.to_day.isoformat(), "note": row.note}
            for row in _of(Absence, ids)
        ],
        "acts": [_act(entry) for entry in _entries(AuditEntry.actor_id.in_(ids))],
        "acts_about_the_account": [
            _act(entry)
            for entry in _entries(
                AuditEntry.subject_type == User.__tablename__,
                AuditEntry.subject_id.in_(ids),
                sa.or_(AuditEntry.actor_id.is_(None), AuditEntry.actor_id.not_in(ids)),
            )
        ],
        "mails": [
            {"at": _at(mail.created_at), "to": mail.recipient, "subject": mail.subject or "", "state": mail.state.value}
            for mail in _of(Message, ids)
        ],
    }  # fmt: skip


def rows_about(user: User) -> list[tuple[str, str, str]]:
    """The same as rows of a sheet: part, when, what."""
    facts = facts_about(user)
    rows = [(_("Tài khoản"), "", f"{name}: {value}") for name, value in facts["account"].items() if value]
    for part, label, when in (
        ("posts", _("Kiêm nhiệm"), "created_at"), ("identities", _("Đăng nhập chung"), "linked_at"),
        ("sessions", _("Phiên đăng nhập"), "created_at"), ("absences", _("Vắng mặt"), "from"),
        ("acts", _("Việc đã làm"), "at"), ("acts_about_the_account", _("Việc về tài khoản"), "at"),
        ("mails", _("Thư đã gửi"), "at"),
    ):  # fmt: skip
        for fact in facts[part]:
            said = "; ".join(str(value) for name, value in fact.items() if name != when and value)
            rows.append((label, str(fact[when] or ""), said))
    return rows


def note_export(user: User, *, actor: User, now: datetime) -> None:
    record("user.data_exported", user, actor=actor, now=now, name=user.mail_address)


def mask(user: User, *, actor: User, now: datetime) -> None:
    """Take name, address, post and sign-in facts away from a closed account, for good.

    What the person did stays, under a number. The audit trail and the log of sent mails keep the name as it was
    recorded: they are the record of an office, and a changed entry would break the chain that proves them whole.

    Raises:
        Refused: the account is open, or was masked already.
    """
    if user.is_active:
        raise Refused(_l("Đóng tài khoản trước khi ẩn danh."))
    if user.masked_at is not None:
        raise Refused(_l("Tài khoản này đã ẩn danh."))
    # The entry names the account by its number only: it is written while the name goes.
    record("user.masked", user, actor=actor, now=now, name=f"#{user.id}")
    factors.forget(user)
    links.revoke_all(user, now=now)
    rows = posts.all_rows(user)
    for table in (UserSession, OneTimeLink, HeldForm, ExternalIdentity):
        db.session.execute(sa.delete(table).where(table.user_id.in_([row.id for row in rows])))
    for row in rows:
        row.name, row.position = f"Người dùng đã ẩn danh #{user.id}", ""
    user.email, user.password_hash = None, None
    user.invited_at = user.last_signed_in_at = None
    user.masked_at = now


def _of(table: Any, ids: list[int]) -> Any:
    return db.session.scalars(sa.select(table).where(table.user_id.in_(ids)).order_by(table.id))


def _entries(*conditions: Any) -> Any:
    return db.session.scalars(sa.select(AuditEntry).where(*conditions).order_by(AuditEntry.id))


def _act(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": _at(entry.at),
        "act": str(sentence(entry)),
        "from": entry.address or "",
        "by": entry.actor_name,
    }


def _at(at: datetime | None) -> str | None:
    return instant(at) or None
