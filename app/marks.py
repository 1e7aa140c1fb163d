"""The small marks that a page repeats most: an icon, the leaf of a day, the chip of a state.

A list shows each of them dozens of times and mostly the same few, so their markup is written once for each language
and kept. Templates take them from `_macros/ui.html`, where everything else of the screens stands.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from flask import g, url_for
from markupsafe import Markup

from app.i18n import _, _n, language, short_day, weekday

CHIP_ICONS = {
    "upcoming": "calendar-event", "due_soon": "clock-hour-4", "due_today": "calendar-due",
    "overdue": "clock-exclamation", "acknowledged": "inbox", "in_progress": "progress",
    "submitted": "send", "returned": "arrow-back-up", "done_on_time": "circle-check",
    "done_late": "progress-check", "nothing_arose": "circle-minus", "waived": "checks",
    "extension_asked": "calendar-question", "extended": "calendar-plus", "no_date": "infinity",
    "no_response": "message-question", "suspended": "player-pause", "cancelled": "ban",
    "not_registered": "circle-dashed", "receiver_missing": "alert-triangle",
}  # fmt: skip
_KEPT = 4096  # icons by size, chips by count of days, leaves by day: a few hundred in use


def icon(name: str, size: int = 20) -> Markup:
    """A drawing of the sprite: 16 pixels in chips, 20 in buttons and text, 22 in the bars of a phone."""
    return _icon(_sprite(), name, size)


def leaf(day: date, tone: str = "upcoming") -> Markup:
    """The leaf of a day; the year stands on it where it is not this one. `tone`: late, soon, upcoming, done, past."""
    return _leaf(day, tone, len(short_day(day)) > len("dd/mm"), language())


def chip_words(code: str, n: int | None = None, day: date | None = None) -> str:
    """The words of a state alone, for a mail, a title or a file; "" for a state without any."""
    match code:
        case "due_soon":
            return _n("Còn %(num)s ngày", "Còn %(num)s ngày", n)
        case "overdue":
            return _n("Quá hạn %(num)s ngày", "Quá hạn %(num)s ngày", n)
        case "done_late" if n:
            return _n("Hoàn thành quá hạn %(num)s ngày", "Hoàn thành quá hạn %(num)s ngày", n)
        case "extension_asked" if day:
            return _("Xin gia hạn đến %(day)s", day=short_day(day))
        case "extended" if day:
            return _("Đã gia hạn đến %(day)s", day=short_day(day))
        case "receiver_missing":
            return _n("Thiếu %(num)s nơi nhận", "Thiếu %(num)s nơi nhận", n or 1)
    return _plain_words(code)


def chip(code: str, n: int | None = None, day: date | None = None, text: str | None = None) -> Markup:
    """The state `code` with its icon. `text` stands in place of its words."""
    shown = short_day(day) if day else ""
    if text:
        return _chip_of(_sprite(), code, text)
    return _chip(_sprite(), str(code), n, day, shown, language())


def _plain_words(code: str) -> str:
    match code:
        case "upcoming":
            return _("Chưa đến hạn")
        case "due_today":
            return _("Đến hạn hôm nay")
        case "acknowledged":
            return _("Đã tiếp nhận")
        case "in_progress":
            return _("Đang thực hiện")
        case "submitted":
            return _("Chờ xác nhận")
        case "returned":
            return _("Trả lại, cần bổ sung")
        case "done_on_time":
            return _("Hoàn thành đúng hạn")
        case "done_late":
            return _("Hoàn thành quá hạn")
        case "nothing_arose":
            return _("Không phát sinh")
        case "waived":
            return _("Được miễn")
        case "extension_asked":
            return _("Đang xin gia hạn")
        case "extended":
            return _("Đã gia hạn")
        case "no_date":
            return _("Không hạn")
        case "no_response":
            return _("Chưa có thông tin phản hồi")
        case "suspended":
            return _("Tạm hoãn")
        case "cancelled":
            return _("Bãi bỏ")
        case "not_registered":
            return _("Chưa đăng ký")
    return ""


def _sprite() -> str:
    """The address of the drawings, asked for once in a request: it holds where the software is mounted."""
    if "sprite" not in g:
        g.sprite = url_for("static", filename="vendor/icons.svg")
    address: str = g.sprite
    return address


@lru_cache(_KEPT)
def _icon(sprite: str, name: str, size: int) -> Markup:
    return Markup(
        '<svg class="icon" width="{size}" height="{size}" aria-hidden="true" focusable="false">'
        '<use href="{sprite}#{name}"></use></svg>'
    ).format(sprite=sprite, name=name, size=size)


@lru_cache(_KEPT)
def _leaf(day: date, tone: str, with_year: bool, _language: str) -> Markup:
    year = Markup('<span class="leaf-year num">{}</span>').format(day.year) if with_year else ""
    return Markup(
        '<time class="leaf leaf-{tone}" datetime="{day}">\n<span class="leaf-day num">{short}</span>\n'
        '<span class="leaf-weekday">{weekday}</span>{year}</time>'
    ).format(tone=tone, day=day.isoformat(), short=f"{day:%d/%m}", weekday=weekday(day), year=year)


@lru_cache(_KEPT)
def _chip(sprite: str, code: str, n: int | None, day: date | None, _shown: str, _language: str) -> Markup:
    return _chip_of(sprite, code, chip_words(code, n, day))


def _chip_of(sprite: str, code: str, words: str) -> Markup:
    return Markup('<span class="chip chip-{}">{}<span class="chip-text">{}</span></span>').format(
        code.replace("_", "-"), _icon(sprite, CHIP_ICONS[code], 16), words
    )
