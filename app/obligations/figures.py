"""Figures as people type and read them in reports: 1.234,5 in Vietnamese writing, whatever the page's language.

A report's figures are copied from Vietnamese letters and tables, so the form takes that writing only: a draft that
one officer began reads the same for the next.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from app.errors import Refused
from app.i18n import _l
from app.obligations.models import Indicator

_WRITTEN = re.compile(r"-?[0-9.,]+\Z")
_LARGEST = Decimal(10) ** 13
MAX_DECIMALS = 6
# From here on a value is so unlike the one of the last period that a comma may stand in the wrong place.
_UNLIKELY = 10


class FigureRefused(Refused):
    """A figure that cannot be taken; the reason belongs beside its field."""


def parse_figure(typed: str) -> Decimal | None:
    """The number that was typed; None for nothing. Raises FigureRefused: it is not written as a number."""
    text = "".join(typed.split())
    if not text:
        return None
    try:
        if not _WRITTEN.match(text):  # letters would be read as an exponent
            raise NumberFormatError(text)
        value = parse_decimal(text, locale="vi", strict=True)
    except NumberFormatError:
        raise FigureRefused(
            _l("Nhập số, dấu chấm ngăn hàng nghìn, dấu phẩy trước phần lẻ, thí dụ 1.234,5.")
        ) from None
    if not value.is_finite() or abs(value) >= _LARGEST:
        raise FigureRefused(_l("Số lớn quá mức. Kiểm tra đơn vị tính rồi nhập lại."))
    return value


def read_figure(typed: str, indicator: Indicator) -> Decimal | None:
    """The value of an indicator as typed; None where it was left blank.

    Raises:
        FigureRefused: not a number, more decimals than the indicator has, or outside its bounds.
    """
    value = parse_figure(typed)
    if value is not None and (reason := why_not_value(value, indicator)) is not None:
        raise FigureRefused(reason)
    return value


def why_not_value(value: Decimal, indicator: Indicator) -> Any:
    """In the way of this very value, or None."""
    if value != round(value, indicator.decimals):
        if indicator.decimals == 0:
            return _l("Chỉ tiêu này là số nguyên, không lấy phần lẻ.")
        return _l("Chỉ tiêu này lấy tối đa %(n)s chữ số sau dấu phẩy.", n=indicator.decimals)
    if indicator.minimum is not None and value < indicator.minimum:
        return _l("Nhỏ hơn mức thấp nhất là %(n)s. Kiểm tra lại số.", n=write_figure(indicator.minimum))
    if indicator.maximum is not None and value > indicator.maximum:
        return _l("Lớn hơn mức cao nhất là %(n)s. Kiểm tra lại số.", n=write_figure(indicator.maximum))
    return None


def unlikely(value: Decimal | None, before: Decimal | None) -> Any:
    """A warning where the value is ten times the last one, or a tenth; None otherwise. Never stops anybody."""
    if not value or not before or (value > 0) != (before > 0):
        return None
    if abs(value) >= abs(before) * _UNLIKELY:
        return _l("Gấp %(n)s lần kỳ trước. Kiểm tra dấu phẩy thập phân.", n=int(value / before))
    if abs(value) * _UNLIKELY <= abs(before):
        return _l("Chỉ bằng 1/%(n)s kỳ trước. Kiểm tra dấu phẩy thập phân.", n=int(before / value))
    return None


def write_figure(value: Decimal | None, decimals: int | None = None) -> str:
    """1.234,5; with exactly `decimals` digits after the comma where given, else as many as the value has."""
    if value is None:
        return ""
    if decimals is None:
        value = value.normalize()
        decimals = max(0, -int(value.as_tuple().exponent))
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale="vi")


def write_size(size: int) -> str:
    """1,8 MB; 640 KB; 3 byte."""
    if size < 1024:
        return f"{size} byte"
    kilobytes = Decimal(size) / 1024
    if kilobytes < 1000:
        return f"{write_figure(round(kilobytes), 0)} KB"
    return f"{write_figure(kilobytes / 1024, 1)} MB"
