"""Shape and messages of what people type about a movement."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.emulation.models import NomineeKind
from app.emulation.rules import DOSSIER
from app.i18n import _l
from app.obligations.attachments import ACCEPT


class RegistrationForm(FlaskForm):
    number = StringField(
        _l("Số, ký hiệu"),
        [InputRequired(_l("Nhập số văn thư đã cấp, thí dụ 902/STP-VP.")), Length(max=100)],
        description=_l("Do văn thư cấp, thí dụ 902/STP-VP."),
    )
    signed_on = DateField(
        _l("Ngày văn bản"), [InputRequired(_l("Nhập ngày văn bản."))], format=["%Y-%m-%d", "%d/%m/%Y"]
    )
    contents = TextAreaField(
        _l("Nội dung đăng ký"),
        [InputRequired(_l("Ghi danh hiệu, chỉ tiêu đăng ký.")), Length(max=20_000)],
        description=_l("Danh hiệu, chỉ tiêu phấn đấu; tập thể, cá nhân đăng ký."),
    )
    contact = StringField(_l("Người liên hệ"), [Optional(), Length(max=200)])
    file = FileField(_l("Văn bản kèm theo"), render_kw={"accept": ACCEPT})


class NominationForm(FlaskForm):
    """`agency` is added by the view for those who may nominate on behalf of any participant."""

    kind = RadioField(
        _l("Đề nghị"),
        [InputRequired(_l("Chọn tập thể hoặc cá nhân."))],
        choices=[
            SelectChoice(NomineeKind.COLLECTIVE.value, _l("Tập thể")),
            SelectChoice(NomineeKind.INDIVIDUAL.value, _l("Cá nhân")),
        ],
        default=NomineeKind.COLLECTIVE.value,
    )
    name = StringField(
        _l("Tên tập thể, hoặc họ tên và chức vụ"),
        [InputRequired(_l("Nhập tên tập thể, hoặc họ tên và chức vụ của cá nhân.")), Length(max=300)],
    )
    achievement = TextAreaField(_l("Tóm tắt thành tích"), [Optional(), Length(max=20_000)])
    proposal = BooleanField(_l("Tờ trình"))
    report = BooleanField(_l("Báo cáo thành tích"))
    minutes = BooleanField(_l("Biên bản họp xét"))

    def dossier(self) -> dict[str, bool]:
        return {paper: bool(self[paper].data) for paper in DOSSIER}


class DecisionForm(FlaskForm):
    decision = StringField(_l("Số, ngày quyết định"), [Optional(), Length(max=200)])
