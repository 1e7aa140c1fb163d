"""Urging by letter and by mail: to whom, in which words, once."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import docx
import pytest

from app.accounts import operations as accounts
from app.audit.models import AuditEntry
from app.errors import Refused
from app.extensions import db
from app.obligations.operations import accept
from app.organisations.models import AgencyKind
from app.outbox.models import Message
from app.oversight import operations, urging
from app.oversight.urging import authority_of, lower_first, place_of
from tests.cast import NOW, TODAY
from tests.make import make_obligation, make_plan, make_submission

FORM = {"until": "02/12/2026", "contact": "Lê Văn Toàn, 0900000000", "form_key": "form-1"}


@pytest.fixture
def plan(cast):
    return make_plan(cast, number="187/KH-UBND", title="Kế hoạch Giảm nghèo bền vững")


@pytest.fixture
def late(cast, plan):
    return [
        make_obligation(plan, body, due_on=date(2026, 11, 16), **facts)
        for body, facts in [(cast.health, {}), (cast.communes[0], {}), (cast.front, {"is_request": True})]
    ]


def ids(obligations):
    return [obligation.id for obligation in obligations]


def urge(obligations, cast, *, form_key="f1", again=False, now=NOW):
    return operations.urge_by_mail(
        obligations, form_key=form_key, again=again, actor=cast.toan, now=now, today=TODAY
    )


def urged_entries():
    return list(db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "obligation.urged")))


def test_one_letter_speaks_of_one_report_and_requests_have_their_own(cast, plan, late):
    other = make_obligation(make_plan(cast), cast.health, due_on=date(2026, 11, 16))
    letters = urging.letters_for([*late, other])
    assert [(letter.is_request, len(letter.obligations)) for letter in letters] == [
        (False, 2),
        (False, 1),
        (True, 1),
    ]
    assert letters[0].addressees == ("Sở Y tế", "Ủy ban nhân dân xã Kim Điền")


@pytest.mark.parametrize(
    ("office", "place"),
    [
        ("UBND tỉnh Lam Giang", "Lam Giang"),
        ("Ủy ban nhân dân xã Kim Điền", "Kim Điền"),
        ("Lam Giang", "Lam Giang"),
    ],
)
def test_the_place_of_a_letter(office, place):
    assert place_of(office) == place


def test_a_letter_s_words_and_who_signs_it(cast):
    assert lower_first("Báo cáo năm") == "báo cáo năm" and lower_first("UBND xã") == "UBND xã"
    assert authority_of(cast.standing) == ("GIÁM ĐỐC",)
    assert authority_of(cast.province) == ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    cast.standing.kind = AgencyKind.OFFICE
    assert authority_of(cast.standing) == ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")


def words_of(data: bytes) -> str:
    made = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in made.paragraphs), *cells])


def test_the_letters_come_as_drafts_with_number_and_day_left_blank(client_of, cast, late):
    answer = client_of(cast.toan).post("/board/urging", data={**FORM, "id": ids(late), "act": "letter"})
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        ordered, requested = (words_of(archive.read(name)) for name in sorted(archive.namelist()))
    assert (
        "Sở Y tế" in ordered and "Yêu cầu" in ordered and "02/12/2026" in ordered and "187/KH-UBND" in ordered
    )
    assert "Ủy ban Mặt trận" not in ordered
    assert "đề nghị" in requested and "Yêu cầu" not in requested and "yêu cầu" not in requested
    assert "Số:          /SNNMT" in ordered and "Lê Văn Toàn, 0900000000" in ordered
    assert [entry.after["by"] for entry in urged_entries()] == ["letter"] * 3


def test_one_letter_comes_as_itself(client_of, cast, late):
    answer = client_of(cast.toan).post("/board/urging", data={**FORM, "id": ids(late[:1]), "act": "letter"})
    assert answer.mimetype.endswith("wordprocessingml.document")
    assert ".docx" in answer.headers["Content-Disposition"]


def test_the_mail_goes_to_officers_and_heads_of_each_agency(client_of, cast, late):
    page = client_of(cast.toan).post(
        "/board/urging", data={**FORM, "id": ids(late), "act": "mail"}, follow_redirects=True
    )
    assert "tới 4 người ở 3 cơ quan" in page.text
    sent = {m.recipient: m for m in db.session.scalars(db.select(Message).where(Message.kind == "urged"))}
    assert set(sent) == {user.email for user in (cast.hanh, cast.dung, cast.mai, cast.lan)}
    assert "quá hạn 9 ngày" in sent[cast.hanh.email].body_text
    assert (
        "yêu cầu" not in sent[cast.lan.email].body_text.lower()
        and "đề nghị" in sent[cast.lan.email].body_text
    )
    assert f"http://dunghan.test/obligations/{late[0].id}" in sent[cast.hanh.email].body_html


def test_several_late_reports_of_one_agency_are_one_mail(cast, plan, late):
    more = make_obligation(plan, cast.health, due_on=date(2026, 11, 1), title="Hồ sơ")
    urge([late[0], more], cast)
    mails = list(db.session.scalars(db.select(Message).where(Message.user_id == cast.hanh.id)))
    assert len(mails) == 1 and "Hồ sơ" in mails[0].body_text and "2 việc" in mails[0].subject


def test_the_same_form_mails_once(cast, late):
    assert urge(late, cast).people == 4
    assert urge(late, cast).people == 0
    assert db.session.query(Message).count() == 4 and len(urged_entries()) == 3


def test_a_second_mail_on_one_day_asks_first(client_of, cast, late):
    urge(late, cast)
    with pytest.raises(Refused, match="Hôm nay đã gửi"):
        urge(late, cast, form_key="f2")
    page = client_of(cast.toan).post("/board/urging", data={**FORM, "id": ids(late), "act": "mail"}).text
    assert "Hôm nay đã gửi thư đôn đốc" in page and 'name="again"' in page
    assert urge(late, cast, form_key="f2", again=True).people == 4
    tomorrow = NOW + timedelta(days=1)
    again = operations.urge_by_mail(
        late, form_key="f3", again=False, actor=cast.toan, now=tomorrow, today=TODAY + timedelta(days=1)
    )
    assert again.people == 4


def test_an_agency_without_accounts_is_named_and_not_counted_as_urged(cast, plan):
    made = make_obligation(plan, cast.communes[2], due_on=date(2026, 11, 1))
    urged = urge([made], cast)
    assert (urged.people, [a.id for a in urged.unreachable]) == (0, [cast.communes[2].id])
    assert urged_entries() == []


def test_a_merged_agency_is_urged_through_its_successor(cast, plan):
    made = make_obligation(plan, cast.planning, due_on=date(2026, 11, 1))
    assert urge([made], cast).people == 1
    assert db.session.query(Message).one().recipient == cast.tam.email


def test_closed_accounts_get_no_mail(cast, late):
    accounts.close_user(cast.dung, actor=cast.ha, now=NOW)
    assert urge(late[:1], cast).people == 1


def test_what_is_not_overdue_is_not_urged(cast, plan):
    for made in (
        make_obligation(plan, cast.health),
        make_obligation(plan, cast.health, due_on=TODAY, period="x"),
    ):
        with pytest.raises(Refused, match="chưa quá hạn"):
            urge([made], cast)
    handed_in = make_obligation(plan, cast.health, due_on=date(2026, 11, 1), period="y")
    make_submission(handed_in, cast.hanh)
    with pytest.raises(Refused, match="không cần đôn đốc"):
        urge([handed_in], cast)
    accept(handed_in, actor=cast.toan, now=NOW)
    with pytest.raises(Refused, match="không cần đôn đốc"):
        urge([handed_in], cast)
    with pytest.raises(Refused, match="Chưa chọn"):
        urge([], cast)


def test_nobody_urges_for_plans_of_others(client_of, cast, late):
    for person in (cast.binh, cast.khoa):
        address = f"/board/urging?id={late[0].id}"
        assert client_of(person).get(address).status_code == 404
        assert client_of(person).post(address, data={**FORM, "act": "mail"}).status_code == 404
    for person in (cast.hanh, cast.ha):
        assert (
            client_of(person).post("/board/urging", data={**FORM, "id": ids(late), "act": "mail"}).status_code
            == 404
        )
    assert db.session.query(Message).count() == 0


def test_a_committee_member_may_urge(client_of, cast, late):
    answer = client_of(cast.duc).post("/board/urging", data={**FORM, "id": ids(late), "act": "mail"})
    assert answer.status_code == 302 and db.session.query(Message).count() == 4


def test_a_new_day_that_has_passed_is_refused(client_of, cast, late):
    data = {**FORM, "until": "2026-11-24", "id": ids(late), "act": "letter"}
    assert "24/11/2026 đã qua" in client_of(cast.toan).post("/board/urging", data=data).text
    assert urged_entries() == []


def test_the_page_proposes_a_day_and_shows_whom_it_addresses(client_of, cast, late):
    address = "/board/urging?" + "&".join(f"id={key}" for key in ids(late))
    page = client_of(cast.toan).get(address).text
    assert "Đôn đốc 3 việc ở 3 cơ quan" in page and "2 công văn" in page and "Lê Văn Toàn" in page
    assert "Đánh dấu các việc cần đôn đốc" in client_of(cast.toan).get("/board/urging").text


def test_the_board_tells_the_last_time_it_was_urged(client_of, cast, late):
    urge(late, cast)
    assert "Thư đôn đốc 25/11" in client_of(cast.toan).get("/board").text
    assert "Thư đôn đốc 25/11" in client_of(cast.toan).get("/board/overdue").text
