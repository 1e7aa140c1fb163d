"""The head and the end of the document: number, date, issuer, title, period, basis, signer, recipients."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from app.planreader.drafts.zones import Zones
from app.planreader.models import Reference, Signer, Warning
from app.planreader.outline import Clause
from app.planreader.patterns import dates as pt
from app.planreader.patterns import document as p
from app.planreader.text import Span


@dataclass(slots=True)
class Document:
    number: str | None = None
    issued_on: date | None = None
    year: int | None = None  # of issue, where only the day is missing
    issuer: str | None = None
    title: str | None = None
    period: tuple[int, int] | None = None
    signer: Signer | None = None
    basis: list[Reference] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)


def whole(clause: Clause) -> str:
    return clause.mark.text if clause.mark is not None else clause.text


def document_of(clauses: list[Clause], zones: Zones, issued_on: date | None) -> Document:
    found = Document()
    start = zones.decision if zones.decision is not None else zones.kind
    header = clauses[: start if start is not None else min(15, len(clauses))]
    _number(found, clauses, header, zones)
    _date(found, clauses, header, issued_on)
    found.title = _title(clauses, zones)
    found.issuer = _issuer(clauses, header, zones)
    found.period = _period(found, clauses, zones)
    found.basis = _basis(clauses, zones)
    found.signer = _signer(clauses, zones)
    found.recipients = _recipients(clauses, zones)
    for code, missing in (
        ("missing_issuer", not found.issuer),
        ("missing_title", not found.title),
        ("missing_period", not found.period),
    ):
        if missing:
            found.warnings.append(Warning(code))
    return found


# ---- number and date -------------------------------------------------------------------------------


def _number(found: Document, clauses: list[Clause], header: list[Clause], zones: Zones) -> None:
    for clause in header:
        text = whole(clause)
        line = (
            p.NUMBER_LINE.search(text) if not p.BASIS.match(text) and "kèm theo" not in text.lower() else None
        )
        party = p.PARTY_NUMBER.search(text) if line is None and not p.BASIS.match(text) else None
        if party and len(text) < 150:
            found.number = f"{party['number']}-{party['symbol']}"
            return
        if line:
            digits = re.sub(r"[^\d]", "", line["number"])
            if digits:
                found.number = digits + "/" + re.sub(r"\s", "", line["symbol"])
            else:
                found.warnings.append(Warning("missing_number", clause.mark.span() if clause.mark else None))
            return
    own = [m["number"] for c in clauses if (m := p.OWN_CITATION.search(whole(c)))]
    site = p.SITE_TITLE.match(whole(clauses[0])) if clauses else None
    number = site["number"] if site else next((n for n in own if "KH" in n.upper()), own[0] if own else None)
    if number:
        found.number = re.sub(r"\s", "", number)
    else:
        found.warnings.append(Warning("missing_number"))


def _date(found: Document, clauses: list[Clause], header: list[Clause], issued_on: date | None) -> None:
    for clause in header:
        text = whole(clause)
        line = p.PLACE_AND_DATE.match(text) or p.SHORT_PLACE_DATE.match(text)
        if line is None:
            inner = (
                re.search(r"[A-ZĐ][^\d,:;]{1,40},\s*ngày\s.{0,30}năm\s*\d{4}", text)
                if len(text) < 200
                else None
            )
            line = p.PLACE_AND_DATE.match(inner[0]) if inner else None
        if line is None:
            continue
        day, month, year = (re.sub(r"\D", "", line[g] or "") for g in ("day", "month", "year"))
        found.year = int(year) if len(year) == 4 else None
        if day and month and found.year:
            found.issued_on = _day(found, int(day), int(month), found.year, clause)
        else:
            found.warnings.append(Warning("incomplete_date", clause.words.span(), {"words": line[0].strip()}))
        if found.issued_on:
            return
        break
    if found.issued_on is None and found.year is None:
        found.issued_on = _date_elsewhere(found, clauses)
    if found.issued_on is None:
        if issued_on is not None:
            found.issued_on = issued_on
        elif not any(w.code == "incomplete_date" for w in found.warnings):
            found.warnings.append(Warning("missing_date"))
    if found.issued_on:
        found.year = found.issued_on.year


def _date_elsewhere(found: Document, clauses: list[Clause]) -> date | None:
    """From «(Kèm theo Kế hoạch số 132/KH-UBND ngày 20 tháng 6 năm 2022 …)» or the catalogue of a law portal."""
    for clause in clauses:
        text = whole(clause)
        catalogue = p.ISSUED_IN_CATALOGUE.search(text)
        if catalogue:
            return _day(found, int(catalogue[1]), int(catalogue[2]), int(catalogue[3]), clause)
        if (
            found.number
            and (own := p.OWN_CITATION.search(text))
            and re.sub(r"\s", "", own["number"]) == found.number
        ):
            cited = re.search(
                r"ngày\s+(\d{1,2})\s*(?:/|tháng)\s*(\d{1,2})\s*(?:/|năm)\s*(\d{4})", text[own.end() :]
            )
            if cited:
                return _day(found, int(cited[1]), int(cited[2]), int(cited[3]), clause)
    return None


def _day(found: Document, day: int, month: int, year: int, clause: Clause) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        found.warnings.append(
            Warning("invalid_date", clause.words.span(), {"words": f"{day}/{month}/{year}"})
        )
        return None


# ---- title and issuer ------------------------------------------------------------------------------


def _title(clauses: list[Clause], zones: Zones) -> str | None:
    anchor = zones.kind if zones.kind is not None else zones.decision
    if anchor is None:
        for clause in clauses[:15]:
            if p.KIND_THEN_TITLE.match(whole(clause)):
                return p.KIND_THEN_TITLE.sub("", whole(clause), count=1).strip(" .*") or None
        return None
    parts: list[str] = []
    for clause in clauses[anchor + 1 : anchor + 8]:
        text = whole(clause).strip()
        upper = text.upper() == text
        if clause.style not in ("none", "caps", "title") or re.match(
            r"\(?\s*(?:Ban hành )?[Kk]èm theo", text
        ):
            break
        if zones.kind is None and re.match(r"(?:CHỦ TỊCH|ỦY BAN|UBND|BỘ TRƯỞNG|GIÁM ĐỐC)", text):
            break
        if (
            parts
            and (not upper or p.BASIS.match(text))
            and (p.BASIS.match(text) or p.ISSUING.search(text) or len(text) > 250 or text[:1].isupper())
        ):
            break
        if not parts and p.BASIS.match(text) and re.match(r"Căn cứ|Xét|Theo đề nghị", text):
            break
        parts.append(text)
    title = " ".join(parts)
    title = re.sub(r"\s*\((?:Ban hành )?[Kk]èm theo.*$", "", title)
    return title.strip(" .*-") or None


_LEVELS = {"tỉnh": "tỉnh", "thành phố": "thành phố", "tp": "thành phố", "tp.": "thành phố"}


def _issuer(clauses: list[Clause], header: list[Clause], zones: Zones) -> str | None:
    lines: list[str] = []
    for clause in header:
        text = whole(clause).strip()
        lines.extend(re.split(r"\s*(?:-{3,}|–{3,}|_{3,})\s*", text))
    block: list[str] = []
    for line in lines:
        line = p.STATE_HEADER.split(line)[0].strip()
        if not line or p.NUMBER_LINE.search(line) or not _is_upper(line) or p.KIND.fullmatch(line):
            if block:
                break
            continue
        if block or p.ISSUER_LINE.match(line):
            block.append(line)
    name = _own_name(" ".join(block))
    after = clauses[zones.decision : zones.decision + 6] if zones.decision is not None else []
    authority = next(
        (
            _own_name(whole(c))
            for c in after
            if _is_upper(whole(c)) and p.ISSUER_LINE.match(re.sub(r"^CHỦ TỊCH ", "", whole(c)))
        ),
        None,
    )
    if authority and (not name or "nhân dân" in authority.lower()):
        return authority
    if name and not re.fullmatch(r"(?i)(?:ủy ban nhân dân|UBND|hội đồng nhân dân)", name):
        return name
    return _issuer_from_text(clauses, header, zones) or name


def _is_upper(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 3 and sum(c.isupper() for c in letters) > 0.85 * len(letters)


def _own_name(upper: str) -> str | None:
    """«ỦY BAN NHÂN DÂN TỈNH AN GIANG» → «Ủy ban nhân dân tỉnh An Giang»; of two bodies the lower one."""
    text = re.sub(r"^CHỦ TỊCH\s+", "", upper.strip(" -*"))
    if not text:
        return None
    text = re.sub(r"^UBND\s", "ỦY BAN NHÂN DÂN ", text)
    lower = re.search(r"\s(SỞ|PHÒNG|BAN QUẢN|TRUNG TÂM|CHI CỤC|CÔNG AN|BAN DÂN)\s", text[5:])
    if lower and not text.startswith(("BỘ ", "CỤC ", "TỔNG ")):
        text = text[5 + lower.start() :].strip()
    low = text.lower()
    for phrase in ("ủy ban nhân dân", "hội đồng nhân dân"):
        if low.startswith(phrase):
            rest = low[len(phrase) :].strip()
            level = re.match(r"(tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu)\s*", rest)
            if level is None:
                return (phrase.capitalize() + " " + rest.title()).strip()
            return f"{phrase.capitalize()} {level[1]} {_proper(rest[level.end() :])}".strip()
    return _title_of(low)


def _title_of(low: str) -> str:
    """«sở văn hóa, thể thao và du lịch» → «Sở Văn hóa, Thể thao và Du lịch»."""
    name = re.sub(r"(?<=, )\w|(?<= - )\w|(?<= và )\w", lambda m: m[0].upper(), low)
    first, _, rest = name.partition(" ")
    return f"{first.capitalize()} {rest[:1].upper()}{rest[1:]}".strip()


def _proper(name: str) -> str:
    return re.sub(r"(?<![\w’'])\w", lambda m: m[0].upper(), name)


def _issuer_from_text(clauses: list[Clause], header: list[Clause], zones: Zones) -> str | None:
    """Put together from «Ủy ban nhân dân tỉnh … ban hành Kế hoạch» and the place of the date line."""
    level = None
    for clause in clauses[zones.body : zones.body + 25]:
        for m in p.ISSUING.finditer(clause.text):
            place = (m["place"] or m["place2"] or "").strip()
            named = re.match(p.LEVEL, place, re.IGNORECASE)
            if named is None:
                continue
            level = named[0].lower()
            rest = place[named.end() :].strip()
            if rest[:1].isupper():
                return f"Ủy ban nhân dân {level} {rest}"
            break
        if level:
            break
    if level is None:
        return None
    place = next((m["place"].strip() for c in header if (m := p.PLACE_AND_DATE.match(whole(c)))), None)
    if place:
        return f"Ủy ban nhân dân {level} " + re.sub(r"^(?i:thành phố|tỉnh|huyện|quận|TP\.?)\s+", "", place)
    counts: dict[str, int] = {}
    pattern = re.compile(
        rf"(?:Ủy ban nhân dân|UBND|địa bàn|của)\s+{level}\s+((?:[A-ZĐÂÊÔƠƯÁÀẢÃẠÚỦỨÍÝ][\w’']*\s?)(?:\s?[-–]?\s?[A-ZĐÂÊÔƠƯÁÀẢÃẠÚỦỨÍÝ][\w’']*){{0,4}})"
    )
    for clause in clauses:
        for m in pattern.finditer(clause.text):
            counts[m[1].strip()] = counts.get(m[1].strip(), 0) + 1
    return (
        f"Ủy ban nhân dân {level} {max(counts, key=lambda n: counts[n])}"
        if counts
        else f"Ủy ban nhân dân {level}"
    )


# ---- period -----------------------------------------------------------------------------------------


def _period(found: Document, clauses: list[Clause], zones: Zones) -> tuple[int, int] | None:
    title = pt.CITED_DATE.sub(" ", pt.TERM.sub(" ", found.title or ""))
    title = pt.OUTLOOK.sub(" ", title)
    stage = list(pt.STAGE.finditer(title)) or list(pt.FROM_TO.finditer(title))
    for m in stage:
        first, last = m.group(1), m.group(2)
        if first and last and int(first) <= int(last) < int(first) + 60:
            return int(first), int(last)
    until = list(pt.UNTIL.finditer(title))
    if until:
        last_year = int(until[-1][1])
        first_year = _stage_before(last_year, clauses, zones) or found.year
        if first_year and first_year <= last_year:
            return first_year, last_year
        return None
    single = list(pt.IN_YEAR.finditer(title))
    if single:
        return int(single[-1][1]), int(single[-1][2] or single[-1][1])
    return _period_in_text(found, clauses, zones)


def _stage_before(last: int, clauses: list[Clause], zones: Zones) -> int | None:
    """«giai đoạn 2021-2025, định hướng đến năm 2030» in the text dates a title that only says «đến năm 2030»."""
    pattern = re.compile(
        rf"(?i)giai đoạn\s+(\d{{4}})\s*[-–]\s*\d{{4}}\s*(?:,|và)?\s*(?:định hướng|tầm nhìn)\s+đến\s+năm\s+{last}"
    )
    years = [int(m[1]) for c in clauses[zones.body : zones.end] for m in pattern.finditer(c.text)]
    return max(set(years), key=years.count) if years else None


_PERIOD_TITLE = re.compile(r"(?i)(?:thời\s+gian|tiến\s+độ|thời\s+hạn)(?!\s+(?:trình|hoàn|báo|gửi|nộp|kiểm))")


def _period_in_text(found: Document, clauses: list[Clause], zones: Zones) -> tuple[int, int] | None:
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
            if (
                not years
                and (m2 := re.search(r"(?i)(?:đến\s+hết\s+|đến\s+)năm\s+(\d{4})", text))
                and found.year
            ):
                years += [found.year, int(m2[1])]
            if not years and (
                m3 := re.search(
                    r"(?i)^(?:thời gian[^:]{0,40}:\s*)?(?:trong\s+)?năm\s+(\d{4})[.;]?$", text.strip()
                )
            ):
                years.append(int(m3[1]))
        if years and max(years) - min(years) < 60:
            return min(years), max(years)
    return None


# ---- basis, signer, recipients --------------------------------------------------------------------------


def _basis(clauses: list[Clause], zones: Zones) -> list[Reference]:
    start = zones.decision if zones.decision is not None else zones.body
    found: list[Reference] = []
    seen: set[str] = set()
    for clause in clauses[start : min(len(clauses), zones.body + 25)]:
        text = clause.text
        if clause.style in ("roman", "number", "article", "upper", "part"):
            break
        if not re.match(
            r"(?:-\s*)?(?:Căn cứ|Thực hiện|Triển khai|Tiếp tục thực hiện|Xét|Theo|Thi hành)\s", text
        ):
            continue
        for m in p.CITED.finditer(text):
            number = re.sub(r"\s", "", m["number"])
            if number in seen or ("/" not in number and "-" not in number):
                continue
            seen.add(number)
            after = re.match(
                r"\s*,?\s*(?:ngày\s+)?(\d{1,2})\s*(?:/|tháng)\s*(\d{1,2})\s*(?:/|năm)\s*(\d{4})",
                text[m.end() :],
            )
            day = None
            if after:
                try:
                    day = date(int(after[3]), int(after[2]), int(after[1]))
                except ValueError:
                    day = None
            found.append(Reference(number, day, clause.words.span(m.start("number"), m.end("number"))))
    return found


def _signer(clauses: list[Clause], zones: Zones) -> Signer | None:
    if zones.signature is None:
        return None
    position: list[str] = []
    for clause in clauses[zones.signature : zones.signature + 8]:
        text = whole(clause).strip()
        if p.APPENDIX.match(text):
            break
        tail = re.search(rf"({p.PERSON.pattern})\s*$", text)
        ranks = re.findall(
            r"(?:PHÓ\s+)?CHỦ\s+TỊCH|(?:PHÓ\s+)?GIÁM\s+ĐỐC|(?:THỨ|BỘ|CỤC|VỤ|HIỆU)\s+TRƯỞNG|(?:PHÓ\s+)?TRƯỞNG\s+\w+|CHÁNH\s+VĂN\s+PHÒNG",
            text,
        )
        position.extend(ranks)
        if tail and not _is_upper(tail[0]) and not re.match(r"Nơi|Lưu|Như", tail[0]):
            name = tail[1].strip()
            span = clause.mark.span(tail.start(1), tail.end(1)) if clause.mark else clause.words.span()
            return Signer(name, position[-1].capitalize() if position else None, span)
    return None


def _recipients(clauses: list[Clause], zones: Zones) -> list[str]:
    if zones.recipients is None:
        return []
    first = whole(clauses[zones.recipients])
    found: list[str] = []
    inline = p.RECIPIENTS.sub("", first, count=1)
    found.extend(part.strip() for part in re.split(r"\s+[-–]\s+|;\s*", inline) if len(part.strip(" .-*")) > 3)
    for clause in clauses[zones.recipients + 1 : zones.recipients + 60]:
        text = whole(clause).strip()
        if (
            p.SIGNATURE.match(text)
            or p.APPENDIX.match(text)
            or (clause.style not in ("dash", "plus", "dot", "none"))
        ):
            break
        if p.FILED.match(text):
            break
        if clause.style == "none" and not text[:1].islower():
            break
        found.append(clause.text.strip(" ;.,"))
    return [f for f in (one.strip(" ;.,-–") for one in found) if f and not p.FILED.match(f) and len(f) > 2]


def span_of(clause: Clause) -> Span:
    return clause.mark.span() if clause.mark else clause.words.span()
