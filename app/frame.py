"""What every page shares: who is signed in, navigation, filters, security headers, error pages."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import jinja2
from flask import Flask, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app import clock, marks
from app.accounts.models import Role, User
from app.accounts.posts import rows_of
from app.accounts.views.guard import page_of_form, person_of
from app.accounts.views.held import hold_form
from app.assignments.queries import duty_for
from app.emulation.queries import movement_for, nomination_for, registration_for
from app.errors import NotVisible, Refused
from app.extensions import db, login
from app.files.operations import DiskFull
from app.i18n import FILTERS, LANGUAGES, _, _l, init_templates, language
from app.obligations.queries import counts_for_navigation, obligation_for
from app.plans.queries import plan_for
from app.reminders.mails import mail_for
from app.version import VERSION

# No inline script or style anywhere: what a page runs comes from our own files.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass
class NavItem:
    """One link of the top bar. `tab`: also on the bottom bar of a phone. `late`: its counter is red."""

    endpoint: str
    label: Any
    icon: str
    roles: frozenset[Role]
    tab: bool = False
    counter: str = ""
    count: int = 0
    late: bool = False

    @property
    def short(self) -> Any:
        """The label on a phone's tab, where few letters fit."""
        return SHORT_LABELS.get(self.endpoint, self.label)

    @property
    def url(self) -> str:
        return url_for(self.endpoint)

    @property
    def current(self) -> bool:
        if "nav_current" in g:
            return bool(g.nav_current == self.endpoint)
        endpoint = request.endpoint or ""
        blueprint = endpoint.partition(".")[0]
        return PART_OF.get(endpoint, PART_OF.get(blueprint, blueprint)) == self.endpoint.partition(".")[0]


_AGENCY = frozenset({Role.OFFICER, Role.HEAD, Role.STANDING_OFFICER})
_STANDING = frozenset({Role.STANDING_OFFICER})
_COMMITTEE = frozenset({Role.COMMITTEE_MEMBER})
_ADMIN = frozenset({Role.ADMINISTRATOR})
NAVIGATION = (
    ("obligations.my_work", _l("Việc của tôi"), "checklist", _AGENCY, True, "mine"),
    ("oversight.board", _l("Bảng điều hành"), "layout-dashboard", _COMMITTEE, True, ""),
    ("plans.list_", _l("Kế hoạch"), "file-text", _AGENCY | _COMMITTEE, True, ""),
    ("obligations.list_", _l("Nghĩa vụ"), "list-details", _STANDING, False, "review"),
    ("emulation.list_", _l("Thi đua"), "award", _AGENCY | _COMMITTEE, True, ""),
    ("feeds.calendar", _l("Lịch"), "calendar", _AGENCY | _COMMITTEE, True, ""),
    ("reminders.index", _l("Nhắc việc"), "bell", _STANDING | _ADMIN, False, ""),
    ("oversight.board", _l("Bảng điều hành"), "layout-dashboard", _STANDING, False, ""),
    ("organisations.list_", _l("Cơ quan"), "building", _ADMIN, True, ""),
    ("accounts.people", _l("Người dùng"), "users", _ADMIN, True, ""),
    ("oversight.audit", _l("Nhật ký"), "history", _ADMIN, True, ""),
    ("obligations.settings", _l("Cài đặt"), "settings", _ADMIN, True, ""),
)

# Pages that stand under another feature's link.
PART_OF = {
    "schedules": "plans", "assignments": "plans", "reorganisations": "organisations",
    "obligations.close_person": "accounts",
    # One's own account stands under no link.
    **dict.fromkeys(
        (f"accounts.{page}" for page in (
            "account", "code", "confirm_identity", "own_data", "own_sessions", "password", "second_factor",
        )), "",
    ),
}  # fmt: skip
SHORT_LABELS = {"obligations.my_work": _l("Việc"), "oversight.board": _l("Điều hành")}


class PageSessions(SecureCookieSessionInterface):
    """Only pages renew the session's cookie: a style sheet may be cached, and may arrive after a sign-out."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return request.endpoint != "static" and super().should_set_cookie(app, session)


def init_app(app: Flask) -> None:
    app.session_interface = PageSessions()
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS)
    init_templates(app.jinja_env)
    app.jinja_env.globals["marks"] = marks
    app.context_processor(_page_facts)
    app.after_request(_security_headers)
    app.add_url_rule("/", "home", home)
    login.user_loader(person_of)
    login.login_view = "accounts.sign_in"
    login.session_protection = None  # sessions stand in the database; addresses change on phones
    login.unauthorized_handler(_ask_to_sign_in)
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    app.register_error_handler(NotVisible, _not_visible)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(DiskFull, _disk_full)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(500, _failed)


def home() -> Any:
    """The first page of a role: its own work, its board, or its directory."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in"))
    items = _navigation()
    return redirect(items[0].url if items else url_for("accounts.password"))


def _page_facts() -> dict[str, Any]:
    return {
        "today": clock.today(),
        "nav": _navigation(),
        "office_name": current_app.config["OFFICE_NAME"],
        "support_contact": current_app.config["SUPPORT_CONTACT"],
        "app_version": VERSION,
        "lang": language(),
        "languages": LANGUAGES,
        "search_url": url_for("search.results") if "search.results" in current_app.view_functions else None,
        "new_form_key": lambda: secrets.token_urlsafe(24),
        "csrf_token": generate_csrf,
    }


def _navigation() -> list[NavItem]:
    if not current_user.is_authenticated:
        return []
    if "navigation" not in g:
        counts = _counts()
        g.navigation = [
            NavItem(endpoint, label, icon, roles, tab, counter, *counts.get(counter, (0, False)))
            for endpoint, label, icon, roles, tab, counter in NAVIGATION
            if current_user.role in roles and endpoint in current_app.view_functions
        ]
    return g.navigation


def _counts() -> dict[str, tuple[int, bool]]:
    """Counters of the navigation: name → (count, whether it counts late things and is red)."""
    return counts_for_navigation(current_user, clock.today(), g.pop("late_and_near", None))


def _security_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        # A shared machine's back button must not show the last person's pages, nor a one-time link's form.
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def _ask_to_sign_in() -> Any:
    own_page = request.method == "GET" and not _is_by_htmx()
    target = request.full_path.rstrip("?") if own_page else page_of_form()
    hold_form()
    flash(_("Phiên làm việc đã hết hoặc chưa đăng nhập. Đăng nhập để tiếp tục."), "info")
    address = url_for("accounts.sign_in", next=target or None)
    return _whole_page_to(address) if _is_by_htmx() else redirect(address)


def _is_by_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def _whole_page_to(address: str) -> Response:
    """For a request for a part of a page: its script keeps what was typed, then the whole page goes there."""
    return Response(status=401, headers={"HX-Redirect": address})


def _page(template: str, status: int, **facts: Any) -> tuple[str, int]:
    return render_template(f"errors/{template}.html", **facts), status


def _not_visible(_error: NotVisible) -> Any:
    return _page("404", 404, other_post=_post_that_sees())


# What an address names, and how it is asked whether a person may see it.
_SEEN_BY = {
    "obligation_id": obligation_for, "plan_id": plan_for, "duty_id": duty_for, "movement_id": movement_for,
    "message_id": mail_for, "nomination_id": nomination_for, "registration_id": registration_for,
}  # fmt: skip


def _post_that_sees() -> User | None:
    """A link in a mail may be about another post of the person: the one that may see the page, if any does."""
    named = [(_SEEN_BY[name], value) for name, value in (request.view_args or {}).items() if name in _SEEN_BY]
    if request.method != "GET" or not named or not current_user.is_authenticated:
        return None
    return next((post for post in rows_of(current_user) if post != current_user and _sees(post, named)), None)


def _sees(post: User, named: list[tuple[Any, int]]) -> bool:
    try:
        for ask, value in named:
            ask(post, value)
    except NotVisible:
        return False
    return True


def _refused(refusal: Refused) -> Any:
    """A rule said no outside a form: say why, on a page that leads back."""
    db.session.rollback()
    return _page("409", 409, reason=refusal.reason)


def _disk_full(error: DiskFull) -> Any:
    db.session.rollback()
    current_app.logger.error("no room for files", exc_info=error)
    return _page(
        "409", 507, reason=_("Máy chủ hết chỗ nên chưa nhận được tệp. Báo người quản trị rồi tải lại.")
    )


def _form_expired(_error: CSRFError) -> Any:
    if _is_by_htmx():
        # Signed in again in another window, the page only needs a new token; else it asks who is there.
        return _whole_page_to(page_of_form() or "/") if current_user.is_authenticated else _ask_to_sign_in()
    return _page("400", 400, expired=True)


_PAGES = {400, 403, 404, 405, 409, 413, 429, 503}


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error  # redirects are exceptions too
    if error.code == 403:
        return _page("404", 404)  # whether it exists is not told
    code = error.code if error.code in _PAGES else 400
    return _page(str(code), error.code)


def _ask_nothing_more() -> None:
    """The page about a broken database must not ask the database who is signed in."""
    db.session.rollback()
    g._login_user, g.navigation = AnonymousUserMixin(), []


def _database_away(error: OperationalError) -> Any:
    _ask_nothing_more()
    current_app.logger.error("database is away", exc_info=error)
    return _page("503", 503)


def _failed(_error: Exception) -> Any:
    _ask_nothing_more()
    return _page("500", 500)
