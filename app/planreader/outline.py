"""Turn lines into clauses, and clauses into a tree.

Guarantees: every word of the source but page numbers stands in exactly one clause, in the order of the text;
a clause is a paragraph as its author meant it (wrapped lines and page breaks joined); the parent of a clause
comes before it. Numbering is inferred, not trusted: a style that repeats, restarts or skips still finds its level.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from app.planreader.layout import APART, is_caps, mark_of, paragraphs
from app.planreader.patterns.document import HANDS_OUT
from app.planreader.patterns.numbering import BULLETS, LETTERS, RANK, ROMAN
from app.planreader.text import Passage


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
        if APART.fullmatch(whole.text):
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
