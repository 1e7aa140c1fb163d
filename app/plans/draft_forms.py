"""The forms of drafts. Each makes the content of its draft from what was typed; it knows no session."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.deadlines import DueRule, DueRuleError
from app.i18n import _, _l
from app.organisations.directory import Body
from app.organisations.models import Agency
from app.plans.contents import REPORT_TITLES, Content, Reference, reference
from app.plans.drafting import duty_content
from app.plans.models import DraftKind
from app.plans.placing import refer

FindBody = Callable[[str], Body | None]

QUALIFIERS = [
    SelectChoice("", _l("không hạn")),
    SelectChoice("before", _l("trước ngày")),
    SelectChoice("by", _l("chậm nhất")),
    SelectChoice("on", _l("vào ngày")),
    SelectChoice("in", _l("trong")),
]
_SEPARATOR = re.compile(r"\s*[;\n]\s*")
_NUMBER = re.compile(r"[^\d,.\-]")


class DueForm(Form):
    """A due rule in parts: trước ngày 15/6 hằng năm."""

    qualifier = SelectField(_l("Cách nói hạn"), choices=QUALIFIERS, default="")
    day = IntegerField(_l("Ngày"), [Optional(), NumberRange(1, 31, _l("Ngày từ 1 đến 31."))])
    month = IntegerField(_l("Tháng"), [Optional(), NumberRange(1, 12, _l("Tháng từ 1 đến 12."))])
    quarter = IntegerField(_l("Quý"), [Optional(), NumberRange(1, 4, _l("Quý từ 1 đến 4."))])
    year = IntegerField(_l("Năm"), [Optional(), NumberRange(1945, 2999, _l("Năm gồm bốn chữ số."))])

    def due(self, words: str) -> dict[str, Any] | None:
        """The rule in JSON with the plan's words kept; None where no day is meant."""
        if not self.qualifier.data:
            return None
        parts = {name: getattr(self, name).data for name in ("day", "month", "quarter", "year")}
        if not any(parts.values()):
            return None
        return {**parts, "qualifier": self.qualifier.data, "text": words}

    def validate_qualifier(self, field: SelectField) -> None:
        try:
            if rule := self.due(""):
                DueRule.from_dict(rule)
        except DueRuleError:
            raise ValidationError(
                _("Thời hạn này không có trong lịch. Kiểm tra ngày, tháng, quý, năm.")
            ) from None


def due_words(due: dict[str, Any] | None) -> str:
    return (due or {}).get("text") or ""


class DraftForm(FlaskForm):
    """What every draft's form carries: which version of the draft it was made from."""

    revision = IntegerField(validators=[InputRequired()])

    def content(self, before: Content, find_body: FindBody) -> Content:
        """The content after this form; errors are added to the fields."""
        raise NotImplementedError

    def placed(self, field: StringField, before: Reference, find_body: FindBody) -> Reference:
        """The reference for a name in a field: untouched where the name was not changed, open where it is empty."""
        name = (field.data or "").strip()
        if not name:
            return reference(before["phrase"])
        body = find_body(name)
        if body is None:
            field.errors = [
                *field.errors,
                _("Không có cơ quan «%(name)s». Chọn một tên trong danh sách, hoặc thêm cơ quan.", name=name),
            ]
            return before
        ref = refer(before["phrase"] or name, body)
        same = (ref["agency_id"], ref["group_id"]) == (before.get("agency_id"), before.get("group_id"))
        return before if same else ref


class DutyForm(Form):
    origin = IntegerField(validators=[Optional()])  # place of the duty in the content; empty for a new one
    text = TextAreaField(_l("Nhiệm vụ"), [Length(max=20_000)])
    role = SelectField(
        _l("Vai trò"),
        choices=[SelectChoice("lead", _l("chủ trì")), SelectChoice("support", _l("phối hợp"))],
        default="lead",
    )
    supports = StringField(_l("Phối hợp với"), [Length(max=2_000)])
    when = FormField(DueForm, label=_l("Hạn"))
    remove = BooleanField(_l("Bỏ nhiệm vụ này"))


class AssignmentForm(DraftForm):
    body = StringField(_l("Cơ quan"), [Length(max=300)])
    request = BooleanField(_l("Đề nghị (không giao)"))
    section = StringField(_l("Mục"), [Length(max=60)])
    duties = FieldList(FormField(DutyForm))

    @classmethod
    def of(cls, content: Content, revision: int, body: str) -> AssignmentForm:
        duties = [
            {
                "origin": n,
                "text": duty["text"],
                "role": duty["role"],
                "supports": "; ".join(duty["supports"]),
                "when": duty["due"] or {},
            }
            for n, duty in enumerate(content["duties"])
        ]
        values = {
            "revision": revision,
            "body": body,
            "request": content["request"],
            "section": content["section"],
        }
        return cls(formdata=None, data={**values, "duties": [*duties, {}]})  # the last one takes a new duty

    def content(self, before: Content, find_body: FindBody) -> Content:
        changed = {**before, **self.placed(self.body, before, find_body)}
        duties = []
        for entry in self.duties:
            form = entry.form
            known = (
                before["duties"][form.origin.data] if _within(form.origin.data, before["duties"]) else None
            )
            if form.remove.data or not (form.text.data or "").strip():
                continue
            told = {"continues": known["continues"]} if known and "continues" in known else {}
            duties.append(
                duty_content(
                    form.text.data.strip().replace("\r\n", "\n"),
                    tuple(known["span"]) if known and known["span"] else None,
                    form.role.data,
                    [name for name in _SEPARATOR.split(form.supports.data or "") if name],
                    form.when.form.due(due_words(known["due"]) if known else ""),
                )
                | told
            )
        return {**changed, "request": self.request.data, "section": self.section.data or "", "duties": duties}


def _within(index: int | None, rows: list[Any]) -> bool:
    return index is not None and 0 <= index < len(rows)


class DeadlineForm(DraftForm):
    body = StringField(_l("Cơ quan"), [Length(max=300)])
    request = BooleanField(_l("Đề nghị (không giao)"))
    text = TextAreaField(_l("Nhiệm vụ"), [Length(max=20_000)])
    when = FormField(DueForm, label=_l("Hạn"))

    @classmethod
    def of(cls, content: Content, revision: int, body: str) -> DeadlineForm:
        values = {"revision": revision, "body": body, "request": content["request"], "text": content["text"]}
        return cls(formdata=None, data={**values, "when": content["due"] or {}})

    def content(self, before: Content, find_body: FindBody) -> Content:
        changed = {**before, **self.placed(self.body, before, find_body)}
        due = self.when.form.due(due_words(before["due"]))
        return {**changed, "request": self.request.data, "text": (self.text.data or "").strip(), "due": due}


class ReportForm(DraftForm):
    kind = SelectField(
        _l("Loại"), choices=[SelectChoice(kind.value, title) for kind, title in REPORT_TITLES.items()]
    )
    title = StringField(_l("Tên báo cáo"), [Length(max=300)])
    when = FormField(DueForm, label=_l("Hạn"))
    everybody = SelectField(
        _l("Đơn vị báo cáo"),
        choices=[
            SelectChoice("1", _l("mọi cơ quan được giao việc")),
            SelectChoice("", _l("chỉ các cơ quan sau")),
        ],
    )
    reporters = FieldList(StringField(_l("Cơ quan báo cáo"), [Length(max=300)]))
    receiver = StringField(_l("Gửi về"), [Length(max=300)])

    @classmethod
    def of(cls, content: Content, revision: int, name_of: Callable[[Reference], str]) -> ReportForm:
        values = {
            "revision": revision,
            "kind": content["kind"],
            "title": content["title"],
            "when": content["due"] or {},
            "everybody": "1" if content["all_assigned"] else "",
            "reporters": [*(name_of(ref) or ref["phrase"] for ref in content["reporters"]), ""],
            "receiver": name_of(content["receiver"]),
        }
        return cls(formdata=None, data=values)

    def content(self, before: Content, find_body: FindBody) -> Content:
        named = [field for field in self.reporters if (field.data or "").strip()]
        return {
            **before,
            "kind": self.kind.data,
            "title": (self.title.data or "").strip() or str(_title(self.kind.data)),
            "due": self.when.form.due(due_words(before["due"])),
            "all_assigned": bool(self.everybody.data),
            "reporters": _listed(self, named, before["reporters"], find_body),
            "receiver": self.placed(self.receiver, before["receiver"], find_body),
        }


def _title(kind: str) -> Any:
    return next(title for known, title in REPORT_TITLES.items() if known.value == kind)


def _listed(
    form: DraftForm, named: list[Any], before: list[Reference], find_body: FindBody
) -> list[Reference]:
    """References for a list of names. A name that still is the plan's own open phrase stays open."""
    found = []
    for field in named:
        name = field.data.strip()
        body = find_body(name)
        known = [
            ref
            for ref in before
            if (body is None and ref["phrase"] == name)
            or (
                body is not None
                and body.id == (ref["agency_id"] if isinstance(body, Agency) else ref["group_id"])
                and isinstance(body, Agency) == (ref["agency_id"] is not None)
            )
        ]
        found.append(known[0] if known else form.placed(field, reference(name), find_body))
    return found


class RegistrationForm(DraftForm):
    title = StringField(_l("Tên phong trào"), [InputRequired(_l("Nhập tên phong trào.")), Length(max=500)])
    receivers = FieldList(StringField(_l("Nơi nhận đăng ký"), [Length(max=300)]))
    when = FormField(DueForm, label=_l("Hạn đăng ký"))
    award_form = StringField(_l("Hình thức khen thưởng"), [Length(max=300)])
    quota_collective = IntegerField(_l("Số tập thể, nhiều nhất"), [Optional(), NumberRange(0, 9999)])
    quota_individual = IntegerField(_l("Số cá nhân, nhiều nhất"), [Optional(), NumberRange(0, 9999)])

    @classmethod
    def of(cls, content: Content, revision: int, name_of: Callable[[Reference], str]) -> RegistrationForm:
        names = ("title", "award_form", "quota_collective", "quota_individual")
        values = {
            "revision": revision,
            "when": content["due"] or {},
            "receivers": [*(name_of(ref) or ref["phrase"] for ref in content["receivers"]), ""],
        }
        return cls(formdata=None, data={**values, **{name: content[name] for name in names}})

    def content(self, before: Content, find_body: FindBody) -> Content:
        named = [field for field in self.receivers if (field.data or "").strip()]
        return {
            **before,
            "title": self.title.data.strip(),
            "receivers": _listed(self, named, before["receivers"], find_body),
            "due": self.when.form.due(before.get("due_words") or due_words(before["due"])),
            "award_form": (self.award_form.data or "").strip(),
            "quota_collective": self.quota_collective.data,
            "quota_individual": self.quota_individual.data,
        }


class ComponentForm(DraftForm):
    name = TextAreaField(_l("Tên dự án"), [InputRequired(_l("Nhập tên dự án.")), Length(max=2_000)])
    lead = StringField(_l("Chủ trì"), [Length(max=300)])
    supports = StringField(_l("Phối hợp"), [Length(max=2_000)])
    budget = StringField(_l("Kinh phí"), [Length(max=40)])
    unit = StringField(_l("Đơn vị tính"), [Length(max=40)])

    @classmethod
    def of(cls, content: Content, revision: int, _name_of: Any = None) -> ComponentForm:
        values = {name: content[name] for name in ("name", "lead", "unit")}
        values |= {"revision": revision, "supports": "; ".join(content["supports"])}
        return cls(formdata=None, data={**values, "budget": shown_amount(content["budget"])})

    def content(self, before: Content, find_body: FindBody) -> Content:
        changed = copy.deepcopy(before)
        changed |= {"name": self.name.data.strip(), "lead": self.lead.data or ""}
        changed["unit"] = self.unit.data or "triệu đồng"
        changed["supports"] = [name for name in _SEPARATOR.split(self.supports.data or "") if name]
        changed["budget"] = amount_of(self.budget.data or "")
        return changed

    def validate_budget(self, field: StringField) -> None:
        if field.data and amount_of(field.data) is None:
            raise ValidationError(_("Nhập số tiền, thí dụ 7.860 hoặc 7.860,5."))


def shown_amount(amount: str | None) -> str:
    """A stored amount as Vietnamese write it, without grouping: 7860,5."""
    return "" if amount is None else amount.replace(".", ",")


def amount_of(text: str) -> str | None:
    """7.860,5 → "7860.5"; None for what is no amount."""
    plain = _NUMBER.sub("", text).replace(".", "").replace(",", ".")
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None
    return str(amount) if amount.is_finite() and amount >= 0 else None


FORMS: dict[DraftKind, Any] = {
    DraftKind.ASSIGNMENT: AssignmentForm,
    DraftKind.DEADLINE: DeadlineForm,
    DraftKind.REPORT: ReportForm,
    DraftKind.REGISTRATION: RegistrationForm,
    DraftKind.COMPONENT: ComponentForm,
}
