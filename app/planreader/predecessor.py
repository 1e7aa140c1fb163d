"""Which plan a text says that it replaces or amends: «thay thế Kế hoạch số 48/KH-UBND», «sửa đổi, bổ sung …»."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.planreader.text import Span, clean

# «(Kế hoạch này) thay thế Kế hoạch số 48/KH-UBND», «sửa đổi, bổ sung một số nội dung của Kế hoạch số 48/KH-UBND»;
# also «bãi bỏ», «hủy bỏ», «điều chỉnh». Between the verb and the number stands no end of a sentence.
_NAMED = re.compile(
    r"(?P<verb>thay\s+thế|bãi\s+bỏ|hủy\s+bỏ|huỷ\s+bỏ|sửa\s+đổi(?:\s*,?\s*bổ\s+sung)?|bổ\s+sung|điều\s+chỉnh)"
    r"(?P<between>[^.;:]{0,160}?)"
    r"(?:kế\s+hoạch|đề\s+án|chương\s+trình)\s+(?:\w+\s+)?số\s*:?\s*"
    r"(?P<number>\d{1,6}\s*/\s*[^\W\d_]+(?:\s?-\s?[^\W\d_]\w*)*)",
    re.IGNORECASE,
)
_REPLACES = re.compile(r"thay\s+thế|bãi\s+bỏ|h[ủu][ỷy]\s+bỏ", re.IGNORECASE)
# «bãi bỏ điểm b khoản 1 mục III của Kế hoạch số 48/KH-UBND»: a part of it, the rest stays
_PART = re.compile(
    r"(?<!\w)(?:điểm|khoản|tiết|mục|phần|nội\s+dung|nhiệm\s+vụ|quy\s+định|chế\s+độ|cụm\s+từ|phụ\s+lục|một\s+số|biểu)(?!\w)",
    re.IGNORECASE,
)
# «Căn cứ Quyết định … sửa đổi, bổ sung …»: what the basis says of other documents is not what this plan does.
_BASIS = re.compile(r"^\s*(?:-\s*)?(?:Căn\s+cứ|Theo|Xét|Thực\s+hiện)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Predecessor:
    """`amends`: it changes that plan and the rest stays; else it takes its place."""

    number: str
    amends: bool
    span: Span


def read_predecessor(text: str, own_number: str | None = None) -> Predecessor | None:
    """The first plan that the text says it replaces, else the first that it amends; None where it says nothing."""
    source = clean(text)
    found: list[Predecessor] = []
    for match in _NAMED.finditer(source.text):
        line = source.text.rfind("\n", 0, match.start()) + 1
        number = re.sub(r"\s", "", match["number"])
        if _BASIS.match(source.text[line : match.start()]) or number == own_number:
            continue
        amends = not _REPLACES.match(match["verb"]) or bool(_PART.search(match["between"]))
        found.append(Predecessor(number, amends, source.span(*match.span())))
    return min(found, key=lambda one: one.amends, default=None)
