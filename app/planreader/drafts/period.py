"""The period of the plan: from its title, else from the part on time."""

from __future__ import annotations

import re

from app.planreader.drafts.zones import Zones
from app.planreader.outline import Clause
from app.planreader.patterns import dates as pt


def period_of(
    title: str | None, year: int | None, clauses: list[Clause], zones: Zones
) -> tuple[int, int] | None:
    said = pt.OUTLOOK.sub(" ", pt.CITED_DATE.sub(" ", pt.TERM.sub(" ", title or "")))
    stage = list(pt.STAGE.finditer(said)) or list(pt.FROM_TO.finditer(said))
    for m in stage:
        first, last = m.group(1), m.group(2)
        if first and last and int(first) <= int(last) < int(first) + 60:
            return int(first), int(last)
    until = list(pt.UNTIL.finditer(said))
    if until:
        last_year = int(until[-1][1])
        first_year = _stage_before(last_year, clauses, zones) or year
        if first_year and first_year <= last_year:
            return first_year, last_year
        return None
    single = list(pt.IN_YEAR.finditer(said))
    if single:
        return int(single[-1][1]), int(single[-1][2] or single[-1][1])
    return _period_in_text(year, clauses, zones)


def _stage_before(last: int, clauses: list[Clause], zones: Zones) -> int | None:
    """«giai đoạn 2021-2025, định hướng đến năm 2030» in the text dates a title that only says «đến năm 2030»."""
    pattern = re.compile(
        rf"(?i)giai đoạn\s+(\d{{4}})\s*[-–]\s*\d{{4}}\s*(?:,|và)?\s*(?:định hướng|tầm nhìn)\s+đến\s+năm\s+{last}"
    )
    years = [int(m[1]) for c in clauses[zones.body : zones.end] for m in pattern.finditer(c.text)]
    return max(set(years), key=years.count) if years else None


_PERIOD_TITLE = re.compile(r"(?i)(?:thời\s+gian|tiến\s+độ|thời\s+hạn)(?!\s+(?:trình|hoàn|báo|gửi|nộp|kiểm))")


def _period_in_text(year: int | None, clauses: list[Clause], zones: Zones) -> tuple[int, int] | None:
    for clause in clauses[zones.body : zones.end]:
        label = clause.text[:90]
        named = _PERIOD_TITLE.search(label)
        if (
            not named
            or (clause.style in ("none", "dash", "plus") and not re.match(r"(?i)thời gian", label))
            or clause.cell
        ):
            continue
        if (
            pt.REPORT.search(label)
            or len(clause.text) > 600
            or re.search(r"(?i)trình|lập|phê duyệt", label[: named.start()])
        ):
            continue
        texts = [clause.text[named.start() :], *(c.text for c in clause.walk()[1:8])]
        years: list[int] = []
        for text in texts:
            for m in pt.FROM_TO.finditer(text):
                if m["first"] and int(m["first"]) <= int(m["last"]):
                    years += [int(m["first"]), int(m["last"])]
            if not years and (m2 := re.search(r"(?i)(?:đến\s+hết\s+|đến\s+)năm\s+(\d{4})", text)) and year:
                years += [year, int(m2[1])]
            if not years and (
                m3 := re.search(
                    r"(?i)^(?:thời gian[^:]{0,40}:\s*)?(?:trong\s+)?năm\s+(\d{4})[.;]?$", text.strip()
                )
            ):
                years.append(int(m3[1]))
        if years and max(years) - min(years) < 60:
            return min(years), max(years)
    return None
