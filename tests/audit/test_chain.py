"""The audit trail shows when somebody changed it behind the application's back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from app.audit import chain
from app.audit.models import AppendOnly, AuditEntry
from app.audit.operations import record
from app.clock import now as clock_now
from app.extensions import db
from tests.cast import Cast
from tests.conftest import both_engines


@pytest.fixture
def five_acts(cast: Cast) -> list[int]:
    """Ids of five sealed entries."""
    entries = [
        record(
            "user.signed_in", cast.hanh, actor=cast.hanh, now=clock_now(), name=f"Lần {n}", after={"count": n}
        )
        for n in range(5)
    ]
    db.session.commit()
    assert chain.seal() >= 5
    db.session.commit()
    return [entry.id for entry in entries]


def behind_our_back(statement: str, **values: object) -> None:
    db.session.execute(sa.text(statement), values)
    db.session.commit()


def faults() -> list[tuple[str, int | None]]:
    return [(fault.kind, fault.entry_id) for fault in chain.verify().faults]


@both_engines
def test_an_untouched_trail_is_whole_and_sealing_again_changes_nothing(five_acts: list[int]) -> None:
    verdict = chain.verify()
    assert verdict.is_whole and verdict.unsealed == 0
    assert chain.seal() == 0
    assert chain.head_of_chain() == verdict.head


@both_engines
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET actor_name = 'Ai đó' WHERE id = :id",
        "UPDATE audit_entry SET after = '{\"n\": 7}' WHERE id = :id",
        "UPDATE audit_entry SET at = '2020-01-01 00:00:00' WHERE id = :id",
        "UPDATE audit_entry SET address = '10.0.0.1' WHERE id = :id",
    ],
)
def test_an_altered_entry_is_found_by_name(five_acts: list[int], change: str) -> None:
    behind_our_back(change, id=five_acts[2])
    assert faults() == [("altered", five_acts[2])]


def test_a_removed_entry_is_found_by_name(five_acts: list[int]) -> None:
    behind_our_back("DELETE FROM audit_entry WHERE id = :id", id=five_acts[1])
    assert faults() == [("removed", five_acts[1])]


def test_an_entry_removed_with_its_seal_breaks_the_chain(five_acts: list[int]) -> None:
    behind_our_back("DELETE FROM audit_seal WHERE entry_id = :id", id=five_acts[1])
    behind_our_back("DELETE FROM audit_entry WHERE id = :id", id=five_acts[1])
    assert [kind for kind, _entry in faults()] == ["broken"]


def test_a_trail_cut_off_at_its_end_does_not_hold_the_head_noted_before(five_acts: list[int]) -> None:
    noted = chain.head_of_chain()
    for table, column in (("audit_seal", "entry_id"), ("audit_entry", "id")):
        behind_our_back(f"DELETE FROM {table} WHERE {column} >= :id", id=five_acts[3])
    assert chain.verify().is_whole  # by itself a shorter chain is a chain
    assert not chain.verify(noted).is_whole


def test_an_entry_that_commits_late_below_sealed_ones_is_sealed_all_the_same(five_acts: list[int]) -> None:
    skipped, after = five_acts[-1] + 1, five_acts[-1] + 2
    for number in (after, skipped):
        copy = (
            "INSERT INTO audit_entry SELECT :new, at, actor_id, actor_name, act, subject_type, subject_id, "
        )
        copy += "subject_name, plan_id, before, after, address FROM audit_entry WHERE id = :old"
        behind_our_back(copy, new=number, old=five_acts[0])
        assert chain.seal() == 1
        db.session.commit()
    assert chain.verify().is_whole and chain.verify().unsealed == 0


def test_the_application_itself_never_changes_an_entry(five_acts: list[int]) -> None:
    entry = db.session.get(AuditEntry, five_acts[0])
    entry.actor_name = "Ai đó"
    with pytest.raises(AppendOnly):
        db.session.flush()
    db.session.rollback()


def test_the_command_tells_and_ends_with_a_fault(app: Flask, five_acts: list[int]) -> None:
    runner = app.test_cli_runner()
    head = runner.invoke(args=["audit", "head"]).output.strip()
    whole = runner.invoke(args=["audit", "verify", "--head", head])
    assert whole.exit_code == 0 and head in whole.output
    behind_our_back("UPDATE audit_entry SET act = 'user.signed_out' WHERE id = :id", id=five_acts[0])
    broken = runner.invoke(args=["audit", "verify"])
    assert broken.exit_code == 1 and f"entry {five_acts[0]}" in broken.output
