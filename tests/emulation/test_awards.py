"""Nominations against places: nothing is refused at nomination, the limit acts at the selection."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEntry
from app.emulation import operations
from app.emulation.models import Nomination, NomineeKind
from app.emulation.rules import places
from app.errors import Refused
from app.extensions import db
from tests.conftest import both_engines

FORM = {"kind": "collective", "name": "Tập thể thôn Hạ", "achievement": "Giảm nghèo nhanh", "proposal": "y"}
DECISION = "215/QĐ-UBND ngày 20/01/2027"


@pytest.fixture
def nominate(movement, cast, now):
    def make(name: str, kind: NomineeKind = NomineeKind.COLLECTIVE, actor=None) -> Nomination:
        actor = actor or cast.hanh
        made = operations.nominate(
            movement,
            actor.agency,
            kind=kind,
            name=name,
            achievement="",
            dossier={"report": True},
            actor=actor,
            now=now,
        )
        db.session.commit()
        return made

    return make


def test_nominations_past_the_last_place_are_taken_and_shown(movement, nominate, client_of, cast):
    for n in range(4):
        nominate(f"Tập thể {n}")
    found = places(movement, NomineeKind.COLLECTIVE)
    assert (found.nominated, found.limit, found.over, found.chosen) == (4, 2, 2, 0)
    page = client_of(cast.toan).get(f"/emulation/{movement.id}").text
    assert "phải chọn 2 trong 4" in page and page.count("quota-past") == 2
    assert "thiếu" in page  # a dossier that lacks papers is named, never refused


@both_engines
def test_the_limit_acts_when_choosing_and_each_kind_has_its_own(movement, nominate, cast, now):
    rows = [nominate(f"Tập thể {n}") for n in range(3)]
    person = nominate("Hoàng Thị Lan", NomineeKind.INDIVIDUAL)
    facts = {"decision": DECISION, "actor": cast.toan, "now": now}
    for row in rows[:2]:
        operations.decide(row, chosen=True, **facts)
    with pytest.raises(Refused, match="đủ số tập thể"):
        operations.decide(rows[2], chosen=True, **facts)
    operations.decide(person, chosen=True, **facts)
    operations.undecide(rows[0], actor=cast.toan, now=now)
    operations.decide(rows[2], chosen=True, **facts)
    assert [row.chosen for row in rows] == [None, True, True]


def test_choosing_asks_for_the_number_of_the_decision(movement, nominate, client_of, cast):
    row, client = nominate("Tập thể 1"), client_of(cast.toan)
    answer = client.post(f"/emulation/nominations/{row.id}/decide", data={"act": "choose", "decision": ""})
    assert (
        answer.status_code == 409 and "Nhập số và ngày của quyết định" in answer.text and row.chosen is None
    )
    client.post(f"/emulation/nominations/{row.id}/decide", data={"act": "choose", "decision": DECISION})
    assert (row.chosen, row.decision) == (True, DECISION)
    client.post(f"/emulation/nominations/{row.id}/decide", data={"act": "undo"})
    assert row.chosen is None
    acts = set(db.session.scalars(sa.select(AuditEntry.act).where(AuditEntry.subject_type == "nomination")))
    assert acts == {"nomination.made", "nomination.decided", "nomination.changed"}


def test_the_standing_agency_puts_nominations_in_order(movement, nominate, client_of, cast):
    rows = [nominate(f"Tập thể {n}") for n in range(3)]
    client_of(cast.toan).post(f"/emulation/nominations/{rows[2].id}/rank", data={"by": "-1"})
    in_order = sorted(movement.nominations, key=lambda n: n.ranking)
    assert [n.name for n in in_order] == ["Tập thể 0", "Tập thể 2", "Tập thể 1"]


def test_an_agency_nominates_corrects_and_withdraws_its_own(movement, client_of, cast):
    client = client_of(cast.hanh)
    client.post(f"/emulation/{movement.id}/nominate", data={**FORM, "agency": cast.health.id})
    row = db.session.scalars(sa.select(Nomination)).one()
    assert (row.agency, row.dossier) == (cast.health, {"proposal": True, "report": False, "minutes": False})
    again = client.post(f"/emulation/{movement.id}/nominate", data={**FORM, "agency": cast.health.id})
    assert again.status_code == 422 and "Đề nghị này đã có" in again.text
    client.post(f"/emulation/nominations/{row.id}", data={**FORM, "agency": cast.health.id, "minutes": "y"})
    assert row.dossier["minutes"] is True
    assert client_of(cast.tam).post(f"/emulation/nominations/{row.id}/withdraw").status_code == 404
    client.post(f"/emulation/nominations/{row.id}/withdraw")
    assert not db.session.scalars(sa.select(Nomination)).all()


def test_an_agency_cannot_nominate_for_another_nor_decide(movement, nominate, client_of, cast):
    client = client_of(cast.hanh)
    answer = client.post(f"/emulation/{movement.id}/nominate", data={**FORM, "agency": cast.finance.id})
    assert answer.status_code == 422
    row = nominate("Tập thể 1")
    for act in ("decide", "rank"):
        assert (
            client.post(f"/emulation/nominations/{row.id}/{act}", data={"act": "choose"}).status_code == 404
        )
    assert client.get(f"/emulation/{movement.id}/awards").status_code == 404


def test_a_decided_nomination_stays_as_it_was_decided(movement, nominate, client_of, cast, now):
    row = nominate("Tập thể 1")
    operations.decide(row, chosen=True, decision=DECISION, actor=cast.toan, now=now)
    db.session.commit()
    assert client_of(cast.hanh).post(f"/emulation/nominations/{row.id}/withdraw").status_code == 409
    assert db.session.get(Nomination, row.id)
