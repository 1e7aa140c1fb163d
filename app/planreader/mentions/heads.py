"""Heads: clauses that hand something to bodies, whatever their shape.

«1. Sở Y tế», «- Sở Y tế: …», «2. Giao Sở Y tế chủ trì …», «Trách nhiệm của …», «Trên cơ sở …, các sở … căn cứ …»
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.planreader.mentions.bodies import Bodies, Place, bodies_at, trimmed
from app.planreader.patterns import agencies as p

_FIRST = re.compile(
    r"^\W*\w|(?:(?<=[,;:] )|(?<= và )|(?<= - )|(?<=đề nghị )|(?<=giao )|(?<=của ))"
    r"(?!(?:các|những|ban|ngành|cơ quan|đơn vị|tổ chức|đoàn thể|doanh nghiệp|địa phương|cá nhân|hội viên)(?!\w))\w"
)
_FIELD = re.compile(r"(?<!\w)(?:sở|phòng|bộ|cục|chi cục)\s+(?!(?:và|các|của)\s)\w(?=\w)", re.IGNORECASE)
# Names of places whose first word is else a verb
_CAN = re.compile(r"(?<!\w)cần (?:thơ|giờ|giuộc|đước)(?!\w)")
_SHORT = re.compile(r"(?<!\w)(?:ubnd|hđnd|mttq\w*|vp|bhxh|ub)(?!\w)", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Head:
    """A clause that hands something out: who, asked or ordered, and where the text of the duty begins.

    `shape` is "alone" (nothing follows), "colon" (text after a mark) or "inline" (the subject of a sentence).
    """

    names: tuple[str, ...]
    places: tuple[Place, ...]
    request: bool
    shape: str
    rest: int
    collective: bool
    owner: bool = False  # «Trách nhiệm của …»


def level_case(text: str) -> str:
    """The same text with a heading in capitals turned into capitalised words, for the patterns."""
    colon = text.find(":")
    label = text if colon == -1 else text[:colon]
    if p.REQUEST.fullmatch(label.strip() + " "):  # «ĐỀ NGHỊ: HIỆP HỘI …»
        label = text
    letters = _LETTERS.findall(label[:160])
    if len(letters) < 5 or sum(c.isupper() for c in letters) < 0.85 * len(letters):
        return text
    lowered = _FIRST.sub(lambda m: m[0].upper(), label.lower())
    lowered = _FIELD.sub(lambda m: m[0][:-1] + m[0][-1].upper(), lowered)
    lowered = _CAN.sub(lambda m: m[0].title(), lowered)
    lowered = _SHORT.sub(lambda m: m[0].upper(), lowered)
    return lowered + text[len(label) :] if len(lowered) == len(label) else text


def head_of(text: str, title_like: bool = False) -> Head | None:
    """Read a clause as a head; None where it does not hand anything to a body.

    `title_like`: the clause is short and has items below it, so it may end without a colon.
    """
    plain = level_case(text)
    at, request, owner = _opening(plain)
    found = _labelled(plain, at, request, owner) or _subject(plain, at, request)
    if found is None and at == 0:
        ground = p.GROUND.match(plain)
        if ground and bodies_at(plain, ground.end()):
            found = _subject(plain, ground.end(), request, must_act=True)
    if found is None:
        return None
    names, places = _expand(text, plain, found.places)
    return Head(names, places, found.request, found.shape, found.rest, found.collective, found.owner)


def _opening(text: str) -> tuple[int, bool, bool]:
    """Past «Đề nghị», «Giao», «Trách nhiệm của»: (where the name begins, asked?, owner?)."""
    at, request, owner = 0, False, False
    for _ in range(3):
        asked = p.REQUEST.match(text, at)
        if asked:
            at, request = asked.end(), True
            continue
        lead = p.LEAD_WORDS.match(text, at)
        if lead is None:
            break
        at, owner = lead.end(), owner or bool(lead["owner"])
    return at, request, owner


@dataclass(frozen=True, slots=True)
class _Found:
    places: tuple[Place, ...]
    request: bool
    shape: str
    rest: int
    collective: bool
    owner: bool = False


def _labelled(text: str, at: int, request: bool, owner: bool) -> _Found | None:
    """The clause is only a name, or a name before a colon."""
    colon = _colon(text, at)
    stop = colon if colon != -1 else len(text)
    label = text[at:stop]
    if not label.strip() or len(label) > 260:
        return None
    if colon == -1 and (len(label.split()) > 40 or re.search(r"\.\s+[A-ZĐ]", label)):
        return None
    strict = colon == -1 and (
        label.rstrip().endswith((".", ";")) or len(re.sub(r"[(].*?[)]", "", label).split()) > 14
    )
    found = bodies_at(text, at, label=not strict, limit=stop - at)
    if found is None:
        if not owner or len(label.split()) > 14:
            return None
        found = Bodies(((at, at + len(re.split(r"\s*[(:]", label)[0].rstrip())),), stop)
    if (
        owner
        and found.end < stop
        and text[found.end : stop].strip()
        and not p.REMARK.match(text, found.end)
        and len(label.split()) <= 25
        and colon == -1
    ):
        # «Trách nhiệm của các cơ quan chủ trì»: whoever is meant, it is a name
        whole = trimmed(text, at, at + len(re.split(r"\s*[(]", label)[0]))
        return _Found((whole,), request, "alone", len(text), found.collective, True)
    after = text[found.end : stop]
    remark = p.REMARK.match(text, found.end)
    if remark and remark.end() >= stop - 1:
        after = ""
    if after.strip(" .;,-–…"):
        return None
    if colon == -1:
        return _Found(found.names, request, "alone", len(text), found.collective, owner)
    rest = _skip(text, colon + 1)
    if p.SISTERS.fullmatch(text[at : colon + 2]) or re.fullmatch(
        r"(?:[Cc]ác\s+)(?:[Ss]ở|[Pp]hòng|[Bb]ộ)\s*", label
    ):
        second = text.find(":", colon + 1)
        members = _sisters(text, at, second if second != -1 else len(text))
        if len(members) > 1:
            end = members[-1][1]
            behind = _skip(text, end)
            shape = "alone" if behind >= len(text) else "colon" if text[end : end + 1] == ":" else "inline"
            return _Found(((at, end),), request, shape, behind, False, owner)
    inner = bodies_at(text, rest)
    announces = (
        found.collective if len(found.names) == 1 else bool(p.COLLECTIVE.match(text, found.names[-1][0]))
    )
    if inner and announces and len(inner.names) > 1:
        # «các tổ chức chính trị - xã hội: Liên đoàn Lao động tỉnh, …» only announces its members
        return _Found((*found.names[:-1], *inner.names), request, "inline" if inner.before_verb else "alone",
                      _skip(text, inner.end), False, owner)  # fmt: skip
    return _Found(
        found.names, request, "colon" if rest < len(text) else "alone", rest, found.collective, owner
    )


def _subject(text: str, at: int, request: bool, must_act: bool = False) -> _Found | None:
    """The name is the subject of the sentence."""
    found = bodies_at(text, at)
    if found is None:
        return None
    names, end = found.names, found.end
    announced = text[end : end + 1] == ":" and bodies_at(text, _skip(text, end + 1))
    if announced and found.collective is False and len(names) > 1 and p.COLLECTIVE.match(text, names[-1][0]):
        names, end = (*names[:-1], *announced.names), announced.end
        found = announced
    elif announced and found.collective:
        names, end = announced.names, announced.end
        found = announced
    if sum(e - s for s, e in names) > 320 or names[-1][1] - names[-1][0] > 140:
        return None
    rest = _skip(text, end)
    if not found.before_verb and text[end : end + 1] not in ".:;…" and end < len(text):
        return None
    if must_act and not found.before_verb:
        return None
    remark = p.REMARK.match(text, end) if text[end : end + 1] in "-–—" else None
    if remark:
        rest = _skip(text, remark.end())
    given = p.GIVEN.match(text, rest)
    if given:
        takes = p.TAKES.search(text, rest, rest + 400)
        start = takes.start(1) if takes else _next_act(text, given.end())
        if start is not None:
            before = takes.start() if takes else start
            if len(text[rest:before].split()) <= 7:
                names = (*names[:-1], trimmed(text, names[-1][0], before))
            rest = start
    elif text[rest : rest + 1] == "(":
        return None
    return _Found(names, request, "inline", rest, bool(p.COLLECTIVE.match(text, names[0][0])))


def _next_act(text: str, at: int) -> int | None:
    """Where the act itself begins: «… được giao chủ trì nhiệm vụ | báo cáo tiến độ»."""
    first = p.ANY_ACT.match(text, _skip(text, at))
    begin = first.end() if first else at
    words = list(re.finditer(r"\S+", text[begin : begin + 120]))[:10]
    return next((begin + w.start() for w in words if p.STRONG.match(text, begin + w.start())), None)


def _colon(text: str, at: int) -> int:
    """The first colon outside brackets, or -1."""
    depth = 0
    for i in range(at, min(len(text), at + 400)):
        if text[i] in "([":
            depth += 1
        elif text[i] in ")]":
            depth = max(0, depth - 1)
        elif text[i] == ":" and depth == 0:
            return i
    return -1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in ' :.,;-–—…“”"':
        at += 1
    return at


def _expand(text: str, plain: str, places: tuple[Place, ...]) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    """Names as written, without a bracket inside."""
    names: list[str] = []
    found: list[Place] = []
    for start, end in places:
        sisters = _sisters(plain, start, end)
        names.extend(text[s:e] if noun is None else f"{noun} {text[s:e]}" for s, e, noun in sisters)
        found.extend((s, e) for s, e, _ in sisters)
    return tuple(names), tuple(found)


def _sisters(text: str, start: int, end: int) -> list[tuple[int, int, str | None]]:
    """«Các Sở: Y tế, Giáo dục và Đào tạo» names two departments; anything else stays one name."""
    opens = p.SISTERS.match(text, start, end)
    if opens is None:
        return [(start, end, None)]
    at, parts = opens.end(), []
    while at < end:
        field = p.FIELD.match(text, at, end)
        if field is None:
            return [(start, end, None)]
        parts.append((at, field.end()))
        gap = re.compile(r"\s*(?:[,;]\s*(?:và\s+)?|và\s+|&\s*)").match(text, field.end(), end)
        if gap is None:
            tail = text[field.end() : end].strip()
            if tail and len(parts) < 2:
                return [(start, end, None)]
            break
        at = gap.end()
    if len(parts) < 2:
        return [(start, end, None)]
    noun = opens["noun"].capitalize()
    return [(s, e, noun) for s, e in parts]
