"""How obligations come to be: once per source, agency and period, whoever asks and however often."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from app.clock import vietnam_day
from app.extensions import db
from app.obligations.models import Obligation, Outcome, SourceKind
from app.obligations.operations import moves
from app.organisations.models import Agency
from app.organisations.queries import successor_of
from app.planreader import fold

BATCH = 2000
_KEY = ["source_kind", "source_id", "agency_id", "period"]


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing to be owed. `agency` is the body that answers for it (see `organisations.queries.successor_of`)."""

    source_kind: SourceKind
    source_id: int
    plan: Any
    agency: Agency
    period: str
    title: str
    words: str
    nominal_on: date
    due_on: date
    receiver: Agency
    is_request: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """One day that many bodies owe alike."""

    period: str
    title: str
    words: str
    nominal_on: date
    due_on: date


def owe(
    source_kind: SourceKind,
    source_id: int,
    plan: Any,
    agency: Agency,
    *,
    period: str,
    title: str,
    words: str,
    nominal_on: date,
    due_on: date,
    receiver: Agency,
    is_request: bool,
    now: datetime,
) -> Obligation | None:
    """Make `agency`, or whoever answers for it today, owe one thing. None: it is owed already."""
    answering = successor_of(agency, vietnam_day(now)) or agency
    thing = Owed(
        source_kind,
        source_id,
        plan,
        answering,
        period,
        title,
        words,
        nominal_on,
        due_on,
        receiver,
        is_request,
    )
    made = owe_many([thing], now=now)
    if not made:
        return None
    obligation = db.session.get_one(Obligation, made[0])
    moves.record("obligation.owed", obligation, actor=None, now=now, after={"due_on": due_on.isoformat()})
    return obligation


def owe_many(things: Iterable[Owed], *, now: datetime) -> list[int]:
    """Insert those that are not owed yet and return their ids. The caller records what made them arise.

    The unique key decides, in the database: two processes that owe the same thing at once make one row, and
    asking again makes nothing. Thousands of rows cost a few statements.
    """
    db.session.flush()
    today = vietnam_day(now)
    insert = _insert_on_postgresql if db.engine.dialect.name == "postgresql" else _insert_on_sqlite
    made: list[int] = []
    rows = (_row(thing, today) for thing in things)
    while batch := list(islice(rows, BATCH)):
        made.extend(insert(batch))
    return made


def owe_each(
    source_kind: SourceKind,
    source_id: int,
    plan: Any,
    turns: Iterable[Turn],
    bodies: Iterable[tuple[int, bool]],
    *,
    receiver_id: int,
    now: datetime,
) -> int:
    """Make each of the bodies, as (agency id, whether it is only requested), owe each of the turns; how many are new.

    The product is made inside the database, so that hundreds of bodies for years cost one statement. What is owed
    already is passed over before it is inserted: asking again touches nothing and uses up no numbers.
    """
    today = vietnam_day(now)
    days = [
        {
            "period": turn.period,
            "title": turn.title,
            "title_key": _folded(turn.title),
            "words": turn.words,
            "owed_on": min(today, turn.due_on).isoformat(),
            "nominal_on": turn.nominal_on.isoformat(),
            "due_on": turn.due_on.isoformat(),
        }
        for turn in turns
    ]
    named = [{"agency_id": agency_id, "is_request": is_request} for agency_id, is_request in bodies]
    if not days or not named:
        return 0
    facts = {
        "source_kind": str(source_kind),
        "source_id": source_id,
        "plan_id": plan.id,
        "standing_agency_id": plan.standing_agency_id,
        "committee_id": plan.committee_id,
        "receiver_id": receiver_id,
    }
    product = _product_on_postgresql if db.engine.dialect.name == "postgresql" else _product_on_sqlite
    done = db.session.execute(
        sa.text(_OWE_EACH.format(product=product)),
        facts | {"turns": json.dumps(days, ensure_ascii=False), "bodies": json.dumps(named)},
    )
    return max(0, done.rowcount)  # type: ignore[attr-defined]


# Names of our own columns only; every value is bound.
_OWE_EACH = """
INSERT INTO obligation (source_kind, source_id, plan_id, agency_id, standing_agency_id, committee_id, receiver_id,
    title, title_key, words, period, is_request, owed_on, nominal_on, due_on, version)
WITH fact AS (
    SELECT CAST(:source_kind AS varchar(40)) AS source_kind, CAST(:source_id AS integer) AS source_id,
        CAST(:plan_id AS integer) AS plan_id, CAST(:standing_agency_id AS integer) AS standing_agency_id,
        CAST(:committee_id AS integer) AS committee_id, CAST(:receiver_id AS integer) AS receiver_id),
made AS ({product})
SELECT fact.source_kind, fact.source_id, fact.plan_id, made.agency_id, fact.standing_agency_id, fact.committee_id,
    fact.receiver_id, made.title, made.title_key, made.words, made.period, made.is_request, made.owed_on,
    made.nominal_on, made.due_on, 1
FROM made CROSS JOIN fact
WHERE NOT EXISTS (
    SELECT 1 FROM obligation AS old
    WHERE old.source_kind = fact.source_kind AND old.source_id = fact.source_id
        AND old.agency_id = made.agency_id AND old.period = made.period)
ON CONFLICT (source_kind, source_id, agency_id, period) DO NOTHING
"""
_product_on_postgresql = """
SELECT body.agency_id, body.is_request, turn.* FROM
    json_to_recordset(CAST(:turns AS json)) AS turn(period text, title text, title_key text, words text,
        owed_on date, nominal_on date, due_on date)
    CROSS JOIN json_to_recordset(CAST(:bodies AS json)) AS body(agency_id integer, is_request boolean)
"""
_product_on_sqlite = """
SELECT body.value ->> 'agency_id' AS agency_id, body.value ->> 'is_request' AS is_request,
    turn.value ->> 'period' AS period, turn.value ->> 'title' AS title, turn.value ->> 'title_key' AS title_key,
    turn.value ->> 'words' AS words, turn.value ->> 'owed_on' AS owed_on,
    turn.value ->> 'nominal_on' AS nominal_on, turn.value ->> 'due_on' AS due_on
FROM json_each(:turns) AS turn CROSS JOIN json_each(:bodies) AS body
"""


def _insert_on_sqlite(batch: list[dict[str, Any]]) -> Iterable[int]:
    insert = sqlite.insert(Obligation.__table__).on_conflict_do_nothing(index_elements=_KEY)
    return db.session.execute(insert.returning(Obligation.id), batch).scalars()


def _insert_on_postgresql(batch: list[dict[str, Any]]) -> Iterable[int]:
    """The rows travel as one value: a statement with thousands of placeholders takes longer to write than to run."""
    columns = ", ".join(batch[0])
    insert = sa.text(
        f"INSERT INTO obligation ({columns}) "  # noqa: S608  (names of our own columns)
        f"SELECT {columns} FROM json_populate_recordset(NULL::obligation, CAST(:rows AS json)) "
        f"ON CONFLICT ({', '.join(_KEY)}) DO NOTHING RETURNING id"
    )
    return db.session.execute(insert, {"rows": json.dumps(batch, default=str, ensure_ascii=False)}).scalars()


def keys_owed(
    source_kind: SourceKind, source_ids: Iterable[int], *, cancelled: bool = True
) -> Iterator[tuple[int, int, str]]:
    """(source, agency, period) of everything that these sources owe already, settled or not; `cancelled`: with what
    was cancelled."""
    counted = sa.true() if cancelled else Obligation.outcome.is_distinct_from(Outcome.CANCELLED)
    ids = list(source_ids)
    for start in range(0, len(ids), BATCH):
        yield from (
            tuple(row)  # type: ignore[misc]
            for row in db.session.execute(
                sa.select(Obligation.source_id, Obligation.agency_id, Obligation.period).where(
                    Obligation.source_kind == source_kind,
                    Obligation.source_id.in_(ids[start : start + BATCH]),
                    counted,
                )
            )
        )


def keys_handed_on(source_kind: SourceKind, source_ids: Iterable[int]) -> list[tuple[int, int, int, str]]:
    """(source, the agency that was to owe it first, who owes it now, period) of everything under these sources that
    has changed hands."""
    return [
        tuple(row)  # type: ignore[misc]
        for row in db.session.execute(
            sa.select(
                Obligation.source_id, Obligation.first_agency_id, Obligation.agency_id, Obligation.period
            ).where(
                Obligation.source_kind == source_kind,
                Obligation.source_id.in_(list(source_ids)),
                Obligation.first_agency_id.is_not(None),
            )
        )
    ]


def continued_line(source: Any) -> Iterator[Any]:
    """The sources of older plans that this one goes on from (`continues`), newest first."""
    passed = {source.id}
    while (source := source.continues) is not None and source.id not in passed:
        passed.add(source.id)
        yield source


def _row(thing: Owed, today: date) -> dict[str, Any]:
    return {
        "source_kind": str(thing.source_kind),
        "source_id": thing.source_id,
        "plan_id": thing.plan.id,
        "agency_id": thing.agency.id,
        "standing_agency_id": thing.plan.standing_agency_id,
        "committee_id": thing.plan.committee_id,
        "receiver_id": thing.receiver.id,
        "title": thing.title,
        "title_key": _folded(thing.title),
        "words": thing.words,
        "period": thing.period,
        "is_request": thing.is_request,
        # A plan that is entered late owes what was due before it was entered, since the day it was due.
        "owed_on": min(today, thing.due_on),
        "nominal_on": thing.nominal_on,
        "due_on": thing.due_on,
        "version": 1,
    }


_folded = lru_cache(maxsize=1024)(fold)  # all reporters of one period share a title
