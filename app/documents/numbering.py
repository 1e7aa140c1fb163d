"""Word's automatic numbering as text: «I.», «1.», «a)», «-».

Word stores no number with a paragraph, only a list and a level; the number is counted while reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from app.documents.ooxml import W, on, value

_MAX_CHAIN = 12  # how far a style may be based on another; longer chains are loops
_BULLETS = {"-": "-", "–": "-", "—": "-", "\uf02d": "-", "+": "+", "\uf02b": "+", "*": "*", ".": "."}


@dataclass
class Level:
    """One level of a list."""

    form: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None  # the level whose step resets this one; 0: never
    legal: bool = False  # shows every number of the label in decimals


@dataclass
class Numbering:
    """Knows the lists of a document and counts along as its paragraphs are read in order."""

    lists: dict[str, dict[int, Level]]
    abstract_of: dict[str, str]
    counters: dict[str, dict[int, int]] = field(default_factory=dict)
    started: set[tuple[str, int]] = field(default_factory=set)
    overridden: dict[tuple[str, int], int] = field(default_factory=dict)

    def label(self, list_id: str, depth: int) -> str:
        """The label of the next paragraph of this list at this level («2.1.»), "" where it shows none."""
        levels = self.lists.get(list_id)
        if not levels or depth not in levels:
            return ""
        counters = self.counters.setdefault(self.abstract_of[list_id], {})
        level = levels[depth]
        if (list_id, depth) in self.overridden and (list_id, depth) not in self.started:
            counters[depth] = self.overridden[list_id, depth]
        else:
            counters[depth] = counters[depth] + 1 if depth in counters else level.start
        self.started.add((list_id, depth))
        for below, other in levels.items():
            if below > depth and other.restart != 0 and (other.restart is None or depth < other.restart):
                counters.pop(below, None)
        if level.form == "bullet":
            return _BULLETS.get(level.text.strip(), "-") if level.text.strip() else ""
        return self._fill(levels, counters, level)

    @staticmethod
    def _fill(levels: dict[int, Level], counters: dict[int, int], level: Level) -> str:
        def number(match: re.Match[str]) -> str:
            index = int(match.group(1)) - 1
            shown = levels.get(index)
            if shown is None:
                return ""
            form = "decimal" if level.legal and shown.form != "decimal" else shown.form
            return spell(counters.get(index, shown.start), form)

        return re.sub(r"%([1-9])", number, level.text)


def spell(number: int, form: str) -> str:
    """A number in one of Word's formats; an unknown format counts in decimals."""
    if form in ("none", "bullet"):
        return ""
    if form in ("lowerLetter", "upperLetter") and number > 0:
        letters = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 8)
        return letters if form == "lowerLetter" else letters.upper()
    if form in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        return roman(number) if form == "upperRoman" else roman(number).lower()
    return f"{number:02d}" if form == "decimalZero" else str(number)


def roman(number: int) -> str:
    """1 to 3999 in Roman capitals."""
    signs = (
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    )
    spelled = ""
    for worth, sign in signs:
        times, number = divmod(number, worth)
        spelled += sign * times
    return spelled


def read_numbering(root: Any | None) -> Numbering:
    """The lists of numbering.xml; a document without that part numbers nothing."""
    numbering = Numbering({}, {})
    if root is None:
        return numbering
    abstract = {
        item.get(W + "abstractNumId"): {
            _int(lvl.get(W + "ilvl")): _level(lvl) for lvl in item.findall(W + "lvl")
        }
        for item in root.findall(W + "abstractNum")
    }
    for item in root.findall(W + "num"):
        list_id, base = item.get(W + "numId"), value(item, "abstractNumId")
        if list_id is None or base is None or base not in abstract:
            continue
        levels = dict(abstract[base])
        for override in item.findall(W + "lvlOverride"):
            depth = _int(override.get(W + "ilvl"))
            own = override.find(W + "lvl")
            if own is not None:
                levels[depth] = _level(own)
            start = value(override, "startOverride")
            if start is not None:
                numbering.overridden[list_id, depth] = _int(start, 1)
        numbering.lists[list_id] = levels
        numbering.abstract_of[list_id] = base
    return numbering


def _level(lvl: Any) -> Level:
    restart = value(lvl, "lvlRestart")
    return Level(
        form=value(lvl, "numFmt") or "decimal",
        text=value(lvl, "lvlText") or "",
        start=_int(value(lvl, "start"), 1),
        restart=None if restart is None else _int(restart),
        legal=on(lvl.find(W + "isLgl")),
    )


def _int(text: str | None, default: int = 0) -> int:
    """A small number from an attribute; nonsense counts as the default."""
    try:
        return max(-10_000, min(int(text or ""), 1_000_000))
    except ValueError:
        return default


class Styles:
    """What a paragraph inherits from its style: its list and level, capitals, a page break before it."""

    def __init__(self, root: Any | None) -> None:
        styles = [] if root is None else root.findall(W + "style")
        self._by_id = {style.get(W + "styleId"): style for style in styles}
        self._default = next(
            (
                style.get(W + "styleId")
                for style in styles
                if style.get(W + "type") == "paragraph" and on_attribute(style, "default")
            ),
            None,
        )

    def find(self, style_id: str | None, path: str) -> Any | None:
        """The nearest element at a path («pPr/numPr») in the style or what it is based on."""
        steps = "/".join(W + step for step in path.split("/"))
        current = style_id or self._default or ""
        for _ in range(_MAX_CHAIN):
            style = self._by_id.get(current)
            if style is None:
                return None
            found = style.find(steps)
            if found is not None:
                return found
            current = value(style, "basedOn") or ""
        return None


def on_attribute(element: Any, name: str) -> bool:
    """Whether a boolean attribute of WordprocessingML is set."""
    return element.get(W + name) in ("1", "true", "on")
