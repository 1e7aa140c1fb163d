"""Forms about obligations: shape and messages of input. What may be done is asked of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from app.fields import DateField
from app.i18n import _l
from app.obligations.attachments import ACCEPT
from app.obligations.figures import FigureRefused, read_figure
from app.obligations.models import Indicator, SubmissionKind
from app.obligations.operations import MAX_TEXT


def _needed(message: Any) -> InputRequired:
    return InputRequired(message)


class SubmitForm(FlaskForm):
    """A report, or «không phát sinh». `form_key` makes sending it twice harmless."""

    form_key = HiddenField(validators=[InputRequired(), Length(min=16, max=64)])
    kind = RadioField(
        _l("Kết quả kỳ này"),
        choices=[
            SelectChoice(SubmissionKind.REPORT.value, _l("Có kết quả để báo cáo")),
            SelectChoice(SubmissionKind.NOTHING.value, _l("Không phát sinh")),
        ],
        default=SubmissionKind.REPORT.value,
        validators=[InputRequired(_l("Chọn có kết quả hay không phát sinh."))],
    )
    number = StringField(_l("Số, ký hiệu"), [Length(max=100, message=_l("Số, ký hiệu dài quá 100 ký tự."))])
    signed_on = DateField(_l("Ngày văn bản"))
    files = MultipleFileField(_l("Tệp báo cáo"), render_kw={"accept": ACCEPT})
    text = TextAreaField(
        _l("Nội dung, khó khăn, kiến nghị"),
        [Length(max=MAX_TEXT, message=_l("Nội dung quá dài. Chuyển phần chi tiết vào tệp kèm theo."))],
    )

    def validate_number(self, field: StringField) -> None:
        if self.is_report and not (field.data or "").strip():
            raise ValidationError(_l("Nhập số văn thư đã cấp, thí dụ 1318/SYT-NV."))

    def validate_signed_on(self, field: DateField) -> None:
        if self.is_report and field.data is None:
            raise ValidationError(_l("Nhập ngày ký văn bản, thí dụ 25/11/2026."))

    @property
    def is_report(self) -> bool:
        return self.kind.data == SubmissionKind.REPORT.value


class FigureField(StringField):
    """The value of one indicator, typed as 1.234,5; `figure` is the number, None where it was left blank."""

    figure: Decimal | None = None

    def __init__(self, label: Any = None, *, indicator: Indicator, **options: Any):
        super().__init__(label, **options)
        self.indicator = indicator

    def pre_validate(self, form: Any) -> None:
        if not form.is_report:
            return  # what nothing arose of has no figures, whatever was typed before it was chosen
        try:
            self.figure = read_figure(self.data or "", self.indicator)
        except FigureRefused as refusal:
            raise ValidationError(refusal.reason) from None
        if self.figure is None and self.indicator.required:
            raise ValidationError(_l("Nhập số liệu; không có thì nhập 0."))


_CORRECTION_REASON = TextAreaField(
    _l("Lý do đính chính"),
    [
        _needed(_l("Ghi lý do đính chính: số liệu nào sai, sửa theo căn cứ nào.")),
        Length(max=4000, message=_l("Lý do dài quá 4.000 ký tự.")),
    ],
)


def submit_form(indicators: Sequence[Indicator], *, correcting: bool = False) -> type[SubmitForm]:
    """The form of one report: with a field `figure_<id>` for each indicator, and the reason of a correction."""
    added: dict[str, Any] = {f"figure_{one.id}": FigureField(one.name, indicator=one) for one in indicators}
    if correcting:
        added["correction_reason"] = _CORRECTION_REASON
    return type("ReportForm", (SubmitForm,), added)


class _PageForm(FlaskForm):
    """`seen`: the newest act that the page showed; another one since makes the form stale."""

    seen = IntegerField(validators=[InputRequired()])


class AcceptForm(_PageForm):
    version = IntegerField(validators=[InputRequired()])


class ReturnForm(_PageForm):
    version = IntegerField(validators=[InputRequired()])
    reason = TextAreaField(
        _l("Nội dung cần bổ sung"),
        [_needed(_l("Ghi rõ nội dung cần bổ sung để nơi nộp biết phải sửa gì.")), Length(max=4000)],
    )
    until = DateField(_l("Nộp lại đến hết ngày"), [_needed(_l("Nhập ngày phải nộp lại, thí dụ 30/11/2026."))])


class ReasonForm(_PageForm):
    """Waiving and cancelling."""

    reason = TextAreaField(
        _l("Căn cứ"),
        [_needed(_l("Ghi căn cứ: số, ngày văn bản và người quyết định.")), Length(max=2000)],
    )


class WaiveForm(_PageForm):
    """An exemption rests on a letter, named by number and day."""

    number = StringField(
        _l("Số, ký hiệu văn bản"),
        [_needed(_l("Nhập số văn bản cho miễn, thí dụ 215/UBND-KT.")), Length(max=100)],
    )
    signed_on = DateField(
        _l("Ngày văn bản"), [_needed(_l("Nhập ngày của văn bản cho miễn, thí dụ 20/11/2026."))]
    )
    reason = TextAreaField(
        _l("Người quyết định, lý do"),
        [_needed(_l("Ghi người quyết định và lý do miễn.")), Length(max=2000)],
    )


class CorrectionWantedForm(_PageForm):
    reason = TextAreaField(
        _l("Nội dung cần đính chính"),
        [_needed(_l("Ghi rõ số liệu nào cần đính chính và vì sao.")), Length(max=4000)],
    )
    until = DateField(_l("Nộp bản đính chính đến hết ngày"), [_needed(_l("Nhập ngày, thí dụ 30/11/2026."))])


class ExtensionForm(_PageForm):
    until = DateField(_l("Xin gia hạn đến ngày"), [_needed(_l("Nhập ngày xin gia hạn, thí dụ 15/12/2026."))])
    reason = TextAreaField(_l("Lý do"), [_needed(_l("Ghi lý do xin gia hạn.")), Length(max=2000)])


class DecisionForm(_PageForm):
    decision = RadioField(
        _l("Quyết định"),
        choices=[SelectChoice("grant", _l("Đồng ý gia hạn")), SelectChoice("refuse", _l("Không gia hạn"))],
        validators=[InputRequired(_l("Chọn đồng ý hay không gia hạn."))],
    )
    until = DateField(_l("Gia hạn đến ngày"))
    note = TextAreaField(_l("Ý kiến"), [Length(max=2000)])

    def validate_until(self, field: DateField) -> None:
        if self.decision.data == "grant" and field.data is None:
            raise ValidationError(_l("Nhập ngày gia hạn, thí dụ 15/12/2026."))

    def validate_note(self, field: TextAreaField) -> None:
        if self.decision.data == "refuse" and not (field.data or "").strip():
            raise ValidationError(_l("Ghi lý do không gia hạn."))


class SeenForm(_PageForm):
    """An act without words: withdraw, acknowledge."""


class YearForm(FlaskForm):
    year = IntegerField(validators=[InputRequired()])
    decision = StringField(
        _l("Đã đối chiếu theo"),
        [
            _needed(_l("Ghi số, ngày của văn bản đã đối chiếu, thí dụ Công văn số 512/VPCP-KGVX.")),
            Length(max=200),
        ],
    )


class ExceptionForm(FlaskForm):
    day = DateField(_l("Ngày"), [_needed(_l("Nhập ngày, thí dụ 03/05/2027."))])
    works = RadioField(
        _l("Là"),
        choices=[SelectChoice("off", _l("ngày nghỉ")), SelectChoice("worked", _l("ngày làm việc (làm bù)"))],
        validators=[InputRequired(_l("Chọn ngày nghỉ hay ngày làm việc."))],
    )
    decision = StringField(
        _l("Căn cứ"),
        [
            _needed(_l("Ghi số, ngày của văn bản quyết định, thí dụ 512/QĐ-TTg ngày 10/03/2027.")),
            Length(max=200),
        ],
    )
