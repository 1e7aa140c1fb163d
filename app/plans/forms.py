"""Shape and messages of what people type about plans; the forms of drafts stand in `draft_forms.py`."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.i18n import _, _l
from app.organisations.rules import KIND_LABELS, LEVEL_LABELS
from app.plans.contents import KIND_NAMES

ALLOWED = (
    ".docx", ".pdf", ".doc", ".odt", ".rtf", ".html", ".htm", ".txt", ".jpg", ".jpeg", ".png", ".tif", ".tiff",
)  # fmt: skip


class UploadForm(FlaskForm):
    file = FileField(
        _l("Văn bản kế hoạch"),
        [FileRequired(_l("Chọn tệp kế hoạch: văn bản Word, .pdf, .odt, .rtf, .html, .txt hoặc ảnh quét."))],
        render_kw={"accept": ",".join(ALLOWED)},
    )


class BodyForm(FlaskForm):
    """Which body some words mean: one of the candidates, or any other by its name."""

    revision = IntegerField(validators=[InputRequired()])
    phrase = HiddenField(validators=[Length(max=2_000)])
    choice = StringField(validators=[Optional()])  # agency:5, group:2 or other
    other = StringField(_l("Cơ quan khác"), [Length(max=300)])
    remember = BooleanField(_l("Nhớ tên này cho lần sau"))


class NewBodyForm(FlaskForm):
    revision = IntegerField(validators=[InputRequired()])
    phrase = HiddenField(validators=[Length(max=2_000)])
    name = StringField(_l("Tên đầy đủ"), [InputRequired(_l("Nhập tên đầy đủ của cơ quan.")), Length(max=300)])
    kind = SelectField(
        _l("Loại"), choices=[SelectChoice(kind.value, label) for kind, label in KIND_LABELS.items()]
    )
    level = SelectField(
        _l("Cấp"), choices=[SelectChoice(level.value, label) for level, label in LEVEL_LABELS.items()]
    )


class DivideForm(FlaskForm):
    """The second body of an assignment that is divided; whose each duty is stands in fields of its own."""

    revision = IntegerField(validators=[InputRequired()])
    body = StringField(
        _l("Cơ quan thứ hai"), [InputRequired(_l("Nhập tên cơ quan thứ hai.")), Length(max=300)]
    )


class AddForm(FlaskForm):
    """A draft that the reader did not find, from words of the plan or without them."""

    kind = SelectField(
        _l("Loại mục"), choices=[SelectChoice(kind.value, name) for kind, name in KIND_NAMES.items()]
    )
    words = TextAreaField(_l("Lời văn trong kế hoạch"), [Length(max=20_000)])
    start = IntegerField(validators=[Optional()])
    end = IntegerField(validators=[Optional()])
    body = StringField(_l("Cơ quan"), [Length(max=300)])


class HeadForm(FlaskForm):
    """Head facts of a plan. The choices of agencies come from the view."""

    revision = IntegerField(validators=[InputRequired()])
    number = StringField(_l("Số, ký hiệu"), [Length(max=60)])
    issued_on = DateField(
        _l("Ngày ban hành"),
        [Optional()],
        format=["%Y-%m-%d", "%d/%m/%Y"],
        description=_l("Mọi thời hạn tính từ ngày này."),
    )
    title = TextAreaField(
        _l("Trích yếu"), [InputRequired(_l("Nhập trích yếu của kế hoạch.")), Length(max=2_000)]
    )
    issuer = StringField(
        _l("Cơ quan ban hành"), [InputRequired(_l("Nhập cơ quan ban hành.")), Length(max=300)]
    )
    period_from = IntegerField(_l("Từ năm"), [Optional(), NumberRange(1990, 2100, _l("Năm gồm bốn chữ số."))])
    period_to = IntegerField(_l("Đến năm"), [Optional(), NumberRange(1990, 2100, _l("Năm gồm bốn chữ số."))])
    standing_agency = SelectField(_l("Cơ quan thường trực"), coerce=int)
    committee = SelectField(_l("Ban Chỉ đạo"), coerce=int)
    supersedes = SelectField(_l("Thay thế, sửa đổi kế hoạch"), coerce=int)
    amends = SelectField(
        _l("Cách thay đổi"),
        choices=[
            SelectChoice("0", _l("Thay thế toàn bộ: nội dung không nêu lại thì hết hiệu lực")),
            SelectChoice("1", _l("Sửa đổi, bổ sung: nội dung không nêu thì giữ nguyên")),
        ],
        default="0",
    )

    def validate_period_to(self, field: IntegerField) -> None:
        if field.data and self.period_from.data and field.data < self.period_from.data:
            raise ValidationError(_("Năm kết thúc đứng trước năm bắt đầu. Kiểm tra lại."))


class CloseForm(FlaskForm):
    """Ending a plan. `reason`: why what is overdue or waits for review is left as it is."""

    revision = IntegerField(validators=[InputRequired()])
    reason = TextAreaField(_l("Lý do để lại việc chưa xong"), [Length(max=2000)])
