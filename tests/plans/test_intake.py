"""What comes in: what is refused, with a message at the field and nothing half-written."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.documents import DocumentRefused
from app.extensions import db
from app.files.models import StoredFile
from app.plans.models import Plan
from app.plans.operations import upload
from tests.plans.texts import CLASSIFIED, WHOLE


def send(client, data: bytes, name: str = "ke-hoach.txt"):
    return client.post("/plans/upload", data={"file": (io.BytesIO(data), name)})


def bomb() -> bytes:
    """A .docx whose text unpacks to far more than it weighs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w:document>" + b" " * 30_000_000)
    return packed.getvalue()


BAD = {
    "nothing": (b"", "Tệp không có nội dung"),
    "a broken picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 200, "bị hỏng"),
    "a program": (b"MZ\x90\x00" + b"\x00" * 200, "Không đọc được loại tệp này"),
    "a broken pdf": (b"%PDF-1.7\n" + b"garbage " * 40, "bị hỏng"),
    "a broken docx": (b"PK\x03\x04" + b"\x00" * 400, "bị hỏng"),
    "a classified plan": (CLASSIFIED.encode(), "dấu chỉ độ mật"),
    "a bomb": (bomb(), "bung ra lớn bất thường"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_document_is_refused_at_the_field_and_leaves_nothing(case, client_of, cast, app):
    data, sentence = BAD[case]
    answer = send(client_of(cast.toan), data, "ke-hoach.docx")
    assert answer.status_code == 422
    assert sentence in answer.text and 'id="file-error"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0
    assert not [path for path in _kept(app) if path.is_file()]


def _kept(app):
    folder = Path(app.config["FILES_FOLDER"])
    return list(folder.rglob("*")) if folder.exists() else []


def test_an_oversized_file_is_refused_before_it_is_read(cast, app, now):
    app.config["MAX_UPLOAD_MB"] = 1
    with pytest.raises(DocumentRefused) as refusal:
        upload(
            io.BytesIO(b"x" * 1_100_000), "to.txt", standing_agency=cast.standing, actor=cast.toan, now=now
        )
    assert "(1 MB)" in refusal.value.message("vi")
    assert not _kept(app)


def test_a_refusal_speaks_the_language_of_the_page(client_of, cast):
    cast.toan.language = "en"
    assert "The file has no content" in send(client_of(cast.toan), b"").text


def test_no_file_at_all_says_which_kinds_are_read(client_of, cast):
    answer = client_of(cast.toan).post("/plans/upload", data={})
    assert answer.status_code == 422 and "Chọn tệp kế hoạch" in answer.text


def test_the_same_file_twice_leads_to_the_plan_that_it_became(client_of, cast):
    client = client_of(cast.toan)
    send(client, WHOLE.encode())
    answer = send(client, WHOLE.encode(), "ten-khac.txt")
    plan = db.session.scalars(sa.select(Plan)).one()
    assert "Tệp này đã được đưa vào" in answer.text and f'href="/plans/{plan.id}"' in answer.text


def test_another_agency_may_read_the_same_file_for_itself(client_of, cast):
    send(client_of(cast.toan), WHOLE.encode())
    assert send(client_of(cast.binh), WHOLE.encode()).status_code == 302
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 1


def test_another_plan_of_the_same_number_is_said(client_of, cast, take_in):
    take_in()
    client = client_of(cast.toan)
    answer = send(client, (WHOLE + "\n\nBản sửa.").encode())
    assert "Đã có kế hoạch khác mang số 61/KH-UBND" in client.get(answer.location).text


def test_only_officers_of_a_standing_agency_take_plans_in(client_of, cast):
    for user in (cast.hanh, cast.dung, cast.duc, cast.ha, cast.outsider):
        client = client_of(user)
        assert client.get("/plans/upload").status_code == 404
        assert send(client, WHOLE.encode()).status_code == 404
    assert not db.session.scalars(sa.select(Plan)).all()
