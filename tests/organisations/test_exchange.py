"""Tables of the directory: out, in again, each row with its fate."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from datetime import date

import openpyxl
import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.documents.refusals import DocumentRefused
from app.documents.tables import read_table, write_csv
from app.extensions import db
from app.organisations import queries
from app.organisations.exchange import KINDS
from app.organisations.models import Agency, AgencyAlias, AgencyGroupMember
from app.organisations.reorganisations import DirectoryImport
from tests.cast import TODAY
from tests.conftest import both_engines

HEAD = {
    "agencies": "Mã,Tên đầy đủ,Loại,Cấp,Cơ quan cấp trên,Có từ ngày,Đến hết ngày",
    "aliases": "Tên gọi khác,Của cơ quan hoặc nhóm",
    "groups": "Nhóm,Thành viên,Mọi cơ quan loại,Mọi cơ quan cấp,Mọi cơ quan trực thuộc,Từ ngày,Đến hết ngày",
    "people": "Thư điện tử,Họ và tên,Vai trò,Cơ quan,Chức vụ",
}


@pytest.fixture
def give(client_of, cast):
    client = client_of(cast.ha)

    def give_table(kind, *lines, data=None):
        data = data or "\n".join([HEAD[kind], *lines]).encode()
        response = client.post(
            "/agencies/imports", data={"kind": kind, "file": (io.BytesIO(data), "bang.csv")}
        )
        if response.status_code != 302:
            return response.text
        give_table.address = response.location
        return client.get(response.location).text

    give_table.client = client
    give_table.apply = lambda: client.post(f"{give_table.address}/apply", follow_redirects=True).text
    return give_table


@both_engines
@pytest.mark.parametrize("kind", ["agencies", "aliases", "groups", "people"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_goes_out_comes_in_as_nothing_new(give, kind, form):
    data = give.client.get(f"/agencies/imports/{kind}/data.{form}").data
    page = give(kind, data=data)
    assert "không có gì để nhập" in page and "chưa nhập được" not in page
    assert give.client.get(f"/agencies/imports/{kind}/template.{form}").data != data


def test_each_row_tells_its_fate_and_nothing_happens_before_it_is_meant(give, cast):
    page = give(
        "agencies",
        ",Sở Dân tộc và Tôn giáo,\"Sở, ban, phòng\",Cấp tỉnh,Ủy ban nhân dân tỉnh Lam Giang,01/03/2025,",
        ",Sở Y tế,\"Sở, ban, phòng\",Cấp tỉnh,Ủy ban nhân dân tỉnh Lam Giang,01/01/2020,",
        ",Sở Xây dựng,,,Ủy ban nhân dân tỉnh Lam Giang,,",
        ",Sở Lạ,Lâu đài,Cấp tỉnh,,,",
        ",Sở Ngược,Văn phòng,Cấp tỉnh,,02/01/2026,01/01/2026",
        ",Sở Mồ côi,Văn phòng,Cấp tỉnh,Cơ quan không có,,",
    )  # fmt: skip
    assert "1 dòng thêm mới" in page and "1 dòng thay đổi" in page and "1 dòng giữ nguyên" in page
    assert "3 dòng chưa nhập được" in page and "không có giá trị «Lâu đài»" in page
    assert "Có từ ngày: <del>—</del> → <ins>01/01/2020</ins>" in page
    assert "Ngày cuối sớm hơn ngày đầu" in page and "Không có cơ quan «Cơ quan không có»" in page
    assert queries.agency_by_name("Sở Dân tộc và Tôn giáo", TODAY) is None
    done = give.apply()
    made = queries.agency_by_name("Sở Dân tộc và Tôn giáo", TODAY)
    assert made.parent is cast.province and made.valid_from == date(2025, 3, 1)
    assert cast.health.valid_from == date(2020, 1, 1)
    assert "Đã thêm 1, sửa 1 dòng. 3 dòng chờ sửa." in done and "3 dòng chưa nhập được" in done
    book = openpyxl.load_workbook(io.BytesIO(give.client.get(f"{give.address}/refused.xlsx").data))
    rows = [row for row in book.active.iter_rows(values_only=True) if any(row)]
    assert rows[-1][1] == "Sở Mồ côi" and "dòng 7" in rows[-1][-1]
    count = db.session.query(Agency).count()
    assert "Đã thêm 0, sửa 0 dòng." in give.apply() and db.session.query(Agency).count() == count


def test_parents_may_stand_below_their_children_and_circles_are_named_by_their_lines(give, cast):
    page = give(
        "agencies",
        ",Phòng Con,\"Sở, ban, phòng\",Cấp xã,Sở Cha,,",
        ",Sở Cha,\"Sở, ban, phòng\",Cấp tỉnh,,,",
        ",Vòng A,Văn phòng,Cấp tỉnh,Vòng B,,",
        ",Vòng B,Văn phòng,Cấp tỉnh,Vòng A,,",
        f"#{cast.province.id},Ủy ban nhân dân tỉnh Lam Giang,,,Sở Y tế,,",
    )  # fmt: skip
    assert "2 dòng thêm mới" in page and "Vòng cấp trên: các dòng 4, 5" in page
    assert "đang trực thuộc Ủy ban nhân dân tỉnh Lam Giang" in page
    give.apply()
    assert queries.agency_by_name("Phòng Con", TODAY).parent.name == "Sở Cha"


def test_a_spelling_of_another_body_is_refused_with_its_owner(give, cast):
    page = give("aliases", "Sở NN và MT,Sở Y tế", "Sở YT,Sở Y tế", "so yt,Sở Xây dựng")
    assert "đang là tên gọi của Sở Nông nghiệp và Môi trường" in page
    assert "Trùng với dòng 3" in page and "1 dòng thêm mới" in page
    give.apply()
    assert db.session.scalar(sa.select(AgencyAlias).where(AgencyAlias.key == "so yt")).agency is cast.health


def test_groups_come_as_lists_and_rules_and_overlaps_are_refused(give, cast):
    page = give(
        "groups",
        "Các sở,,\"Sở, ban, phòng\",Cấp tỉnh,,,",
        "Khối đô thị,UBND phường Bến Đò,,,,01/01/2025,31/12/2025",
        "Khối đô thị,Ủy ban nhân dân phường Bến Đò,,,,01/01/2025,31/12/2025",
        "Khối đô thị,Ủy ban nhân dân phường Bến Đò,,,,01/06/2025,",
        "Khối đô thị,Ủy ban nhân dân phường Bến Đò,,,,01/01/2026,",
    )  # fmt: skip
    assert "đã ở trong nhóm này từ 01/01/2025 đến hết 31/12/2025" in page
    assert "Không có cơ quan «UBND phường Bến Đò»" in page
    give.apply()
    group = queries.group_by_name("Các sở")
    assert cast.health in queries.members_on(group, TODAY) and cast.planning not in queries.members_on(
        group, TODAY
    )
    assert cast.planning in queries.members_on(group, date(2025, 1, 1))
    assert db.session.query(AgencyGroupMember).filter_by(agency_id=cast.communes[2].id).count() == 3


def test_new_people_are_invited_and_known_ones_changed(give, cast):
    page = give(
        "people",
        "moi@lamgiang.test,Phan Thị Mới,Chuyên viên,Sở Y tế,Chuyên viên",
        "tam@lamgiang.test,Đỗ Minh Tâm,Lãnh đạo cơ quan,Sở Tài chính,Phó Giám đốc",
        "khong-phai-thu,Ai đó,Chuyên viên,Sở Y tế,",
        "bcd@lamgiang.test,Ai đó,Thành viên Ban Chỉ đạo,Sở Y tế,",
    )
    assert "1 dòng thêm mới" in page and "2 dòng chưa nhập được" in page
    assert "<del>Chuyên viên</del> → <ins>Lãnh đạo cơ quan</ins>" in page
    give.apply()
    made = db.session.scalar(sa.select(User).where(User.email == "moi@lamgiang.test"))
    assert made.agency is cast.health and made.password_hash is None and made.invited_at is not None
    assert cast.tam.position == "Phó Giám đốc"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "Tệp không có nội dung"),
        (b"PK\x03\x04broken", "bị hỏng"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "không phải bảng tính"),
        ("Tên,Gì đó\na,b".encode(), "không có cột"),
        (("Tên gọi khác,Của cơ quan hoặc nhóm\n" + "a,b\n" * 3100).encode(), "hơn 3000 dòng"),
    ],
)
def test_what_is_no_table_of_the_kind_is_refused_and_not_kept(give, data, reason):
    page = give("aliases", data=data or b"\n")
    assert reason in page and db.session.query(DirectoryImport).count() == 0


def tones_apart(text):
    """As Windows-1258 writes: ê, ơ, ư whole, the tone after them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = []
    for letter in text:
        decomposed = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in tones))
        parts.append(base + "".join(c for c in decomposed if c in tones))
    return "".join(parts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_whatever_a_spreadsheet_made_of_it(encoding, delimiter):
    text = (
        delimiter.join(["Tên gọi khác", "Của cơ quan"]) + "\r\n" + delimiter.join(["Sở NN và MT", "Sở Y tế"])
    )
    rows = read_table((tones_apart(text) if encoding == "cp1258" else text).encode(encoding))
    assert [row.cells for row in rows] == [("Tên gọi khác", "Của cơ quan"), ("Sở NN và MT", "Sở Y tế")]
    assert [row.line for row in rows] == [1, 2]


def test_nothing_in_a_table_becomes_a_formula_and_comes_back_as_it_was():
    rows = read_table(write_csv(["A", "B"], [["=1+1", "@x"], [date(2026, 1, 2), True]]))
    assert [row.cells for row in rows[1:]] == [("=1+1", "@x"), ("02/01/2026", "Có")]
    assert b"'=1+1" in write_csv(["A"], [["=1+1"]])


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 250_000_000)
    with pytest.raises(DocumentRefused) as refusal:
        read_table(made.getvalue())
    assert refusal.value.code == "zip_bomb"


@pytest.mark.parametrize(
    "address",
    ["/agencies/imports", "/agencies/imports/people/data.csv", "/agencies/changes", "/agencies/changes/new"],
)
def test_only_the_administrator_exchanges_tables_and_reorganises(client_of, cast, address):
    for other in (cast.toan, cast.hanh, cast.duc):
        assert client_of(other).get(address).status_code == 404
    assert client_of(cast.ha).get(address).status_code == 200
    assert set(KINDS) == {"agencies", "aliases", "groups", "people"}
