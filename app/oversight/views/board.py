"""Bảng điều hành: how late, who, how long, better or worse than before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask_login import current_user

from app.i18n import _
from app.obligations import panels
from app.oversight.board import TARGET_PERCENT, draw, end_of_last_month, end_of_last_quarter
from app.oversight.views import bp
from app.oversight.views.asked import Asked, asked, read_day
from app.oversight.views.squares import Drawing, urged_words
from app.plans.models import Plan


@bp.get("/board")
def board():
    page = asked()
    day = page.as_of.day
    earlier = end_of_last_month(day)
    if given := request.args.get("since", "").strip():
        earlier = min(read_day(given, page.as_of.today), day)
    drawn = draw(page.scope, page.as_of, earlier, page.calendar)
    weeks = [(f"{week.monday:%d/%m}", week.count) for week in drawn.weeks]
    return render_template(
        "oversight/board.html",
        board=drawn,
        drawing=Drawing(drawn, page),
        urged_words=urged_words,
        asked=page,
        target=TARGET_PERCENT,
        month_points=[(f"{month.first:%m/%Y}", month.percent) for month in drawn.months],
        week_columns=weeks,
        week_summary=_("Số việc đến hạn mỗi tuần: ") + ", ".join(f"{label}: {n}" for label, n in weeks),
        before=page.address("oversight.board", day=f"{day - timedelta(days=1):%d/%m/%Y}"),
        after=_after(page),
        named=_named_days(page),
        plan_options=plan_options(drawn.choices),
        year_options=_year_options(page),
        panels=panels.panels_on_board(current_user, page.as_of.today) if page.as_of.is_today else [],
    )


def plan_options(plans: list[Plan]) -> list[tuple[Any, str]]:
    """Plans for a filter: «187 · Giảm nghèo bền vững»."""
    return [
        ("", _("Mọi kế hoạch")),
        *((plan.id, f"{plan.short_number} · {plan.title[:70]}") for plan in plans),
    ]


def _year_options(page: Asked) -> list[tuple[str, str]]:
    now = page.as_of.day.year
    years = [(str(year), str(year)) for year in range(now + 1, now - 6, -1) if year != now]
    return [("", _("%(year)s (năm đang xem)", year=now)), *years, ("all", _("Mọi năm"))]


def _after(page: Asked) -> str | None:
    following = page.as_of.day + timedelta(days=1)
    if following > page.as_of.today:
        return None
    return page.address(
        "oversight.board", day=None if following == page.as_of.today else f"{following:%d/%m/%Y}"
    )


def _named_days(page: Asked) -> list[tuple[str, str]]:
    month = end_of_last_month(page.as_of.today)
    quarter = end_of_last_quarter(page.as_of.today)
    named = [(_("Cuối tháng %(n)s", n=month.month), month)]
    if quarter != month:
        roman = ("I", "II", "III", "IV")[(quarter.month - 1) // 3]
        named.append((_("Cuối quý %(n)s", n=roman), quarter))
    return [(label, page.address("oversight.board", day=f"{day:%d/%m/%Y}")) for label, day in named]
