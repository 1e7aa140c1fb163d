"""What a clerk settles about the old plan: items that an amendment ends, items paired by hand, projects compared."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.assignments.models import Duty
from app.errors import Refused, Stale
from app.extensions import db
from app.obligations.models import Outcome
from app.outbox.models import Message
from app.planreader import read_abolished
from app.plans import operations
from app.plans.comparison import afterwards, in_review
from app.plans.differences import Outline, Project, compare
from app.plans.review_page import review_page
from app.plans.views.blueprint import office_setting
from app.schedules.models import ReportSchedule
from tests.conftest import both_engines
from tests.plans.conftest import draft_named
from tests.plans.test_amending import AMENDING, as_it_stands, owed
from tests.plans.test_reviewing import address, assignment_form
from tests.plans.texts import WHOLE

ENDING = AMENDING.replace(
    "Trên đây là",
    "3. Bãi bỏ điểm b khoản 1 mục III và chế độ báo cáo 6 tháng của Kế hoạch số 61/KH-UBND.\n\nTrên đây là",
).replace("3. Bãi bỏ điểm b khoản 1 mục III và chế độ", "3. Bãi bỏ điểm b khoản 1 mục III; bãi bỏ chế độ")


@pytest.mark.parametrize(
    ("text", "section", "letters", "quoted"),
    [
        ("Bãi bỏ điểm b khoản 1 mục III của Kế hoạch.", "III.1", ("b",), ()),
        ("2. Bãi bỏ các điểm a, c và d khoản 2 Mục IV.", "IV.2", ("a", "c", "d"), ()),
        ("Bãi bỏ mục III.3; giữ nguyên các nội dung khác.", "III.3", (), ()),
        ("Bỏ nội dung “Lập dự toán hằng năm” tại khoản 1.", "1", (), ("Lập dự toán hằng năm",)),
        ("Không thực hiện nhiệm vụ «Công khai danh sách tại trụ sở».", "", (), ("Công khai danh sách tại trụ sở",)),
        ("Dừng thực hiện chế độ báo cáo quý.", "", (), ()),
    ],
)  # fmt: skip
def test_what_a_text_calls_over_is_read_with_its_place_and_its_words(text, section, letters, quoted):
    (found,) = read_abolished(text)
    assert (found.section, found.letters, found.quoted) == (section, letters, quoted)
    assert text[slice(*found.span)].endswith(found.words[-6:])


@pytest.mark.parametrize(
    "text", ["Căn cứ Nghị định bãi bỏ một số văn bản.", "Bỏ phiếu kín.", "Người nghèo không thực hiện được."]
)
def test_other_words_call_nothing_over(text):
    assert read_abolished(text) == []


def compared(plan):
    return in_review(plan, review_page(plan, office_setting()).outcome, office_setting())


def amend(take_in, old, text=ENDING):
    plan = take_in(text, f"{len(text)}.txt")
    assert (plan.supersedes_id, plan.amends) == (old.id, True)
    return plan


def confirm(plan, cast, now):
    operations.accept_clear(plan, doubtful=set(), actor=cast.toan, now=now)
    operations.confirm(plan, actor=cast.toan, now=now, today=now.date())
    db.session.commit()


@both_engines
def test_an_amendment_ends_what_its_words_call_over_as_the_preview_said(in_force, take_in, cast, now):
    before = as_it_stands()
    plan = amend(take_in, in_force)
    promised = compared(plan)
    over = [pair.old for pair in promised.unnamed if pair.old.key in promised.ended]
    assert [getattr(item, "text", "")[:20] or item.title for item in over] == [
        "Phối hợp Sở Tài chín",
        "Báo cáo 6 tháng",
    ]
    confirm(plan, cast, now)
    made = afterwards(plan)
    assert promised.counts["ended"] == made.counts["ended"] > 0
    assert dict(made.ended) == dict(promised.ended) and made.kept == promised.kept
    half = owed(title="Báo cáo 6 tháng") or [o for o in owed() if "H1" in o.period]
    assert {o.outcome for o in half if o.deadline_on >= now.date()} == {Outcome.CANCELLED}
    assert {o.outcome for o in half if o.deadline_on < now.date()} <= {None}
    ended = db.session.scalars(sa.select(Duty).where(Duty.ended_on.is_not(None))).all()
    assert any("lập dự toán" in duty.text for duty in ended)
    closed = db.session.scalars(sa.select(ReportSchedule).where(ReportSchedule.closed_on.is_not(None))).all()
    assert [schedule.kind for schedule in closed] == ["half_year"]
    mail = next(
        m
        for m in db.session.scalars(sa.select(Message))
        if m.recipient == cast.hanh.email and m.kind == "plan-amended"
    )
    assert "lập dự toán" in mail.body_text
    operations.reopen(plan, actor=cast.toan, now=now)
    db.session.commit()
    assert as_it_stands() == before


def test_the_clerk_settles_what_ends_whatever_the_words_propose(in_force, take_in, client_of, cast, now):
    plan, client = amend(take_in, in_force), client_of(cast.toan)
    page = client.get(f"/plans/{plan.id}/difference").text
    assert "Mục của kế hoạch cũ mà văn bản này không nêu" in page and "điểm b khoản 1 mục III" in page
    wanted = next(p.old.key for p in compared(plan).unnamed if "Công khai" in getattr(p.old, "text", ""))
    answer = client.post(
        f"/plans/{plan.id}/ends", data={"revision": plan.revision, "ends": wanted}, follow_redirects=True
    )
    assert "Đã lưu các mục bãi bỏ" in answer.text
    assert set(compared(plan).ended) == {wanted}
    client.post(f"/plans/{plan.id}/ends", data={"revision": plan.revision})
    assert plan.ends == [] and not compared(plan).ended
    confirm(plan, cast, now)
    assert not [o for o in owed() if o.outcome is Outcome.CANCELLED]


def test_of_two_who_settle_the_second_is_told_of_the_first(in_force, take_in, cast, now):
    plan = amend(take_in, in_force)
    seen = plan.revision
    operations.set_ends(plan, [], revision=seen, actor=cast.toan, now=now)
    db.session.commit()
    with pytest.raises(Stale):
        operations.set_ends(plan, ["duty:1"], revision=seen, actor=cast.toan, now=now)


def test_only_an_amendment_ends_single_items(in_force, take_in, cast, now):
    plan = take_in(WHOLE.replace("Số: 61", "Số: 62"), "other.txt")
    with pytest.raises(Refused, match="sửa đổi, bổ sung"):
        operations.set_ends(plan, [], revision=plan.revision, actor=cast.toan, now=now)


OTHER_WORDS = AMENDING.replace(
    "- Chủ trì khám sức khỏe cho người già yếu trong các hộ được hỗ trợ, hoàn thành trước ngày 31/01/2027.",
    "- Tổ chức hai đoàn thầy thuốc về tận nhà, xong trước ngày 31/01/2027.",
)


def test_a_duty_in_wholly_other_words_goes_on_with_the_old_one_that_the_clerk_names(
    in_force, take_in, client_of, cast, now
):
    plan, client = amend(take_in, in_force, OTHER_WORDS), client_of(cast.toan)
    assert compared(plan).counts["moved"] == 0  # the words alone pair nothing
    draft = draft_named(plan, "Sở Y tế")
    (pair,) = [p for p in compared(plan).difference.tasks if "thầy thuốc" in p.item.text]
    old = next(task for task in compared(plan).old_items(pair) if "khám sức khỏe" in task.text)
    data = {"revision": draft.revision, "key": pair.new.key, "old": old.key}
    answer = client.post(f"/plans/{plan.id}/drafts/{draft.id}/continues", data=data, follow_redirects=True)
    assert "Đã ghép lại" in answer.text and compared(plan).counts["moved"] == 1
    before = {o.id for o in owed()}
    confirm(plan, cast, now)
    assert afterwards(plan).counts["moved"] == 1
    moved = [o for o in owed(plan_id=plan.id) if o.id in before]
    assert [o.nominal_on.isoformat() for o in moved] == ["2027-01-31"]
    assert db.session.get_one(Duty, moved[0].source_id).continues_id == int(old.key.partition(":")[2])


def test_a_duty_that_the_words_pair_wrongly_is_made_new_and_given_back(in_force, take_in, cast, now):
    plan = amend(take_in, in_force, AMENDING)
    draft = draft_named(plan, "Sở Y tế")
    assert compared(plan).counts["moved"] == 1
    facts = {"actor": cast.toan, "now": now}
    operations.choose_continued(draft, f"draft:{draft.id}:0", "", revision=draft.revision, **facts)
    assert compared(plan).counts["moved"] == 0 and compared(plan).difference.tasks[0].sort == "added"
    operations.choose_continued(draft, f"draft:{draft.id}:0", None, revision=draft.revision, **facts)
    assert compared(plan).counts["moved"] == 1
    with pytest.raises(Refused, match="Không tìm thấy mục"):
        operations.choose_continued(draft, "draft:0:0", "", revision=draft.revision, **facts)


def test_a_choice_survives_an_edit_of_the_duty(in_force, take_in, client_of, cast, now):
    plan = amend(take_in, in_force, AMENDING)
    draft = draft_named(plan, "Sở Y tế")
    key = f"draft:{draft.id}:0"
    operations.choose_continued(draft, key, "", revision=draft.revision, actor=cast.toan, now=now)
    db.session.commit()
    form = assignment_form(draft, **{"duties-0-text": "Khám sức khỏe tại nhà."})
    client_of(cast.toan).post(address(draft), data=form)
    assert draft.content["duties"][0]["text"] == "Khám sức khỏe tại nhà."
    assert draft.content["duties"][0]["continues"] == ""


def test_projects_are_compared_with_their_lead_and_their_money():
    old = Outline(
        projects=(
            Project("component:1", "Dự án 1: Sửa nhà", lead="Sở Y tế", budget="7860", unit="triệu đồng"),
        )
    )
    new = Outline(projects=(
        Project("draft:1", "Dự án 1: Sửa nhà", lead="Sở Xây dựng", budget="8000", unit="triệu đồng"),
        Project("draft:2", "Dự án 2: Nước sạch"),
    ))  # fmt: skip
    found = compare(old, new)
    assert [(p.sort, p.changed) for p in found.projects] == [("changed", ("lead", "budget")), ("added", ())]
    assert not found.is_empty and Outline.from_json(new.to_json()) == new
