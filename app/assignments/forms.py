"""Forms about duties."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.fields import DateField
from app.i18n import _l
from app.obligations.attachments import ACCEPT


class NoteForm(FlaskForm):
    """What an agency says of a duty, with files that show it."""

    text = TextAreaField(
        _l("Tiến độ thực hiện"),
        [
            InputRequired(_l("Ghi nội dung tiến độ: đã làm gì, còn vướng gì.")),
            Length(max=5000, message=_l("Nội dung dài quá 5.000 ký tự. Rút gọn lại.")),
        ],
    )
    files = MultipleFileField(_l("Minh chứng"), render_kw={"accept": ACCEPT})


class StatusForm(FlaskForm):
    """Asking how it goes: about this duty, or all of the plan that name no day."""

    scope = RadioField(
        _l("Hỏi về"),
        choices=[
            SelectChoice("duty", _l("nhiệm vụ này")),
            SelectChoice("plan", _l("mọi nhiệm vụ không hạn của kế hoạch")),
        ],
        default="duty",
        validators=[InputRequired(_l("Chọn hỏi về nhiệm vụ nào."))],
    )
    agency = SelectField(
        _l("Cơ quan"), coerce=lambda value: int(value or 0), choices=[], validate_choice=False
    )
    until = DateField(
        _l("Báo cáo đến hết ngày"), [InputRequired(_l("Nhập ngày phải báo cáo, thí dụ 15/12/2026."))]
    )
    note = TextAreaField(_l("Nội dung cần"), [Length(max=2000)])
