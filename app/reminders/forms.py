"""A step of the reminder rules."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from app.i18n import _l
from app.reminders.models import Audience
from app.reminders.operations import FURTHEST
from app.reminders.planning import Rule
from app.reminders.wording import audience_words


class RuleForm(FlaskForm):
    side = SelectField(
        _l("Khi nào"),
        choices=[
            SelectChoice("before", _l("Trước hạn")),
            SelectChoice("on", _l("Đúng ngày đến hạn")),
            SelectChoice("after", _l("Sau hạn")),
        ],
    )
    days = IntegerField(
        _l("Số ngày làm việc"),
        [
            Optional(),
            NumberRange(1, FURTHEST, _l("Nhập số ngày từ 1 đến %(max)s.", max=FURTHEST)),
        ],
        render_kw={"min": 1, "max": FURTHEST, "inputmode": "numeric"},
    )
    audience = SelectField(_l("Người nhận"), [InputRequired(_l("Chọn người nhận."))])
    repeat_weekly = BooleanField(_l("Nhắc lại thứ Hai hằng tuần cho đến khi nộp"))

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.audience.choices = [
            SelectChoice(str(audience), audience_words(audience)) for audience in Audience
        ]

    def validate_on_submit(self, extra_validators: object = None) -> bool:
        valid = super().validate_on_submit(extra_validators)
        if valid and self.side.data != "on" and not self.days.data:
            self.days.errors = [_l("Nhập số ngày làm việc, thí dụ 3.")]
            return False
        return valid

    def rule(self) -> Rule:
        sign = {"before": -1, "on": 0, "after": 1}[self.side.data]
        return Rule(sign * (self.days.data or 0), Audience(self.audience.data), self.repeat_weekly.data)
