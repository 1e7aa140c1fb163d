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
_TONELESS = str.maketrans({"đ": "d", "Đ": "D", "ı": "i", "&": " va "})
_NOT_WORD = re.compile(r"[^\w/-]+")


def fold(text: str) -> str:
    """The search key of a name: case, diacritics, kinds of dash, «&» and spaces make no difference.

    >>> fold("Sở  Lao động – Thương binh & Xã hội")
    'so lao dong-thuong binh va xa hoi'
    """
    plain = unicodedata.normalize("NFD", text.casefold().translate(_TONELESS))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(_DASHES.sub("-", _NOT_WORD.sub(" ", _DASHES.sub("-", plain))).split())


# Where Vietnamese writes the tone mark of oa, oe, uy: the old and the new habit are one word.
_TONES = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_ACCENTED = {
    first: "".join(old[1] + old[1].upper() for old in _TONES if old[0] == first) for first in ("o", "u")
}
_TONE = re.compile(rf"(?:[oO][{_ACCENTED['o']}]|(?<![qQ])[uU][{_ACCENTED['u']}])(?!\w)")


def _same_case(found: re.Match[str]) -> str:
    new = _TONES[found[0].lower()]
    return "".join(n.upper() if o.isupper() else n for o, n in zip(found[0], new, strict=True))


def one_spelling(text: str) -> str:
    """Put tone marks where the newer habit puts them («Uỷ ban» → «Ủy ban»); the length stays."""
    return _TONE.sub(_same_case, text)


# What scanning makes of the words on which the reading of a plan rests: each with its right letter.
_MISREAD = re.compile(
    r"(?=[STtUĐđPNnCH])(?<!\w)(?:(?:(?P<S>S)[óỏớờơ](?=\s+[A-ZĐ]))|(?:(?P<T>[Tt])[ốỏôồóõ](?=\s+ch[ứưửữự]c\s))"
    r"|(?:(?P<TT>T)[ỐỎÔỒÓÕ](?=\s+CH[ỨƯỬỮỰÚ]C\s))|(?:(?P<U>)[UÚÙŨ](?=y\s+ban\s))|(?:(?P<D>[Đđ])[êểế](?=\s+nghị\s))"
    r"|(?:(?P<P>PH)[ẢẦÀẤA](?=N\s+CÔNG\s))|(?:(?P<tr>[Tt]r)(?:u[ớóờ]|ư[óởờơ])(?=c\s+(?:ngày|ng[ảá]y)\s))"
    r"|(?:(?P<CH>CH)[ƯỬỮỰÚ](?=C\s+TH[ỰƯỤ]C\s))|(?:(?P<TH>TH)[ƯỤ](?=C\s+HI[ỆÊẸ]N(?!\w)))"
    r"|(?:(?P<HI>HI)[ÊẸ](?=N(?!\w)))|(?:(?P<ng>[Nn]g)[ảá](?=y\s+\d)))"
)
_READ = {
    "S": "ở",
    "T": "ổ",
    "TT": "Ổ",
    "U": "Ủ",
    "D": "ề",
    "P": "Â",
    "CH": "Ứ",
    "TH": "Ự",
    "HI": "Ệ",
    "tr": "ướ",
    "ng": "à",
}


def _meant(found: re.Match[str]) -> str:
    kind = found.lastgroup or ""
    return found[kind] + _READ[kind]


def well_read(text: str) -> str:
    """Put right the letters that scanning takes for others in the chief words («Só Y tế»); the length stays."""
    return _MISREAD.sub(_meant, text)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of readable text; `begins[i]` and `ends[i]` place its character i in the source.

    `text` is in one spelling, for patterns; `said` has the same length and spells as the source does.
    """

    text: str
    begins: array[int]
    ends: array[int]
    said: str

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
        if start == 0 and end >= len(self.text):
            return self
        text, said = self.text[start:end], self.said[start:end]
        return Passage(text, self.begins[start:end], self.ends[start:end], text if said == text else said)

    @classmethod
    def joined(cls, parts: Iterable[Passage]) -> Passage:
        """The words of all parts with one blank between them, across lines and pages."""
        words: list[str] = []
        spelled: list[str] = []
        begins: array[int] = array("i")
        ends: array[int] = array("i")
        listed = list(parts)
        if len(listed) == 1 and _EVEN.fullmatch(listed[0].text):
            return listed[0]
        for part in listed:
            if _EVEN.fullmatch(part.text):
                if words:
                    begins.append(ends[-1])
                    ends.append(ends[-1])
                words.append(part.text)
                spelled.append(part.said)
                begins.extend(part.begins)
                ends.extend(part.ends)
                continue
            for word in _EVEN.finditer(part.text):
                if words:
                    begins.append(ends[-1])
                    ends.append(ends[-1])
                words.append(word[0])
                spelled.append(part.said[word.start() : word.end()])
                begins.extend(part.begins[word.start() : word.end()])
                ends.extend(part.ends[word.start() : word.end()])
        text, said = " ".join(words), " ".join(spelled)
        # an array that grew keeps room for more: what stays gets an array of its size
        return cls(text, begins[:], ends[:], text if said == text else said)


_EVEN = re.compile(r"\S+(?: \S+)*")  # as many words as stand one blank apart

# A sign that is not text of the plan, with what belongs to it. The first class finds it fast; which kind it is
# its first character tells: an end of a line, a cell of a table, emphasis, a footnote, an odd blank.
_FOREIGN = re.compile(
    "[\r\x0c\x1c-\x1e\x85\u2028\u2029|\x0b<&*#_\\\\\\[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\x1f"
    "\u200b-\u200f\u2060\ufeff\u00ad\x00-\x08\x0e-\x1b\x7f]"
    r"(?:(?<=\r)\n|(?<=\*)\*+|(?<=_)_+|(?<=#)#{0,5}(?=\s)|(?<=\[)\d{1,2}\]"
    r"|(?<=<)(?i:/?(?:br|p|div|t[rdh]|table|tbody|thead|li|[uo]l|h[1-6]|[biua]|em|strong|su[bp]|span|center|font)"
    r"(?:\s[^<>]{0,200})?/?>)|(?<=&)(?:nbsp|amp|quot);)?"
)
_ENTITIES = {"&nbsp;": " ", "&amp;": "&", "&quot;": '"'}
_BREAKING = re.compile(r"</?(?:br|p|div|tr|li|h\d)\b", re.IGNORECASE)
_LINE_ENDS = frozenset("\r\x0c\x1c\x1d\x1e\x85\u2028\u2029")
_BLANKS = frozenset("\t\u00a0\u1680\u202f\u205f\u3000\x1f") | {chr(c) for c in range(0x2000, 0x200B)}
_LOOSE = re.compile(r"[^\u0300-\u036f][\u0300-\u036f]+")


def clean(source: str) -> Passage:
    """The whole source without Markdown, odd blanks and loose diacritics; every character knows its place."""
    base = _composed(source)
    text = base.text
    pieces: list[str] = []
    begins: array[int] = array("i")
    ends: array[int] = array("i")
    here = 0
    for found in _FOREIGN.finditer(text):
        put = _instead(text, found)
        if put is None:
            continue
        pieces.append(text[here : found.start()])
        begins.extend(base.begins[here : found.start()])
        ends.extend(base.ends[here : found.start()])
        here = found.end()
        if put:
            pieces.append(put)
            begins.append(base.begins[found.start()])
            ends.append(base.ends[here - 1])
    pieces.append(text[here:])
    begins.extend(base.begins[here:])
    ends.extend(base.ends[here:])
    said = "".join(pieces)
    text = well_read(one_spelling(said))
    return Passage(text, begins, ends, text if said == text else said)


def _composed(source: str) -> Passage:
    """Letters and their diacritics as one character (NFC)."""
    if unicodedata.is_normalized("NFC", source):
        upto = array("i", range(len(source) + 1))
        return Passage(source, upto[:-1], upto[1:], source)
    pieces: list[str] = []
    begins: array[int] = array("i")
    ends: array[int] = array("i")
    here = 0
    for found in _LOOSE.finditer(source):
        letter = unicodedata.normalize("NFC", found[0])
        pieces += (source[here : found.start()], letter)
        begins.extend(range(here, found.start()))
        ends.extend(range(here + 1, found.start() + 1))
        begins.extend([found.start()] * len(letter))
        ends.extend([found.end()] * len(letter))
        here = found.end()
    pieces.append(source[here:])
    begins.extend(range(here, len(source)))
    ends.extend(range(here + 1, len(source) + 1))
    text = "".join(pieces)
    return Passage(text, begins, ends, text)


def _instead(text: str, found: re.Match[str]) -> str | None:
    """What stands for a foreign sign; None where it is text after all."""
    sign, at, end = found[0][0], found.start(), found.end()
    following = text[end : end + 1]
    if sign in _LINE_ENDS:
        return "\n"
    if sign in _BLANKS:
        return " "
    if sign in "|\x0b":
        return CELL
    if sign == "<":
        return _instead_of_tag(text, found)
    if sign == "&":
        return _ENTITIES.get(found[0])
    if sign == "*":
        return "•" if len(found[0]) == 1 and following in (" ", "\t") and _is_item(text, at, end) else ""
    if sign == "#":
        return "" if _opens_line(text, at) and following.isspace() else None
    if sign == "_":
        # «_nghiêng_» is emphasis, «tệp_tin» is a word
        return None if text[at - 1 : at].isalnum() and following.isalnum() else ""
    if sign == "\\":
        return "" if following and following in "-.*_()[]#+" else None
    if sign == "[":
        reference = len(found[0]) > 1 and at > 0 and (text[at - 1].isalnum() or text[at - 1] in ";,.")
        return "" if reference else None
    return ""


def _instead_of_tag(text: str, found: re.Match[str]) -> str | None:
    """Markdown may hold tags: «<br>» is a line of its own, but inside a row of a table only a blank."""
    if len(found[0]) == 1:
        return None
    if re.match(r"</?t[dh]\b", found[0], re.IGNORECASE):
        return CELL
    if not _BREAKING.match(found[0]):
        return ""
    near = text[max(0, found.start() - 300) : found.start()].rpartition("\n")[2]
    return " " if "|" in near else "\n"


def _opens_line(text: str, at: int) -> bool:
    line = text.rfind("\n", 0, at) + 1
    return at - line < 12 and not text[line:at].strip()


def _is_item(text: str, at: int, end: int) -> bool:
    """«* text»: a bullet, not the emphasis of «* text *» or «* *»."""
    if not _opens_line(text, at):
        return False
    stop = text.find("\n", end)
    rest = text[end : stop if stop != -1 else len(text)].strip()
    return bool(rest) and rest[0] not in "*|" and not rest.endswith("*")
