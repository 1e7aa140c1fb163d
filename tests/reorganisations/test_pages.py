"""The pages of a reorganisation, walked as the administrator does."""

from __future__ import annotations

from app.extensions import db
from app.organisations.reorganisations import Reorganisation
from tests.cast import TODAY
from tests.reorganisations.test_carrying_out import given, owed_by

DAY = f"{TODAY:%d/%m/%Y}"


def form_of(cast, **facts):
    return {
        "kind": "split", "effective_on": DAY, "decision": "21/NQ-HĐND", "form_key": "one",
        "olds-0": "so tai chinh", "heirs-0-name": "Sở Y tế", "heirs-0-subject": "giảm nghèo",
        "heirs-1-name": "Sở Mới", "heirs-1-subject": "lao động", **facts,
    }  # fmt: skip


def test_from_the_form_through_the_preview_to_done_and_back(client_of, cast):
    plan = given(cast, cast.finance)
    client = client_of(cast.ha)
    assert "Sở Tài chính" in client.get(f"/agencies/changes/new?old={cast.finance.id}").text
    address = client.post("/agencies/changes/new", data=form_of(cast)).location
    assert client.post("/agencies/changes/new", data=form_of(cast)).location == address, "sent twice is one"
    page = client.get(address).text
    assert "Còn 2 mục cần chọn" in page and "Sở Mới (cơ quan mới)" in page and "Kế hoạch giảm nghèo" in page
    assert "Việc còn mở" in page and "Đỗ Minh Tâm" in page
    assert client.post(f"{address}/decide").status_code == 409
    heirs = [heir.id for heir in db.session.query(Reorganisation).one().heirs]
    client.post(
        f"{address}/choices",
        data={f"{cast.finance.id}:plan:{plan.id}": heirs[0], f"{cast.finance.id}:person:{cast.tam.id}": heirs[1],
              "nonsense": "1", f"{cast.finance.id}:plan:x": "1"},
    )  # fmt: skip
    assert "Mọi mục" in client.get(address).text or "Thực hiện" in client.get(address).text
    assert client.post(f"{address}/decide").status_code == 302
    db.session.expire_all()
    assert len(owed_by(cast.health)) == 2 and cast.tam.agency.name == "Sở Mới"
    assert "Hoàn tác được khi" in client.get(address).text
    assert "21/NQ-HĐND" in client.get("/agencies/changes").text
    assert client.post(f"{address}/undo").status_code == 302
    db.session.expire_all()
    assert len(owed_by(cast.finance)) == 2 and cast.tam.agency is cast.finance
    assert client.post(f"{address}/undo").status_code == 409


def test_mistakes_are_said_on_the_form_and_what_was_typed_is_kept(client_of, cast):
    client = client_of(cast.ha)
    page = client.post("/agencies/changes/new", data=form_of(cast, **{"olds-0": "Sở Không Có"})).text
    assert "Không có cơ quan «Sở Không Có»" in page and 'value="Sở Không Có"' in page
    assert (
        "Nhập ngày có hiệu lực"
        in client.post("/agencies/changes/new", data=form_of(cast, effective_on="")).text
    )
    assert "đúng một cơ quan" in client.post("/agencies/changes/new", data=form_of(cast, kind="merge")).text
    assert db.session.query(Reorganisation).count() == 0


def test_what_was_prepared_can_be_dropped_and_others_see_nothing(client_of, cast):
    address = client_of(cast.ha).post("/agencies/changes/new", data=form_of(cast)).location
    for other in (cast.toan, cast.hanh, cast.duc):
        for path in ("", "/choices", "/decide", "/undo", "/drop"):
            answer = client_of(other).post(f"{address}{path}") if path else client_of(other).get(address)
            assert answer.status_code == 404
    assert client_of(cast.ha).post(f"{address}/drop").status_code == 302
    assert db.session.query(Reorganisation).count() == 0 and cast.finance.valid_to is None
