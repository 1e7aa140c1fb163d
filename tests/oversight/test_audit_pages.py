"""The audit trail: who may read what of it."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from app.audit.acts import SENTENCES
from app.audit.chain import head_of_chain, seal
from app.audit.operations import record
from app.extensions import db
from app.organisations.operations import add_alias
from app.oversight.views.audit import KINDS
from app.reminders import runs
from tests.cast import NOW
from tests.make import make_obligation, make_plan, make_submission


@pytest.fixture
def trail(cast):
    mine = make_plan(cast)
    theirs = make_plan(cast, standing_agency=cast.home_affairs)
    make_submission(make_obligation(mine, cast.health, title="Báo cáo của Y tế"), cast.hanh, number="77/SYT")
    make_submission(make_obligation(theirs, cast.finance, title="Báo cáo gửi Nội vụ"), cast.tam)
    add_alias(cast.health, "Sở YT", actor=cast.ha, now=NOW)
    db.session.commit()


def test_the_administrator_reads_every_act_and_no_report_content(client_of, cast, trail):
    page = client_of(cast.ha).get("/audit").text
    assert "Báo cáo của Y tế" in page and "Báo cáo gửi Nội vụ" in page and "Thêm tên gọi khác «Sở YT»" in page
    assert "77/SYT" not in page and "Sở Y tế" in page
    for kind in ("csv", "xlsx"):
        assert "77/SYT" not in str(table(client_of(cast.ha).get(f"/audit.{kind}"), kind))


def test_a_standing_agency_reads_the_acts_on_its_plans(client_of, cast, trail):
    page = client_of(cast.toan).get("/audit").text
    assert "Báo cáo của Y tế" in page and "77/SYT" in page
    assert "Báo cáo gửi Nội vụ" not in page and "Sở YT" not in page


def test_nobody_else_reads_it(client_of, cast, trail):
    for person in (cast.hanh, cast.dung, cast.duc, cast.outsider):
        for address in ("/audit", "/audit.csv", "/audit.xlsx"):
            assert client_of(person).get(address).status_code == 404


def table(response, kind):
    assert response.status_code == 200 and f".{kind}" in response.headers["Content-Disposition"]
    if kind == "csv":
        return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    rows = load_workbook(io.BytesIO(response.data)).active.iter_rows(values_only=True)
    return [row for row in rows if any(row)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_export_holds_what_the_page_shows(client_of, cast, trail, kind):
    rows = table(client_of(cast.ha).get(f"/audit.{kind}?act=alias."), kind)
    assert rows[-1][:3] == type(rows[-1])(("25/11/2026 09:00", "Đặng Thu Hà", "Thêm tên gọi khác «Sở YT»"))
    assert "Báo cáo" not in str(rows)


def test_filters_by_act_person_and_day(client_of, cast, trail):
    client = client_of(cast.ha)
    assert "Báo cáo của Y tế" not in client.get("/audit?act=alias.").text
    assert "Sở YT" not in client.get("/audit?actor=Tâm").text
    assert "Không có việc nào khớp" in client.get("/audit?to=24/11/2026").text
    assert "Sở YT" in client.get("/audit?from=25/11/2026&to=25/11/2026").text
    assert client.get("/audit?act=nothing.").status_code == 404
    assert "Không đọc được ngày" in client.get("/audit?from=xx").text


def test_a_cell_never_becomes_a_formula(client_of, cast):
    record("user.created", cast.ha, actor=cast.ha, now=NOW, name="x", after={"note": "=1+1"})
    record("user.created", cast.ha, actor=None, now=NOW, name="x")
    cast.ha.name = "=HYPERLINK(1)"
    record("user.created", cast.ha, actor=cast.ha, now=NOW, name="x")
    rows = table(client_of(cast.ha).get("/audit.csv"), "csv")
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_the_trail_is_found_by_what_it_is_about(client_of, cast, trail):
    page = client_of(cast.ha).get("/audit?subject=báo cáo CỦA y tế").text
    assert "Báo cáo của Y tế" in page and "Báo cáo gửi Nội vụ" not in page
    assert "Thêm tên gọi khác" not in page
    rows = table(client_of(cast.ha).get("/audit.csv?subject=Nội vụ"), "csv")
    assert "Báo cáo gửi Nội vụ" in str(rows) and "của Y tế" not in str(rows)


def test_figures_of_a_correction_are_report_content_too(client_of, cast, trail):
    owed = make_obligation(make_plan(cast), cast.health)
    facts = {"figures": {"7": "731"}, "number": "8/SYT", "files": ["0" * 64, "1" * 64]}
    record(
        "correction.made",
        owed,
        actor=cast.hanh,
        now=NOW,
        name="Đính chính",
        plan_id=owed.plan_id,
        after=facts,
    )
    db.session.commit()
    assert "731" not in client_of(cast.ha).get("/audit?act=correction.").text
    page = client_of(cast.toan).get("/audit?act=correction.").text
    assert "số liệu:</span>" in page and "<ins>731</ins>" in page
    assert "tệp:</span>" in page and "<ins>2</ins>" in page and "0000" not in page


def test_the_administrator_sees_how_far_the_chain_goes_and_when_it_was_checked(client_of, cast, trail):
    ask = lambda person: client_of(person).get("/audit").text  # noqa: E731
    assert "Chưa niêm việc nào" in ask(cast.ha) and "Chưa kiểm tra lần nào" in ask(cast.ha)
    seal()
    runs.note_good("verify_audit", now=NOW, result="{}")
    db.session.commit()
    head = head_of_chain()
    page = ask(cast.ha)
    assert f"Đã niêm {head.number} việc, dấu cuối {head.digest[:16]}" in page
    assert "lần cuối lúc 25/11/2026 09:00" in page and "không xong" not in page
    runs.note_failed("verify_audit", now=NOW + timedelta(days=1), error="TrailBroken")
    db.session.commit()
    assert "Lần kiểm tra lúc 26/11/2026 09:00 không xong" in ask(cast.ha)
    assert "dấu cuối" not in ask(cast.toan) and "không xong" not in ask(cast.toan)


def test_a_long_trail_has_pages(client_of, cast):
    for n in range(60):
        record("user.created", cast.ha, actor=cast.ha, now=NOW, name=f"người-{n:02d}")
    page = client_of(cast.ha).get("/audit").text
    assert "60 việc trong nhật ký" in page and "người-59" in page and "người-00" not in page
    assert "người-00" in client_of(cast.ha).get("/audit?page=2").text


def test_every_act_belongs_to_a_kind_of_the_filter():
    assert all(act.startswith(tuple(KINDS)) for act in SENTENCES)


def test_every_sentence_names_what_happened_in_vietnamese():
    for act, said in SENTENCES.items():
        words = str(said)
        assert act not in words and "_" not in words.replace("%(subject)s", ""), act
        assert words[0].isupper() and not words.endswith("."), act
        assert not re.search(r"[a-z]+\.[a-z_]+", words), act
