"""Forms about who does the work. Whom one may choose is filled in by the page; what may be done the rules say."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.fields import DateField
from app.i18n import _l
from app.obligations.attachments import ACCEPT
from app.obligations.forms import _needed, _PageForm
from app.obligations.workrules import MAX_COMMENT, MAX_NOTE


class CheckList(SelectMultipleField):
    """Boxes to tick; what is sent is looked up again, so any number is taken here."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: object, **options: object):
        super().__init__(label, coerce=int, choices=[], validate_choice=False, **options)


class HandDownForm(_PageForm):
    officers = CheckList(_l("Giao cho"))
    inner_due_on = DateField(_l("Hạn nội bộ"))
    whole_source = BooleanField(_l("Giao cả các kỳ, các lần sau"))
    note = TextAreaField(_l("Ghi chú"), [Length(max=MAX_NOTE)])


class HandOnForm(_PageForm):
    officer = SelectField(_l("Chuyển cho"), coerce=int, choices=[], validate_choice=False)
    note = TextAreaField(_l("Ghi chú"), [Length(max=MAX_NOTE)])


class AskPartsForm(_PageForm):
    agencies = CheckList(_l("Đơn vị phối hợp"))
    other = SelectField(
        _l("Đơn vị khác"), coerce=lambda value: int(value or 0), choices=[], validate_choice=False
    )
    due_on = DateField(_l("Gửi đến hết ngày"), [_needed(_l("Nhập ngày đơn vị phải gửi, thí dụ 30/11/2026."))])
    words = TextAreaField(_l("Nội dung cần"), [Length(max=MAX_NOTE)])


class FilePartForm(FlaskForm):
    form_key = HiddenField(validators=[InputRequired(), Length(min=16, max=64)])
    text = TextAreaField(_l("Nội dung"), [Length(max=50_000)])
    files = MultipleFileField(_l("Tệp kèm theo"), render_kw={"accept": ACCEPT})


class ReturnPartForm(FlaskForm):
    reason = TextAreaField(
        _l("Nội dung cần bổ sung"),
        [_needed(_l("Ghi rõ nội dung cần bổ sung để đơn vị biết phải sửa gì.")), Length(max=MAX_NOTE)],
    )
    due_on = DateField(
        _l("Gửi lại đến hết ngày"), [_needed(_l("Nhập ngày phải gửi lại, thí dụ 30/11/2026."))]
    )


class SuspendForm(_PageForm):
    from_on = DateField(_l("Tạm hoãn từ ngày"), [_needed(_l("Nhập ngày bắt đầu, thí dụ 25/11/2026."))])
    until_on = DateField(_l("Đến hết ngày"))
    reason = TextAreaField(
        _l("Căn cứ"),
        [_needed(_l("Ghi căn cứ: số, ngày văn bản và người quyết định.")), Length(max=MAX_NOTE)],
    )


class ResumeForm(_PageForm):
    extend_to = DateField(_l("Lùi hạn đến ngày"))
    note = TextAreaField(_l("Ý kiến"), [Length(max=MAX_NOTE)])


class GiveBackForm(FlaskForm):
    reason = TextAreaField(
        _l("Nội dung cần sửa"),
        [_needed(_l("Ghi nội dung cần sửa để người trình biết.")), Length(max=MAX_NOTE)],
    )


class CommentForm(FlaskForm):
    """`to`: «internal», or «shared» with whoever follows the plan; nothing leaves the agency unless it is chosen."""

    form_key = HiddenField(validators=[InputRequired(), Length(min=16, max=64)])
    text = TextAreaField(_l("Ý kiến"), [_needed(_l("Ghi nội dung ý kiến.")), Length(max=MAX_COMMENT)])
    to = RadioField(
        _l("Ai đọc được"),
        choices=[
            SelectChoice("internal", _l("Nội bộ cơ quan")),
            SelectChoice("shared", _l("Trao đổi với cơ quan thường trực")),
        ],
        default="internal",
        validators=[InputRequired(_l("Chọn ai đọc được ý kiến này."))],
    )
    agency = SelectField(_l("Gửi"), coerce=lambda value: int(value or 0), choices=[], validate_choice=False)


class EditCommentForm(FlaskForm):
    text = TextAreaField(_l("Ý kiến"), [_needed(_l("Ghi nội dung ý kiến.")), Length(max=MAX_COMMENT)])


class PracticeForm(FlaskForm):
    head_confirms = BooleanField(_l("Lãnh đạo xác nhận trước khi gửi"))
