"""Who the cookie belongs to, what must be done before anything else, and how somebody comes in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user

from app import clock
from app.accounts import factors, methods, operations, posts, sessions
from app.accounts.models import HeldForm, Role, User, UserSession
from app.accounts.views import bp
from app.extensions import db
from app.i18n import _

# Pages that ask again by themselves every few seconds: an open window alone does not keep a session alive.
_ASKED_BY_SCRIPTS = {"static", "plans.reading", "plans.readings", "health.live", "health.ready"}
_ALWAYS_OPEN = {"accounts.sign_out", "accounts.set_language", "health.live", "health.ready", "static"}
_OPEN_WITH_ONE_TIME_PASSWORD = _ALWAYS_OPEN | {"accounts.password"}
_OPEN_WITHOUT_FACTOR = _ALWAYS_OPEN | {
    "accounts.second_factor", "accounts.begin_second_factor", "accounts.confirm_identity", "accounts.password",
}  # fmt: skip


def check_settings(app: Flask) -> None:
    """A role that is written wrong must not silently go without its second factor.

    Raises:
        SystemExit: REQUIRE_TOTP_ROLES names a role that does not exist; as `methods.check_settings`.
    """
    methods.check_settings(app)
    if unknown := set(app.config["REQUIRE_TOTP_ROLES"]) - {role.value for role in Role}:
        raise SystemExit(f"REQUIRE_TOTP_ROLES: no role is called {', '.join(sorted(unknown))}.")


def person_of(token: str) -> User | None:
    """Whose session the cookie names; None where it has ended or the account is closed. One indexed query."""
    found = sessions.live_session(token, clock.now())
    if found is None:
        return None
    g.user_session = found
    return found.person


def present_session() -> UserSession:
    """The session of this request's person, who is signed in."""
    return g.user_session


@bp.before_app_request
def _first_things_first() -> Any:
    """Note that the session is used; then the two things that a person must do before anything else."""
    if request.endpoint == "static" or not current_user.is_authenticated:
        return None
    if request.endpoint not in _ASKED_BY_SCRIPTS and sessions.note_use(present_session(), clock.now()):
        db.session.commit()
    account = current_user.account
    if (
        account.must_change_password
        and methods.has_password()
        and request.endpoint not in _OPEN_WITH_ONE_TIME_PASSWORD
    ):
        return redirect(url_for("accounts.password"))
    if (
        factors.is_required(current_user.role)
        and not second_factor_elsewhere(present_session().via)
        and account.second_factor_since is None
        and request.endpoint not in _OPEN_WITHOUT_FACTOR
    ):
        return redirect(url_for("accounts.second_factor"))
    return None


def second_factor_elsewhere(via: str) -> bool:
    """The office's own sign-in system has asked for one already, by its operator's word."""
    return via == "oidc" and bool(current_app.config["OIDC_TRUST_MFA"])


def leave_other_session() -> None:
    """Somebody else may be signed in at this browser: the administrator who tries the link, say."""
    if current_user.is_authenticated:
        if present_session().ended_at is None:
            sessions.sign_out(present_session(), now=clock.now())
        logout_user()


def enter(user: User, *, now: datetime, via: str = "local") -> None:
    """Sign this person in: a new session under a new token, with nothing in the cookie from before.

    Every way of signing in (password, code, link, another system) ends here. The caller commits.
    """
    language, held = session.get("language"), session.get("held")
    session.clear()
    user = _who_wrote(held, user)
    g.user_session = sessions.open_session(
        user, network=request.remote_addr or "", agent=request.user_agent.string, now=now, via=via
    )
    login_user(user)
    session.permanent = True
    if held:
        session["held"] = held
    operations.sign_in(user, now=now)
    if language and language != user.language:
        operations.set_language(user, language, now=now)


def _who_wrote(held: int | None, user: User) -> User:
    """The post for which the words were typed that wait in this browser, so that they can be sent from there."""
    form = db.session.get(HeldForm, held) if held else None
    own = posts.rows_of(user) if form is not None else []
    return next((row for row in own if form is not None and row.id == form.user_id), user)


def asks_again(view: Callable[..., Any]) -> Callable[..., Any]:
    """Before this act the person proves again who they are, unless they did so a few minutes ago."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not sessions.is_confirmed(present_session(), clock.now()):
            return ask_again()
        return view(*args, **kwargs)

    return guarded


def ask_again() -> Any:
    """To the page that asks for the password, and from there back to the page of the act."""
    page = request.full_path.rstrip("?") if request.method == "GET" else page_of_form()
    return redirect(url_for("accounts.confirm_identity", next=page or None))


def page_of_form() -> str:
    """The page of ours whose form was just sent, so that signing in leads back to it and its kept words."""
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc != request.host:
        return ""
    return referrer.path + (f"?{referrer.query}" if referrer.query else "")


def next_page() -> str:
    return own_path(request.args.get("next")) or url_for("home")


def own_path(target: str | None) -> str | None:
    """A path of this site, or None: a link from outside must not send people elsewhere after signing in."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    if any(ord(letter) < 0x20 for letter in target):  # browsers drop tabs and line ends: "/<tab>/elsewhere"
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def wait_words(until: datetime, now: datetime) -> str:
    """How long somebody waits after wrong attempts; the same whether the account exists or not."""
    minutes = max(1, -(-int((until - now).total_seconds()) // 60))
    return _(
        "Đã nhập sai nhiều lần nên tạm dừng đăng nhập. Thử lại sau %(n)s phút, hoặc dùng «Quên mật khẩu» để vào ngay.",
        n=minutes,
    )
