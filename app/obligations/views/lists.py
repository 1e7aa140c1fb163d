"""Việc của tôi, and the list of the standing agency with its queue."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, g, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from app import clock
from app.access import allow
from app.accounts.models import Role, User
from app.accounts.rules import is_officer
from app.errors import Refused
from app.extensions import db
from app.i18n import _, _n, language
from app.obligations import operations, ownwork, panels, queries, rules, timeline, worklists
from app.obligations.calendar import office_calendar
from app.obligations.models import Obligation
from app.obligations.outcomes import Result
from app.obligations.ownwork import Shelf
from app.obligations.paging import Pages
from app.obligations.rows import Row, rows_of
from app.obligations.sheet import RESULTS, SHEET_ROWS, XLSX, sheet_of
from app.obligations.views import bp
from app.obligations.worklists import SORTS, Filter, Wanted

PER_PAGE = 20


@bp.get("/work")
def my_work() -> Any:
    allow(is_officer(current_user))
    g.nav_current = "obligations.my_work"
    user: User = current_user._get_current_object()
    today, calendar = clock.today(), office_calendar()
    counts = ownwork.counts(user.agency_id, today)
    g.late_and_near = counts.late, counts.near  # what the counter of the top bar shows
    number = max(1, request.args.get("page", 1, type=int))
    shelves = ownwork.shelves(user, today, number)

    def rows(shelf: Shelf) -> list[Row]:
        return rows_of(shelves[shelf], today, calendar, user)

    dots = timeline.dots(counts.days, today, calendar, rules.DUE_SOON_WORKING_DAYS)
    first = today.fromordinal(today.toordinal() - today.weekday())
    return render_template(
        "obligations/my_work.html",
        counts=counts,
        given_rows=rows(Shelf.GIVEN),
        inner_days=ownwork.inner_days(shelves[Shelf.GIVEN], user),
        parts=ownwork.parts_to_file(user.agency_id, today),
        for_head=ownwork.waiting_for_head(user.agency_id) if user.role is Role.HEAD else [],
        late_rows=rows(Shelf.LATE),
        unanswered_rows=rows(Shelf.UNANSWERED),
        page=Pages(shelves[Shelf.COMING], counts.coming, number, ownwork.PER_PAGE),
        rows=rows(Shelf.COMING),
        dots=dots,
        days_off=timeline.runs_off(calendar, first, ownwork.horizon(today), language()),
        summary=timeline.summary(dots, ownwork.WEEKS),
        weeks=ownwork.WEEKS,
        next_left=calendar.working_days_between(today, dots[0].day) if dots else 0,
        waiting=rows_of(shelves[Shelf.WAITING], today, calendar),
        later=next(iter(shelves[Shelf.LATER]), None),
        panels=panels.panels_for(user, today),
    )


@bp.get("/obligations")
def list_() -> Any:
    allow(current_user.role is not Role.ADMINISTRATOR)
    standing = current_user.role is Role.STANDING_OFFICER
    g.nav_current = "obligations.list_" if standing else "obligations.my_work"
    today, wanted = clock.today(), wanted_from(request.args, Filter.REVIEW if standing else Filter.ALL)
    number = max(1, request.args.get("page", 1, type=int))
    page = worklists.page_of(current_user, wanted, today, number, PER_PAGE)
    submissions = queries.waiting_submissions(page.items) if wanted.state is Filter.REVIEW else {}
    return render_template(
        "obligations/list.html",
        wanted=wanted,
        filters=_filters_for(current_user),
        page=page,
        rows=rows_of(page.items, today, office_calendar(), current_user),
        submissions=submissions,
        agencies=worklists.agencies_in(current_user),
        plans=worklists.plans_in(current_user, wanted.plan_id),
        default_sort=worklists.default_sort(wanted.state),
        results=[(str(result), word) for result, word in RESULTS.items()],
        late_by_plan=lambda obligation: rules.days_late_by_plan(obligation, today),
    )


@bp.get("/obligations.xlsx")
def list_xlsx() -> Response:
    """The list as it is filtered, with both measures of lateness; at most SHEET_ROWS rows, and says so."""
    allow(current_user.role is not Role.ADMINISTRATOR)
    standing = current_user.role is Role.STANDING_OFFICER
    today, wanted = clock.today(), wanted_from(request.args, Filter.REVIEW if standing else Filter.ALL)
    found = db.session.scalars(worklists.search(current_user, wanted, today).limit(SHEET_ROWS + 1)).all()
    return send_file(
        io.BytesIO(sheet_of(found[:SHEET_ROWS], today, cut=len(found) > SHEET_ROWS)),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"nghia-vu-{today:%Y%m%d}.xlsx",
    )


@bp.post("/obligations/accept")
def accept_many() -> Any:
    """Accept the versions that were ticked; one that has changed since is left and named."""
    now, done, left = clock.now(), 0, []
    for ticked in request.form.getlist("ticked")[:PER_PAGE]:
        obligation_id, _colon, version = ticked.partition(":")
        if not (obligation_id.isdigit() and version.isdigit()):
            continue
        obligation = queries.obligation_for(current_user, int(obligation_id))
        allow(rules.can_review(current_user, obligation))
        try:
            with db.session.begin_nested():
                operations.accept(obligation, actor=current_user, now=now, version=int(version))
        except Refused as refusal:
            left.append(str(refusal.reason))
        else:
            done += 1
    db.session.commit()
    if done:
        flash(
            _n("Đã xác nhận hoàn thành %(num)s báo cáo.", "Đã xác nhận hoàn thành %(num)s báo cáo.", done),
            "success",
        )
    for reason in dict.fromkeys(left):
        flash(reason, "warning")
    if not done and not left:
        flash(_("Chưa chọn báo cáo nào. Đánh dấu các báo cáo đã xem rồi xác nhận."), "info")
    return redirect(url_for(".list_", state=Filter.REVIEW))


def _corrections_wanted(user: User, _today: date) -> panels.Panel | None:
    """What receivers asked the agency to correct; beside everything else that it has to do."""
    wanted = db.session.scalars(
        sa.select(Obligation)
        .where(Obligation.agency_id == user.agency_id, Obligation.correction_wanted_until.is_not(None))
        .order_by(Obligation.correction_wanted_until, Obligation.id)
        .limit(10)
    ).all()
    return panels.Panel("obligations/_corrections_wanted.html", {"obligations": wanted}) if wanted else None


panels.beside_my_work(_corrections_wanted)


def _filters_for(user: User) -> list[Filter]:
    """The queue is for those who review; what is given to a person, for those who can be given something."""
    left_out = set() if user.role is Role.STANDING_OFFICER else {Filter.REVIEW, Filter.CORRECTION}
    return [one for one in Filter if one not in (left_out if is_officer(user) else left_out | {Filter.MINE})]


def wanted_from(given: MultiDict[str, str], default: Filter) -> Wanted:
    """The filters that an address names."""
    state = given.get("state", default)
    sort, result = given.get("sort", ""), given.get("result", "")
    return Wanted(
        state=Filter(state) if state in list(Filter) else default,
        agency_id=given.get("agency", type=int),
        plan_id=given.get("plan", type=int),
        result=Result(result) if result in list(Result) else None,
        q=given.get("q", "").strip()[:200],
        sort=sort if sort in SORTS else "",
    )
