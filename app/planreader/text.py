"""Text in two forms: readable for patterns, and able to find its way back to the source.

Everything the reader finds must point at the words of the plan as they were given (OCR faults,
Markdown marks and decomposed letters included). So cleaning never loses the offsets: a `Passage`
carries, beside each of its characters, where that character begins and ends in the source.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

Span = tuple[int, int]

# A table cell ends where the source had a pipe; lines are never joined across it.
CELL = "\x0b"

_DASHES = re.compile(r"\s*[-‐‑‒–—―−]\s*")
_TONELESS = str.maketrans({"đ": "d", "Đ": "D", "&": " va "})
_NOT_WORD = re.compile(r"[^\w/-]+")


def fold(text: str) -> str:
    """The search key of a name: case, diacritics, kinds of dash, «&» and spaces make no difference.

    >>> fold("Sở  Lao động – Thương binh & Xã hội")
    'so lao dong-thuong binh va xa hoi'
    """
    plain = unicodedata.normalize("NFD", text.casefold().translate(_TONELESS))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(_NOT_WORD.sub(" ", _DASHES.sub("-", plain)).split())


# Where Vietnamese writes the tone mark of oa, oe, uy: the old and the new habit are one word.
_TONES = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_TONE = re.compile("(?<![qQ])(" + "|".join(_TONES) + r")(?!\w)", re.IGNORECASE)


def _same_case(found: re.Match[str]) -> str:
    new = _TONES[found[0].lower()]
    return "".join(n.upper() if o.isupper() else n for o, n in zip(found[0], new, strict=True))


def one_spelling(text: str) -> str:
    """Put tone marks where the newer habit puts them («Uỷ ban» → «Ủy ban»); the length stays."""
    return _TONE.sub(_same_case, text)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of readable text; `begins[i]` and `ends[i]` place its character i in the source."""

    text: str
    begins: array[int]
    ends: array[int]

    def __len__(self) -> int:
        return len(self.text)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The source span of `text[start:end]`, without blanks at its edges; empty text gives (0, 0)."""
        end = len(self.text) if end is None else min(end, len(self.text))
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        if start >= end:
            return (0, 0)
        return (self.begins[start], self.ends[end - 1])

    def cut(self, start: int, end: int | None = None) -> Passage:
        end = len(self.text) if end is None else end
        return Passage(self.text[start:end], self.begins[start:end], self.ends[start:end])

    @classmethod
    def joined(cls, parts: Iterable[Passage]) -> Passage:
        """The words of all parts with one blank between them, across lines and pages."""
        words: list[str] = []
        begins: array[int] = array("i")
        ends: array[int] = array("i")
        for part in parts:
            for word in _WORD.finditer(part.text):
                if words:
                    begins.append(ends[-1])
                    ends.append(ends[-1])
                words.append(word[0])
                begins.extend(part.begins[word.start() : word.end()])
                ends.extend(part.ends[word.start() : word.end()])
        return cls(" ".join(words), begins, ends)


_WORD = re.compile(r"\S+")

# What is not text of the plan, with what stands in its place:
_FOREIGN = re.compile(
    r"""
    (?P<newline> \r\n? | [\x0c\x1c-\x1e\x85\u2028\u2029] )       # other ends of a line
  | (?P<cell> \| | \x0b )                                       # a cell of a table ends
  | (?P<bullet> (?m:^)[ \t]*\*(?=[ \t]+[^\s*|])(?![^\n*]*\*[ \t]*$) )  # «* text»: a list item
  | (?P<footnote> (?<=\w)\[\d{1,2}\] | (?<=[;,.])\[\d{1,2}\] )  # reference to a footnote
  | (?P<escaped> \\(?=[-.*_()\[\]#+]) )                         # Markdown: «1\.»
  | (?P<mark> \*+ | (?m:^)[ \t]*\#{1,6}(?=\s) | (?<!\w)_+(?=\w) | (?<=\w)_+(?!\w)
        | [\u200b-\u200f\u2060\ufeff\u00ad\x00-\x08\x0e-\x1b\x7f] )    # emphasis, invisible signs
  | (?P<blank> [\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\x1f] )
  | (?P<cluster> \w[\u0300-\u036f]+ )                           # a letter with loose diacritics
    """,
    re.VERBOSE,
)
_INSTEAD = {
    "newline": "\n",
    "cell": CELL,
    "bullet": "•",
    "footnote": "",
    "escaped": "",
    "mark": "",
    "blank": " ",
}


def clean(source: str) -> Passage:
    """The whole source without Markdown, odd blanks and loose diacritics; every character knows its place."""
    pieces: list[str] = []
    begins: array[int] = array("i")
    ends: array[int] = array("i")
    here = 0

    def keep(start: int, end: int) -> None:
        pieces.append(source[start:end])
        begins.extend(range(start, end))
        ends.extend(range(start + 1, end + 1))

    for found in _FOREIGN.finditer(source):
        keep(here, found.start())
        here = found.end()
        kind = found.lastgroup or ""
        put = unicodedata.normalize("NFC", found[0]) if kind == "cluster" else _INSTEAD[kind]
        for _ in put:
            begins.append(found.start())
            ends.append(found.end())
        pieces.append(put)
    keep(here, len(source))
    return Passage(one_spelling("".join(pieces)), begins, ends)
