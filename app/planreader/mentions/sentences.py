"""Sentences: where they begin and end, who acts in them, to whom something goes."""

from __future__ import annotations

import re

from app.planreader.mentions.bodies import bodies_at


def sentences(text: str) -> list[tuple[int, int]]:
    """Sentences and the parts between semicolons, as places in `text`; brackets are not cut."""
    found: list[tuple[int, int]] = []
    start = depth = 0
    for i, char in enumerate(text):
        if char in "([":
            depth += 1
        elif char in ")]":
            depth = max(0, depth - 1)
        elif depth and depth < 3 and i - start < 600:
            continue
        elif char == ";" or (
            char == "."
            and text[i + 1 : i + 2] in ("", " ", "/")
            and text[i + 2 : i + 3].upper() == text[i + 2 : i + 3]
        ):
            if i > start:
                found.append((start, i + 1))
            start = i + 1
    if start < len(text):
        found.append((start, len(text)))
    return found


# «Chế độ báo cáo: …», «Yêu cầu …», «Định kỳ hằng quý, 6 tháng, …» before the body that acts
_OPENS = re.compile(
    r"\s*(?:Chế độ (?:thông tin,? )?báo cáo\s*:\s*)?"
    r"(?:(?:Yêu cầu|yêu cầu|Đề nghị|đề nghị|Giao|giao|Định kỳ,?|Hằng năm,?|Hàng năm,?)\s+)*"
    r"(?:(?:(?:hằng|hàng|6|06|9|09)\s+)?(?:tháng|quý|năm|tuần)\s*,?\s*(?:và\s+)?)*"
)
# «Trên cơ sở đề nghị của …, Sở Xây dựng chủ trì», «Sau khi kiểm tra, UBND xã lập danh sách»
_GROUND = re.compile(r"\s*(?:Trên cơ sở|Căn cứ|Sau khi|Theo|Để|Nhằm)\s[^:;]{3,260}?,\s+(?=[A-ZĐc])")
_CALLS = re.compile(r"(?:yêu cầu|đề nghị|giao)\s+")


def subject_of(part: str) -> tuple[str, ...]:
    """The bodies that a sentence begins with, perhaps after an opening clause; empty where none acts."""
    opens = _OPENS.match(part)
    found = bodies_at(part, opens.end() if opens else 0)
    if found is None and (ground := _GROUND.match(part)):
        found = bodies_at(part, ground.end())
    if found is None:
        call = _CALLS.search(part)
        found = bodies_at(part, call.end()) if call else None
    if found is None or not found.before_verb:
        return ()
    return tuple(part[s:e] for s, e in found.names)


# «về Sở Y tế», «gửi UBND huyện», «báo cáo kết quả thực hiện cho Ủy ban …»
_TO = re.compile(
    r"(?:về|[Gg]ửi(?:\s+về)?|cho|[Bb]áo\s+cáo(?:\s+kết\s+quả[^,;.()]{0,60}?)?(?:\s+(?:về|với"
    r"|cho))?)\s+(?=[A-ZĐÂÊÔƯỦcb])"
)
_VIA = re.compile(r"(?:thông\s+qua|[Qq]ua)\s+(?=[A-ZĐpcs])")


def receiver(part: str) -> tuple[str | None, str | None]:
    """(to whom, through whom) a sentence says a report goes."""
    via: str | None = None
    for m in _VIA.finditer(part):
        found = bodies_at(part, m.end())
        if found:
            via = part[slice(*found.names[0])]
            break
    for m in _TO.finditer(part):
        found = bodies_at(part, m.end())
        if found and part[slice(*found.names[0])] != via:
            return part[found.names[0][0] : found.names[-1][1]], via
    return None, via
