"""Registrations and awards of a movement, components of a programme with their money."""

from __future__ import annotations

import re
from dataclasses import replace

from app.planreader.drafts.details import supports_of
from app.planreader.mentions.bodies import bodies_at
from app.planreader.mentions.dates import dates_in
from app.planreader.models import Award, Component, Registration, Warning
from app.planreader.outline import Clause
from app.planreader.patterns import programme as p
from app.planreader.text import fold


def registrations(clauses: list[Clause], body: int, end: int) -> list[Registration]:
    found: list[Registration] = []
    for clause in clauses[body:end]:
        if clause.cell:
            continue
        low = clause.text.lower()
        for pattern, word in ((p.REGISTERS, _ENTERS), (p.NOMINATES, _HANDS_IN)):
            if not word.search(low):
                continue  # found much faster than the whole pattern
            m = pattern.search(clause.text)
            if m is None:
                continue
            receivers, stop = _receivers(clause.text, m.end())
            if not receivers and (later := _SENT.match(clause.text, m.end())):
                # «đăng ký thi đua, gửi bản đăng ký về Sở Nội vụ»
                receivers, stop = _receivers(clause.text, later.end())
            if not receivers:
                continue
            around = clause.text[m.start() : stop + 120]
            dates = [d for d in dates_in(around) if d.explicit]
            due = around[dates[0].start : dates[0].end].strip() if dates else None
            what = re.sub(r"\s+", " ", m["what"]).strip(" ,")
            found.append(Registration(what, receivers, due, clause.words.span(m.start("what"), stop)))
            break
    return found


_ENTERS = re.compile(r"đăng\s+ký")
_HANDS_IN = re.compile(r"gửi|nộp")
_SENT = re.compile(r"[^.;]{0,60}?\s(?:về|đến|tới|cho)\s+(?=[A-ZĐỦỤcbUsp])")


def _receivers(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """Bodies with the remark in brackets behind each: «Sở Nội vụ (Ban Thi đua - Khen thưởng)»."""
    bodies = bodies_at(text, at)
    if bodies is None:
        return (), at
    names: list[str] = []
    stop = at
    for start, end in bodies.names:
        stop = end
        remark = re.match(r"\s*\([^()]{2,120}\)", text[end:])
        if remark:
            stop = end + remark.end()
        names.append(text[start:stop].strip())
    return tuple(names), stop


def awards(clauses: list[Clause], body: int, end: int) -> list[Award]:
    found: list[Award] = []
    for clause in clauses[body:end]:
        if clause.cell:
            continue
        for m in p.QUOTA.finditer(clause.text):
            heading = _heading(clause)
            around = clause.text[max(0, m.start() - 160) : m.start()]
            form = p.AWARD_FORM.search(clause.text) or p.AWARD_FORM.search(heading)
            if form is None or not p.AWARD_WORDS.search(around + heading):
                continue
            collectives, individuals = m["c"] or m["c2"], m["i"] or m["i2"]
            found.append(
                Award(
                    form[0].strip(),
                    int(collectives) if collectives else None,
                    int(individuals) if individuals else None,
                    clause.words.span(m.start(), m.end()),
                )
            )
    return found


def _heading(clause: Clause) -> str:
    texts: list[str] = []
    parent = clause.parent
    while parent is not None and len(texts) < 4:
        texts.append(parent.text[:200])
        parent = parent.parent
    return " / ".join(texts)


# ---- components -----------------------------------------------------------------------------------------


def components(clauses: list[Clause], body: int, end: int) -> tuple[list[Component], list[Warning]]:
    """Projects and sub-projects that the plan describes, each with its lead, supports, budget and sources."""
    found: list[Component] = []
    warnings: list[Warning] = []
    named: dict[int, Component] = {}
    tables = _amounts_in_tables(clauses[end:])
    for clause in clauses[body:end]:
        m = None if clause.cell or clause.style == "none" else p.COMPONENT.match(clause.text)
        if m is None or not clause.children or len(clause.text) > 250:
            continue
        parent = clause.parent
        while parent is not None and parent.index not in named:
            parent = parent.parent
        owner = named[parent.index] if parent is not None else None
        component = _component(clause, clause.text.strip(" .:"), owner)
        if component.budget is None and (amount := tables.get(_key(component))):
            component = replace(component, budget=amount[0], unit=amount[1])
        named[clause.index] = component
        found.append(component)
    kept = [c for c in found if c.lead or c.budget is not None or any(o.parent == c.name for o in found)]
    for component in kept:
        parts = [c.budget for c in kept if c.parent == component.name]
        sources = [amount for _, amount in component.sources]
        for amounts in (sources, parts if None not in parts else []):
            total = sum(a for a in amounts if a is not None)
            if amounts and component.budget is not None and abs(total - component.budget) > 0.5:
                params: dict[str, str | int] = {
                    "name": component.name,
                    "sum": _said(total),
                    "total": _said(component.budget),
                    "unit": component.unit or "",
                }
                warnings.append(Warning("budget_mismatch", component.span, params))
    return kept, warnings


def _said(amount: float) -> str:
    whole = f"{amount:,.2f}".rstrip("0").rstrip(".")
    return whole.replace(",", "\0").replace(".", ",").replace("\0", ".")


def _key(component: Component) -> tuple[str, str]:
    own, parent = p.COMPONENT.match(component.name), p.COMPONENT.match(component.parent or "")
    return (
        fold(f"{own['kind']} {own['number']}") if own else "",
        fold(f"{parent['kind']} {parent['number']}") if parent else "",
    )


def _component(clause: Clause, name: str, owner: Component | None) -> Component:
    lead: str | None = None
    supports: tuple[str, ...] = ()
    inner = [c for c in clause.walk()[1:] if not c.cell]
    stop = next((i for i, c in enumerate(inner) if p.COMPONENT.match(c.text) and c.children), len(inner))
    own = inner[:stop]
    for c in own:
        told = p.COMPONENT_LEAD.match(c.text)
        if told and lead is None and (bodies := bodies_at(c.text, told.end())):
            lead = c.text[slice(*bodies.names[0])]
            supports = supports_of(c.text[bodies.end :])
        helped = p.COMPONENT_SUPPORT.match(c.text)
        if helped and (bodies := bodies_at(c.text, helped.end())):
            supports = (*supports, *(c.text[s:e] for s, e in bodies.names))
    budget, unit, sources = _money(own)
    return Component(
        name, clause.words.span(), owner.name if owner else None, lead, supports, budget, unit, sources
    )


def _money(clauses: list[Clause]) -> tuple[float | None, str | None, tuple[tuple[str, float], ...]]:
    """(total, unit, sources): a sum that calls itself a total counts before any other sum."""
    sums = [(c.text, m) for c in clauses if (m := p.MONEY.search(c.text))]
    for total in (p.GRAND_TOTAL, p.TOTAL):
        at = next((i for i, (text, m) in enumerate(sums) if total.search(text[: m.start()])), None)
        if at is None:
            continue
        unit = " ".join(sums[at][1]["unit"].split())
        parts = [
            (text[: m.start()].split(":")[0].strip(" .-–+"), amount_of(m["amount"]))
            for text, m in sums[at + 1 :]
            if ":" in text[: m.start()] and m["unit"].split() == unit.split()
        ]
        return amount_of(sums[at][1]["amount"]), unit, tuple(parts)
    return None, None, ()


def amount_of(text: str) -> float:
    """«7.860» → 7860, «1,5» → 1.5."""
    return float(text.replace(".", "").replace(",", "."))


def _amounts_in_tables(clauses: list[Clause]) -> dict[tuple[str, str], tuple[float, str]]:
    """Totals of components in an appendix whose table was flattened to one cell a line."""
    unit, found, project = "", {}, ""
    for i, clause in enumerate(clauses):
        told = p.UNIT_LINE.search(clause.text)
        if told:
            unit = " ".join(told["unit"].lower().split())
        m = p.COMPONENT.match(clause.text)
        if m is None or not unit:
            continue
        own = fold(f"{m['kind']} {m['number']}")
        cell = next(
            (c.text.strip() for c in clauses[i + 1 : i + 3] if p.AMOUNT_CELL.fullmatch(c.text.strip())), None
        )
        parent = project if own.startswith("tieu") else ""
        project = project if own.startswith("tieu") else own
        if cell:
            found[(own, parent)] = (amount_of(cell), unit)
    return found
