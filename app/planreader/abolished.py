"""What a text says is over: «bãi bỏ điểm b khoản 1 mục III», «bỏ nội dung “…”», «không thực hiện nhiệm vụ …»."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.planreader.text import Span, clean

_OVER = re.compile(
    r"""(?<!\w)(?:bãi\s+bỏ|h[ủu][ỷy]\s+bỏ|(?<!bãi\s)(?<!hủy\s)(?<!huỷ\s)bỏ|không\s+(?:tiếp\s+tục\s+)?(?:thực\s+hiện|triển\s+khai)
          |(?:dừng|thôi|ngừng|kết\s+thúc)(?:\s+không)?(?:\s+(?:thực\s+hiện|triển\s+khai))?)\s+
        (?:(?:các|một\s+số|toàn\s+bộ)\s+)?
        (?P<what>(?:nội\s+dung|nhiệm\s+vụ|quy\s+định|điểm|khoản|tiết|đoạn|cụm\s+từ|gạch\s+đầu\s+dòng|mục|chế\s+độ|việc
          |báo\s+cáo)(?!\w)(?:[^.;]|\.(?=\d)){0,400})""",
    re.VERBOSE | re.IGNORECASE,
)
_QUOTED = re.compile(r"[«“\"]([^«»“”\"]{6,400})[»”\"]")
_LETTERS = re.compile(r"(?:điểm|tiết)\s+((?:[a-zđ](?!\w)(?:\s*(?:,|và)\s*)?)+)", re.IGNORECASE)
_NUMBER = re.compile(r"(?:khoản|điểm|mục|phần)\s+(\d{1,2}(?:\.\d{1,2})*)(?!\w)", re.IGNORECASE)
_PART = re.compile(r"(?:mục|phần|chương)\s+([IVX]{1,5})(?:\.(\d{1,2}))?(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Abolished:
    """One thing that is over. `words` name it, `quoted` are its own words where the text gives them; `section` and
    `letters` say where it stood («III.1», ("b",)), both empty where the text does not."""

    words: str
    quoted: tuple[str, ...]
    section: str
    letters: tuple[str, ...]
    span: Span


def read_abolished(text: str) -> list[Abolished]:
    """Everything that the text says is over, in its order. Whole documents are `read_predecessor`'s."""
    source = clean(text)
    found: list[Abolished] = []
    for match in _OVER.finditer(source.text):
        what = " ".join(match["what"].split()).strip(" ,:")
        part, number = _PART.search(what), _NUMBER.search(what)
        inner = part[2] if part and part[2] else number[1] if number else ""
        section = ".".join(filter(None, (part[1].upper() if part else "", inner)))
        listed = _LETTERS.search(what)
        letters = tuple(re.findall(r"[a-zđ](?!\w)", listed[1].lower().replace("và", ","))) if listed else ()
        quoted = tuple(" ".join(words.split()) for words in _QUOTED.findall(what))
        found.append(Abolished(what, quoted, section, letters, source.span(*match.span())))
    return found
