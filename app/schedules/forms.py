"""The form of a plan's report. It makes facts of what was typed; it knows no session."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.deadlines import DueRule, DueRuleError
from app.fields import DateField
from app.i18n import _l
from app.schedules.models import ReportKind

KIND_LABELS = {
    ReportKind.MONTHLY: _l("hằng tháng"),
    ReportKind.QUARTERLY: _l("hằng quý"),
    ReportKind.HALF_YEAR: _l("6 tháng"),
    ReportKind.NINE_MONTH: _l("9 tháng"),
    ReportKind.ANNUAL: _l("hằng năm"),
    ReportKind.MIDTERM_REVIEW: _l("sơ kết"),
    ReportKind.FINAL_REVIEW: _l("tổng kết"),
    ReportKind.OTHER: _l("khác"),
}
_QUALIFIERS = [
    ("", _l("không hạn")),
    ("before", _l("trước ngày")),
    ("by", _l("chậm nhất")),
    ("on", _l("vào ngày")),
    ("in", _l("trong")),
]
_MODES = [
    ("same", _l("Cùng ngày với các đơn vị báo cáo")),
    ("after", _l("Sau hạn của các đơn vị báo cáo")),
    ("before", _l("Trước hạn của các đơn vị báo cáo")),
    ("own", _l("Ngày riêng")),
]


def _number(label: Any, most: int, message: Any) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(1, most, message)])


def _choice(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


class ScheduleForm(FlaskForm):
    """`revision`: what the page was made from. `seen`: the stamp of the changes that the page showed."""

    revision = IntegerField(validators=[Optional()])
    seen = HiddenField()
    title = StringField(
        _l("Tên báo cáo"),
        [InputRequired(_l("Nhập tên báo cáo, thí dụ Báo cáo năm về giảm nghèo.")), Length(max=500)],
    )
    kind = SelectField(
        _l("Loại"), choices=[SelectChoice(kind.value, label) for kind, label in KIND_LABELS.items()]
    )
    qualifier = SelectField(_l("Cách nói hạn"), choices=[SelectChoice(*pair) for pair in _QUALIFIERS])
    day = _number(_l("Ngày"), 31, _l("Ngày từ 1 đến 31."))
    month = _number(_l("Tháng"), 12, _l("Tháng từ 1 đến 12."))
    quarter = _number(_l("Quý"), 4, _l("Quý từ 1 đến 4."))
    year = IntegerField(_l("Năm"), [Optional(), NumberRange(1945, 2999, _l("Năm gồm bốn chữ số."))])
    words = StringField(_l("Lời văn của kế hoạch"), [Length(max=500)])
    reporters = RadioField(
        _l("Ai báo cáo"),
        choices=[
            SelectChoice("all", _l("Mọi cơ quan được kế hoạch giao việc")),
            SelectChoice("some", _l("Các cơ quan, nhóm chọn dưới đây")),
        ],
        default="all",
    )
    groups = SelectMultipleField(_l("Nhóm cơ quan"), coerce=int)
    agencies = SelectMultipleField(_l("Cơ quan"), coerce=int)
    receiver = SelectField(
        _l("Gửi về"), coerce=_choice, validators=[InputRequired(_l("Chọn nơi nhận báo cáo."))]
    )
    via = SelectField(_l("Qua cơ quan tổng hợp"), coerce=_choice)
    via_mode = SelectField(
        _l("Hạn của cơ quan tổng hợp"), choices=[SelectChoice(*pair) for pair in _MODES], default="same"
    )
    via_days = _number(_l("Số ngày làm việc"), 90, _l("Số ngày làm việc từ 1 đến 90."))
    via_day = _number(_l("Ngày riêng"), 31, _l("Ngày từ 1 đến 31."))
    via_month = _number(_l("Tháng"), 12, _l("Tháng từ 1 đến 12."))
    first_day = DateField(_l("Áp dụng từ ngày"))
    last_day = DateField(_l("Thôi áp dụng sau ngày"))

    def offer(
        self, agencies: list[tuple[int, str]], groups: list[tuple[int, str]], words_for_none: str
    ) -> None:
        """The bodies to choose from."""
        self.agencies.choices, self.groups.choices = agencies, groups
        self.receiver.choices = agencies
        self.via.choices = [("", words_for_none), *agencies]

    def validate_qualifier(self, field: SelectField) -> None:
        try:
            rule = self._rule()
        except DueRuleError:
            raise ValidationError(
                _l("Thời hạn này không có trong lịch. Kiểm tra ngày, tháng, quý, năm.")
            ) from None
        if field.data and rule is None:
            raise ValidationError(_l("Nhập ngày, tháng, quý hoặc năm của thời hạn, hoặc chọn không hạn."))

    def validate_via_mode(self, field: SelectField) -> None:
        if not self.via.data:
            return
        if field.data in ("after", "before") and not self.via_days.data:
            raise ValidationError(_l("Nhập số ngày làm việc, thí dụ 5."))
        if field.data == "own":
            if not self.via_day.data:
                raise ValidationError(_l("Nhập ngày riêng của báo cáo tổng hợp, thí dụ 20."))
            try:
                self._via_rule()
            except DueRuleError:
                raise ValidationError(_l("Thời hạn này không có trong lịch. Kiểm tra ngày, tháng.")) from None

    def _rule(self) -> DueRule | None:
        parts = (self.day.data, self.month.data, self.quarter.data, self.year.data)
        if not self.qualifier.data or not any(parts):
            return None
        return DueRule(*parts, qualifier=self.qualifier.data, words=(self.words.data or "").strip())

    def _via_rule(self) -> DueRule:
        return DueRule(self.via_day.data, self.via_month.data, qualifier="by")

    def facts(self) -> dict[str, Any]:
        """What `changing.put` takes."""
        rule, via = self._rule(), self.via.data
        mode, days = self.via_mode.data if via else "same", self.via_days.data or 0
        everybody = self.reporters.data == "all"
        return {
            "kind": self.kind.data,
            "title": self.title.data.strip(),
            "rule": rule.to_dict() if rule else None,
            "words": (self.words.data or "").strip(),
            "receiver_id": self.receiver.data,
            "via_id": via,
            "via_due": self._via_rule().to_dict() if mode == "own" else None,
            "via_offset": {"after": days, "before": -days}.get(mode),
            "all_assigned": everybody,
            "agencies": [] if everybody else sorted(self.agencies.data or []),
            "groups": [] if everybody else sorted(self.groups.data or []),
            "first_day": self.first_day.data.isoformat() if self.first_day.data else None,
            "last_day": self.last_day.data.isoformat() if self.last_day.data else None,
        }

    def show(self, facts: Mapping[str, Any], revision: int) -> None:
        """Fill the form in."""
        rule, via_due, offset = facts["rule"] or {}, facts["via_due"], facts["via_offset"] or 0
        self.revision.data = revision
        for name in ("title", "kind", "words", "agencies", "groups"):
            getattr(self, name).data = facts[name]
        for name in ("qualifier", "day", "month", "quarter", "year"):
            getattr(self, name).data = rule.get(name)
        self.qualifier.data = rule.get("qualifier") or ""
        self.receiver.data, self.via.data = facts["receiver_id"], facts["via_id"]
        self.reporters.data = "all" if facts["all_assigned"] else "some"
        self.via_mode.data = (
            "own" if via_due else "after" if offset > 0 else "before" if offset < 0 else "same"
        )
        self.via_days.data = abs(offset) or None
        self.via_day.data, self.via_month.data = (via_due or {}).get("day"), (via_due or {}).get("month")
        for name in ("first_day", "last_day"):
            getattr(self, name).data = date.fromisoformat(facts[name]) if facts[name] else None


class ActForm(FlaskForm):
    """Closing and reopening."""

    revision = IntegerField(validators=[InputRequired()])
