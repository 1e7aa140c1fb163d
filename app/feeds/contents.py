"""From the rows of a feed to its entries: the sentences, in the language of its owner."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from app.clock import VIETNAM
from app.feeds.models import CalendarFeed, FeedScope
from app.feeds.queries import changed_at
from app.feeds.render import Entry
from app.i18n import _, full_day
from app.links import absolute_url
from app.obligations.models import Outcome


def calendar_name(feed: CalendarFeed) -> str:
    """What calendar programs call the feed."""
    agency = feed.user.agency.display_name
    if feed.scope is FeedScope.PLAN and feed.plan is not None:
        return _("Đúng Hạn: KH %(plan)s, %(agency)s", plan=feed.plan.display_number, agency=agency)
    if feed.scope is FeedScope.ALL:
        return _("Đúng Hạn: mọi việc %(agency)s theo dõi", agency=agency)
    return _("Đúng Hạn: %(agency)s", agency=agency)


def entries(feed: CalendarFeed, rows: Iterable[Any]) -> list[Entry]:
    """Translate the rows; the caller has set the owner's language."""
    names_agency = feed.user.agency_id
    base = absolute_url("obligations.show", obligation_id=0)[: -len("0")]
    return [
        _entry(row, f"{base}{row.id}", row.agency if row.agency_id != names_agency else "") for row in rows
    ]


def _entry(row: Any, url: str, agency: str) -> Entry:
    deadline = row.extended_to or row.due_on
    returned = row.returned_at is not None and row.submitted_at is None and row.outcome is None
    rework = row.rework_until if row.returned_at is not None else None
    day = max(deadline, rework) if returned and rework else deadline
    return Entry(
        key=f"{row.source_kind}-{row.source_id}-{row.first_agency_id or row.agency_id}-{row.period}",
        day=day,
        title=row.title,
        words=row.words,
        why=_why(row, rework if returned else None),
        plan=_("KH %(number)s", number=row.plan_number or "—"),
        url=url,
        version=row.version,
        changed_at=changed_at(row, datetime.combine(row.owed_on, time(), VIETNAM).astimezone(UTC)),
        is_open=row.outcome is None and row.submitted_at is None and not _rests_on(row, day),
        is_suspended=_rests_on(row, day),
        is_off=row.outcome in {Outcome.WAIVED, Outcome.CANCELLED},
        prefix=", ".join(filter(None, (agency, _said(row, returned, day)))),
    )


def _rests_on(row: Any, day: date) -> bool:
    """Suspended on the very day on which it is due, so that the day does not stand: said of the day and not of
    today, since a feed does not change by itself."""
    return (
        row.outcome is None
        and row.submitted_at is None
        and row.suspended_at is not None
        and (row.suspended_from is None or row.suspended_from <= day)
        and (row.suspended_until is None or day <= row.suspended_until)
    )


def _said(row: Any, returned: bool, day: date) -> str:
    if _rests_on(row, day):
        return _("Tạm hoãn")
    match row.outcome:
        case Outcome.WAIVED:
            return _("Được miễn")
        case Outcome.CANCELLED:
            return _("Bãi bỏ")
        case None:
            return _("Chờ xác nhận") if row.submitted_at is not None else _("Trả lại") if returned else ""
        case _:
            return _("Đã xong")


def _why(row: Any, rework_until: date | None) -> str:
    """Why this day: the named day, the last compliant day where it is another, extension, return."""
    parts = []
    if row.due_on != row.nominal_on:
        parts.append(
            _(
                "Kế hoạch ghi ngày %(named)s, ngày cuối còn đúng hạn là %(due)s.",
                named=full_day(row.nominal_on), due=full_day(row.due_on),
            )
        )  # fmt: skip
    else:
        parts.append(_("Hạn theo kế hoạch: %(day)s.", day=full_day(row.due_on)))
    if row.extended_to:
        parts.append(_("Đã gia hạn đến %(day)s.", day=full_day(row.extended_to)))
    if rework_until:
        parts.append(_("Trả lại, nộp lại đến hết %(day)s.", day=full_day(rework_until)))
    return " ".join(parts)


def host_of(public_url: str) -> str:
    """The name after the @ of every UID."""
    return urlsplit(public_url).hostname or "localhost"
