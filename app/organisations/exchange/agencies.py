"""Agencies as a table: one row an agency."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.errors import Refused
from app.extensions import db
from app.i18n import _l
from app.organisations import operations, rules
from app.organisations.exchange.kinds import Cells, Column, Kind, Later, Take, Taken, register
from app.organisations.exchange.lookup import agency_named, named_for_export
from app.organisations.models import Agency
from app.planreader import fold

COLUMNS = (
    Column("code", _l("Mã"), hint=_l("do hệ thống cấp; để trống khi thêm mới"), width=8),
    Column("name", _l("Tên đầy đủ"), required=True, width=46),
    Column("short_name", _l("Tên ngắn")),
    Column("symbol_code", _l("Ký hiệu"), width=12),
    Column("kind", _l("Loại"), width=22),
    Column("level", _l("Cấp"), width=16),
    Column("parent", _l("Cơ quan cấp trên"), width=40),
    Column("commanded", _l("Giao trực tiếp"), hint=_l("Có hoặc Không"), width=10),
    Column("protocol_order", _l("Thứ tự"), width=8),
    Column("valid_from", _l("Có từ ngày"), width=13),
    Column("valid_to", _l("Đến hết ngày"), width=13),
)
_WORDS = {column.key: column.heading for column in COLUMNS} | {"parent_id": _l("Cơ quan cấp trên")}


def _rows() -> Iterator[list[Any]]:
    agencies = list(
        db.session.scalars(sa.select(Agency).order_by(Agency.protocol_order, Agency.name_key, Agency.id))
    )
    named = named_for_export(agencies)
    for a in agencies:
        yield [
            f"#{a.id}", a.name, a.short_name, a.symbol_code, str(rules.KIND_LABELS[a.kind]),
            str(rules.LEVEL_LABELS[a.level]), named.get(a.parent_id or 0), a.commanded, a.protocol_order,
            a.valid_from, a.valid_to,
        ]  # fmt: skip


class _Taker:
    def __init__(self, actor: Any, now: datetime):
        self._actor, self._now = actor, now
        self._seen: dict[int, int] = {}  # agency → line
        self._wanted: dict[str, tuple[int, str]] = {}  # folded name → (line, folded name of its parent)

    def __call__(self, cells: Cells, line: int) -> Taken:
        name, above = cells.need("name"), cells.text("parent")
        self._wanted[fold(name)] = (line, fold(above))
        try:
            parent = agency_named(above) if above else None
        except Later:
            if circle := self._circle(fold(name)):
                raise Later(
                    _l(
                        "Vòng cấp trên: các dòng %(lines)s trực thuộc lẫn nhau.",
                        lines=", ".join(map(str, circle)),
                    )
                ) from None
            raise
        found = self._existing(cells, name, parent)
        if found is not None and found.id in self._seen:
            raise Refused(_l("Trùng với dòng %(line)s.", line=self._seen[found.id]))
        agency, taken = self._change(found, cells, parent) if found else self._add(cells, name, parent)
        self._seen[agency.id] = line
        return taken

    def _existing(self, cells: Cells, name: str, parent: Agency | None) -> Agency | None:
        if code := cells.text("code"):
            return agency_named(code if code.startswith("#") else f"#{code}")
        same = sa.select(Agency).where(Agency.name_key == fold(name))
        if "parent" in cells:
            same = same.where(Agency.parent_id == (parent.id if parent else None))
        found = db.session.scalars(same.limit(2)).all()
        if len(found) > 1:
            raise Refused(_l("Có nhiều cơ quan cùng tên. Ghi mã hoặc cơ quan cấp trên."))
        return found[0] if found else None

    def _add(self, cells: Cells, name: str, parent: Agency | None) -> tuple[Agency, Taken]:
        kind, level = cells.one_of("kind", rules.KIND_LABELS), cells.one_of("level", rules.LEVEL_LABELS)
        if kind is None or level is None:
            raise Refused(_l("Cơ quan mới cần «Loại» và «Cấp»."))
        order = cells.number("protocol_order")
        agency = operations.add_agency(
            _short_enough(name, 300),
            kind,
            level,
            parent=parent,
            short_name=_short_enough(cells.text("short_name"), 120),
            symbol_code=_short_enough(cells.text("symbol_code"), 40),
            commanded=cells.yes("commanded"),
            protocol_order=1000 if order is None else order,
            valid_from=cells.day("valid_from"),
            valid_to=cells.day("valid_to"),
            actor=self._actor,
            now=self._now,
        )
        return agency, (agency.name, [], True)

    def _change(self, agency: Agency, cells: Cells, parent: Agency | None) -> tuple[Agency, Taken]:
        values: dict[str, Any] = {"name": _short_enough(cells.need("name"), 300)}
        for key, most in (("short_name", 120), ("symbol_code", 40)):
            if key in cells:
                values[key] = _short_enough(cells.text(key), most) or None
        for key in ("valid_from", "valid_to"):
            if key in cells:
                values[key] = cells.day(key)
        kept = {
            "kind": cells.one_of("kind", rules.KIND_LABELS),
            "level": cells.one_of("level", rules.LEVEL_LABELS),
            "commanded": cells.yes("commanded"),
            "protocol_order": cells.number("protocol_order"),
        }
        values |= {key: value for key, value in kept.items() if value is not None}
        values["parent"] = parent if "parent" in cells else agency.parent
        before = _in_words(agency)
        operations.change_agency(
            agency, values, seen=rules.fingerprint(agency), actor=self._actor, now=self._now
        )
        after = _in_words(agency)
        changes = [(_WORDS[key], before[key], after[key]) for key in after if after[key] != before[key]]
        return agency, (agency.name, changes, False)

    def _circle(self, start: str) -> list[int]:
        """The lines of a circle of parents inside the table that this name stands in."""
        line, names, name = [], set(), start
        while name in self._wanted and name not in names:
            names.add(name)
            line.append(self._wanted[name][0])
            name = self._wanted[name][1]
        return sorted(line) if name == start else []


def _in_words(agency: Agency) -> dict[str, Any]:
    facts = {key: getattr(agency, key) for key in rules.EDITABLE}
    facts["kind"] = str(rules.KIND_LABELS[agency.kind])
    facts["level"] = str(rules.LEVEL_LABELS[agency.level])
    parent = db.session.get(Agency, agency.parent_id) if agency.parent_id else None
    facts["parent_id"] = parent.name if parent else None
    return {key: f"{value:%d/%m/%Y}" if isinstance(value, date) else value for key, value in facts.items()}


def _short_enough(text: str, most: int) -> str:
    if len(text) > most:
        raise Refused(_l("«%(text)s…» dài quá %(n)s ký tự.", text=text[:30], n=most))
    return text


def _taker(actor: Any, now: datetime) -> Take:
    return _Taker(actor, now)


register(
    Kind(
        "agencies",
        _l("Cơ quan"),
        COLUMNS,
        _rows,
        _taker,
        notes=(
            _l("Cơ quan không có trong tệp giữ nguyên."),
            _l("Ô trống ở tên ngắn, ký hiệu, cấp trên, ngày nghĩa là xóa giá trị đang có."),
        ),
    )
)
