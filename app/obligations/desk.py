"""Everything that the form of one report is made from: its indicators, the shared draft, the version before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.audit.models import AuditEntry
from app.i18n import _, full_day
from app.obligations import corrections, drafts, indicators, merging, queries
from app.obligations.draft_models import ReportDraft
from app.obligations.duerule import sources
from app.obligations.figures import write_figure
from app.obligations.forms import SubmitForm, submit_form
from app.obligations.models import Indicator, Obligation, Submission


@dataclass
class Desk:
    """One obligation on an officer's desk. `was` is what the fields hold before anybody has typed."""

    obligation: Obligation
    source: Any
    indicators: list[Indicator]
    draft: ReportDraft | None
    correcting: bool
    last: Submission | None  # the newest version, whatever became of it
    was: dict[str, str] = field(default_factory=dict)

    @property
    def form_class(self) -> type[SubmitForm]:
        return submit_form(self.indicators, correcting=self.correcting)

    @property
    def names(self) -> list[str]:
        """The fields that a draft keeps."""
        names = ["kind", "number", "signed_on", "text", *(f"figure_{one.id}" for one in self.indicators)]
        return [*names, "correction_reason"] if self.correcting else names

    @property
    def typed(self) -> merging.Typed:
        return drafts.typed_in(self.draft)

    @property
    def revision(self) -> int:
        return self.draft.revision if self.draft else 0

    def values(self) -> dict[str, str]:
        """What the fields hold now."""
        return self.was | {
            name: entry["value"] for name, entry in self.typed.fields.items() if name in self.names
        }

    def sent(self, form: Mapping[str, str]) -> dict[str, str]:
        """The fields of this form among all that a page sent."""
        return {name: form[name] for name in self.names if name in form}

    def given(self, form: Mapping[str, str]) -> dict[str, str]:
        """What the page had been given, as it says itself; what it does not say is what the fields hold at first."""
        try:
            said = json.loads(form.get("given") or "{}")
        except ValueError:
            said = {}
        said = said if isinstance(said, dict) else {}
        return self.was | {
            name: value for name, value in said.items() if name in self.names and isinstance(value, str)
        }


def desk_for(obligation: Obligation) -> Desk:
    source = sources(obligation.source_kind, [obligation.source_id]).get(obligation.source_id)
    desk = Desk(
        obligation=obligation,
        source=source,
        indicators=indicators.indicators_of(obligation.source_kind, obligation.source_id),
        draft=drafts.draft_of(obligation),
        correcting=corrections.is_done(obligation),
        last=next(iter(queries.submissions_of(obligation)), None),
    )
    desk.was = _start(desk)
    return desk


def _start(desk: Desk) -> dict[str, str]:
    """Work that came back, was taken back or is corrected is gone on with, not written again; the number and day
    of what came back are those of a new letter."""
    empty = dict.fromkeys(desk.names, "") | {"kind": "report"}
    last = desk.last
    if desk.correcting:
        last = indicators.submissions_in_force([desk.obligation.id]).get(desk.obligation.id)
    if last is None or not (desk.correcting or last.returned_at or last.withdrawn_at):
        return empty
    values = indicators.values_of([last.id]).get(last.id, {})
    begun = {"kind": last.kind.value, "text": last.text}
    begun |= {f"figure_{one.id}": write_figure(values[one.id]) for one in desk.indicators if one.id in values}
    if last.withdrawn_at:
        begun |= {"number": last.number, "signed_on": full_day(last.signed_on)}
    return empty | begun


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table of figures."""

    indicator: Indicator
    before: Decimal | None  # in the period before
    accrued: Decimal | None  # of all earlier periods; None where it does not add up


def lines_of(desk: Desk, previous: Submission | None) -> list[Line]:
    """The rows of the table of figures, in the order of the form."""
    before = indicators.values_of([previous.id]).get(previous.id, {}) if previous else {}
    accrued = indicators.accrued_before(desk.obligation, desk.indicators)
    return [
        Line(one, before.get(one.id), accrued.get(one.id, Decimal(0)) if one.cumulative else None)
        for one in desk.indicators
    ]


_WHAT_CHANGED = {
    "indicator.added": lambda entry: _("thêm chỉ tiêu «%(name)s»", name=entry.subject_name),
    "indicator.retired": lambda entry: _("ngừng dùng chỉ tiêu «%(name)s»", name=entry.subject_name),
    "indicator.restored": lambda entry: _("dùng lại chỉ tiêu «%(name)s»", name=entry.subject_name),
    "indicator.moved": lambda entry: _("đổi thứ tự chỉ tiêu «%(name)s»", name=entry.subject_name),
}


def told(entry: AuditEntry) -> str:
    """One change to what the form asks for, in words: «đổi đơn vị của chỉ tiêu «Hộ nghèo» từ hộ thành %»."""
    if tell := _WHAT_CHANGED.get(entry.act):
        return tell(entry)
    before, after = entry.before or {}, entry.after or {}
    names = {
        "name": _("tên"),
        "unit": _("đơn vị"),
        "target": _("chỉ tiêu kế hoạch"),
        "accrual": _("cách cộng lũy kế"),
        "required": _("mức bắt buộc"),
        "decimals": _("số chữ số sau dấu phẩy"),
        "minimum": _("mức thấp nhất"),
        "maximum": _("mức cao nhất"),
    }
    moved = [
        _(
            "%(what)s từ «%(old)s» thành «%(new)s»",
            what=names[key],
            old=before[key] or "",
            new=after[key] or "",
        )
        if key in ("name", "unit", "target", "minimum", "maximum", "decimals")
        else names[key]
        for key in after
        if key in names and before.get(key) != after.get(key)
    ]
    return _("sửa chỉ tiêu «%(name)s»: %(what)s", name=entry.subject_name, what=", ".join(moved))
