"""The title of the plan and the body that issues it, from the header or put together from the text."""

from __future__ import annotations

import re

from app.planreader.drafts.zones import Zones, whole
from app.planreader.outline import Clause
from app.planreader.patterns import document as p


def title_of(clauses: list[Clause], zones: Zones) -> str | None:
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


def issuer_of(clauses: list[Clause], header: list[Clause], zones: Zones) -> str | None:
    block = _header_block([whole(clause).strip() for clause in header])
    name = _own_name(block)
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


def _header_block(lines: list[str]) -> str:
    """The capitals that name the issuer, whether the header stands in lines, columns or torn pieces."""
    above: list[str] = []
    for line in lines:
        if p.KIND.fullmatch(line):
            break
        if not p.NUMBER_LINE.search(line) and not p.PLACE_AND_DATE.match(line):
            above.append(line)
    found = ""
    pieces = _BREAKS.split(p.STATE_HEADER.sub(" | ", " ".join(above)))
    for i, piece in enumerate(pieces):
        begin = p.ISSUER_LINE.search(piece)
        block = _capitals(piece[begin.start() :]) if begin else ""
        if _BARE.fullmatch(block):
            # «ỦY BAN NHÂN DÂN» in one column, its place under it after the words of the other column
            place = next((q for q in pieces[i + 1 :] if re.match(p.LEVEL, q.strip(), re.IGNORECASE)), "")
            block = f"{block} {_capitals(place)}".strip()
        # «UBND TỈNH LAM GIANG» and under it, in the same column, «SỞ Y TẾ»
        if _is_upper(block) and not _BARE.fullmatch(block) and (not found or _LOWER.match(block)):
            found = block
    if found:
        return found
    return next((b for piece in pieces if (b := _capitals(piece)) and _BARE.fullmatch(b) and b != "UBND"), "")


def _capitals(text: str) -> str:
    """The words in capitals with which a text begins."""
    words = text.split()
    kept = next((i for i, word in enumerate(words) if any(c.islower() for c in word)), len(words))
    return " ".join(words[:kept]).strip(" -–*:")


_BARE = re.compile(r"[ỦUÚ]?[YỶỲ] BAN NHÂN D[ÂÀĂA]N|UBND|HỘI ĐỒNG NHÂN DÂN")
_BREAKS = re.compile(r"\s*(?:\||-{3,}|–{3,}|_{3,}|\*{3,})\s*")


def _is_upper(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 3 and sum(c.isupper() for c in letters) > 0.85 * len(letters)


# The committee in a letterhead, letters misread included, and bodies that stand under another's name in it
_COMMITTEE = re.compile(r"^(?:[ỦUÚỤỶ]?[YỶỲÝ]\s+BAN\s+NHÂN\s+D[ÂÀĂA]N|UBND)(?=\s)")
_LOWER = re.compile(
    r"(?:^|\s)(?:LIÊN ĐOÀN LAO ĐỘNG(?! VIỆT)|VĂN PHÒNG|SỞ|(?<!VĂN )(?<!QUỐC )(?<!HẢI )(?<!BIÊN )PHÒNG(?! CHỐNG|,)"
    r"|BAN QUẢN|BAN CHỈ ĐẠO|BAN DÂN|TRUNG TÂM|CHI CỤC|CÔNG AN|BỆNH VIỆN|TRẠM Y"
    r"|TRƯỜNG(?= MẦM| MẪU| TIỂU| THCS| THPT| TH | TRUNG| CAO| ĐẠI| PT| PHỔ| CHÍNH TRỊ))\s"
)


def _own_name(upper: str) -> str | None:
    """«ỦY BAN NHÂN DÂN TỈNH AN GIANG» → «Ủy ban nhân dân tỉnh An Giang»; of two bodies the lower one."""
    text = re.sub(r"^CHỦ TỊCH\s+", "", upper.strip(" -*"))
    if not text:
        return None
    text = _COMMITTEE.sub("ỦY BAN NHÂN DÂN", text)
    lower = list(_LOWER.finditer(text, 4))
    if lower and (not text.startswith(("BỘ ", "CỤC ", "TỔNG ")) or text.startswith("TỔNG LIÊN")):
        text = text[lower[-1].start() :].strip()
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
    if " " not in low:
        return low.capitalize()
    name = re.sub(r"(?<=, )\w|(?<= - )\w|(?<= và )\w", lambda m: m[0].upper(), low)
    noun = _NOUN.match(name)
    first, rest = (name[: noun.end()].rstrip(), name[noun.end() :]) if noun else name.split(" ", 1)
    if not re.match(p.LEVEL + r"\s", rest):
        rest = rest[:1].upper() + rest[1:]
    name = f"{first[:1].upper()}{first[1:]} {rest}".strip()
    name = _ABBREVIATION.sub(lambda m: m[0].upper(), name)
    return _PLACE_BEHIND.sub(lambda m: m[1] + _proper(m[2]), name)


# «bệnh viện», «trung tâm»: the noun has two syllables; then what the body is for begins with a capital
_NOUN = re.compile(
    r"(?:bệnh viện|trung tâm|văn phòng|liên đoàn|hội đồng|chi cục|trạm y tế|công an|đảng ủy|\w+ ủy)(?:\s|$)"
)
_ABBREVIATION = re.compile(r"(?<!\w)(?:thcs|thpt|hđnd|ubnd|gd&đt|mttq|th|ptdtnt|ptdtbt)(?!\w)", re.IGNORECASE)
_PLACE_BEHIND = re.compile(
    r"((?<!\w)(?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu|khu vực|THCS|THPT|TH|tiểu học|mầm non"
    r"|(?:[Tt]ỉnh|[Tt]hành|[Hh]uyện|[Qq]uận|[Tt]hị) ủy)\s+)(?!và\s|của\s|ủy(?:\s|$))(.+)$",
    re.IGNORECASE,
)


def _proper(name: str) -> str:
    return re.sub(r"(?<![\w’'])\w", lambda m: m[0].upper(), name)


def _issuer_from_text(clauses: list[Clause], header: list[Clause], zones: Zones) -> str | None:
    """Put together from «Ủy ban nhân dân tỉnh … ban hành Kế hoạch» and the place of the date line."""
    level = None
    for clause in clauses[zones.body : zones.body + 25]:
        for issuing in p.ISSUING.finditer(clause.text):
            place = (issuing["place"] or issuing["place2"] or "").strip()
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
    dated = next((m["place"].strip() for c in header if (m := p.PLACE_AND_DATE.match(whole(c)))), None)
    if dated:
        return f"Ủy ban nhân dân {level} " + re.sub(r"^(?i:thành phố|tỉnh|huyện|quận|TP\.?)\s+", "", dated)
    counts: dict[str, int] = {}
    pattern = re.compile(
        rf"(?:Ủy ban nhân dân|UBND|địa bàn"
        rf"|của)\s+{level}\s+((?:[A-ZĐÂÊÔƠƯÁÀẢÃẠÚỦỨÍÝ][\w’']*\s?)(?:\s?[-–]?\s?[A-ZĐÂÊÔƠƯÁÀẢÃẠÚỦỨÍÝ][\w’']*){{0,4}})"
    )
    for clause in clauses:
        for name in pattern.findall(clause.text):
            counts[name.strip()] = counts.get(name.strip(), 0) + 1
    return (
        f"Ủy ban nhân dân {level} {max(counts, key=lambda n: counts[n])}"
        if counts
        else f"Ủy ban nhân dân {level}"
    )
