"""Forms about duties."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from app.i18n import _l


class NoteForm(FlaskForm):
    """What an agency says of a duty."""

    text = TextAreaField(
        _l("Tiến độ thực hiện"),
        [
            InputRequired(_l("Ghi nội dung tiến độ: đã làm gì, còn vướng gì.")),
            Length(max=5000, message=_l("Nội dung dài quá 5.000 ký tự. Rút gọn lại.")),
        ],
    )
