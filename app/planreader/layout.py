"""The lines of a text, and which of them make one paragraph: hard wraps and page breaks are undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from app.planreader.patterns.agencies import ACT_FIRST
from app.planreader.patterns.numbering import MARKS
from app.planreader.text import CELL, Passage


@dataclass(slots=True)
class Line:
    text: str
    at: int  # where it begins in the whole text
    blank_before: bool
    indent: int
    in_cell: bool
    cell_before: bool  # a table stood between the line before and this one, or a cell ended
    style: str
    value: str
    rest: int  # where the text after the mark begins
    after_page: bool = False  # a page number stood between this line and the one before


_SPLIT = re.compile(f"[\n{CELL}]")
_FINAL = re.compile(r"[.;:!?…/”\"»)\]]\s*$")
# «… năm» / «2021. Trong»: the number belongs to the sentence
_BEFORE_NUMBER = re.compile(
    r"(?<!\w)(?:năm|số|ngày|tháng|quý|[Đđ]iều|khoản|mục|điểm|đoạn|từ|đến|và|trên|dưới|hơn|khoảng|là|còn|đạt"
    r"|[Pp]hụ lục)\s*$|,\s*$"
)
_NUMBER_COMES = re.compile(r"(?i)(?<!\w)(?:năm|số|ngày|tháng|quý|điều|khoản|mục|điểm|quyết định|phụ lục)\s*$")
# Lines that stand alone, and lines that open something, whatever the layout
APART = re.compile(r"(?:KẾ HOẠCH|QUYẾT ĐỊNH|ĐỀ ÁN|CHƯƠNG TRÌNH|PHƯƠNG ÁN|CHƯƠNG TRÌNH HÀNH ĐỘNG)\s*:?")
_OPENS = re.compile(
    r"(?:Số|SỐ)\s*:|Nơi nhận\s*:|(?:TM|KT|TL|TUQ)\s*\.\s*[A-ZĐỦ]|PHỤ LỤC"
    r"|[A-ZĐ][^\d,:;]{2,40}(?:\s\d{1,2})?,\s*ngày\s[^.;]{0,14}tháng\s[^.;]{0,6}năm\s*\d{0,4}\s*$"
)
_NUMBER_ONLY = re.compile(r"(?:Số|SỐ)\s*:?")
# An end that never closes a line, whatever follows: a comma, a preposition, a conjunction
_HANGING = re.compile(
    r"(?:[,(–/-]|(?<!\w)(?:và|với|của|các|cho|về|theo|tại|trong|từ|đến|do|là|bị|được|để|số|năm|ngày|trước|như|hoặc|hay|khi"
    r"|giữa|trên|có))\s*$"
)
# In running text these wait for their object: «… tổng hợp, báo cáo» / «UBND huyện …»
_WAITS = re.compile(r"(?<!\w)(?:báo cáo|gửi|trình|tham mưu|phối hợp|chỉ đạo|giúp|đề nghị|giao|yêu cầu)\s*$")
_RULE = re.compile(r"[-–—=_.\s*]{2,}|[=_.*\s]?")


def lines_of(text: Passage) -> list[Line]:
    """The lines with something on them; rules («-------») and empty lines only separate."""
    lines: list[Line] = []
    blank, cell, broken, here = True, False, False, 0
    rows = _ROW.search(text.text) is not None
    for end in [*(m.start() for m in _SPLIT.finditer(text.text)), len(text)]:
        ends_cell = end < len(text) and text.text[end] == CELL
        raw = text.text[here:end]
        stripped = raw.strip()
        if _RULE.fullmatch(stripped):
            if not ends_cell and not (here and text.text[here - 1] == CELL):
                blank, cell = True, False  # an empty line: what comes is no cell of a table
        else:
            style, value, rest = mark_of(stripped)
            at = here + len(raw) - len(raw.lstrip())
            lines.append(Line(stripped, at, blank, at - here, cell, broken, style, value, rest))
            blank = cell = broken = False
        if ends_cell:
            cell = broken = True
        elif rows and _ROW.match(text.text, text.text.rfind("\n", 0, end) + 1, end):
            cell = False  # a row is over; what follows need not belong to the table
        here = end + 1
    return lines


# «| 1 | Tập huấn | Sở Y tế |»: a row with both its edges
_ROW = re.compile(f"(?m)^[ ]*{CELL}.*{CELL}[ ]*$")

# Two small letters or a capital and one: no mark begins like that but «Phần», «Chương», «Điều», «Mục», «Khoản»
_WORD_FIRST = re.compile(r"(?!Ph|Ch|Đi|Mụ|Kh)[^\W\d_][^\W\d_A-ZĐ]")


def mark_of(line: str) -> tuple[str, str, int]:
    """(style, value, where the text begins) of the mark at the beginning of a line."""
    if _WORD_FIRST.match(line):
        return "none", "", 0
    for style, pattern in MARKS:
        found = pattern.match(line)
        if found:
            rest = found.end()
            while rest < len(line) and line[rest] in " .":
                rest += 1
            return style, found[1], rest
    return "none", "", 0


def paragraphs(text: Passage) -> Iterator[list[Line]]:
    """Lines put together into paragraphs: hard wraps and page breaks are undone."""
    lines = lines_of(text)
    layout = _Layout(lines)
    group: list[Line] = []
    for i, line in enumerate(lines):
        if i in layout.pages:
            continue
        if layout.is_page(group, line) and i + 1 < len(lines) and layout.goes_on(group, lines[i + 1]):
            continue  # a page number inside a sentence: the words after it go on
        if group and layout.goes_on(group, line):
            group.append(line)
            continue
        if group:
            yield group
        group = [line]
    if group:
        yield group


_PAGE = re.compile(r"[-–—]?\s*\d{1,3}\s*[-–—]?|(?:Trang|trang)\s+\d{1,3}(?:\s*/\s*\d{1,3})?")


class _Layout:
    """How this text breaks its lines, judged from all of them."""

    def __init__(self, lines: list[Line]) -> None:
        lengths = sorted(len(line.text) for line in lines)
        self.width = lengths[int(len(lengths) * 0.95)] if lengths else 0
        going_on = sum(
            (line.style == "none" and line.text[:1].islower())
            or (not line.blank_before and bool(_HANGING.search(before.text)))
            for before, line in pairwise(lines)
        )
        self.wrapped = self.width <= 130 and going_on >= max(1, 0.015 * len(lines))
        self.first_line = _first_line(lines)
        marked = [line for line in lines if line.style not in ("none", "dot") and not line.cell_before]
        spaced = sum(line.blank_before for line in marked)
        self.spaced = bool(marked) and spaced >= 0.6 * len(marked)
        self.torn = self._is_torn(lines)
        self.pages = _page_numbers(lines)
        for i in self.pages:
            if i + 1 < len(lines):
                lines[i + 1].after_page = True

    def is_page(self, group: list[Line], line: Line) -> bool:
        """A bare number on its line where the sentence waits for no number."""
        if not group or line.in_cell or not _PAGE.fullmatch(line.text):
            return False
        last = group[-1].text
        return not _FINAL.search(last) and not _NUMBER_COMES.search(last)

    def goes_on(self, group: list[Line], line: Line) -> bool:
        before = group[-1]
        last, first = before.text, line.text
        if _NUMBER_ONLY.fullmatch(last):
            return not line.cell_before  # «Số:» / «88/KH-UBND»
        if line.cell_before or APART.fullmatch(last) or APART.fullmatch(first) or _OPENS.match(first):
            return False
        unfinished = not _FINAL.search(last) or _unbalanced(group)
        if line.after_page and self._over_page(group, line, unfinished):
            return True
        if line.style != "none":
            # «chính trị» / «- xã hội»: a dash inside a name; «năm» / «2021. Trong»: not a number of an item
            dash_inside = line.style in ("dash", "plus") and first[line.rest : line.rest + 1].islower()
            bare = line.rest >= len(first) and line.style == "number"  # «… của Dự án» / «2.»
            if self.spaced and line.style == "dash" and unfinished and not line.blank_before:
                return True  # paragraphs stand apart, so «- Chi nhánh tỉnh» goes on with «7. Ngân hàng …»
            closes = line.style in ("number", "letter") and first[: line.rest].rstrip().endswith(")")
            inside = (
                dash_inside
                or bare
                or (closes and _unbalanced(group[-1:]))  # «(đợt» / «1) và …»
                or (line.style in ("number", "letter") and bool(_BEFORE_NUMBER.search(last)))
            )
            return inside and unfinished and not line.blank_before and len(last) > 25
        starts_low = first[:1].islower()
        if before.rest >= len(last) and before.style != "none":
            return not line.blank_before or starts_low  # a mark alone on its line: «1.», «-»
        if line.blank_before:
            if len(group) == 1 and len(last) < 40 and before.style != "none" and not _HANGING.search(last):
                return False
            if starts_low:
                return unfinished and not is_title(last)
            if unfinished and len(last) > 40 and (_unbalanced(group) or bool(_HANGING.search(last))):
                return True
            return unfinished and sum(len(one.text) for one in group) > 60 and bool(_WAITS.search(last))
        if not self.wrapped:
            return starts_low and unfinished
        if is_title(last) and not is_title(first) and sum(map(str.isalpha, last)) >= 8:
            return False  # a heading in capitals is over where the capitals are
        if self.spaced:
            return True
        if starts_low and unfinished:
            return True
        if not unfinished and is_caps(first) and sum(map(str.isalpha, first)) >= 8:
            return False  # … and a sentence is over where a heading in capitals begins
        if not unfinished and line.indent >= before.indent + 3:
            return False
        if self.first_line and self.first_line - 1 <= line.indent < self.first_line + 6:
            return False  # its first line stands in: a paragraph of its own
        room = len(last) + 1 + len(first.split(" ", 1)[0]) <= self.width * 0.92
        if room:
            only_begun = before.style != "none" and len(last) - before.rest <= 8
            return unfinished and (
                only_begun or bool(_HANGING.search(last)) or self.heading_goes_on(group, line)
            )
        return True

    def _over_page(self, group: list[Line], line: Line, unfinished: bool) -> bool:
        """Whether the sentence at the foot of a page goes on behind the number of the page."""
        last, first = group[-1].text, line.text
        if line.style not in ("none", "dash") or is_title(last):
            return False
        if line.style == "none" and first[:1].islower():
            return True
        return unfinished and len(last) >= 0.75 * self.width

    def _is_torn(self, lines: list[Line]) -> bool:
        """Whether lines break far before the margin, inside names: «3. Sở Giáo» / «dục và Đào tạo»."""
        if self.spaced or not self.wrapped:
            return False
        early = [
            two
            for one, two in pairwise(lines)
            if len(one.text) < 0.6 * self.width and not _FINAL.search(one.text) and not two.blank_before
        ]
        return sum(two.style == "none" and two.text[:1].islower() for two in early) >= 2

    def heading_goes_on(self, group: list[Line], line: Line) -> bool:
        """«VI. TRÁCH NHIỆM» / «CỦA CÁC SỞ», «11. Chi nhánh» / «Ngân hàng …»: a marked line broken too early."""
        before, first = group[-1], line.text
        if group[0].style == "none":
            return False
        if is_title(before.text):
            return is_title(first)
        return (
            self.torn
            and len(group) == 1
            and len(before.text) < 0.5 * self.width
            and not ACT_FIRST.match(first)
            and not is_caps(first)
        )


# Fewer characters than these do not fill a page; the ordinals of a table stand closer together.
_PAGE_HOLDS = 700


def _page_numbers(lines: list[Line]) -> set[int]:
    """Numbers alone between empty lines that count the pages: each a page of text behind the one before."""
    alone = [
        (i, line.at, int(re.sub(r"\D", "", line.text)))
        for i, line in enumerate(lines)
        if len(line.text) <= 5
        and not line.in_cell
        and not line.cell_before
        and line.blank_before
        and (i + 1 == len(lines) or lines[i + 1].blank_before)
        and _PAGE.fullmatch(line.text)
    ]
    found: set[int] = set()
    number, at, last = 0, 0, 0
    for i, here, value in alone:
        if here - last >= _PAGE_HOLDS and (number < value <= number + 3 or (not found and value <= 60)):
            found.add(i)
            number, at = value, here
        last = here
    return found if at else set()


def _first_line(lines: list[Line]) -> int | None:
    """How far the first line of a paragraph stands in where the lines that go on do not; else None."""
    marked = sorted(
        line.indent for line in lines if line.style in ("number", "decimal", "roman", "letter", "dash")
    )
    low = sorted(line.indent for line in lines if line.style == "none" and line.text[:1].islower())
    if len(marked) < 4 or len(low) < 2:
        return None
    first, going_on = marked[len(marked) // 2], low[len(low) * 3 // 4]
    return first if first >= going_on + 3 else None


def _unbalanced(group: list[Line]) -> bool:
    """A bracket is open at the end of the paragraph so far (looking back a few lines only)."""
    depth = 0
    for line in group[-12:]:
        depth = max(0, depth + line.text.count("(") - line.text.count(")"))
    return depth > 0


@lru_cache(maxsize=256)  # asked of a line, then of the same line as the one before
def is_title(text: str) -> bool:
    upper = sum(map(str.isupper, text))
    return upper > 0 and upper > 0.8 * sum(map(str.isalpha, text))


def is_caps(text: str) -> bool:
    """A line in capitals that can be a heading: «TỔ CHỨC THỰC HIỆN»."""
    return 6 <= len(text) <= 150 and " " in text and is_title(text)
