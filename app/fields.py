"""Fields of forms that several features need."""

from __future__ import annotations

from typing import Any

from wtforms import fields

from app.i18n import _l

_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]


class DateField(fields.DateField):
    """A day typed as dd/mm/yyyy, or left empty; under its own name, by which the macro for fields knows it."""

    def __init__(self, label: Any, validators: Any = None, **options: Any):
        super().__init__(label, validators, format=_FORMATS, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        if not "".join(valuelist).strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Nhập ngày theo dạng ngày/tháng/năm, thí dụ 25/11/2026.")) from None
