"""Đính chính: a new version with a reason; the first acceptance, the outcome and the lateness stay."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.accounts.models import User
from app.errors import Refused, Stale
from app.extensions import db
from app.obligations import rules
from app.obligations.figures import FigureRefused, parse_figure, unlikely, write_figure
from app.obligations.indicators import accrued_before, submissions_in_force, values_of
from app.obligations.models import Accrual, Obligation, Outcome, SourceKind, SubmissionKind
from app.obligations.operations import accept, return_submission, waive, withdraw
from app.obligations.operations.correcting import want_correction
from app.obligations.operations.defining import (
    Definition,
    change_indicator,
    forget_indicators,
    retire_indicator,
)
from app.outbox.models import Message
from tests.cast import NOW, TODAY, Cast
from tests.conftest import both_engines
from tests.make import make_file, make_indicator, make_obligation, make_plan, make_schedule, make_submission
from tests.obligations.test_pages import seen, words_of

Client = Callable[[User | None], FlaskClient]
LATER = NOW + timedelta(days=40)


@pytest.fixture
def done(cast: Cast) -> Obligation:
    """Handed in on time by Hạnh and accepted by Toàn."""
    obligation = make_obligation(make_plan(cast), cast.health)
    make_submission(obligation, cast.hanh)
    accept(obligation, actor=cast.toan, now=NOW)
    db.session.commit()
    return obligation


def correct(obligation: Obligation, actor: User, now: datetime = LATER, **facts: object):
    return make_submission(
        obligation, actor, now=now, correction_reason="Sai số hộ nghèo của xã Kim Điền", **facts
    )


@both_engines
def test_a_correction_replaces_the_report_and_moves_neither_outcome_nor_lateness(
    cast: Cast, done: Obligation
) -> None:
    first = done.submissions[0]
    made = correct(done, cast.dung)
    assert (made.version, done.outcome, done.settled_at, done.submitted_at) == (2, Outcome.ACCEPTED, NOW, NOW)
    assert submissions_in_force([done.id])[done.id] is first
    accept(done, actor=cast.toan, now=LATER + timedelta(hours=1), version=2)
    assert submissions_in_force([done.id])[done.id] is made
    assert (first.accepted_at, done.settled_at, done.correction_at) == (NOW, NOW, None)
    assert rules.days_late(done, TODAY + timedelta(days=60)) == 0
    kinds = db.session.scalars(sa.select(Message.kind).order_by(Message.id)).all()
    assert kinds[-3:] == ["submission-received", "submission-to-review", "submission-accepted"]


@both_engines
def test_a_correction_that_is_wanted_returned_and_taken_back(cast: Cast, done: Obligation) -> None:
    want_correction(done, reason="Đối chiếu thấy lệch", until=TODAY, actor=cast.toan, now=NOW)
    assert done.correction_wanted_until == TODAY
    with pytest.raises(Refused, match="đang chờ nơi nộp"):
        want_correction(done, reason="Nữa", until=TODAY, actor=cast.toan, now=NOW)
    correct(done, cast.hanh)
    withdraw(done, actor=cast.hanh, now=LATER)
    assert (done.correction_at, done.correction_wanted_until) == (None, TODAY)
    correct(done, cast.hanh)
    return_submission(
        done, reason="Chưa có căn cứ", until=LATER.date(), actor=cast.toan, now=LATER, version=3
    )
    assert (done.correction_at, done.outcome, done.returned_at) == (None, Outcome.ACCEPTED, None)
    assert submissions_in_force([done.id])[done.id].version == 1
    mail = db.session.scalars(sa.select(Message).where(Message.kind == "submission-returned")).first()
    assert "Bản đã xác nhận trước đó vẫn giữ nguyên" in mail.body_text
    with pytest.raises(Stale):
        accept(done, actor=cast.toan, now=LATER, version=3)


def test_what_was_not_accepted_or_has_one_on_its_way_is_not_corrected(cast: Cast, done: Obligation) -> None:
    correct(done, cast.hanh)
    with pytest.raises(Refused, match="đang chờ xác nhận"):
        correct(done, cast.dung)
    fresh = make_obligation(done.plan, cast.health)
    with pytest.raises(Refused, match="chưa được xác nhận"):
        correct(fresh, cast.hanh)
    waive(fresh, reason="Công văn 1", actor=cast.toan, now=NOW)
    with pytest.raises(Refused, match="được miễn"):
        correct(fresh, cast.hanh)


def test_the_pages_lead_from_the_wish_to_the_corrected_report(
    cast: Cast, done: Obligation, client_of: Client
) -> None:
    reviewer, officer = client_of(cast.toan), client_of(cast.hanh)
    sent = {"want-reason": "Đối chiếu thấy lệch", "want-until": "30/11/2026"} | seen(
        reviewer, done.id, "want-"
    )
    assert reviewer.post(f"/obligations/{done.id}/corrections", data=sent).status_code == 302
    assert "yêu cầu đính chính, đến hết ngày 30/11/2026" in words_of(officer.get(f"/obligations/{done.id}"))
    page = officer.get(f"/obligations/{done.id}/submit")
    assert "Đính chính: Báo cáo năm 2026" in words_of(page) and "4.180 hộ" in words_of(page)
    report = {
        "form_key": "c" * 20,
        "kind": "report",
        "number": "1400/SYT",
        "signed_on": "25/11/2026",
        "text": "4.190",
    }
    missing = officer.post(f"/obligations/{done.id}/submit", data=report)
    assert missing.status_code == 422 and "Ghi lý do đính chính" in words_of(missing)
    report["correction_reason"] = "Xã Kim Điền báo thiếu"
    receipt = officer.post(f"/obligations/{done.id}/submit", data=report, follow_redirects=True)
    assert "Biên nhận bản đính chính 2" in words_of(receipt) and "Xã Kim Điền báo thiếu" in words_of(receipt)
    queue = words_of(reviewer.get("/obligations?state=correction"))
    assert "1 nghĩa vụ" in queue and "Đính chính nộp" in queue
    review = reviewer.get(f"/obligations/{done.id}/review?state=correction")
    assert "Lý do đính chính : Xã Kim Điền báo thiếu" in words_of(review)
    hidden = seen(reviewer, done.id, "accept-")
    answer = reviewer.post(f"/obligations/{done.id}/accept", data=hidden | {"queue": "state=correction"})
    assert answer.status_code == 302 and "state=correction" in answer.location
    story = words_of(officer.get(f"/obligations/{done.id}"))
    assert "Xác nhận bản đính chính 2" in story and "Yêu cầu đính chính" in story and "Nộp bản 1" in story


# -- figures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.234,5", "1234.5"),
        (" 4.180 ", "4180"),
        ("-3", "-3"),
        ("0,50", "0.5"),
        ("1234,5", "1234.5"),
        ("", None),
    ],
)
def test_figures_are_read_as_they_are_written_in_letters(typed: str, value: str | None) -> None:
    assert parse_figure(typed) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    "typed", ["1.5", "1,234,567", "12.34", "một", "1e5", "10.000.000.000.000", "--1", "NaN"]
)
def test_figures_that_could_be_misread_are_refused(app: object, typed: str) -> None:
    with pytest.raises(FigureRefused):
        parse_figure(typed)


def test_figures_are_written_as_they_are_read(app: object) -> None:
    for text in ("1.234,5", "4.180", "-3", "0,25", "100"):
        assert write_figure(parse_figure(text)) == text
    assert "Gấp 10 lần" in str(unlikely(Decimal(178), Decimal("17.8")))
    assert unlikely(Decimal(18), Decimal("17.8")) is None


@pytest.fixture
def quarterly(cast: Cast):
    """A schedule with an indicator that adds up over the year, and one in percent; two periods of Sở Y tế."""
    schedule = make_schedule(make_plan(cast), reporters=[cast.health])
    built = make_indicator(
        schedule, cast.toan, "Nhà đã xây", unit="nhà", accrual=Accrual.YEAR, target=Decimal(500)
    )
    rate = make_indicator(
        schedule, cast.toan, "Tỷ lệ hộ nghèo", unit="%", decimals=1, required=False,
        minimum=Decimal(0), maximum=Decimal(100),
    )  # fmt: skip
    periods = [
        make_obligation(
            schedule.plan,
            cast.health,
            source_id=schedule.id,
            period=key,
            nominal_on=day,
            due_on=day,
            title=key,
        )
        for key, day in (
            ("2025-Q4", date(2026, 1, 10)),
            ("2026-Q1", date(2026, 4, 10)),
            ("2026-Q2", date(2026, 12, 9)),
        )
    ]
    db.session.commit()
    return schedule, built, rate, periods


def test_values_are_kept_added_up_and_shown_beside_those_before(
    cast: Cast, quarterly, client_of: Client
) -> None:
    _schedule, built, rate, (last_year, first, second) = quarterly
    for obligation, value in ((last_year, 70), (first, 120)):
        made = make_submission(
            obligation, cast.hanh, figures={built.id: Decimal(value), rate.id: Decimal("17.8")}
        )
        accept(obligation, actor=cast.toan, now=NOW)
    db.session.commit()
    assert values_of([made.id]) == {made.id: {built.id: Decimal(120), rate.id: Decimal("17.8")}}
    assert accrued_before(second, [built, rate]) == {built.id: Decimal(120)}
    page = words_of(client_of(cast.hanh).get(f"/obligations/{second.id}/submit"))
    assert "Nhà đã xây nhà 500 120 120" in page.replace("  ", " ")
    sent = {
        "form_key": "f" * 20,
        "kind": "report",
        "number": "1/SYT",
        "signed_on": "24/11/2026",
        "text": "Đủ",
    }
    bad = client_of(cast.hanh).post(
        f"/obligations/{second.id}/submit",
        data=sent | {f"figure_{built.id}": "1.5", f"figure_{rate.id}": "178"},
    )
    assert bad.status_code == 422
    assert "thí dụ 1.234,5" in words_of(bad) and "Lớn hơn mức cao nhất là 100" in words_of(bad)
    good = client_of(cast.hanh).post(
        f"/obligations/{second.id}/submit",
        data=sent | {f"figure_{built.id}": "1.300", f"figure_{rate.id}": "17,2"},
    )
    assert good.status_code == 302
    review = words_of(client_of(cast.toan).get(f"/obligations/{second.id}/review"))
    assert "Nhà đã xây nhà 500 120 1.300 +1.180" in review and "-0,6" in review


def test_a_figure_that_is_required_asked_for_no_more_or_out_of_bounds_is_refused(
    cast: Cast, quarterly
) -> None:
    schedule, built, rate, (_last, _first, second) = quarterly
    with pytest.raises(Refused, match="Nhập số liệu của chỉ tiêu «Nhà đã xây»"):
        make_submission(second, cast.hanh)
    with pytest.raises(Refused, match="số nguyên"):
        make_submission(second, cast.hanh, figures={built.id: Decimal("1.5")})
    retire_indicator(rate, schedule, actor=cast.toan, now=NOW)
    with pytest.raises(Refused, match="Biểu số liệu vừa thay đổi"):
        make_submission(second, cast.hanh, figures={built.id: Decimal(1), rate.id: Decimal(1)})
    nothing = make_submission(second, cast.hanh, kind=SubmissionKind.NOTHING, figures={built.id: Decimal(1)})
    assert values_of([nothing.id]) == {}


def test_a_unit_with_values_does_not_change(cast: Cast, quarterly) -> None:
    schedule, built, _rate, (_last, first, _second) = quarterly
    make_submission(first, cast.hanh, figures={built.id: Decimal(5)})
    with pytest.raises(Refused, match="đơn vị cũ"):
        change_indicator(built, schedule, Definition("Nhà đã xây", "căn"), actor=cast.toan, now=NOW)
    forget_indicators(SourceKind.SCHEDULE, [schedule.id + 1000])


def test_the_standing_agency_says_what_a_report_asks_for(cast: Cast, quarterly, client_of: Client) -> None:
    schedule, built, rate, _periods = quarterly
    client, address = client_of(cast.toan), f"/schedules/{schedule.id}/indicators"
    sent = {
        "name": "Số xã đạt chuẩn",
        "unit": "xã",
        "decimals": "0",
        "accrual": "none",
        "target": "1.234",
        "required": "y",
    }
    assert client.post(address, data=sent).status_code == 302
    text = words_of(client.get(address))
    assert "Số xã đạt chuẩn xã 1.234" in text
    again = client.post(address, data=sent | {"minimum": "abc"})
    assert again.status_code == 422 and "thí dụ 1.234,5" in words_of(again)
    assert "Đặt tên khác" in words_of(client.post(address, data=sent))
    assert client.post(f"{address}/{rate.id}/up").status_code == 302
    assert client.post(f"{address}/{rate.id}/retire").status_code == 302
    text = words_of(client.get(address))
    assert "1 chỉ tiêu đã ngừng dùng" in text and "Cộng dồn từ đầu năm" in text
    assert client.post(f"{address}/{rate.id}/restore").status_code == 302
    assert client.post(f"{address}/{rate.id}/explode").status_code == 404
    assert client.get(f"{address}?edit={built.id}").status_code == 200
    for other in (cast.hanh, cast.binh, cast.duc):
        assert client_of(other).get(address).status_code == 404


# -- review ---------------------------------------------------------------------------------------------------


def test_the_queue_is_walked_in_its_own_order_and_goes_on_after_each_decision(
    cast: Cast, client_of: Client
) -> None:
    plan = make_plan(cast)
    waiting = [make_obligation(plan, body) for body in (cast.health, cast.finance, cast.communes[0])]
    for n, (obligation, officer) in enumerate(zip(waiting, (cast.hanh, cast.tam, cast.mai), strict=True)):
        make_submission(obligation, officer, now=NOW - timedelta(hours=9 - n), signed_on=date(2026, 11, 20))
    db.session.commit()
    client = client_of(cast.toan)
    page = client.get(f"/obligations/{waiting[1].id}/review?state=review")
    assert "2/3 trong danh sách" in words_of(page)
    body = page.get_data(as_text=True)
    assert f"/obligations/{waiting[0].id}/review?state=review" in body
    assert f"/obligations/{waiting[2].id}/review?state=review" in body
    hidden = seen(client, waiting[1].id, "accept-")
    answer = client.post(f"/obligations/{waiting[1].id}/accept", data=hidden | {"queue": "state=review"})
    assert answer.location.startswith(f"/obligations/{waiting[2].id}/review")
    empty = client.post(
        f"/obligations/{waiting[2].id}/return", data=seen(client, waiting[2].id, "return_-") | {"queue": ""}
    )
    assert empty.status_code == 422 and "Ghi rõ nội dung cần bổ sung" in words_of(empty)
    withdraw(waiting[0], actor=cast.hanh, now=NOW)
    db.session.commit()
    gone = client.get(f"/obligations/{waiting[0].id}/review?state=review")
    assert gone.status_code == 409 and "rút lại lúc" in words_of(gone)


def test_the_second_version_is_shown_beside_the_first(cast: Cast, client_of: Client) -> None:
    owed = make_obligation(make_plan(cast), cast.health)
    make_submission(owed, cast.hanh, text="Còn 4.180 hộ nghèo", files=[make_file("cũ.csv", b"a,b\n1,2\n")])
    return_submission(owed, reason="Thiếu xã Kim Điền", until=TODAY, actor=cast.toan, now=NOW)
    second = make_submission(
        owed,
        cast.hanh,
        text="Còn 4.190 hộ nghèo",
        files=[make_file("mới.csv", "xã;hộ\nKim Điền;3\n".encode())],
    )
    db.session.commit()
    client = client_of(cast.toan)
    page = client.get(f"/obligations/{owed.id}/review").get_data(as_text=True)
    assert "<del>4.180</del><ins>4.190</ins>" in page
    assert "<del>cũ.csv</del>" in page and "tệp mới" in page and "Thiếu xã Kim Điền" in page
    inside = f"/obligations/{owed.id}/files/{second.attachments[0].id}/preview"
    look = client.get(inside)
    assert "<td>Kim Điền</td><td>3</td>" in look.get_data(as_text=True)
    assert (
        client_of(cast.tam)
        .get(f"/obligations/{owed.id}/files/{second.attachments[0].id}/preview")
        .status_code
        == 404
    )


# -- outcomes -------------------------------------------------------------------------------------------------


@both_engines
def test_outcomes_are_told_apart_in_filters_and_in_the_sheet(cast: Cast, client_of: Client) -> None:
    plan, due = make_plan(cast), date(2026, 11, 16)

    def settled(title: str, day: datetime, due_on: date = due, **facts: object) -> Obligation:
        extended = facts.pop("extended_to", None)
        owed = make_obligation(plan, cast.health, title=title, due_on=due_on, extended_to=extended)
        make_submission(owed, cast.hanh, now=day, signed_on=due, **facts)
        accept(owed, actor=cast.toan, now=NOW)
        return owed

    on_day = datetime(2026, 11, 16, 16, 59, tzinfo=NOW.tzinfo)  # 23:59 in Vietnam
    settled("đúng", on_day)
    settled("muộn", on_day + timedelta(minutes=1))
    settled("nhờ gia hạn", on_day + timedelta(days=3), extended_to=date(2026, 11, 20))
    settled("không có gì", on_day, kind=SubmissionKind.NOTHING)
    settled("muộn, không có gì", NOW, kind=SubmissionKind.NOTHING)
    exempt = make_obligation(plan, cast.health, title="miễn", due_on=due)
    waive(exempt, reason="Văn bản số 215/UBND-KT", actor=cast.toan, now=NOW)
    make_obligation(plan, cast.health, title="chưa nộp", due_on=due)
    db.session.commit()
    client = client_of(cast.toan)
    sheet = load_workbook(io.BytesIO(client.get("/obligations.xlsx?state=all").data)).active
    rows = {row[1]: (row[7], row[8], row[9]) for row in sheet.iter_rows(min_row=5, values_only=True)}
    assert rows == {
        "đúng": ("Đúng hạn", 0, 0),
        "muộn": ("Hoàn thành muộn", 1, 1),
        "nhờ gia hạn": ("Đúng hạn sau gia hạn", 0, 3),
        "không có gì": ("Không phát sinh", 0, 0),
        "muộn, không có gì": ("Hoàn thành muộn", 9, 9),
        "miễn": ("Được miễn", 0, 0),
        "chưa nộp": ("Quá hạn, chưa nộp", 9, 9),
    }
    words = {"on_time": "Đúng hạn", "by_extension": "Đúng hạn sau gia hạn", "late": "Hoàn thành muộn",
             "nothing": "Không phát sinh", "exempt": "Được miễn", "missing": "Quá hạn, chưa nộp"}  # fmt: skip
    for result, word in words.items():
        found = load_workbook(
            io.BytesIO(client.get(f"/obligations.xlsx?state=all&result={result}").data)
        ).active
        titles = {row[1] for row in found.iter_rows(min_row=5, values_only=True)}
        assert titles == {title for title, facts in rows.items() if facts[0] == word}, result
    page = words_of(client.get("/obligations?state=all&result=by_extension"))
    assert "so với hạn ban đầu: chậm 3 ngày" in page
