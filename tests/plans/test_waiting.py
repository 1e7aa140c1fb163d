"""Documents that take minutes: queued at the upload, read by the scheduler page by page, shown while they wait."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from app import scheduler
from app.documents import DocumentRefused, Limits
from app.extensions import db
from app.files.models import StoredFile
from app.plans import jobs
from app.plans.models import Plan, PlanState, ReadingState, ReadingTask
from app.plans.operations import AlreadyWaiting, upload, waiting
from tests.conftest import both_engines
from tests.plans.texts import CLASSIFIED, WHOLE

SCANS = Path(__file__).parent.parent / "documents" / "fixtures"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def queued(cast, now):
    """Put a document aside as an upload of the standing agency's officer does. A text is read in the background like
    a scan, only faster."""

    def put(text: str = WHOLE, name: str = "ke-hoach.txt") -> ReadingTask:
        task = waiting.queue(text.encode(), name, standing_agency=cast.standing, actor=cast.toan, now=now)
        db.session.commit()
        return task

    return put


@pytest.fixture
def read(app, now):
    """Run the job once, at the cast's hour."""
    return lambda **options: jobs.read_documents(lambda: now, **options)


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def kept(app) -> list[str]:
    """Names of the files that lie in the office's folder."""
    folder = Path(app.config["FILES_FOLDER"])
    return [path.name for path in folder.rglob("*") if path.is_file()]


# -- from the upload to the plan --------------------------------------------------------------------------


@pytest.mark.ocr
@both_engines
def test_a_scan_is_queued_at_the_upload_read_by_the_scheduler_and_leads_to_its_review(app, cast, client_of):
    client = client_of(cast.toan)
    data = (SCANS / "photographed_page.jpg").read_bytes()
    answer = client.post("/plans/upload", data={"file": (io.BytesIO(data), "ban-chup.jpg")})
    task = db.session.scalars(sa.select(ReadingTask)).one()
    assert answer.location == f"/plans/reading/{task.id}"
    page = client.get(answer.location).text
    assert "ban-chup.jpg" in page and "Đang chờ đến lượt đọc" in page
    assert count(Plan) == count(StoredFile) == 0
    result = scheduler.run_job(app, scheduler.job_named("read_documents"))
    assert result == {"read": 1}
    db.session.expire_all()
    plan = db.session.scalars(sa.select(Plan)).one()
    assert (plan.number, plan.created_by, plan.state) == ("47/KH-UBND", cast.toan, PlanState.IN_REVIEW)
    assert client.get(answer.location).location == f"/plans/{plan.id}/review"
    assert "do máy nhận dạng" in client.get(f"/plans/{plan.id}/source").text
    assert kept(app) == [plan.source.file.sha256]
    again = client.post("/plans/upload", data={"file": (io.BytesIO(data), "lan-hai.jpg")})
    assert "Tệp này đã được đưa vào" in again.text


@both_engines
def test_what_waits_becomes_a_plan_once(app, cast, queued, read):
    task = queued()
    assert read() == {"read": 1}
    db.session.expire_all()
    assert (task.state, task.plan.number) == (ReadingState.READ, "61/KH-UBND")
    assert read() == {}
    assert count(Plan) == 1


def test_a_quick_document_does_not_wait(client_of, cast):
    answer = client_of(cast.toan).post("/plans/upload", data={"file": (io.BytesIO(WHOLE.encode()), "a.txt")})
    assert answer.location.endswith("/review")
    assert count(ReadingTask) == 0


@pytest.mark.parametrize(
    ("name", "word"), [("scanned_plan.pdf", "tesseract"), ("emulation_plan.rtf", "LibreOffice")]
)
def test_where_a_program_is_missing_the_upload_says_what_to_do(name, word, client_of, cast, app, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with (SCANS / name).open("rb") as stream:
        answer = client_of(cast.toan).post("/plans/upload", data={"file": (stream, name)})
    assert answer.status_code == 422
    assert word in answer.text and "quản trị viên" in answer.text
    assert count(ReadingTask) == 0 and kept(app) == []


# -- what is refused --------------------------------------------------------------------------------------


@both_engines
def test_a_classified_scan_leaves_nothing_but_its_name_and_the_reason(app, cast, client_of, queued, read):
    task = queued(CLASSIFIED, "ban-quet.pdf")
    assert read() == {"refused": 1}
    assert count(Plan) == count(StoredFile) == 0 and kept(app) == []
    page = client_of(cast.toan).get(f"/plans/reading/{task.id}").text
    assert "ban-quet.pdf" in page and "dấu chỉ độ mật" in page and "Tải tệp khác lên" in page
    cast.toan.language = "en"
    assert "marked «Mật» (classified)" in client_of(cast.toan).get(f"/plans/reading/{task.id}").text


def test_what_was_refused_may_be_sent_again(queued, read):
    first = queued("   \n")
    read()
    second = queued("   \n")
    assert (count(ReadingTask), second.state) == (1, ReadingState.WAITING)
    assert first not in db.session


def test_the_same_file_waits_once(cast, client_of, queued, monkeypatch):
    task = queued()
    with pytest.raises(AlreadyWaiting):
        queued()
    answer = client_of(cast.toan).post("/plans/upload", data={"file": (io.BytesIO(WHOLE.encode()), "b.txt")})
    assert answer.location == f"/plans/reading/{task.id}"
    assert count(ReadingTask) == 1


def test_a_file_that_came_in_by_another_way_meanwhile_leads_to_that_plan(cast, now, queued, read):
    task = queued()
    plan = upload(
        io.BytesIO(WHOLE.encode()), "a.txt", standing_agency=cast.standing, actor=cast.toan, now=now
    )
    db.session.commit()
    assert read() == {"read": 1}
    db.session.expire_all()
    assert (task.state, task.plan) == (ReadingState.READ, plan)
    assert count(Plan) == 1


def test_a_dropped_plan_may_be_read_again(cast, client_of, queued, read):
    task = queued()
    read()
    client = client_of(cast.toan)
    db.session.expire_all()
    client.post(f"/plans/{task.plan_id}/drop")
    assert count(Plan) == count(ReadingTask) == 0
    queued()
    assert read() == {"read": 1}


# -- several workers, interruptions, failures -------------------------------------------------------------


@both_engines
def test_two_schedulers_share_the_queue_and_read_each_document_once(app, queued, read, now):
    for number in range(4):
        queued(WHOLE.replace("61/KH-UBND", f"{number + 1}/KH-UBND"))
    results, start = [], Barrier(2)

    def work(name: str) -> None:
        with app.app_context():
            start.wait()
            results.append(jobs.read_documents(lambda: now, worker=name))
            db.session.remove()

    threads = [Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(result.get("read", 0) for result in results) == 4
    assert all(set(result) <= {"read"} for result in results)
    assert count(Plan) == 4


@both_engines
def test_what_a_dead_worker_held_is_read_by_another_and_given_up_after_three(queued, read, now):
    task = queued()
    waiting.claim_next(now - waiting.STALE_AFTER - timedelta(seconds=1), "dead")
    db.session.commit()
    assert waiting.sweep(now) == 1
    db.session.commit()
    db.session.expire_all()
    assert (task.state, task.tries, task.claimed_by) == (ReadingState.WAITING, 1, None)
    for _ in range(2):
        waiting.claim_next(now - waiting.STALE_AFTER - timedelta(seconds=1), "dead")
        waiting.sweep(now)
        db.session.commit()
    db.session.expire_all()
    assert (task.state, task.refusal) == (ReadingState.REFUSED, "gave_up")
    assert read() == {}


def test_a_worker_that_was_given_up_writes_nothing(queued, now):
    task = queued()
    waiting.claim_next(now, "slow")
    db.session.execute(sa.update(ReadingTask).values(claimed_by="other"))
    db.session.commit()
    assert not waiting.note_progress(task.id, "slow", 1, 2, now)
    assert not waiting.refuse(task.id, "slow", DocumentRefused("empty"), now)
    db.session.expire_all()
    assert (task.state, task.claimed_by, task.pages_done) == (ReadingState.READING, "other", 0)


@pytest.mark.ocr
def test_a_scheduler_that_must_stop_gives_the_document_back_and_another_reads_it(cast, queued, now, app):
    with (SCANS / "scanned_plan.pdf").open("rb") as stream:
        task = waiting.receive(stream, "quet.pdf", standing_agency=cast.standing, actor=cast.toan, now=now)
    db.session.commit()
    asked = iter([False, True, True, True])
    assert jobs.read_documents(lambda: now, lambda: next(asked)) == {"interrupted": 1}
    db.session.expire_all()
    assert (task.state, task.tries) == (ReadingState.WAITING, 0)
    assert kept(app) == [task.place]


@pytest.mark.ocr
def test_taking_a_document_back_while_it_is_read_ends_the_reading(cast, client_of, now, app):
    with (SCANS / "scanned_plan.pdf").open("rb") as stream:
        task = waiting.receive(stream, "quet.pdf", standing_agency=cast.standing, actor=cast.toan, now=now)
    db.session.commit()
    client, number = client_of(cast.toan), task.id

    def withdraw_after_the_claim() -> bool:
        if (
            db.session.scalar(sa.select(ReadingTask.state).where(ReadingTask.id == number))
            is ReadingState.READING
        ):
            client.post(f"/plans/reading/{number}/withdraw")
        return False

    assert jobs.read_documents(lambda: now, withdraw_after_the_claim) == {"withdrawn": 1}
    assert count(ReadingTask) == count(Plan) == 0 and kept(app) == []


def test_a_failure_of_ours_is_tried_three_times_and_then_said(
    cast, client_of, queued, read, monkeypatch, app
):
    task = queued()
    monkeypatch.setattr(jobs, "limits", lambda: Limits(max_bytes=None))  # type: ignore[arg-type]
    assert [read(), read(), read(), read()] == [{"failed": 1}, {"failed": 1}, {"failed": 1}, {}]
    assert "sau nhiều lần thử" in client_of(cast.toan).get(f"/plans/reading/{task.id}").text
    assert kept(app) == [task.place]  # for another try


@both_engines
def test_what_was_given_up_is_read_again_without_a_new_upload(
    cast, client_of, queued, read, monkeypatch, app
):
    task, client = queued(), client_of(cast.toan)
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "limits", lambda: Limits(max_bytes=None))  # type: ignore[arg-type]
        for _ in range(3):
            read()
    page = client.get(f"/plans/reading/{task.id}").text
    assert "Thử lại" in page and page.count("btn-primary") == 1
    assert client.post(f"/plans/reading/{task.id}/retry").location == f"/plans/reading/{task.id}"
    assert "Đang chờ đến lượt đọc" in client.get(f"/plans/reading/{task.id}").text
    assert read() == {"read": 1}
    assert client.get(f"/plans/reading/{task.id}").location == f"/plans/{task.plan_id}/review"


def test_bytes_for_another_try_are_kept_a_week_and_then_the_page_asks_for_the_file(
    cast, client_of, queued, now, app
):
    task, client = queued(), client_of(cast.toan)
    waiting.claim_next(now, "w")
    waiting.refuse(task.id, "w", DocumentRefused("timeout", seconds=5), now)
    db.session.commit()
    ago = now.timestamp() - 7200
    os.utime(waiting.path_of(task.place), (ago, ago))
    assert waiting.forget_lost(now + timedelta(days=6)) == 0
    assert waiting.forget_lost(now + timedelta(days=8)) == 1
    page = client.get(f"/plans/reading/{task.id}").text
    assert "Tải tệp lên lại để đọc" in page and "Thử lại" not in page
    answer = client.post(f"/plans/reading/{task.id}/retry", follow_redirects=True)
    assert "Tải tệp lên lại để đọc" in answer.text and task.state is ReadingState.REFUSED


def test_what_another_try_would_not_read_either_is_not_offered_one(cast, client_of, queued, read):
    task = queued("   \n")
    read()
    page = client_of(cast.toan).get(f"/plans/reading/{task.id}").text
    assert "Tải lên tệp khác của văn bản" in page and "Thử lại" not in page


def test_bytes_that_no_task_knows_are_removed_after_a_while(app, queued, now, read):
    task = queued()
    lost = waiting.path_of("lost")
    lost.write_bytes(b"x")
    assert waiting.forget_lost(now - timedelta(days=365)) == 0
    later = now + timedelta(days=36_500)  # the clock of the disk is not that of the test
    assert waiting.forget_lost(later) == 1
    assert kept(app) == [task.place]


# -- what is shown ----------------------------------------------------------------------------------------


def test_progress_is_shown_on_its_page_and_above_the_list(cast, client_of, queued, now):
    task = queued(name="dai.pdf")
    waiting.claim_next(now, "w")
    waiting.note_progress(task.id, "w", 3, 12, now)
    db.session.commit()
    client = client_of(cast.toan)
    page = client.get(f"/plans/reading/{task.id}").text
    assert "Đã nhận dạng 3 trên 12 trang" in page and 'hx-trigger="every 2s"' in page
    assert 'http-equiv="refresh"' in page  # without JavaScript
    part = client.get(f"/plans/reading/{task.id}", headers=HTMX).text
    assert part.lstrip().startswith('<div id="reading"') and "<html" not in part
    listed = client.get("/plans").text
    assert "dai.pdf" in listed and "Đã nhận dạng 3 trên 12 trang" in listed


def test_the_page_moves_on_by_itself_when_the_plan_is_there(cast, client_of, queued, read):
    task = queued()
    client = client_of(cast.toan)
    assert (
        client.get("/plans/reading?open=1", headers=HTMX).text.lstrip().startswith('<section id="readings"')
    )
    read()
    db.session.expire_all()
    answer = client.get(f"/plans/reading/{task.id}", headers=HTMX)
    assert answer.headers["HX-Redirect"] == f"/plans/{task.plan_id}/review"
    assert client.get("/plans/reading?open=1", headers=HTMX).headers["HX-Redirect"] == "/plans"
    assert client.get("/plans/reading").location == "/plans"


def test_a_refused_document_stays_above_the_list_until_it_is_put_away(cast, client_of, queued, read, app):
    task = queued("   \n", "trong.pdf")
    read()
    client = client_of(cast.toan)
    assert "Tệp không có nội dung" in client.get("/plans").text
    assert client.post(f"/plans/reading/{task.id}/withdraw").location == "/plans"
    assert "trong.pdf" not in client.get("/plans").text.replace("Đã bỏ tệp «trong.pdf»", "")
    assert count(ReadingTask) == 0


def test_a_document_on_its_way_does_not_exist_for_others(cast, client_of, queued):
    task = queued()
    for user in (cast.hanh, cast.dung, cast.duc, cast.ha, cast.binh, cast.outsider):
        client = client_of(user)
        for answer in (
            client.get(f"/plans/reading/{task.id}"),
            client.post(f"/plans/reading/{task.id}/withdraw"),
        ):
            assert answer.status_code == 404
        assert "ke-hoach.txt" not in client.get("/plans").text
    assert count(ReadingTask) == 1
