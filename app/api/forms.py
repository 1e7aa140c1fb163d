"""The form for a new token."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.api.models import TokenScope
from app.api.tokens import LIFETIMES
from app.i18n import _l, _n


class TokenForm(FlaskForm):
    name = StringField(
        _l("Chương trình dùng mã"),
        [
            InputRequired(_l("Ghi tên chương trình sẽ dùng mã, để sau này biết mã nào cần thu hồi.")),
            Length(max=100, message=_l("Tên dài tối đa %(max)d ký tự.")),
        ],
    )
    scope = RadioField(
        _l("Quyền của mã"),
        choices=[
            SelectChoice(TokenScope.READ.value, _l("Chỉ đọc")),
            SelectChoice(TokenScope.WRITE.value, _l("Đọc và làm")),
        ],
        default=TokenScope.READ.value,
    )
    days = SelectField(_l("Dùng trong"), coerce=int, default=90)

    def __init__(self) -> None:
        super().__init__()
        self.days.choices = [
            SelectChoice(days, _n("%(num)s ngày", "%(num)s ngày", days)) for days in LIFETIMES
        ]
