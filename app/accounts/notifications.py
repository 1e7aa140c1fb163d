"""Mails about accounts. Two carry a one-time link; the others tell the person what happened to the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.accounts.models import OneTimeLink, User
from app.accounts.tokens import seal, unseal
from app.extensions import db
from app.i18n import full_day, instant
from app.links import absolute_url
from app.organisations.models import Agency
from app.outbox.models import Message
from app.outbox.post import post, post_digest, render
from app.outbox.renderers import Rendered

INVITATION = "account-invitation"
RESET = "account-reset"


@dataclass(frozen=True)
class FormerAddress:
    """The reader at the address that the account had until now."""

    id: int
    mail_address: str
    name: str
    language: str
    agency: Agency


def invite(link: OneTimeLink, token: str, *, actor: User | None, now: datetime) -> None:
    context = {"link": link.id, "sealed": seal(token), "by": actor.name if actor else ""}
    post_digest(INVITATION, link.user, key=key_of(link), now=now, context=context)


def send_reset(link: OneTimeLink, token: str, *, now: datetime) -> None:
    context = {"link": link.id, "sealed": seal(token)}
    post_digest(RESET, link.user, key=key_of(link), now=now, context=context)


def key_of(link: OneTimeLink) -> str:
    """The key of the mail that carries this link."""
    return f"account-link:{link.id}"


def tell(reader: User | FormerAddress, what: str, *, now: datetime, **facts: Any) -> None:
    """Tell the person what was changed (`what`: a branch of templates/mail/account-notice/), by whom if not by them."""
    context = {"what": what, "at": now, "url": absolute_url("accounts.account"), "by": None, **facts}
    key = f"account-notice:{reader.id}:{what}:{reader.mail_address}:{now.isoformat()}"
    post("account-notice", reader, key=key[:200], now=now, context=context)


def render_link(message: Message, now: datetime) -> Rendered | None:
    """The words of a mail with a link, made when it is sent; None where the link no longer works by then."""
    facts = message.context or {}
    link = db.session.get(OneTimeLink, facts["link"])
    token = unseal(facts["sealed"])
    if link is None or not token or link.used_at or link.revoked_at or now >= link.expires_at:
        return None
    endpoint = "accounts.accept_invitation" if message.kind == INVITATION else "accounts.reset_password"
    context = {
        "reader": link.user,
        "url": absolute_url(endpoint, token=token),
        "until": instant(link.expires_at),
        "until_day": full_day(link.expires_at.date()),
        "by": facts.get("by", ""),
    }
    return Rendered(*render(message.kind, message.language, context), secrets=(token,))
