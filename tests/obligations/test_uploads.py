"""Files in pieces: they go on from where they stopped, whatever happens in between, and nothing is doubled."""

from __future__ import annotations

import io
import os
import random
import resource
import signal
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.extensions import db
from app.files import arriving as parts
from app.files import operations
from app.files.models import StoredFile
from app.files.operations import path_of
from app.files.sweeping import sweep_stored
from app.obligations.draft_models import ArrivingFile, DraftFile
from app.obligations.drafts import draft_of
from app.obligations.models import Obligation
from app.obligations.operations.arriving import sweep_drafts
from tests.cast import NOW, Cast
from tests.conftest import both_engines
from tests.make import make_file, make_obligation, make_plan, make_submission

Client = Callable[[User | None], FlaskClient]
PDF = b"%PDF-1.7\n" + random.Random(5).randbytes(2_500_000) + b"\n%%EOF\n"
PIECE = 1024 * 1024
KEY = "an-upload-of-hanh-0001"


@pytest.fixture
def owed(cast: Cast) -> Obligation:
    obligation = make_obligation(make_plan(cast), cast.health)
    db.session.commit()
    return obligation


def begin(
    client: FlaskClient, owed: Obligation, name: str = "báo cáo.pdf", size: int = len(PDF), key: str = KEY
):
    return client.post(f"/obligations/{owed.id}/uploads", json={"key": key, "name": name, "size": size})


def send(
    client: FlaskClient,
    owed: Obligation,
    offset: int,
    piece: bytes,
    key: str = KEY,
    checksum: int | None = None,
):
    return client.post(
        f"/obligations/{owed.id}/uploads/{key}?offset={offset}",
        data=piece,
        headers={"Upload-Checksum": f"{zlib.crc32(piece) if checksum is None else checksum:08x}"},
    )


def send_all(client: FlaskClient, owed: Obligation, data: bytes = PDF, key: str = KEY):
    for offset in range(0, len(data), PIECE):
        answer = send(client, owed, offset, data[offset : offset + PIECE], key)
    return answer


def counts() -> tuple[int, int, int]:
    return tuple(
        db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in (DraftFile, StoredFile, ArrivingFile)
    )


@both_engines
def test_a_file_arrives_in_pieces_and_stands_in_the_draft_with_its_digest(
    cast: Cast, owed: Obligation, client_of: Client
) -> None:
    client = client_of(cast.hanh)
    assert begin(client, owed).get_json() == {"offset": 0}
    file = send_all(client, owed).get_json()["file"]
    kept = draft_of(owed).files[0]
    assert (file["name"], file["sha256"]) == ("báo cáo.pdf", kept.file.sha256)
    assert path_of(kept.file).read_bytes() == PDF
    assert counts() == (1, 1, 0) and parts.arrived(KEY) == 0
    assert send_all(client, owed).get_json()["file"]["id"] == kept.id  # the answer was lost: sent again
    assert begin(client, owed).get_json()["file"]["id"] == kept.id
    assert counts() == (1, 1, 0)


def test_pieces_sent_twice_out_of_order_or_garbled_change_nothing(
    cast: Cast, owed: Obligation, client_of: Client
) -> None:
    client = client_of(cast.hanh)
    begin(client, owed)
    assert send(client, owed, 0, PDF[:PIECE]).get_json() == {"offset": PIECE}
    assert send(client, owed, 0, PDF[:PIECE]).get_json() == {"offset": PIECE}
    ahead = send(client, owed, 2 * PIECE, PDF[2 * PIECE :])
    assert (ahead.status_code, ahead.get_json()) == (409, {"offset": PIECE})
    garbled = send(client, owed, PIECE, PDF[PIECE : 2 * PIECE], checksum=1)
    assert (garbled.status_code, garbled.get_json()) == (409, {"offset": PIECE})
    assert begin(client, owed).get_json() == {"offset": PIECE}
    assert client.get(f"/obligations/{owed.id}/uploads/{KEY}").get_json() == {"offset": PIECE}
    beyond = send(client, owed, PIECE, PDF[PIECE : 2 * PIECE] + b"x" * 10)
    assert beyond.status_code == 413  # a piece is at most 1 MB
    send_all(client, owed)
    assert path_of(draft_of(owed).files[0].file).read_bytes() == PDF


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("phần mềm.pdf", b"MZ" + b"\x00" * 500, "phần mềm.pdf"),
        ("macro.docx", None, "macro.docx"),
    ],
)
def test_a_forbidden_file_is_named_and_nothing_of_it_stays(
    cast: Cast, owed: Obligation, client_of: Client, name: str, data: bytes | None, says: str
) -> None:
    if data is None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for part in ("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"):
                archive.writestr(part, "x")
        data = packed.getvalue()
    client = client_of(cast.hanh)
    client.post(f"/obligations/{owed.id}/draft", json={"fields": {"text": "Đang viết"}, "given": {}})
    begin(client, owed, name, len(data))
    answer = send(client, owed, 0, data)
    assert answer.status_code == 422 and says in answer.get_json()["reason"]
    assert counts() == (0, 0, 0) and parts.arrived(KEY) == 0
    assert draft_of(owed).fields["text"]["value"] == "Đang viết"


def test_empty_and_too_big_files_are_refused_before_they_travel(
    app: Flask, cast: Cast, owed: Obligation, client_of: Client
) -> None:
    client = client_of(cast.hanh)
    assert "trống" in begin(client, owed, size=0).get_json()["reason"]
    too_big = begin(client, owed, size=app.config["MAX_UPLOAD_MB"] * 1024 * 1024 + 1)
    assert too_big.status_code == 422 and "lớn hơn 20 MB" in too_big.get_json()["reason"]
    assert counts() == (0, 0, 0)


def test_an_eleventh_file_is_refused(cast: Cast, owed: Obligation, client_of: Client) -> None:
    client = client_of(cast.hanh)
    for n in range(10):
        data, key = b"xa,ho\nA,%d\n" % n, f"upload-number-{n:04d}"
        begin(client, owed, f"bieu-{n}.csv", len(data), key)
        send(client, owed, 0, data, key)
    assert "tối đa 10 tệp" in begin(client, owed).get_json()["reason"]


def test_nobody_else_s_upload_can_be_read_or_written(cast: Cast, owed: Obligation, client_of: Client) -> None:
    begin(client_of(cast.hanh), owed)
    other = client_of(cast.tam)
    assert begin(other, owed).status_code == 404
    assert send(other, owed, 0, PDF[:PIECE]).status_code == 404
    own = make_obligation(owed.plan, cast.finance)
    db.session.commit()
    assert send(other, own, 0, PDF[:PIECE]).status_code == 404
    assert begin(other, own).status_code == 422  # the key is taken by another file
    assert begin(other, own, key="../../etc/passwd-x").status_code == 422


def test_a_report_handed_in_meanwhile_takes_no_more_files(
    cast: Cast, owed: Obligation, client_of: Client
) -> None:
    begin(client_of(cast.hanh), owed)
    make_submission(owed, cast.dung)
    db.session.commit()
    answer = send_all(client_of(cast.hanh), owed)
    assert answer.status_code == 409 and "nộp lúc" in answer.get_json()["gone"]


# -- a full disk ------------------------------------------------------------------------------------------------


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """No file of this process grows beyond `size` bytes: what a full disk or a quota does to a write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)


@both_engines
def test_a_disk_that_fills_up_keeps_what_arrived_and_goes_on_when_there_is_room(
    cast: Cast, owed: Obligation, client_of: Client
) -> None:
    client = client_of(cast.hanh)
    client.post(f"/obligations/{owed.id}/draft", json={"fields": {"text": "Đang viết"}, "given": {}})
    begin(client, owed)
    send(client, owed, 0, PDF[:PIECE])
    with files_end_at(PIECE + PIECE // 2):
        answer = send(client, owed, PIECE, PDF[PIECE : 2 * PIECE])
    assert answer.status_code == 507
    assert (
        "Máy chủ hết chỗ" in answer.get_json()["reason"]
        and "Nội dung đã nhập vẫn còn" in answer.get_json()["reason"]
    )
    assert parts.arrived(KEY) == PIECE
    assert draft_of(owed).fields["text"]["value"] == "Đang viết"
    assert begin(client, owed).get_json() == {"offset": PIECE}
    send_all(client, owed)
    assert counts() == (1, 1, 0)


@both_engines
def test_a_disk_that_fills_up_under_a_plain_form_keeps_the_words(
    cast: Cast, owed: Obligation, client_of: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = operations._write

    def on_a_small_disk(*args: object) -> object:
        with files_end_at(2 * PIECE):
            return write(*args)

    monkeypatch.setattr(operations, "_write", on_a_small_disk)
    client, upload = client_of(cast.hanh), make_file(data=PDF)
    sent = {
        "form_key": "k" * 20,
        "kind": "report",
        "number": "1/SYT",
        "signed_on": "24/11/2026",
        "text": "Đủ.",
    }
    sent["files"] = (upload.stream, upload.name)
    page = client.post(f"/obligations/{owed.id}/submit", data=sent)
    assert page.status_code == 409
    assert "Máy chủ hết chỗ" in page.get_data(as_text=True) and "Đủ." in page.get_data(as_text=True)
    assert counts() == (0, 0, 0) and not list((tmp_path / "files").glob(".arriving-*"))
    assert draft_of(owed).fields["text"]["value"] == "Đủ."


# -- a killed server --------------------------------------------------------------------------------------------


@both_engines
def test_a_server_killed_in_mid_upload_goes_on_after_it_is_back(
    cast: Cast, owed: Obligation, client_of: Client
) -> None:
    """A process of its own takes the first pieces and is killed between two of them, without any chance to tidy up."""
    client = client_of(cast.hanh)
    client.post(f"/obligations/{owed.id}/draft", json={"fields": {"text": "Đang viết"}, "given": {}})
    db.session.commit()
    db.engine.dispose()  # a connection must not be shared between processes
    told, tell = os.pipe()
    server = os.fork()
    if server == 0:
        try:
            begin(client, owed)
            send(client, owed, 0, PDF[:PIECE])
            os.write(tell, b"first piece")
            signal.pause()
        finally:
            os._exit(1)
    assert os.read(told, 100) == b"first piece"
    os.kill(server, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(server, 0)[1]) == -signal.SIGKILL
    for end in (told, tell):
        os.close(end)
    # What a kill in the middle of a write leaves: the beginning of a piece.
    with parts.part_of(KEY).open("ab") as part:
        part.write(PDF[PIECE : PIECE + 1000])
    assert begin(client, owed).get_json() == {"offset": PIECE + 1000}
    for offset in range(PIECE + 1000, len(PDF), PIECE):
        send(client, owed, offset, PDF[offset : offset + PIECE])
    assert counts() == (1, 1, 0)
    assert path_of(db.session.scalars(sa.select(StoredFile)).one()).read_bytes() == PDF
    assert draft_of(owed).fields["text"]["value"] == "Đang viết"


# -- sweeping ---------------------------------------------------------------------------------------------------


def test_leftovers_are_swept_and_living_files_stay(
    cast: Cast, owed: Obligation, client_of: Client, tmp_path: Path
) -> None:
    client = client_of(cast.hanh)
    begin(client, owed)
    send(client, owed, 0, PDF[:PIECE])
    data = b"xa,ho\nA,3\n"
    begin(client, owed, "bieu.csv", len(data), "another-upload-0002")
    send(client, owed, 0, data, "another-upload-0002")
    kept = draft_of(owed).files[0]
    unfinished = tmp_path / "files" / ".arriving-x"
    unfinished.write_bytes(b"half")
    assert sweep_drafts(NOW) == {"parts": 0, "uploads": 0, "drafts": 0}
    for path in (parts.part_of(KEY), unfinished):
        os.utime(path, (0, 0))
    assert sweep_drafts(NOW + timedelta(days=4)) == {"parts": 2, "uploads": 1, "drafts": 0}
    assert counts() == (1, 1, 0) and path_of(kept.file).exists()
    client.post(f"/obligations/{owed.id}/draft/files/remove", data={"remove_file": kept.id})
    assert sweep_stored(NOW) == 0  # a file that was stored in this hour may still be on its way into a draft
    path = path_of(db.session.scalars(sa.select(StoredFile)).one())
    os.utime(path, (0, 0))
    db.session.execute(sa.update(StoredFile).values(created_at=NOW - timedelta(days=30)))
    assert sweep_stored(NOW) == 1
    assert counts() == (0, 0, 0) and not path.exists()
