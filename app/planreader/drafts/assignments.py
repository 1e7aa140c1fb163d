"""Who is assigned what: the parts that hand out duties, their heads, the duties under each head."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from app.planreader.mentions.bodies import bodies_at
from app.planreader.mentions.heads import Head, head_of, level_case
from app.planreader.mentions.sentences import subject_of
from app.planreader.outline import Clause
from app.planreader.patterns import agencies as pa
from app.planreader.patterns import document as pd
from app.planreader.patterns.numbering import BULLETS
from app.planreader.text import Passage


@dataclass(slots=True)
class Item:
    """A duty before its details are read: its words, and the lines that only describe it."""

    words: Passage
    clause: Clause
    details: list[Clause] = field(default_factory=list)


@dataclass(slots=True)
class Given:
    """One head with its items; `head.names` of them share the items."""

    head: Head
    clause: Clause
    items: list[Item]
    lead: Passage | None = None  # «có trách nhiệm:» — announces the items


class Heads:
    """The heads of clauses, each read once."""

    def __init__(self) -> None:
        self._seen: dict[int, Head | None] = {}

    def __call__(self, clause: Clause) -> Head | None:
        if clause.index not in self._seen:
            self._seen[clause.index] = None if clause.cell else head_of(clause.text)
        return self._seen[clause.index]

    def learn(self, siblings: list[Clause]) -> None:
        """A short name between heads of the same mark is a head too, though its first word is not known as a body.

        «4. Công chức Tài chính - Kế toán» between «3. Văn phòng …» and «5. Trạm Y tế»; «7. VNPT Hòa An: …».
        """
        for style in {c.style for c in siblings}:
            same = [c for c in siblings if c.style == style]
            known = [c for c in same if self(c) is not None]
            with_colon = sum(":" in c.text[:160] for c in known) > 0.5 * len(known)
            all_labelled = with_colon and len(same) > 1 and all(":" in c.text[:120] for c in same)
            if not known or (not all_labelled and (len(known) < 2 or len(known) < 0.5 * len(same))):
                continue
            for clause in same:
                if self(clause) is None:
                    self._seen[clause.index] = self._by_place(clause, with_colon)

    def _by_place(self, clause: Clause, with_colon: bool) -> Head | None:
        text = clause.text.rstrip()
        label = text.split(":", 1)[0].rstrip() if ":" in text[:120] else text
        alone = label == text.rstrip(": ")
        name_like = (
            bool(_NAME_LIKE.fullmatch(label)) and len(label.split()) <= 14 and not pa.NO_BODY.match(label)
        )
        if not name_like or pd.CLOSING.match(text) or pd.DETAIL_LINE.match(text) or pd.TIME_LINE.match(text):
            return None
        if pa.ACT_FIRST.match(label) or (alone and not clause.children) or (not alone and not with_colon):
            return None
        rest = (
            len(label)
            if alone
            else len(label) + len(text[len(label) :]) - len(text[len(label) :].lstrip(": "))
        )
        return Head(
            (label,),
            ((0, len(label)),),
            False,
            "alone" if alone else "colon",
            len(clause.text) if alone else rest,
            False,
        )


_NAME_LIKE = re.compile(r"[A-ZĐÂÊÔƠƯÁÀẢÃẠỦỨÍÝ0-9][^.;!?]{2,110}")


def handed_out(clauses: list[Clause], body: int, end: int) -> list[Given]:
    """All heads of the parts that hand out duties, in the order of the text."""
    heads = Heads()
    found: list[Given] = []
    taken_until = -1
    for clause in clauses[body:end]:
        if clause.index <= taken_until or not is_part(clause, heads, end):
            continue
        found.extend(_Reader(heads, end).part(clause))
        inner = clause.walk()
        taken_until = max(c.index for c in inner)
    if not found:
        found = _articles(clauses, body, end, heads)
    return found


# «Trách nhiệm và phân công nhiệm vụ»: also where its items are sentences, «1. Sở Y tế chủ trì …»
_SHARES_OUT = re.compile(
    r"(?i)(?!(?:nâng\s+cao|tăng\s+cường|phát\s+huy|đề\s+cao|gắn|xác\s+định)\s)"
    r"(?:[^:;]{0,40}\s)?(?:phân\s+công|trách\s+nhiệm|tổ\s+chức\s+thực\s+hiện)"
)


def is_part(clause: Clause, heads: Heads, end: int) -> bool:
    """Whether a clause is the heading of a part that hands out duties."""
    if clause.cell or clause.style in ("dash", "plus", "dot", "bracket") or len(clause.text) > 320:
        return False
    text = pd.REMARK_BEHIND.sub("", clause.text.strip())
    if len(text) > 200:
        return False
    if clause.style == "none" and not pd.HANDS_OUT.match(text):
        return False
    children = [c for c in clause.children if c.index < end]
    if pd.HANDS_OUT.match(text):
        return bool(children) or clause.style in ("none", "caps", "title")
    if not children or clause.style not in ("part", "article", "upper", "roman", "caps", "number"):
        return False
    names = [c for c in children if c.style != "none" and _clear(heads(c))]
    marked = [c for c in children if c.style != "none"]
    share = len(names) / len(marked) if marked else 0
    if pd.MAY_HAND_OUT.search(text):
        nested = [g for c in marked for g in c.children if g.style != "none" and _clear(heads(g))]
        below = [g for c in marked for g in c.children if g.style != "none"]
        acting = [c for c in marked if heads(c) is not None] if _SHARES_OUT.match(text) else []
        return (
            (len(names) >= 2 and share >= 0.6)
            or (len(nested) >= 2 and len(nested) >= 0.6 * len(below))
            or (len(acting) >= 2 and len(acting) >= 0.75 * len(marked))
        )
    if clause.style == "number" or pd.NEVER_HANDS_OUT.search(text):
        return False
    return len(names) >= 3 and share >= 0.75


def _clear(head: Head | None) -> bool:
    """A head beyond doubt: a name alone or before a colon."""
    return head is not None and (head.shape != "inline" or head.request)


def _titles(clause: Clause, below: list[Clause]) -> bool:
    """A short line without a closing mark over numbered items of its own."""
    text = clause.text.rstrip()
    return (
        len(text.split()) <= 20
        and not text.endswith((".", ";", ","))
        and len([c for c in below if c.style in ("decimal", "letter", "number")]) >= 2
    )


def _only_leads_in(clause: Clause, head: Head) -> bool:
    """«Các sở, ngành có trách nhiệm:» says nothing but that items follow."""
    rest = clause.text[head.rest :].strip()
    return head.shape == "inline" and rest.endswith(":") and len(rest.split()) <= 8


_TOGETHER = re.compile(
    r"(?i)(?:(?:giao\s+)?(?:là\s+cơ\s+quan\s+)?chủ\s+trì|chịu\s+trách\s+nhiệm)?(?:\s*(?:,|và)\s*)?phối\s+hợp(?:\s+cùng)?(?:\s+với)?\s+"
)


def _in_paragraphs(given: Given) -> bool:
    """The duties so far are paragraphs without a mark."""
    return all(item.clause.style == "none" for item in given.items)


def _only_together(rest: str) -> bool:
    """«chủ trì, phối hợp với Sở Xây dựng» behind a name, over items: with whom, but not yet what."""
    together = _TOGETHER.match(level_case(rest))
    if together is None:
        return False
    helpers = bodies_at(level_case(rest), together.end(), label=True)
    return helpers is not None and not rest[helpers.end :].strip(" .:;")


def _articles(clauses: list[Clause], body: int, end: int, heads: Heads) -> list[Given]:
    """A plan without such a part may hand out duties in its own articles: «Điều 2. Giao Sở Y tế chủ trì …»."""
    reader = _Reader(heads, end)
    return [
        given
        for clause in clauses[body:end]
        if clause.style == "article" and (head := heads(clause)) is not None
        for given in [reader.give(clause, head)]
        if given.items
    ]


class _Reader:
    """Reads one part. `end` is the index of the clause that ends the text of the plan."""

    def __init__(self, heads: Heads, end: int) -> None:
        self.heads = heads
        self.end = end

    def part(self, clause: Clause) -> list[Given]:
        return self.children(self.below(clause), top=True)

    def below(self, clause: Clause) -> list[Clause]:
        """The children that belong to the text; closing paragraphs and what follows them are left out."""
        kept: list[Clause] = []
        for child in clause.children:
            if child.index >= self.end or child.cell:
                break
            if child.style == "none" and self.closes(child):
                break
            kept.append(child)
        return kept

    def closes(self, clause: Clause) -> bool:
        if pd.CLOSING.match(clause.text):
            return True
        if clause.index + 1 >= self.end and pd.CALLS_ALL.match(clause.text):
            return True
        if not pd.LAST_MARK.search(clause.text):
            return False
        # the very last words of a plan: a call, or a sentence to everybody
        return bool(pd.CLOSING_CALL.match(clause.text) or subject_of(clause.text))

    def children(self, clauses: list[Clause], top: bool = False, grouped: bool = False) -> list[Given]:
        """Heads among the children of a part or of a line that only groups."""
        marked = [c for c in clauses if c.style != "none"]
        self.heads.learn(marked)
        any_marked = any(c.marked and self.heads(c) is not None for c in marked)
        found: list[Given] = []
        for clause in clauses:
            if clause.style == "none" and any_marked and not grouped:
                if found and found[-1].clause.style == "title":
                    self.extend(found[-1], [clause])
                continue
            found.extend(self.one(clause, unmarked_too=not any_marked or grouped, top=top))
        return found

    def one(self, clause: Clause, unmarked_too: bool, top: bool) -> list[Given]:
        head = self.heads(clause)
        below = self.below(clause)
        if head is None:
            return self.group(clause, below)
        if clause.style == "none" and not (unmarked_too or head.shape != "inline"):
            return []
        if self.groups(clause, head, below):
            return self.children(below, grouped=True)
        given = self.give(clause, head)
        return [given, *self.nested(given)] if given.items else [given]

    def group(self, clause: Clause, below: list[Clause]) -> list[Given]:
        """A line without a body may group heads: «3. Đối với các tổ chức khác», «A. Cấp tỉnh»."""
        if not below or len(clause.text) > 160:
            return []
        inner = [c for c in below if self.heads(c) is not None]
        marked = [c for c in below if c.style != "none"]
        clear = [c for c in inner if _clear(self.heads(c))]
        if pa.NO_BODY.match(clause.text) and not pd.HANDS_OUT.match(clause.text):
            return []
        if len(clear) >= max(1, 0.6 * len(marked or below)) or (inner and len(inner) == len(below)):
            found = self.children(below, grouped=True)
            if pa.REQUEST.match(clause.text) and len(clause.text.split()) <= 6:
                # «8. Đề nghị:» over a list of bodies asks each of them
                for given in found:
                    given.head = replace(given.head, request=True)
            return found
        return []

    def groups(self, clause: Clause, head: Head, below: list[Clause]) -> bool:
        """A collective line over heads is only their title: «2. Các Sở, ngành có liên quan»."""
        titled = _only_leads_in(clause, head) or (head.collective and ":" not in clause.text)
        if not below or not (head.shape == "alone" or (titled and _titles(clause, below))):
            return False
        marked = [c for c in below if c.style != "none"] or below
        # «- Đề nghị các huyện bố trí …» under one department is a duty of it
        clear = [
            c
            for c in marked
            if (inner := self.heads(c)) is not None
            and (inner.shape != "inline" or (inner.request and head.collective) or _only_leads_in(c, inner))
        ]
        inline = [c for c in marked if self.heads(c) is not None]
        if len(clear) >= 1 and len(clear) >= 0.6 * len(marked):
            return True
        return head.collective and len(marked) >= 2 and len(inline) == len(marked)

    def give(self, clause: Clause, head: Head) -> Given:
        given = Given(head, clause, [])
        rest = clause.words.cut(head.rest)
        below = self.below(clause)
        if rest.text.strip(" .;:"):
            short = len(rest.text.split()) <= 4 and not rest.text.rstrip().endswith((".", ";"))
            announces = (
                pa.ANNOUNCES.search(rest.text)
                or _only_together(rest.text)
                or (short and any(c.marked for c in below))  # «2. Các sở, ngành chịu trách nhiệm» over items
            ) and any(not pd.TIME_LINE.match(c.text) for c in below)
            if announces:
                given.lead = rest
            else:
                given.items.append(Item(rest, clause))
        self.extend(given, below)
        return given

    def extend(self, given: Given, below: list[Clause]) -> None:
        """Count the items: what is nested in an item belongs to it; a line of time belongs to the duty above."""
        nested_in = ""  # the bullets that only list what a paragraph before them announced
        for i, clause in enumerate(below):
            text = clause.text.strip()
            if not text:
                continue
            if clause.style == nested_in:
                self.inside(given, given.items[-1], clause, listed=True)
                continue
            nested_in = ""
            if given.items and (pd.TIME_LINE.match(text) or pd.DETAIL_LINE.match(text)) and len(text) < 400:
                given.items[-1].details.append(clause)
                continue
            announces = clause.style == "none" and text.endswith(":") and i + 1 < len(below)
            if announces and below[i + 1].style != "none":
                if not given.items or below[i + 1].style not in BULLETS or not _in_paragraphs(given):
                    given.lead = clause.words
                    continue
                nested_in = below[i + 1].style
            item = Item(clause.words, clause)
            given.items.append(item)
            self.inside(given, item, clause)

    def inside(self, given: Given, item: Item, clause: Clause, listed: bool = False) -> None:
        """Paragraphs without a mark after an item are duties of their own, unless the item announces them.

        `listed`: `clause` is no item but one of the things that `item` lists.
        """
        announces = not listed and item.words.text.rstrip().endswith(":")
        for child in self.below(clause):
            if pd.TIME_LINE.match(child.text) or pd.DETAIL_LINE.match(child.text):
                given.items[-1].details.append(child)
            elif child.style == "none" and not announces and child.text.strip():
                given.items.append(Item(child.words, child))
            for deeper in self.below(child):
                if deeper.style == "none" and pd.TIME_LINE.match(deeper.text):
                    given.items[-1].details.append(deeper)

    def nested(self, given: Given) -> list[Given]:
        """Single bodies with text of their own under an item of a collective head."""
        if not given.head.collective:
            return []
        found: list[Given] = []
        for item in given.items:
            inner = [c for c in item.clause.children if c.index < self.end and c.style != "none"]
            named = [(c, h) for c in inner if (h := self.heads(c)) is not None and ":" in c.text[:200]]
            if len(named) >= 2 and len(named) == len(inner):
                found.extend(self.named(c, h) for c, h in named)
        return found

    def named(self, clause: Clause, head: Head) -> Given:
        """«Sở Tài chính phối hợp Ban Quản lý …: hướng dẫn …»: the duty is behind the colon."""
        colon = clause.text.find(":")
        rest = clause.words.cut(max(head.rest, colon + 1) if head.shape == "inline" else head.rest)
        return Given(head, clause, [Item(rest.cut(len(rest.text) - len(rest.text.lstrip())), clause)])
