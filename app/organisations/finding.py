"""Finding agencies by whatever people type: parts of a name without diacritics, other spellings, abbreviations.

Each agency carries one text, `search_key`: its folded spellings and the initials of its name, a line each. It is
made anew in the flush that changes a name, so it is never behind; a search is one walk over one column, the same on
every engine, without an extension that an office might not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.functions import FunctionElement

from app.extensions import db
from app.organisations.models import Agency, AgencyAlias
from app.planreader import fold

# What offices write short, folded. Names of sectors need no row here: their initials are in the key.
ABBREVIATIONS = {
    "bcd": "ban chi dao",
    "bchqs": "bo chi huy quan su",
    "bhxh": "bao hiem xa hoi",
    "ccb": "cuu chien binh",
    "hdnd": "hoi dong nhan dan",
    "ldld": "lien doan lao dong",
    "lhpn": "lien hiep phu nu",
    "mttq": "mat tran to quoc",
    "nhcs": "ngan hang chinh sach",
    "nhcsxh": "ngan hang chinh sach xa hoi",
    "tdkt": "thi dua-khen thuong",
    "tp": "thanh pho",
    "ttpvhcc": "trung tam phuc vu hanh chinh cong",
    "ub": "uy ban",
    "ubmttq": "uy ban mat tran to quoc",
    "ubnd": "uy ban nhan dan",
    "vp": "van phong",
}
_BREAKS = re.compile(r"[\s/-]+")
_JOINERS = frozenset({"va", "cac", "cua"})
_MARK = "~"  # begins a line of initials; stands in no folded name


class holds(FunctionElement[bool]):
    """Whether a text contains another one, letter by letter: quicker than LIKE, and nothing needs escaping."""

    type = sa.Boolean()
    inherit_cache = True


@compiles(holds, "sqlite")
def _on_sqlite(element: holds, compiler: Any, **kwargs: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **kwargs)}) > 0)"


@compiles(holds)
def _on_postgresql(element: holds, compiler: Any, **kwargs: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **kwargs)}) > 0)"


def matching(text: str) -> sa.ColumnElement[bool]:
    """The condition that some spelling of an agency holds every word, diacritics or not, written out or short; or
    that its initials or its code begin so («nn&mt», «STC», «sở vh-tt-dl», «UBND Kim Điền»)."""
    words = fold(text).split()
    if not words:
        return sa.false()
    each = sa.and_(*(_holds_word(word) for word in words))
    short = short_form(text)
    return sa.or_(each, holds(Agency.search_key, short)) if short else each


def short_form(text: str) -> str:
    """What is typed as the beginning of a line of initials: «NN&MT» → «~nnmt»; empty where it is one letter."""
    short = "".join(word for word in _BREAKS.split(fold(text)) if word not in _JOINERS)
    return _MARK + short if len(short) > 1 else ""


def concerns_names(session: Session, row: Any) -> bool:
    """Whether a row about to be flushed changes what agencies are called, or whether they exist."""
    if not isinstance(row, Agency | AgencyAlias):
        return False
    return row in session.new or row in session.deleted or session.is_modified(row)


def _holds_word(word: str) -> sa.ColumnElement[bool]:
    said = holds(Agency.search_key, word)
    if long := ABBREVIATIONS.get(word):
        return sa.or_(said, holds(Agency.search_key, long))
    return said


def search_key_of(agency: Agency, spellings: Iterable[str]) -> str:
    """The text that a search looks through, from the agency's names and its other spellings."""
    names = [agency.name, agency.short_name or "", agency.symbol_code or "", *spellings]
    lines = dict.fromkeys(filter(None, map(fold, names)))
    for name in filter(None, (agency.name, agency.short_name)):
        lines |= dict.fromkeys(_initials(name))
    if agency.symbol_code:
        lines[_MARK + fold(agency.symbol_code)] = None
    return "\n".join(lines)


def _initials(name: str) -> list[str]:
    """«Sở Nông nghiệp và Môi trường»: ~snnmt, ~nnmt, ~sonnmt."""
    words = [word for word in _BREAKS.split(fold(name)) if word and word not in _JOINERS]
    if len(words) < 3:
        return []
    first, rest = words[0], "".join(word[0] for word in words[1:])
    return [_MARK + first[0] + rest, _MARK + rest, _MARK + first + rest]


def fill_search_keys() -> int:
    """Write the keys of agencies that have none (rows that were loaded past the session); how many."""
    found = db.session.scalars(
        sa.select(Agency).where(Agency.search_key == "").options(selectinload(Agency.aliases))
    ).all()
    for agency in found:
        agency.search_key = search_key_of(agency, [alias.spelling for alias in agency.aliases])
    return len(found)


@sa.event.listens_for(Session, "before_flush")
def _keep_search_keys(session: Session, *_: object) -> None:
    changed: dict[int, Agency] = {}
    pending: dict[int, list[AgencyAlias]] = {}
    for row in [*session.new, *session.dirty, *session.deleted]:
        if isinstance(row, Agency):
            if row not in session.deleted and (row in session.new or session.is_modified(row)):
                changed[id(row)] = row
        elif isinstance(row, AgencyAlias):
            with session.no_autoflush:
                agency = row.agency or (session.get(Agency, row.agency_id) if row.agency_id else None)
            if agency is not None and agency not in session.deleted:
                changed[id(agency)] = agency
                if row in session.new:
                    pending.setdefault(id(agency), []).append(row)
    with session.no_autoflush:
        for key, agency in changed.items():
            aliases = dict.fromkeys([*agency.aliases, *pending.get(key, ())])
            kept = [alias.spelling for alias in aliases if alias not in session.deleted]
            new = search_key_of(agency, kept)
            if new != agency.search_key:
                agency.search_key = new
