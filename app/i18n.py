"""Vietnamese first, English second: which language a page is in, and how days and numbers are written.

Message ids are the Vietnamese sentences themselves. Days are dd/mm/yyyy, numbers 31.208 and 17,8 (Vietnamese)
or 31,208 and 17.8 (English), times in Vietnam on a 24-hour clock.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from flask import g, has_request_context, session
from flask_babel import _get_current_context, force_locale, get_locale, get_translations
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n
from flask_login import current_user
from jinja2 import Environment

from app.clock import VIETNAM, today

__all__ = [
    "LANGUAGES",
    "_",
    "_l",
    "_n",
    "full_day",
    "instant",
    "language",
    "number",
    "short_day",
    "weekday",
    "writing_in",
]

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
NO_BREAK = "\N{NO-BREAK SPACE}"


def select_language() -> str:
    """The person's own choice, else the session's, else Vietnamese; the browser is not asked, since offices set
    up machines in English for people who read Vietnamese."""
    if has_request_context():
        if g.get("language") in LANGUAGES:  # of a token's owner: a program has no session
            return g.language
        if current_user and current_user.is_authenticated:
            return current_user.language
        if session.get("language") in LANGUAGES:
            return session["language"]
    return "vi"


def language() -> str:
    """ "vi" or "en": the language of the page or mail being made."""
    locale = get_locale()
    return locale.language if locale else "vi"


def writing_in(code: str) -> Any:
    """Context manager: everything translated inside is in this language (a mail's reader has their own)."""
    return force_locale(code if code in LANGUAGES else "vi")


def full_day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def short_day(day: date | None, current: date | None = None) -> str:
    """dd/mm inside the current year, dd/mm/yyyy otherwise."""
    if day is None:
        return ""
    return f"{day:%d/%m}" if day.year == (current or today()).year else full_day(day)


_WEEKDAYS = (
    _l("Thứ Hai"), _l("Thứ Ba"), _l("Thứ Tư"), _l("Thứ Năm"), _l("Thứ Sáu"), _l("Thứ Bảy"), _l("Chủ nhật"),
)  # fmt: skip


def weekday(day: date) -> str:
    return str(_WEEKDAYS[day.weekday()])


def instant(at: datetime | None) -> str:
    """dd/mm/yyyy HH:MM in Vietnam."""
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if at else ""


def moment(at: datetime | None, current: date | None = None) -> str:
    """dd/mm, HH:MM in Vietnam inside the current year, dd/mm/yyyy, HH:MM otherwise."""
    if at is None:
        return ""
    there = at.astimezone(VIETNAM)
    return f"{short_day(there.date(), current)}, {there:%H:%M}"


def clock_time(at: datetime | None) -> str:
    """HH:MM in Vietnam."""
    return f"{at.astimezone(VIETNAM):%H:%M}" if at else ""


def number(value: int | float | Decimal | None) -> str:
    return "" if value is None else format_decimal(value, locale=get_locale() or "vi")


def _catalogue() -> Any:
    """The translations of the page being made. Flask-Babel finds them anew for every word, and a page has hundreds:
    here they are kept beside the locale that they belong to, for as long as that one is in force."""
    context = _get_current_context()
    kept = getattr(context, "catalogue", None)
    if kept is None or kept[0] is not getattr(context, "babel_locale", None):
        found = get_translations()  # sets the locale, if nobody has
        kept = getattr(context, "babel_locale", None), found
        if context is None or kept[0] is None:
            return found
        context.catalogue = kept
    return kept[1]


def init_templates(environment: Environment) -> None:
    """Let templates translate through the kept catalogue."""
    environment.install_gettext_callables(  # type: ignore[attr-defined]  (of the extension)
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, n: _catalogue().ungettext(one, many, n),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, n: _catalogue().unpgettext(context, one, many, n),
    )


FILTERS = {
    "day": short_day,
    "full_day": full_day,
    "weekday": weekday,
    "instant": instant,
    "moment": moment,
    "clock": clock_time,
    "number": number,
}
