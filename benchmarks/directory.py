"""The directory of a country: finding among 12,000 agencies with 60,000 other spellings, as people and plans do."""

from __future__ import annotations

import gc
import itertools
import random
from collections.abc import Callable, Iterator
from datetime import date

import sqlalchemy as sa

from app.extensions import db
from app.organisations import index, queries
from app.organisations.finding import fill_search_keys
from app.organisations.models import Agency, AgencyAlias, AgencyKind, AgencyLevel
from app.planreader import fold
from benchmarks.measure import Row, Times, time_calls
from benchmarks.places import Ground

AGENCIES, SPELLINGS = 12_000, 60_000
TODAY = date(2026, 11, 25)
_PAGE = 50
_WORDS = (
    "An", "Bình", "Châu", "Điền", "Đông", "Giang", "Hà", "Hải", "Hòa", "Hưng", "Khánh", "Kim", "Lam", "Lâm", "Long",
    "Mỹ", "Nam", "Ninh", "Phú", "Phước", "Quang", "Sơn", "Tân", "Thạnh", "Thanh", "Thủy", "Trung", "Trường", "Vân",
    "Vĩnh", "Xuân", "Yên",
)  # fmt: skip
_BODIES = (
    "Phòng Kinh tế",
    "Phòng Văn hóa - Xã hội",
    "Văn phòng HĐND và UBND",
    "Trung tâm Phục vụ hành chính công",
)
_TYPED = (
    "ubnd {0}",
    "{1}",
    "phong kinh te {0}",
    "{1} {0}",
    "vp hdnd&ubnd {0}",
    "pkt",
    "Trung tâm {1}",
    "khong co {0}",
)


def directory(ground: Ground) -> Iterator[Row]:
    """Three kinds of asking: the page of the directory (a search with its count and the first fifty), one name on a
    day, and one name that is only another spelling."""
    for engine in ground.engines:
        place = ground.empty(engine)
        with place.application().app_context():
            names = _fill()
            db.session.remove()
            gc.collect()  # what filling left behind is not the reader's to clear away
            draw = random.Random(7)
            typed = [
                draw.choice(_TYPED).format(draw.choice(_WORDS).lower(), fold(draw.choice(_WORDS)))
                for _ in range(400)
            ]
            for name, call in (
                ("directory_search", _each(typed, _search)),
                ("directory_name", _each(draw.sample(names, 400), _name)),
                ("directory_spelling", _each([f"{n} ({k})" for k, n in enumerate(names[:400])], _name)),
                ("directory_floor", lambda: db.session.execute(sa.text("SELECT 1")).scalar()),
            ):
                yield _row(name, engine, time_calls(call, repeats=400, warm_up=20))
            db.session.remove()
            db.engine.dispose()


def _row(name: str, engine: str, times: Times) -> Row:
    size = f"{AGENCIES}/{SPELLINGS}"
    return Row(name, engine, size, median_ms=times.median_ms, p95_ms=times.p95_ms)


def _each(texts: list[str], ask: Callable[[str], object]) -> Callable[[], object]:
    endless = itertools.cycle(texts)

    def call() -> object:
        db.session.expunge_all()  # each question as a request of its own asks it
        return ask(next(endless))

    return call


def _search(text: str) -> object:
    """What the page of the directory reads: how many match, and the first fifty of them with their names."""
    ids = index.matching_ids(text, None, None, today=TODAY)
    return len(ids), index.agencies_in_order(ids[:_PAGE])


def _name(text: str) -> object:
    return queries.agency_by_name(text, TODAY)


def _fill() -> list[str]:
    """Communes with their offices, five spellings each; returns the names."""
    made: list[dict[str, object]] = []
    for number in range(AGENCIES):
        commune, body = divmod(number, len(_BODIES) + 1)
        words = [_WORDS[(commune // len(_WORDS) ** k) % len(_WORDS)] for k in range(3)]
        where = f"xã {' '.join(words[:2])} {commune}"
        name = f"Ủy ban nhân dân {where}" if body == 0 else f"{_BODIES[body - 1]} {where}"
        made.append(
            {
                "id": number + 1,
                "name": name,
                "name_key": fold(name),
                "kind": AgencyKind.COMMITTEE if body == 0 else AgencyKind.DEPARTMENT,
                "level": AgencyLevel.COMMUNE,
                "parent_id": None if body == 0 else commune * (len(_BODIES) + 1) + 1,
                "commanded": True,
                "protocol_order": number,
                "search_key": "",
            }
        )
    db.session.execute(sa.insert(Agency), made)
    spellings = []
    for number in range(SPELLINGS):
        agency = made[number % AGENCIES]
        spelling = f"{agency['name']} ({number})"
        spellings.append({"spelling": spelling, "key": fold(spelling), "agency_id": agency["id"]})
    db.session.execute(sa.insert(AgencyAlias), spellings)
    db.session.flush()
    fill_search_keys()
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("ANALYZE agency"))
        db.session.execute(sa.text("ANALYZE agency_alias"))
        db.session.commit()
    return [str(row["name"]) for row in made]
