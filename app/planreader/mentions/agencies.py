"""Bodies in a sentence: one after another, each with the place of its words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.planreader.patterns import agencies as p

Place = tuple[int, int]

_TOKEN = re.compile(r"\w[\w&./’'-]*[\w]|\w|\S")
_FIRST = re.compile(r"^\W*\w|(?<=[,;] )\w|(?<= và )\w|(?<= - )\w")
_SHORT = re.compile(r"(?<!\w)(?:ubnd|hđnd|mttq\w*|vp|bhxh|ub)(?!\w)", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Bodies:
    """Names side by side; `end` is where the words after them begin."""

    names: tuple[Place, ...]
    end: int
    before_verb: bool = False
    collective: bool = False  # the first name is a collective phrase


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
    letters = _LETTERS.findall(label[:160])
    if len(letters) < 5 or sum(c.isupper() for c in letters) < 0.85 * len(letters):
        return text
    lowered = _FIRST.sub(lambda m: m[0].upper(), label.lower())
    lowered = _SHORT.sub(lambda m: m[0].upper(), lowered)
    return lowered + text[len(label) :] if len(lowered) == len(label) else text


def bodies_at(text: str, start: int, label: bool = False, limit: int = 400) -> Bodies | None:
    """The bodies named from `start` on, or None where no body begins there.

    As a `label` (a heading, or what stands before a colon) only a strong verb ends the names.
    """
    first = p.AGENCY_START.match(text, start)
    if first is None:
        return None
    names: list[Place] = []
    here, at, verb = start, first.end(), False
    fresh = True  # no word of the name but its first was read
    over = _over(text, start)  # the name is complete there
    tail = min(len(text), start + limit)
    end = tail
    while at < tail:
        token = _TOKEN.search(text, at, tail)
        if token is None:
            break
        at, word = token.start(), token[0]
        if word in ':.…?!“")]' or text.startswith("...", at):
            end = at
            break
        if word in "([":
            closing = _closing(text, at, tail)
            names.append((here, at))
            here = -1
            at = closing
            end = closing
            continue
        separator = (
            word in ",;&/–—"
            or word in ("và", "hoặc", "cùng")
            or (word == "-" and text[at - 1 : at].isspace())
        )
        if here == -1 and not separator:
            # behind a bracket the name is over: «(Ban Thi đua) tiến hành …»
            end, verb = at, True
            break
        if separator:
            following = _after(text, token.end(), tail)
            new = p.AGENCY_START.match(text, following)
            if word in "–—-" and p.REMARK.match(text, max(at - 1, start)):
                end = at
                break
            if new and not _same_phrase(text, here if here != -1 else start, at, following, word):
                if here != -1:
                    names.append((here, at))
                here, at, fresh = following, new.end(), True
                over = _over(text, following)
                end = tail
                continue
            if here == -1:
                end, verb = at, word != ";"
                break
            if word in ";" or p.STRONG.match(text, following) or _verb(text, following, False, label):
                end, verb = at, word != ";"
                break
            at = token.end()
            continue
        if here != -1 and p.ORGANISATION.match(text, at) is None:
            ended = over is not None and at >= over and word[0].islower() and not p.GOES_ON.match(text, at)
            if ended or p.GIVEN.match(text, at):
                end, verb = at, True
                break
            if (not fresh or _general(text, here, at)) and p.CAPITAL_ACT.match(text, at):
                end, verb = at, True
                break
            if _verb(text, at, fresh, label):
                end, verb = at, True
                break
        fresh = False
        at = token.end()
    else:
        at = tail
    if here != -1:
        names.append((here, min(end, tail)))
    kept = [trimmed for name in names if (trimmed := _trim(text, *name))[1] > trimmed[0]]
    if not kept:
        return None
    return Bodies(tuple(kept), end, verb, bool(p.COLLECTIVE.match(text, start)))


def _over(text: str, start: int) -> int | None:
    complete = p.COMPLETE.match(text, start)
    if complete is None or re.match(r"\s*[-–—]\s*\w", text[complete.end() : complete.end() + 8]):
        return None
    return complete.end()


def _verb(text: str, at: int, fresh: bool, label: bool) -> bool:
    if label and re.match(r"tham mưu (?!UBND|Ủy ban|cho|giúp|trình)", text[at : at + 16]):
        return False
    if p.STRONG.match(text, at):
        # «Ban chỉ đạo», «các cơ quan tham mưu»: part of the name right behind its first word
        return not (
            fresh and re.match(r"(?:chỉ đạo|tham mưu|trực|có liên|trên địa|được)(?!\w)", text[at : at + 12])
        ) and not (
            re.match(r"(?:có liên quan|trên địa bàn|trên toàn|từ tỉnh|từ trung)(?!\w)", text[at : at + 16])
        )
    if label:
        return False
    return bool(p.WEAK.match(text, at)) and not fresh


def _general(text: str, start: int, at: int) -> bool:
    return bool(re.fullmatch(r"(?:UBND|Ủy ban nhân dân)\s*", text[start:at]))


def _same_phrase(text: str, start: int, at: int, following: int, word: str) -> bool:
    """Whether the body behind a separator only goes on with the phrase before it."""
    before = text[start:at]
    if p.OFFICE_OF_TWO.match(before) and word in ("và", "&", "-", ","):
        return (
            bool(re.match(r"(?:các|UBND|Ủy ban nhân dân|Hội đồng nhân dân|HĐND)", text[following:]))
            and before.count(",") < 1
        )
    if p.COLLECTIVE.match(before) and word in ("và", ","):
        return bool(p.GENERAL_BODY.match(text, following)) and not re.search(r"(?i)Ủy ban|UBND", before)
    if re.match(r"(?:Thủ trưởng|Giám đốc|Chủ tịch|Lãnh đạo|Người đứng đầu)\b", before) and word == ",":
        return bool(re.match(r"(?i:các\s+)?(?i:ban|ngành|đoàn thể)", text[following:]))
    return False


def _closing(text: str, at: int, tail: int) -> int:
    depth = 0
    for i in range(at, tail):
        if text[i] in "([":
            depth += 1
        elif text[i] in ")]":
            depth -= 1
            if depth == 0:
                return i + 1
    return tail


def _after(text: str, at: int, tail: int) -> int:
    """Past blanks and a second separator: «, và»."""
    while at < tail and text[at].isspace():
        at += 1
    if text.startswith("và ", at):
        at += 3
    return at


def _trim(text: str, start: int, end: int) -> Place:
    name = text[start:end]
    start += len(name) - len(name.lstrip())
    return start, start + len(name.strip().rstrip(" ,;:.–—-…"))


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
    if (
        owner
        and colon == -1
        and len(label.split()) <= 25
        and p.AGENCY_START.match(text, at)
        and not label.rstrip().endswith((".", ";"))
    ):
        place = _trim(text, at, at + len(re.split(r"\s*[(]", label)[0]))
        return _Found((place,), request, "alone", len(text), bool(p.COLLECTIVE.match(text, at)), True)
    strict = colon == -1 and (
        label.rstrip().endswith((".", ";")) or len(re.sub(r"[(].*?[)]", "", label).split()) > 14
    )
    found = bodies_at(text, at, label=not strict, limit=stop - at)
    if found is None:
        if not owner or len(label.split()) > 14:
            return None
        found = Bodies(((at, at + len(re.split(r"\s*[(:]", label)[0].rstrip())),), stop)
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
            last = members[-1][1]
            after = _skip(text, last)
            shape = "alone" if after >= len(text) else "colon" if text[last : last + 1] == ":" else "inline"
            return _Found(((at, last),), request, shape, after, False, owner)
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
        if takes:
            if len(text[rest : takes.start()].split()) <= 7:
                start, _ = names[-1]
                names = (*names[:-1], _trim(text, start, takes.start()))
            rest = takes.start(1)
    elif text[rest : rest + 1] == "(":
        return None
    return _Found(names, request, "inline", rest, bool(p.COLLECTIVE.match(text, names[0][0])))


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
