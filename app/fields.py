"""Fields of forms that several features need."""

from __future__ import annotations

from wtforms import fields

from app.i18n import _l

_NOT_A_DAY = _l("Nhập ngày theo dạng ngày/tháng/năm.")


class DateField(fields.DateField):
    """A day typed as dd/mm/yyyy, or left empty; under its own name, by which the macro for fields knows it."""

    def __init__(self, label, **options):
        super().__init__(label, format=["%d/%m/%Y", "%Y-%m-%d"], **options)

    def process_formdata(self, valuelist):
        if not "".join(valuelist).strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(_NOT_A_DAY)) from None
