"""Lịch: the month, the address of one's feed, and the feed itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user, login_required

from app import clock
from app.access import allow, public
from app.accounts.models import Role, User
from app.accounts.rules import is_officer
from app.errors import NotVisible
from app.extensions import db
from app.feeds import contents, month, operations, queries
from app.feeds.models import CalendarFeed, FeedScope
from app.feeds.render import render
from app.i18n import _, language, writing_in
from app.links import absolute_url
from app.obligations.calendar import office_calendar
from app.obligations.rules import day_that_counts, standing
from app.version import VERSION

bp = Blueprint("feeds", __name__)

MOST_ON_A_PAGE = 3000


@bp.get("/calendar")
@login_required
def calendar():
    allow(_has_calendar(current_user))
    today = clock.today()
    year, number = _month(today)
    scope = _scope(request.args.get("scope", ""))
    first, last = month.edges(year, number)
    work = office_calendar()
    found = queries.on_calendar(current_user, scope, first, last, limit=MOST_ON_A_PAGE)
    entries = [
        (day, (obligation, standing(obligation, today, work)))
        for obligation in found
        if first <= (day := day_that_counts(obligation)) <= last
    ]
    as_list = request.args.get("view") == "list"
    return render_template(
        "feeds/calendar.html",
        weeks=month.weeks(year, number, today, work, entries, language()),
        first_of_month=date(year, number, 1),
        before=_address(scope, as_list, *month.step(year, number, -1)),
        after=_address(scope, as_list, *month.step(year, number, 1)),
        this_month=_address(scope, as_list, today.year, today.month),
        as_list=as_list,
        view_urls={flag: _address(scope, flag, year, number) for flag in (False, True)},
        scope=scope,
        scope_urls={kind: _address(kind, as_list, year, number) for kind in (FeedScope.OWN, FeedScope.ALL)},
        nearest=None if entries else queries.next_after(current_user, scope, last),
        is_cut=len(found) == MOST_ON_A_PAGE,
        **_subscribing(),
    )


@bp.route("/calendar/subscribe", methods=["GET", "POST"])
@login_required
def subscribe():
    """Make an address. It is shown in the answer to this form and never again."""
    allow(_has_calendar(current_user))
    address = None
    if request.method == "POST":
        scope = _scope(request.form.get("scope", ""))
        plan = _plan(request.form.get("plan", type=int)) if scope is FeedScope.PLAN else None
        _feed, token = operations.create_feed(
            current_user._get_current_object(), scope, plan=plan, now=clock.now()
        )
        db.session.commit()
        address = absolute_url("feeds.feed", token=token)
    return render_template("feeds/subscribe.html", address=address, **_subscribing())


@bp.post("/calendar/feeds/<int:feed_id>/revoke")
@login_required
def revoke(feed_id: int):
    operations.revoke_feed(_own_feed(feed_id), actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã thu hồi đường dẫn. Ứng dụng lịch không đọc được nữa."), "success")
    return redirect(url_for("feeds.subscribe"))


@bp.post("/calendar/feeds/<int:feed_id>/renew")
@login_required
def renew(feed_id: int):
    _feed, token = operations.renew_feed(_own_feed(feed_id), actor=current_user, now=clock.now())
    db.session.commit()
    return render_template(
        "feeds/subscribe.html", address=absolute_url("feeds.feed", token=token), **_subscribing()
    )


@bp.get("/feeds/<token>.ics")
@public
def feed(token: str):
    """The feed, to whoever has its address: exactly what its owner may see at this moment."""
    found = queries.feed_by_token(token)
    if found is None:
        abort(404)
    now = clock.now()
    since = queries.first_day(clock.vietnam_day(now))
    owner = found.user
    public_url = current_app.config["PUBLIC_URL"]
    etag = queries.fingerprint(
        found, since, owner.language, owner.agency.display_name, str(found.scope), public_url, VERSION
    )
    if operations.note_use(found, now=now):
        db.session.commit()
    response = Response(mimetype="text/calendar")
    response.set_etag(etag)
    if etag not in request.if_none_match:
        with writing_in(owner.language):
            entries = contents.entries(found, queries.entries_of(found, since))
            name = contents.calendar_name(found)
        response.set_data(render(entries, name=name, host=contents.host_of(public_url)))
        response.headers.set("Content-Disposition", "inline", filename="dung-han.ics")
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


def _subscribing() -> dict[str, Any]:
    user: User = current_user._get_current_object()
    return {
        "feeds": queries.feeds_of(user),
        "scopes": [(kind, queries.count_open(user, kind)) for kind in _scopes(user)],
        "plans": queries.plans_in_sight(user),
    }


def _scopes(user: User) -> list[FeedScope]:
    """Officers see what their agency owes and nothing more; a committee owes nothing."""
    if user.role is Role.STANDING_OFFICER:
        return [FeedScope.OWN, FeedScope.ALL]
    return [FeedScope.ALL] if user.role is Role.COMMITTEE_MEMBER else [FeedScope.OWN]


def _scope(text: str) -> FeedScope:
    offered = _scopes(current_user)
    if not text:
        return offered[0]
    if text not in {*offered, FeedScope.PLAN}:
        abort(404)
    return FeedScope(text)


def _month(today: date) -> tuple[int, int]:
    text = request.args.get("month", "")
    year, _dash, number = text.partition("-")
    if year.isdigit() and number.isdigit() and 2000 <= int(year) <= 2100 and 1 <= int(number) <= 12:
        return int(year), int(number)
    return today.year, today.month


def _address(scope: FeedScope, as_list: bool, year: int, number: int) -> str:
    today = clock.today()
    return url_for(
        "feeds.calendar",
        month=None if (year, number) == (today.year, today.month) else f"{year}-{number:02d}",
        scope=None if scope is _scopes(current_user)[0] else scope.value,
        view="list" if as_list else None,
    )


def _plan(plan_id: int | None) -> Any:
    for plan in queries.plans_in_sight(current_user):
        if plan.id == plan_id:
            return plan
    raise NotVisible


def _own_feed(feed_id: int) -> CalendarFeed:
    feed = db.session.get(CalendarFeed, feed_id)
    if feed is None or feed.user_id != current_user.id:
        raise NotVisible
    return feed


def _has_calendar(user: User) -> bool:
    return is_officer(user) or user.role is Role.COMMITTEE_MEMBER
