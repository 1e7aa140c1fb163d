"""Shape and messages of what is typed about agencies and groups."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.fields import DateField
from app.i18n import _l
from app.organisations.models import AgencyKind, AgencyLevel
from app.organisations.rules import KIND_LABELS, LEVEL_LABELS


class OrderField(IntegerField):
    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(_l("Nhập một số nguyên, thí dụ 20."))) from None


class AgencyForm(FlaskForm):
    seen = HiddenField()
    name = StringField(
        _l("Tên đầy đủ"), [InputRequired(_l("Nhập tên đầy đủ của cơ quan, thí dụ Sở Y tế.")), Length(max=300)]
    )
    short_name = StringField(
        _l("Tên ngắn"), [Length(max=120)], description=_l("Hiện trên bảng điều hành và trong lịch.")
    )
    symbol_code = StringField(
        _l("Ký hiệu sau dấu gạch chéo"), [Length(max=40)], description=_l("Như trong số văn bản, thí dụ SYT.")
    )
    kind = SelectField(
        _l("Loại cơ quan"), choices=[SelectChoice(k.value, label) for k, label in KIND_LABELS.items()]
    )
    level = SelectField(
        _l("Cấp"),
        choices=[SelectChoice(v.value, label) for v, label in LEVEL_LABELS.items()],
        default=AgencyLevel.PROVINCE.value,
    )
    parent = SelectField(_l("Cơ quan cấp trên"), coerce=int)
    commanded = BooleanField(
        _l("Nhận nhiệm vụ giao trực tiếp"),
        default=True,
        description=_l("Bỏ chọn với cơ quan chỉ được đề nghị phối hợp: Mặt trận, đoàn thể, ngân hàng."),
    )
    protocol_order = OrderField(
        _l("Thứ tự trong danh sách"),
        [Optional(), NumberRange(0, 1_000_000, _l("Nhập số từ 0 đến 1.000.000."))],
        default=1000,
    )
    valid_from = DateField(_l("Có từ ngày"), description=_l("Để trống nếu đã có từ trước."))
    valid_to = DateField(_l("Đến hết ngày"), description=_l("Chỉ ghi khi cơ quan đã kết thúc hoạt động."))

    def values(self) -> dict:
        """The editable facts as `operations.change_agency` wants them, without the parent."""
        return {
            "name": self.name.data,
            "short_name": self.short_name.data,
            "symbol_code": self.symbol_code.data,
            "kind": AgencyKind(self.kind.data),
            "level": AgencyLevel(self.level.data),
            "commanded": self.commanded.data,
            "protocol_order": 1000 if self.protocol_order.data is None else self.protocol_order.data,
            "valid_from": self.valid_from.data,
            "valid_to": self.valid_to.data,
        }


class AliasForm(FlaskForm):
    spelling = StringField(
        _l("Tên gọi khác"),
        [InputRequired(_l("Nhập tên gọi khác, thí dụ Sở NN&MT.")), Length(max=300)],
        description=_l("Kế hoạch viết theo cách nào thì thêm cách đó; không phân biệt dấu và chữ hoa."),
    )


class GroupForm(FlaskForm):
    seen = HiddenField()
    name = StringField(
        _l("Tên nhóm"),
        [InputRequired(_l("Nhập tên nhóm như kế hoạch viết, thí dụ Các sở, ban, ngành.")), Length(max=300)],
    )


class MemberForm(FlaskForm):
    agency = SelectField(_l("Cơ quan"), coerce=int)
    valid_from = DateField(_l("Từ ngày"), description=_l("Để trống nếu thuộc nhóm từ trước."))


class RuleForm(FlaskForm):
    kind = SelectField(
        _l("Loại cơ quan"),
        choices=[
            SelectChoice("", _l("Mọi loại")),
            *(SelectChoice(k.value, v) for k, v in KIND_LABELS.items()),
        ],
    )
    level = SelectField(
        _l("Cấp"),
        choices=[
            SelectChoice("", _l("Mọi cấp")),
            *(SelectChoice(k.value, v) for k, v in LEVEL_LABELS.items()),
        ],
    )
    parent = SelectField(_l("Trực thuộc"), coerce=int)
    valid_from = DateField(_l("Từ ngày"), description=_l("Để trống nếu áp dụng từ trước."))
