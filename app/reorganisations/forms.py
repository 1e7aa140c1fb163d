"""What is typed about a reorganisation. Agencies are typed by name, with the directory as suggestions."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import FieldList, FormField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.form import Form
from wtforms.validators import InputRequired, Length, ValidationError

from app.fields import DateField
from app.i18n import _l
from app.organisations.reorganisations import ReorganisationKind
from app.reorganisations.rules import KIND_LABELS

ROWS = 6  # shown at first; filled rows beyond are kept
MOST_ROWS = 40


class HeirForm(Form):
    name = StringField(_l("Cơ quan tiếp nhận"), [Length(max=300)])
    subject = StringField(_l("Lĩnh vực"), [Length(max=200)])


class ReorganisationForm(FlaskForm):
    form_key = HiddenField()
    kind = RadioField(
        _l("Hình thức"),
        choices=[SelectChoice(kind.value, label) for kind, label in KIND_LABELS.items()],
        default=ReorganisationKind.MERGE.value,
    )
    effective_on = DateField(
        _l("Từ ngày"),
        description=_l("Ngày đầu tiên của tổ chức mới. Ngày chưa đến thì việc chuyển chờ đến ngày đó."),
    )
    decision = StringField(
        _l("Số quyết định, nghị quyết"),
        [InputRequired(_l("Ghi số quyết định hoặc nghị quyết, thí dụ 15/NQ-HĐND.")), Length(max=200)],
    )
    olds = FieldList(StringField(_l("Cơ quan kết thúc"), [Length(max=300)]), max_entries=MOST_ROWS)
    heirs = FieldList(FormField(HeirForm), max_entries=MOST_ROWS)

    def validate_effective_on(self, field: Any) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(str(_l("Nhập ngày có hiệu lực, thí dụ 01/03/2025.")))

    def fill_up(self) -> None:
        """Give the page its empty rows."""
        while len(self.olds) < ROWS:
            self.olds.append_entry()
        while len(self.heirs) < ROWS:
            self.heirs.append_entry()

    def given_olds(self) -> list[str]:
        return [entry.data.strip() for entry in self.olds if (entry.data or "").strip()]

    def given_heirs(self) -> list[tuple[str, str]]:
        return [
            (entry.form.name.data.strip(), (entry.form.subject.data or "").strip())
            for entry in self.heirs
            if (entry.form.name.data or "").strip()
        ]
