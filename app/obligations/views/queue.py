"""The review page: what was handed in beside what was there before, and the way through the filtered queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from flask import g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from app import clock
from app.access import allow
from app.errors import Refused
from app.extensions import db
from app.i18n import language
from app.obligations import differences, indicators, operations, queries, reasons, rules, worklists
from app.obligations.calendar import office_calendar
from app.obligations.forms import AcceptForm, ReturnForm
from app.obligations.models import Obligation, Submission
from app.obligations.operations.correcting import waiting_correction
from app.obligations.rows import row_of
from app.obligations.views import bp
from app.obligations.views.lists import wanted_from

# A queue longer than this is walked in parts: what lies further behind waits longer anyway.
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """Where an obligation stands in the queue as it was filtered."""

    query: str  # the filters, as the list's address has them
    number: int  # counted from 1; 0 where it is not in the queue any more
    total: int
    before: str | None  # addresses of the neighbours
    after: str  # where to go once this one is decided: the next, else the one before, else the list


def place_of(obligation: Obligation) -> Place:
    given = request.form.get("queue", "") if request.method == "POST" else request.query_string.decode()
    filters = {
        name: values[0]
        for name, values in parse_qs(given).items()
        if name in {"state", "agency", "plan", "q", "sort"}
    }
    wanted = wanted_from(MultiDict(filters), worklists.Filter.REVIEW)
    found = worklists.search(current_user, wanted, clock.today()).with_only_columns(Obligation.id)
    ids = list(db.session.scalars(found.limit(_LONGEST)))
    query = urlencode(filters)

    def address(index: int) -> str | None:
        return f"{url_for('.review', obligation_id=ids[index])}?{query}" if 0 <= index < len(ids) else None

    index = ids.index(obligation.id) if obligation.id in ids else -1
    if index < 0:
        following = address(0)
        return Place(query, 0, len(ids), None, following or url_for(".list_", **filters))
    return Place(
        query,
        index + 1,
        len(ids),
        address(index - 1),
        address(index + 1) or address(index - 1) or url_for(".list_", **filters),
    )


@bp.get("/obligations/<int:obligation_id>/review")
def review(obligation_id: int) -> Any:
    obligation = queries.obligation_for(current_user, obligation_id)
    allow(rules.can_review(current_user, obligation))
    if _under_review(obligation) is None:
        if request.args:
            raise operations.stale(obligation, clock.now())  # decided or taken back since the list was made
        return redirect(url_for(".show", obligation_id=obligation_id))
    return page(obligation)


def page(obligation: Obligation, **sent: Any) -> str:
    """The page; `sent` holds a form that came back with mistakes."""
    g.nav_current = "obligations.list_"
    submission = _under_review(obligation)
    if submission is None:
        raise Refused(operations.stale(obligation, clock.now()).reason)
    today, calendar = clock.today(), office_calendar()
    submissions = queries.submissions_of(obligation)
    submission = next(one for one in submissions if one.id == submission.id)
    last = _version_before(submissions, submission)
    previous = queries.previous_submission(obligation)
    values = indicators.values_of([one.id for one in (submission, last, previous) if one is not None])
    known = {"seen": queries.newest_act(obligation), "version": submission.version}
    forms = {
        name: sent.get(name) or kind(formdata=None, data=known, prefix=f"{name}-")
        for name, kind in {"accept": AcceptForm, "return_": ReturnForm}.items()
    }
    if "return_" not in sent:
        forms["return_"].until.data = calendar.add_working_days(today, rules.DUE_SOON_WORKING_DAYS)
    return render_template(
        "obligations/review.html",
        o=obligation,
        row=row_of(obligation, today, calendar, current_user),
        place=place_of(obligation),
        submission=submission,
        last=last,
        previous=previous,
        previous_period=reasons.label_of_period(previous.obligation.period, language()) if previous else "",
        period=reasons.label_of_period(obligation.period, language()),
        words=differences.of_words(last.text if last else submission.text, submission.text),
        figures=differences.of_figures(
            indicators.indicators_of(obligation.source_kind, obligation.source_id, with_retired=True),
            values.get(submission.id, {}),
            values.get(last.id, {}) if last else {},
            values.get(previous.id, {}) if previous else {},
        ),
        files=differences.of_files(
            last.attachments if last else submission.attachments, submission.attachments
        ),
        late=rules.days_late(obligation, today),
        late_by_plan=rules.days_late_by_plan(obligation, today),
        forms=forms,
    )


def _under_review(obligation: Obligation) -> Submission | None:
    return waiting_correction(obligation) or queries.waiting_submission(obligation)


def _version_before(submissions: list[Submission], submission: Submission) -> Submission | None:
    """What a reviewer saw last: the newest earlier version that was not taken back."""
    earlier = (one for one in submissions if one.version < submission.version and one.withdrawn_at is None)
    return max(earlier, key=lambda one: one.version, default=None)
