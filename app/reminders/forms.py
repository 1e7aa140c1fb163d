"""A step of the reminder rules."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from app.i18n import _l
from app.reminders.models import Audience
from app.reminders.operations import FURTHEST
from app.reminders.planning import Rule, Wish
from app.reminders.wording import audience_words

ONLY_THE_LAST = FURTHEST + 1  # beyond every step but the last, which is heard in any case


class WishForm(FlaskForm):
    """How one wants to be reminded."""

    daily = RadioField(
        _l("Thư nhắc"),
        choices=[
            SelectChoice("0", _l("Ngay khi có việc đến bước nhắc")),
            SelectChoice("1", _l("Mỗi ngày một thư")),
        ],
        default="0",
    )
    hour = SelectField(_l("Giờ nhận"), default="")
    hears_from = SelectField(_l("Bắt đầu nhắc từ"), default="")

    def offer(self, first_hour: str, last_hour: int) -> None:
        """Hours at which mails go out at all."""
        first = int(first_hour.partition(":")[0])
        self.hour.choices = [
            SelectChoice("", _l("Đầu giờ làm việc, %(hour)s", hour=first_hour)),
            *(SelectChoice(str(n), f"{n}:00") for n in range(first + 1, last_hour)),
        ]
        self.hears_from.choices = [
            SelectChoice("", _l("Bước đầu tiên")),
            *(SelectChoice(str(-n), _l("Trước hạn %(n)s ngày làm việc", n=n)) for n in (5, 3, 1)),
            SelectChoice("0", _l("Đúng ngày đến hạn")),
            SelectChoice(str(ONLY_THE_LAST), _l("Chỉ bước cuối cùng")),
        ]

    def show(self, wish: Wish) -> None:
        self.daily.data = str(int(wish.daily))
        self.hour.data = "" if wish.hour is None else str(wish.hour)
        self.hears_from.data = "" if wish.hears_from is None else str(wish.hears_from)

    def wish(self) -> Wish:
        return Wish(
            self.daily.data == "1",
            int(self.hour.data) if self.hour.data else None,
            int(self.hears_from.data) if self.hears_from.data else None,
        )


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
