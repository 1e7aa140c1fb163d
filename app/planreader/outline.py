"""Turn lines into clauses, and clauses into a tree.

Guarantees: every word of the source but page numbers stands in exactly one clause, in the order of the text;
a clause is a paragraph as its author meant it (wrapped lines and page breaks joined); the parent of a clause
comes before it. Numbering is inferred, not trusted: a style that repeats, restarts or skips still finds its level.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from app.planreader.patterns.agencies import ACT_FIRST
from app.planreader.patterns.document import HANDS_OUT
from app.planreader.patterns.numbering import BULLETS, LETTERS, MARKS, RANK, ROMAN
from app.planreader.text import CELL, Passage


@dataclass(slots=True, eq=False)
class Clause:
    """One paragraph: `words` is its text after the mark. Level 0 is the root, which has no text."""

    words: Passage
    style: str = "none"
    label: str = ""
    value: tuple[int, ...] = ()
    parent: Clause | None = None
    children: list[Clause] = field(default_factory=list)
    index: int = 0
    cell: bool = False  # a cell of a table, not a paragraph
    mark: Passage | None = None

    @property
    def text(self) -> str:
        return self.words.text

    @property
    def marked(self) -> bool:
        return self.style not in ("none", "caps", "title")

    def path(self) -> str:
        """Where the clause stands: «VII.3»."""
        labels: list[str] = []
        clause: Clause | None = self
        while clause is not None:
            if clause.label and clause.style not in ("dash", "plus", "dot"):
                labels.append(clause.label)
            clause = clause.parent
        labels.reverse()
        inner = [*labels[1:], ""]
        kept = [one for i, one in enumerate(labels) if not inner[i].startswith(one + ".")]
        return ".".join(kept)

    def walk(self) -> list[Clause]:
        """The clause and everything below it, in the order of the text."""
        found, todo = [], [self]
        while todo:
            clause = todo.pop()
            found.append(clause)
            todo.extend(reversed(clause.children))
        return found


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


_SPLIT = re.compile(f"[\n{CELL}]")
_FINAL = re.compile(r"[.;:!?…/”\"»)\]]\s*$")
# «… năm» / «2021. Trong»: the number belongs to the sentence
_BEFORE_NUMBER = re.compile(
    r"(?<!\w)(?:năm|số|ngày|tháng|quý|[Đđ]iều|khoản|mục|điểm|đoạn|từ|đến|và|trên|dưới|hơn|khoảng|là|còn|đạt"
    r"|[Pp]hụ lục)\s*$|,\s*$"
)
_NUMBER_COMES = re.compile(r"(?i)(?<!\w)(?:năm|số|ngày|tháng|quý|điều|khoản|mục|điểm|quyết định|phụ lục)\s*$")
# Lines that stand alone, and lines that open something, whatever the layout
_APART = re.compile(r"(?:KẾ HOẠCH|QUYẾT ĐỊNH|ĐỀ ÁN|CHƯƠNG TRÌNH|PHƯƠNG ÁN|CHƯƠNG TRÌNH HÀNH ĐỘNG)\s*:?")
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
        if line.cell_before or _APART.fullmatch(last) or _APART.fullmatch(first) or _OPENS.match(first):
            return False
        unfinished = not _FINAL.search(last) or _unbalanced(group)
        if line.style != "none":
            # «chính trị» / «- xã hội»: a dash inside a name; «năm» / «2021. Trong»: not a number of an item
            dash_inside = line.style in ("dash", "plus") and first[line.rest : line.rest + 1].islower()
            bare = line.rest >= len(first) and line.style == "number"  # «… của Dự án» / «2.»
            inside = (
                dash_inside
                or bare
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
                return unfinished and not _is_title(last)
            if unfinished and len(last) > 40 and (_unbalanced(group) or bool(_HANGING.search(last))):
                return True
            return unfinished and sum(len(one.text) for one in group) > 60 and bool(_WAITS.search(last))
        if not self.wrapped:
            return starts_low and unfinished
        if _is_title(last) and not _is_title(first) and sum(map(str.isalpha, last)) >= 8:
            return False  # a heading in capitals is over where the capitals are
        if self.spaced:
            return True
        if starts_low and unfinished:
            return True
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
        if _is_title(before.text):
            return _is_title(first)
        return (
            self.torn
            and len(group) == 1
            and len(before.text) < 0.5 * self.width
            and not ACT_FIRST.match(first)
            and not is_caps(first)
        )


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


def _is_title(text: str) -> bool:
    upper = sum(map(str.isupper, text))
    return upper > 0 and upper > 0.8 * sum(map(str.isalpha, text))


def is_caps(text: str) -> bool:
    """A line in capitals that can be a heading: «TỔ CHỨC THỰC HIỆN»."""
    return 6 <= len(text) <= 150 and " " in text and _is_title(text)


def clauses_of(
    text: Passage, is_title: Callable[[str], bool] = lambda _: False
) -> tuple[Clause, list[Clause]]:
    """The root of the tree and all clauses in order.

    `is_title` says of an unmarked short paragraph whether it heads what follows (an agency alone on its
    line); it then opens a level, as a mark would.
    """
    root = Clause(text.cut(0, 0), style="root")
    tree = _Tree(root)
    found: list[Clause] = []
    for group in paragraphs(text):
        whole = Passage.joined(text.cut(line.at, line.at + len(line.text)) for line in group)
        style, value, rest = mark_of(whole.text)
        if group[0].style == "none":
            style, value, rest = "none", "", 0
        clause = Clause(whole.cut(rest), style, value, _value(style, value), index=len(found))
        clause.mark = whole
        clause.cell = group[0].in_cell
        if style == "none" and not clause.cell:
            if is_caps(whole.text) or _names_part(whole.text):
                clause.style = "caps"
            elif is_title(whole.text):
                clause.style = "title"
        if _APART.fullmatch(whole.text):
            tree.stack = [root]  # another document begins: the plan behind its decision
        tree.place(clause)
        found.append(clause)
    return root, found


def _names_part(text: str) -> bool:
    """«Tổ chức thực hiện:» alone on its line, without a mark."""
    return len(text) <= 90 and not text.endswith((".", ";", ",")) and bool(HANDS_OUT.match(text))


def _value(style: str, value: str) -> tuple[int, ...]:
    if style == "roman":
        total = 0
        for one, following in zip(value, value[1:] + " ", strict=True):
            amount = ROMAN[one]
            total += -amount if amount < ROMAN.get(following, 0) else amount
        return (total,)
    if style == "decimal":
        return tuple(int(n) if n.isdigit() else 0 for n in re.findall(r"\d+|[a-zđ]", value))
    if value.isdigit():
        return (int(value),)
    if style in ("letter", "bracket", "upper") and value:
        return (LETTERS.find(value.lower()) + 1,)
    return ()


class _Tree:
    """Finds the parent of each clause from the marks of those before it."""

    def __init__(self, root: Clause) -> None:
        self.stack = [root]

    def place(self, clause: Clause) -> None:
        if clause.style == "none":
            self._adopt(self.stack[-1], clause)
            return
        level = self._level(clause)
        del self.stack[level:]
        self._adopt(self.stack[-1], clause)
        self.stack.append(clause)

    def _level(self, clause: Clause) -> int:
        """How many ancestors on the stack stay open for `clause`."""
        same = [i for i in range(len(self.stack) - 1, 0, -1) if self.stack[i].style == clause.style]
        if clause.style == "decimal":
            return self._decimal_level(clause, same)
        for i in same:
            if not clause.value or _follows(self.stack[i].value, clause.value):
                return i
        if same:
            restarts = clause.value == (1,) and clause.style in ("number", "letter", "bracket")
            opener = self.stack[-1]
            opens = opener.style in ("title", "dash", "caps") or opener.text.rstrip().endswith(":")
            if restarts and opens and same[0] < len(self.stack) - 1:
                return len(self.stack)
            return same[0]
        if clause.style in BULLETS and self.stack[-1].style in BULLETS:
            return len(self.stack)  # which bullet is the outer one, only the text tells: the first seen
        rank = RANK[clause.style]
        level = len(self.stack)
        while level > 1 and RANK[self.stack[level - 1].style] >= rank:
            # Numbers under a heading without a mark: «Sở Y tế» / «1. Chủ trì …»
            if self.stack[level - 1].style == "title" and clause.value == (1,):
                break
            if clause.style != "part" and self._names_part(level - 1):
                break
            level -= 1
        return level

    def _names_part(self, level: int) -> bool:
        """«CHƯƠNG III» / «TRÁCH NHIỆM THỰC HIỆN»: the line in capitals is the title of the part, not a level in it."""
        title, part = self.stack[level], self.stack[level - 1]
        return (
            title.style == "caps"
            and part.style == "part"
            and not part.text.strip()
            and part.children[0] is title
        )

    def _decimal_level(self, clause: Clause, same: list[int]) -> int:
        for i in same:
            if len(self.stack[i].value) == len(clause.value):
                return i
            if len(self.stack[i].value) < len(clause.value):
                return i + 1
        for i in range(len(self.stack) - 1, 0, -1):
            if RANK[self.stack[i].style] < RANK["decimal"]:
                return i + 1
        return 1

    @staticmethod
    def _adopt(parent: Clause, clause: Clause) -> None:
        clause.parent = parent
        parent.children.append(clause)


def _follows(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Whether `after` may come next in the same list: the next number, or a few skipped."""
    return len(before) == len(after) == 1 and 0 < after[0] - before[0] <= 4
