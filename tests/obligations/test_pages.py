"""The pages of obligations through the front door. Today is Wednesday 25/11/2026, 09:00 in Vietnam."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from lxml import html

from app.accounts.models import User
from app.extensions import db
from app.obligations.models import Extension, Obligation, Outcome, Submission
from app.obligations.operations import ask_extension, return_submission, withdraw
from tests.cast import Cast
from tests.make import make_file, make_obligation, make_plan, make_submission

Client = Callable[[User | None], FlaskClient]
LATE, SOON, LATER = date(2026, 11, 16), date(2026, 11, 30), date(2027, 6, 14)


@pytest.fixture
def owed(cast: Cast) -> Obligation:
    """Due on 09/12/2026, owed by Sở Y tế to Sở Nông nghiệp và Môi trường."""
    obligation = make_obligation(make_plan(cast, number="48/KH-UBND"), cast.health)
    db.session.commit()
    return obligation


def words_of(response: object) -> str:
    """The visible text of a page, one space between words."""
    body = html.fromstring(response.get_data(as_text=True)).find("body")
    return " ".join(" ".join(body.itertext()).split())


def seen(client: FlaskClient, obligation_id: int, name: str = "") -> dict[str, str]:
    """The hidden fields of the forms on the page, as a browser would send them."""
    page = html.fromstring(client.get(f"/obligations/{obligation_id}").get_data(as_text=True))
    return {
        node.get("name"): node.get("value", "")
        for node in page.iterfind(".//input[@type='hidden']")
        if node.get("name", "").startswith(name)
    }


# -- Việc của tôi ------------------------------------------------------------------------------------------


def test_my_work_answers_what_is_late_and_what_is_next(cast: Cast, client_of: Client) -> None:
    plan = make_plan(cast, number="48/KH-UBND")
    make_obligation(plan, cast.health, due_on=LATE, title="Báo cáo muộn")
    make_obligation(plan, cast.health, due_on=SOON, nominal_on=date(2026, 12, 1), title="Báo cáo sắp đến hạn")
    make_obligation(plan, cast.finance, due_on=LATE, title="Báo cáo của sở khác")
    db.session.commit()
    text = words_of(client_of(cast.hanh).get("/work"))
    assert "1 việc quá hạn. Việc gần nhất tiếp theo: thứ Hai, 30/11 , còn 3 ngày làm việc." in text
    assert "Quá hạn 9 ngày" in text and "Còn 5 ngày , 3 ngày làm việc" in text
    assert text.count("Vì sao ngày này") == 1
    assert "của sở khác" not in text


def test_a_request_past_its_day_is_not_called_late(cast: Cast, client_of: Client) -> None:
    make_obligation(make_plan(cast), cast.front, due_on=LATE, is_request=True)
    db.session.commit()
    text = words_of(client_of(cast.lan).get("/work"))
    assert "Chưa có thông tin phản hồi" in text
    assert "Quá hạn" not in text and "quá hạn" not in text


def test_empty_work_names_what_comes_next(cast: Cast, client_of: Client) -> None:
    make_obligation(make_plan(cast), cast.health, due_on=LATER, title="Báo cáo 6 tháng đầu năm 2027")
    db.session.commit()
    text = words_of(client_of(cast.hanh).get("/work"))
    assert "Chưa có việc nào đến hạn trong 12 tuần tới." in text
    assert "Việc gần nhất: Báo cáo 6 tháng đầu năm 2027, ngày 14/06/2027." in text


def test_long_work_is_paged_and_costs_the_same_queries(
    cast: Cast, client_of: Client, count_queries: list[str]
) -> None:
    plan, client = make_plan(cast), client_of(cast.hanh)

    def cost() -> int:
        db.session.commit()
        client.get("/work")
        count_queries.clear()
        assert client.get("/work").status_code == 200
        return len(count_queries)

    for late in (True, False):
        make_obligation(plan, cast.health, due_on=LATE if late else SOON)
    make_submission(make_obligation(plan, cast.health), cast.hanh)
    few = cost()
    for n in range(30):
        make_obligation(make_plan(cast), cast.health, due_on=LATE - timedelta(days=n))
        make_obligation(make_plan(cast), cast.health, due_on=SOON + timedelta(days=n))
        make_submission(make_obligation(plan, cast.health), cast.hanh)
    assert cost() == few
    assert few <= 16
    assert "Báo cáo năm 2026" in words_of(client.get("/work?page=2"))


@pytest.mark.parametrize("who", ["duc", "ha"])
def test_my_work_is_for_those_who_owe(cast: Cast, client_of: Client, who: str) -> None:
    assert client_of(getattr(cast, who)).get("/work").status_code == 404


def test_the_counter_of_the_bar_is_red_only_for_what_is_late(cast: Cast, client_of: Client) -> None:
    plan = make_plan(cast)
    make_obligation(plan, cast.health, due_on=SOON)
    db.session.commit()
    client = client_of(cast.hanh)
    assert "counter-late" not in client.get("/work").get_data(as_text=True)
    make_obligation(plan, cast.health, due_on=LATE)
    assert "counter-late" in client.get("/work").get_data(as_text=True)


# -- who sees what -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["hanh", "dung", "toan", "duc"])
def test_the_agency_the_standing_agency_and_the_committee_see_it(
    cast: Cast, client_of: Client, owed: Obligation, who: str
) -> None:
    assert client_of(getattr(cast, who)).get(f"/obligations/{owed.id}").status_code == 200


@pytest.mark.parametrize("who", ["tam", "binh", "khoa", "ha", "outsider", "mai", "lan"])
def test_for_everybody_else_it_does_not_exist(
    cast: Cast, client_of: Client, owed: Obligation, who: str
) -> None:
    made = make_submission(owed, cast.hanh, files=[make_file()])
    db.session.commit()
    client = client_of(getattr(cast, who))
    file_id = made.attachments[0].id
    for path in ("", "/submit", f"/files/{file_id}", "/files.zip", "/submissions/1"):
        assert client.get(f"/obligations/{owed.id}{path}").status_code == 404
    for act in ("accept", "return", "waive", "cancel", "extensions", "withdraw", "acknowledge"):
        assert client.post(f"/obligations/{owed.id}/{act}").status_code == 404


@pytest.mark.parametrize("act", ["accept", "return", "waive", "cancel"])
@pytest.mark.parametrize("who", ["hanh", "duc"])
def test_only_the_receiving_side_decides(
    cast: Cast, client_of: Client, owed: Obligation, who: str, act: str
) -> None:
    assert client_of(getattr(cast, who)).post(f"/obligations/{owed.id}/{act}").status_code == 404


@pytest.mark.parametrize("act", ["submit", "extensions", "withdraw", "acknowledge"])
def test_only_the_agency_itself_hands_in(cast: Cast, client_of: Client, owed: Obligation, act: str) -> None:
    assert client_of(cast.toan).post(f"/obligations/{owed.id}/{act}").status_code == 404


def test_a_file_is_served_only_under_its_own_obligation(
    cast: Cast, client_of: Client, owed: Obligation
) -> None:
    made = make_submission(owed, cast.hanh, files=[make_file("báo cáo.pdf")])
    other = make_obligation(owed.plan, cast.health)
    db.session.commit()
    client, file_id = client_of(cast.toan), made.attachments[0].id
    answer = client.get(f"/obligations/{owed.id}/files/{file_id}")
    assert answer.data.startswith(b"%PDF") and "attachment" in answer.headers["Content-Disposition"]
    answer.close()
    assert client.get(f"/obligations/{other.id}/files/{file_id}").status_code == 404


# -- one obligation ------------------------------------------------------------------------------------------


def test_the_page_tells_state_reason_and_story(
    cast: Cast, client_of: Client, owed: Obligation, now: datetime, count_queries: list[str]
) -> None:
    make_submission(owed, cast.hanh, files=[make_file("a.pdf"), make_file("a.pdf")])
    return_submission(owed, reason="Thiếu biểu 02.", until=date(2026, 12, 2), actor=cast.toan, now=now)
    db.session.commit()
    client = client_of(cast.hanh)
    text = words_of(client.get(f"/obligations/{owed.id}"))
    assert "Trả lại, cần bổ sung" in text
    assert "Lý do trả lại · Lê Văn Toàn, Sở Nông nghiệp và Môi trường, 25/11/2026 09:00" in text
    assert "Còn 14 ngày, 10 ngày làm việc." in text and "Nộp lần đầu 25/11/2026 09:00, trong hạn." in text
    assert "Trả lại bản 1. Thiếu biểu 02." in text
    assert "Nộp bản 1 , số 1318/SYT-NV, 2 tệp" in text
    assert "Thư báo trả lại, gửi 2 người" in text
    assert "Sửa và nộp lại" in text
    with client.get(f"/obligations/{owed.id}/files.zip") as packed:
        assert zipfile.ZipFile(io.BytesIO(packed.data)).namelist() == ["ban-1/a.pdf", "ban-1/a-2.pdf"]


def test_the_page_of_a_long_story_costs_the_same_queries(
    cast: Cast, client_of: Client, owed: Obligation, now: datetime, count_queries: list[str]
) -> None:
    client = client_of(cast.hanh)

    def round_trip(n: int) -> None:
        make_submission(owed, cast.hanh if n % 2 else cast.dung, files=[make_file(f"{n}.pdf")])
        return_submission(owed, reason="Thiếu.", until=date(2026, 12, 2), actor=cast.toan, now=now)
        db.session.commit()

    def cost() -> int:
        client.get(f"/obligations/{owed.id}")
        count_queries.clear()
        client.get(f"/obligations/{owed.id}")
        return len(count_queries)

    round_trip(0)
    few = cost()
    for n in range(1, 8):
        round_trip(n)
    assert cost() == few
    assert few <= 32


def test_a_reviewer_returns_and_then_accepts(cast: Cast, client_of: Client, owed: Obligation) -> None:
    make_submission(owed, cast.hanh)
    db.session.commit()
    toan = client_of(cast.toan)
    form = seen(toan, owed.id, "return_-") | {
        "return_-reason": "Thiếu biểu 02.",
        "return_-until": "02/12/2026",
    }
    assert toan.post(f"/obligations/{owed.id}/return", data=form).status_code == 302
    assert owed.rework_until == date(2026, 12, 2)
    make_submission(owed, cast.hanh)
    db.session.commit()
    toan.post(f"/obligations/{owed.id}/accept", data=seen(toan, owed.id, "accept-"))
    assert owed.outcome is Outcome.ACCEPTED


def test_a_return_without_its_words_comes_back_with_what_is_missing(
    cast: Cast, client_of: Client, owed: Obligation
) -> None:
    make_submission(owed, cast.hanh)
    db.session.commit()
    toan = client_of(cast.toan)
    form = seen(toan, owed.id, "return_-") | {"return_-reason": "", "return_-until": "31/02/2026"}
    answer = toan.post(f"/obligations/{owed.id}/return", data=form)
    text = words_of(answer)
    assert answer.status_code == 422
    assert "Ghi rõ nội dung cần bổ sung" in text and "Nhập ngày theo dạng ngày/tháng/năm" in text
    assert owed.returned_at is None


def test_a_stale_page_is_told_who_changed_it(
    cast: Cast, client_of: Client, owed: Obligation, now: datetime
) -> None:
    make_submission(owed, cast.hanh)
    db.session.commit()
    toan = client_of(cast.toan)
    form = seen(toan, owed.id, "accept-")
    withdraw(owed, actor=cast.dung, now=now)
    answer = toan.post(f"/obligations/{owed.id}/accept", data=form)
    assert answer.status_code == 409
    assert "Bản nộp vừa được Võ Quốc Dũng rút lại lúc 09:00" in words_of(answer)
    assert owed.outcome is None


def test_an_extension_is_asked_for_and_decided(cast: Cast, client_of: Client, owed: Obligation) -> None:
    hanh, toan = client_of(cast.hanh), client_of(cast.toan)
    form = seen(hanh, owed.id, "extend-") | {"extend-until": "20/12/2026", "extend-reason": "Chờ số liệu."}
    hanh.post(f"/obligations/{owed.id}/extensions", data=form)
    extension = db.session.scalars(sa.select(Extension)).one()
    assert "Nguyễn Thị Hạnh xin gia hạn đến 20/12/2026" in words_of(toan.get(f"/obligations/{owed.id}"))
    form = seen(toan, owed.id, "decide-") | {"decide-decision": "refuse", "decide-note": ""}
    answer = toan.post(f"/obligations/{owed.id}/extensions/{extension.id}", data=form)
    assert answer.status_code == 422 and "Ghi lý do không gia hạn." in words_of(answer)
    form |= {"decide-decision": "grant", "decide-until": "18/12/2026"}
    toan.post(f"/obligations/{owed.id}/extensions/{extension.id}", data=form)
    assert owed.extended_to == date(2026, 12, 18)


def test_a_refused_extension_shows_the_reason_on_the_page(
    cast: Cast, client_of: Client, owed: Obligation
) -> None:
    hanh = client_of(cast.hanh)
    form = seen(hanh, owed.id, "extend-") | {"extend-until": "01/12/2026", "extend-reason": "Chờ số liệu."}
    answer = hanh.post(f"/obligations/{owed.id}/extensions", data=form)
    assert answer.status_code == 409
    assert "Ngày xin gia hạn phải sau hạn hiện nay, 09/12/2026." in words_of(answer)
    assert "Chờ số liệu." in answer.get_data(as_text=True)


@pytest.mark.parametrize(("act", "outcome"), [("waive", Outcome.WAIVED), ("cancel", Outcome.CANCELLED)])
def test_waiving_and_cancelling_need_a_basis(
    cast: Cast, client_of: Client, owed: Obligation, act: str, outcome: Outcome
) -> None:
    toan = client_of(cast.toan)
    form = seen(toan, owed.id, f"{act}-")
    assert toan.post(f"/obligations/{owed.id}/{act}", data=form).status_code == 422
    basis = {f"{act}-reason": "Chủ tịch UBND tỉnh đồng ý."}
    if act == "waive":  # an exemption names its letter
        assert toan.post(f"/obligations/{owed.id}/{act}", data=form | basis).status_code == 422
        basis |= {"waive-number": "215/UBND-KT", "waive-signed_on": "20/11/2026"}
    toan.post(f"/obligations/{owed.id}/{act}", data=form | basis)
    assert owed.outcome is outcome
    page = words_of(toan.get(f"/obligations/{owed.id}"))
    assert "Chủ tịch UBND tỉnh đồng ý." in page
    assert ("Văn bản số 215/UBND-KT ngày 20/11/2026." in page) == (act == "waive")


def test_withdrawing_and_acknowledging(cast: Cast, client_of: Client, owed: Obligation) -> None:
    hanh = client_of(cast.hanh)
    hanh.post(f"/obligations/{owed.id}/acknowledge", data={"seen": "0"})
    assert owed.acknowledged_at is not None
    make_submission(owed, cast.hanh)
    db.session.commit()
    hanh.post(f"/obligations/{owed.id}/withdraw", data=seen(hanh, owed.id, "seen"))
    assert owed.submitted_at is None
    assert "Đã rút lại" in words_of(hanh.get(f"/obligations/{owed.id}"))


# -- handing in ----------------------------------------------------------------------------------------------


def report(client: FlaskClient, owed: Obligation, **changes: object) -> dict[str, object]:
    page = html.fromstring(client.get(f"/obligations/{owed.id}/submit").get_data(as_text=True))
    key = page.find(".//input[@name='form_key']").get("value")
    return {
        "form_key": key, "kind": "report", "number": "1318/SYT-NV", "signed_on": "24/11/2026", "text": "Đủ.", **changes
    }  # fmt: skip


def test_a_report_with_files_ends_on_its_receipt(cast: Cast, client_of: Client, owed: Obligation) -> None:
    hanh = client_of(cast.hanh)
    files = [(io.BytesIO(b"%PDF-1.7 x"), "báo cáo.pdf"), (io.BytesIO(b"%PDF-1.7 y"), "phụ lục.pdf")]
    answer = hanh.post(
        f"/obligations/{owed.id}/submit", data=report(hanh, owed, files=files), follow_redirects=True
    )
    text = words_of(answer)
    made = db.session.scalars(sa.select(Submission)).one()
    assert "Đã nộp báo cáo lúc 09:00." in text and "nộp trong hạn" in text
    for attachment in made.attachments:
        assert attachment.name in text and attachment.file.sha256 in text
    waiting = words_of(hanh.get("/work"))
    assert "Chờ nơi nhận xác nhận" in waiting


def test_the_form_sent_twice_is_one_submission(cast: Cast, client_of: Client, owed: Obligation) -> None:
    hanh = client_of(cast.hanh)
    form = report(hanh, owed)
    first = hanh.post(f"/obligations/{owed.id}/submit", data=form)
    again = hanh.post(f"/obligations/{owed.id}/submit", data=form)
    assert first.location == again.location
    assert len(db.session.scalars(sa.select(Submission)).all()) == 1


def test_nothing_arose_is_one_tap(cast: Cast, client_of: Client, owed: Obligation) -> None:
    hanh = client_of(cast.hanh)
    form = report(hanh, owed, kind="nothing", number="", signed_on="", text="")
    assert hanh.post(f"/obligations/{owed.id}/submit", data=form).status_code == 302


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"number": ""}, 422, "Nhập số văn thư đã cấp, thí dụ 1318/SYT-NV."),
        ({"signed_on": ""}, 422, "Nhập ngày ký văn bản"),
        ({"signed_on": "32/11/2026"}, 422, "Nhập ngày theo dạng ngày/tháng/năm"),
        ({"signed_on": "28/11/2026"}, 409, "Ngày 28/11/2026 chưa đến. Kiểm tra lại ngày."),
        ({"text": ""}, 409, "Nhập nội dung báo cáo hoặc kèm ít nhất một tệp."),
        ({"kind": "other"}, 422, "Kết quả kỳ này"),
    ],
)
def test_a_mistake_keeps_what_was_typed(
    cast: Cast, client_of: Client, owed: Obligation, changes: dict[str, str], status: int, says: str
) -> None:
    hanh = client_of(cast.hanh)
    answer = hanh.post(f"/obligations/{owed.id}/submit", data=report(hanh, owed, **changes))
    assert answer.status_code == status
    assert says in words_of(answer)
    if "number" not in changes:
        assert "1318/SYT-NV" in answer.get_data(as_text=True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 0


def test_a_forbidden_file_is_named(cast: Cast, client_of: Client, owed: Obligation) -> None:
    hanh = client_of(cast.hanh)
    form = report(hanh, owed, files=[(io.BytesIO(b"MZ\x90\x00"), "tính.docx")])
    answer = hanh.post(f"/obligations/{owed.id}/submit", data=form)
    assert answer.status_code == 409 and "Tệp «tính.docx» không thuộc loại được nhận" in words_of(answer)


def test_the_form_of_an_officer_who_was_slower_says_so(
    cast: Cast, client_of: Client, owed: Obligation
) -> None:
    hanh = client_of(cast.hanh)
    form = report(hanh, owed)
    make_submission(owed, cast.dung)
    db.session.commit()
    answer = hanh.post(f"/obligations/{owed.id}/submit", data=form)
    assert answer.status_code == 409
    assert "Bản vừa nộp đang chờ xác nhận" in words_of(answer) and "Đủ." in answer.get_data(as_text=True)


def test_the_period_before_stands_beside_the_form(cast: Cast, client_of: Client, owed: Obligation) -> None:
    before = make_obligation(
        owed.plan, cast.health, source_id=owed.source_id, period="2025", due_on=date(2025, 12, 9)
    )
    make_submission(
        before, cast.hanh, number="1187/SYT-NV", now=datetime.fromisoformat("2025-12-01T02:00+00:00")
    )
    db.session.commit()
    text = words_of(client_of(cast.hanh).get(f"/obligations/{owed.id}/submit"))
    assert "Kỳ trước, năm 2025" in text and "1187/SYT-NV" in text and "đúng hạn" in text


def test_a_returned_report_starts_from_its_words(
    cast: Cast, client_of: Client, owed: Obligation, now: datetime
) -> None:
    make_submission(owed, cast.hanh, text="Bản cũ, thiếu biểu.")
    return_submission(owed, reason="Thiếu biểu 02.", until=date(2026, 12, 2), actor=cast.toan, now=now)
    db.session.commit()
    text = words_of(client_of(cast.hanh).get(f"/obligations/{owed.id}/submit"))
    assert "Thiếu biểu 02." in text and "Bản cũ, thiếu biểu." in text


# -- the queue -------------------------------------------------------------------------------------------------


def test_the_queue_begins_with_what_waited_longest(cast: Cast, client_of: Client, now: datetime) -> None:
    plan = make_plan(cast)
    for hours, agency, user in ((2, cast.health, cast.hanh), (5, cast.finance, cast.tam)):
        make_submission(make_obligation(plan, agency), user, now=now - timedelta(hours=hours))
    make_obligation(plan, cast.health, title="Chưa nộp")
    db.session.commit()
    text = words_of(client_of(cast.toan).get("/obligations"))
    assert "2 báo cáo chờ xác nhận" in text and "Chưa nộp" not in text
    assert text.index("Đỗ Minh Tâm") < text.index("Nguyễn Thị Hạnh")


def test_ticked_reports_are_accepted_and_a_changed_one_is_left(
    cast: Cast, client_of: Client, now: datetime
) -> None:
    plan = make_plan(cast)
    first, second = make_obligation(plan, cast.health), make_obligation(plan, cast.finance)
    for obligation, user in ((first, cast.hanh), (second, cast.tam)):
        make_submission(obligation, user)
    withdraw(second, actor=cast.tam, now=now)
    make_submission(second, cast.tam)
    db.session.commit()
    answer = client_of(cast.toan).post(
        "/obligations/accept", data={"ticked": [f"{first.id}:1", f"{second.id}:1"]}, follow_redirects=True
    )
    assert (first.outcome, second.outcome) == (Outcome.ACCEPTED, None)
    text = words_of(answer)
    assert "Đã xác nhận hoàn thành 1 báo cáo." in text and "Đỗ Minh Tâm" in text


def test_nobody_accepts_what_is_not_theirs_to_accept(cast: Cast, client_of: Client, owed: Obligation) -> None:
    make_submission(owed, cast.hanh)
    db.session.commit()
    for who in (cast.binh, cast.hanh, cast.duc):
        assert client_of(who).post("/obligations/accept", data={"ticked": f"{owed.id}:1"}).status_code == 404
    assert owed.outcome is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=giam+ngheo", ["A"]),
        ("q=dinh duong", ["B"]),
        ("q=so+y+te", ["A"]),
        ("q=118", ["B"]),
        ("q=khong co", []),
        ("state=overdue", ["A"]),
        ("state=soon", ["B"]),
        ("state=no_response", ["C"]),
        ("state=open", ["A", "B", "C"]),
        ("state=done", []),
        ("state=nonsense", []),
        ("sort=-day", ["B", "C", "A"]),
        ("page=99", []),
    ],
)
def test_filters_find_without_diacritics(cast: Cast, client_of: Client, query: str, found: list[str]) -> None:
    plan, other = make_plan(cast, title="Kế hoạch chung"), make_plan(cast, number="118/KH-UBND", title="Khác")
    make_obligation(plan, cast.health, title="Giảm nghèo [A]", due_on=LATE)
    make_obligation(other, cast.finance, title="Dinh dưỡng [B]", due_on=SOON)
    make_obligation(plan, cast.front, title="Vận động [C]", due_on=LATE + timedelta(days=1), is_request=True)
    db.session.commit()
    state = "" if "state" in query else "&state=all"
    text = words_of(client_of(cast.toan).get(f"/obligations?{query}{state}"))
    shown = [part[0] for part in text.split("[")[1:]]
    assert (shown if "sort" in query else sorted(shown)) == found


def test_the_list_costs_the_same_queries_however_long(
    cast: Cast, client_of: Client, count_queries: list[str]
) -> None:
    plan, client = make_plan(cast), client_of(cast.toan)
    users = {cast.health.id: cast.hanh, cast.finance.id: cast.tam}

    def cost() -> int:
        db.session.commit()
        client.get("/obligations")
        count_queries.clear()
        client.get("/obligations")
        return len(count_queries)

    make_submission(make_obligation(plan, cast.health), cast.hanh)
    few = cost()
    for agency in (cast.health, cast.finance) * 12:
        make_submission(make_obligation(make_plan(cast), agency), users[agency.id], files=[make_file()])
    assert cost() == few
    assert few <= 14


# -- an expired session ---------------------------------------------------------------------------------------


def test_signing_in_again_leads_back_to_the_form(cast: Cast, client_of: Client, owed: Obligation) -> None:
    nobody = client_of(None)
    answer = nobody.post(
        f"/obligations/{owed.id}/submit",
        data={"text": "x"},
        headers={"Referer": f"http://localhost/obligations/{owed.id}/submit"},
    )
    assert answer.status_code == 302
    assert f"next=/obligations/{owed.id}/submit" in answer.location.replace("%2F", "/")


def test_an_asked_extension_is_found_in_its_filter(
    cast: Cast, client_of: Client, owed: Obligation, now: datetime
) -> None:
    ask_extension(owed, until=date(2026, 12, 20), reason="Chờ.", actor=cast.hanh, now=now)
    db.session.commit()
    assert "Xin gia hạn đến 20/12" in words_of(client_of(cast.toan).get("/obligations?state=extension"))
