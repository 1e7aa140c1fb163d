"""The frame of the document: what it rests on, who signed it, who receives it."""

from __future__ import annotations

import re
from datetime import date

from app.planreader.drafts.zones import Zones, whole
from app.planreader.models import Reference, Signer
from app.planreader.outline import Clause
from app.planreader.patterns import document as p


def basis_of(clauses: list[Clause], zones: Zones) -> list[Reference]:
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


def signer_of(clauses: list[Clause], zones: Zones) -> Signer | None:
    if zones.signature is None:
        return None
    position: list[str] = []
    for clause in clauses[zones.signature : zones.signature + 8]:
        text = whole(clause).strip()
        if p.APPENDIX.match(text):
            break
        tail = re.search(rf"({p.PERSON.pattern})\s*$", text)
        ranks = re.findall(
            r"(?:PHÓ\s+)?CHỦ\s+TỊCH|(?:PHÓ\s+)?GIÁM\s+ĐỐC|(?:THỨ|BỘ|CỤC|VỤ|HIỆU)\s+TRƯỞNG|(?:PHÓ\s+)?TRƯỞNG\s+\w+"
            r"|CHÁNH\s+VĂN\s+PHÒNG",
            text,
        )
        position.extend(ranks)
        words = tail[1].split() if tail else []
        while words and words[0].isupper():
            words.pop(0)  # the position stands in capitals before the name
        if len(words) >= 2 and words[0] not in ("Nơi", "Lưu", "Như"):
            name = " ".join(words)
            start = text.rindex(words[0])
            start = text.find(name) if name in text else start
            span = clause.mark.span(start, start + len(name)) if clause.mark else clause.words.span()
            return Signer(name, _rank(position[-1]) if position else None, span)
    return None


def _rank(capitals: str) -> str:
    """«PHÓ CHỦ TỊCH» → «Phó Chủ tịch»."""
    words = capitals.lower().split()
    kept = [
        word.capitalize() if i == 0 or (words[0] == "phó" and i == 1) else word
        for i, word in enumerate(words)
    ]
    return " ".join(kept)


def recipients_of(clauses: list[Clause], zones: Zones) -> list[str]:
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
