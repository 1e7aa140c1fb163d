"""Bodies in a sentence: one after another, each with the place of its words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.planreader.patterns import agencies as p

Place = tuple[int, int]

_TOKEN = re.compile(r"\w[\w&./’'-]*[\w]|\w|\S")


@dataclass(frozen=True, slots=True)
class Bodies:
    """Names side by side; `end` is where the words after them begin."""

    names: tuple[Place, ...]
    end: int
    before_verb: bool = False
    collective: bool = False  # the first name is a collective phrase


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
    inside = [m.span() for m in p.COMPOUND.finditer(text, start, tail)]

    def in_name(place: int) -> bool:
        return bool(p.ORGANISATION.match(text, place)) or any(s < place < e for s, e in inside)

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
            if (
                new
                and word not in "-–—"
                and not _same_phrase(text, here if here != -1 else start, at, following, word)
            ):
                if here != -1:
                    names.append((here, at))
                here, at, fresh = following, new.end(), True
                over = _over(text, following)
                end = tail
                continue
            if here == -1:
                end, verb = at, word != ";"
                break
            acts = p.STRONG.match(text, following) or _verb(text, following, False, label)
            if word in ";" or (acts and not in_name(following)):
                end, verb = at, word != ";"
                break
            at = token.end()
            continue
        if here != -1 and not in_name(at):
            ended = (
                over is not None and at >= over and not word[0].isupper() and not p.GOES_ON.match(text, at)
            )
            if over is not None and at >= over:
                over = None  # the name goes on: «Sở Y tế các tỉnh, thành phố»
            if (
                not label
                and text[at].islower()
                and p.PLACED.search(text, here, at)
                and not p.BEHIND_LEVEL.match(text, at)
            ):
                ended = True
            if ended or p.GIVEN.match(text, at):
                end, verb = at, True
                break
            if (not fresh or _general(text, here, at)) and p.CAPITAL_ACT.match(text, at):
                end, verb = at, True
                break
            if _verb(text, at, fresh and not _bare(text, here, at, label), label):
                end, verb = at, True
                break
        fresh = False
        at = token.end()
    else:
        at = tail
    if here != -1:
        names.append((here, min(end, tail)))
    kept = [place for name in names if (place := trimmed(text, *name))[1] > place[0]]
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


def _bare(text: str, start: int, at: int, label: bool) -> bool:
    """«các trường», «Tỉnh đoàn»: no word of a name is missing before an act."""
    return bool(not label and p.BARE_ACT.match(text, at) and p.BARE_NAME.match(text, start))


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
    if re.match(r"(?:Đồng chí|Đ/c|Ông|Bà)\b", before) and word in ",–—-":
        return bool(
            re.match(
                r"(?:Phó\s+)?(?:Chủ tịch|Giám đốc|Trưởng|Bí thư|Chánh|Ủy viên|Hiệu trưởng)", text[following:]
            )
        )
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


def trimmed(text: str, start: int, end: int) -> Place:
    name = text[start:end]
    start += len(name) - len(name.lstrip())
    return start, start + len(_LOOSE_END.sub("", name.strip()))


_LOOSE_END = re.compile(r"(?:[ ,;:.–—…-]|\s(?:và|hoặc|cùng|với|&))*$")
