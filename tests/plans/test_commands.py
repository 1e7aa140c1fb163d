"""Reading and importing from a terminal, on our own plan and on the real ones where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.plans.models import DraftKind, Plan, PlanState
from tests.plans.texts import CLASSIFIED, UNKNOWN_BODY, WHOLE

REAL = sorted((Path(__file__).resolve().parents[3] / "shared" / "plans").glob("*.txt"))
KEYS = {
    "source", "number", "issued_on", "issuer", "title", "period", "signer", "basis", "assignments", "reports",
    "registrations", "awards", "components", "other_deadlines", "recipients", "unread", "warnings",
}  # fmt: skip


@pytest.fixture
def file(tmp_path):
    def write(text: str) -> str:
        path = tmp_path / "ke-hoach.txt"
        path.write_text(text, "utf-8")
        return str(path)

    return write


def test_reading_prints_the_contract_and_stores_nothing(app, cast, file):
    answer = app.test_cli_runner().invoke(args=["plans", "read", file(WHOLE), "--json"])
    assert answer.exit_code == 0, answer.output
    reading = json.loads(answer.output)
    assert set(reading) == KEYS
    assert reading["source"] == {"name": "ke-hoach.txt", "pages": 1, "characters": len(WHOLE)}
    assert [a["resolved"] for a in reading["assignments"]][:1] == ["Sở Y tế"]
    assert not db.session.scalars(sa.select(Plan)).all()


def test_reading_needs_no_database_at_all(app, file):
    db.drop_all()
    db.session.commit()
    answer = app.test_cli_runner().invoke(args=["plans", "read", file(WHOLE), "--json"])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["assignments"][0]["resolved"] == "Sở Y tế"  # from the standard directory


def test_a_refused_document_is_one_line(app, cast, file):
    answer = app.test_cli_runner().invoke(
        args=["plans", "import", file(CLASSIFIED), "--standing", "Sở Nội vụ"]
    )
    assert answer.exit_code == 1 and "dấu chỉ độ mật" in answer.output
    assert not db.session.scalars(sa.select(Plan)).all()


def test_importing_with_confirmation_puts_the_plan_in_force(app, cast, file):
    run = app.test_cli_runner().invoke
    answer = run(args=["plans", "import", file(WHOLE), "--standing", "Sở NN&MT", "--confirm"])
    assert answer.exit_code == 0, answer.output
    assert "in force, 21 obligations" in answer.output
    again = run(args=["plans", "import", file(WHOLE), "--standing", "Sở NN&MT"])
    assert again.exit_code == 1 and "Tệp này đã được đưa vào" in again.output


def test_what_is_unclear_keeps_an_import_in_review(app, cast, file):
    answer = app.test_cli_runner().invoke(
        args=["plans", "import", file(UNKNOWN_BODY), "--standing", "Sở NN&MT", "--confirm"]
    )
    assert answer.exit_code == 1 and "Còn 1 mục có cơ quan chưa rõ" in answer.output
    assert db.session.scalars(sa.select(Plan)).one().state is PlanState.IN_REVIEW


def test_several_agencies_that_run_plans_ask_for_one(app, cast, file):
    answer = app.test_cli_runner().invoke(args=["plans", "import", file(WHOLE)])
    assert answer.exit_code == 1 and "--standing" in answer.output and "Sở Nội vụ" in answer.output


if REAL:  # not part of this repository; collected only where they lie beside it

    def test_every_real_plan_becomes_a_reviewable_plan(app, cast, client_of):
        run, client = app.test_cli_runner().invoke, client_of(cast.toan)
        for path in REAL:
            answer = run(args=["plans", "import", str(path), "--standing", "Sở NN&MT"])
            assert answer.exit_code == 0, f"{path.name}: {answer.output}"
            plan = db.session.scalars(sa.select(Plan).order_by(Plan.id.desc())).first()
            assert sum(draft.kind is DraftKind.ASSIGNMENT for draft in plan.drafts) >= 2, path.name
            length = len(plan.source.text)
            for draft in plan.drafts:
                assert draft.span_start is None or 0 <= draft.span_start < draft.span_end <= length
            assert client.get(f"/plans/{plan.id}/review?show=all").status_code == 200, path.name
