"""What a reorganisation would do, for people: what moves, what stays, what needs a choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.extensions import db
from app.feeds.models import CalendarFeed
from app.i18n import _, full_day
from app.obligations.models import Obligation
from app.organisations.models import Agency
from app.organisations.reorganisations import ChoiceScope, Reorganisation, ReorganisationHeir
from app.plans.models import Draft, Plan, PlanState
from app.reminders.models import ReminderRule
from app.reorganisations import holdings
from app.reorganisations.choices import Choices, Fate, suggested
from app.schedules.models import ReportSchedule

_NAMES = 4  # that stand beside a count


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of thing: how many, some by name, where they go."""

    what: str
    count: int
    names: tuple[str, ...] = ()
    note: str = ""

    @property
    def more(self) -> int:
        return self.count - len(self.names)


@dataclass(frozen=True, slots=True)
class Question:
    """One plan, obligation or person that several could take. `chosen`: heir id, 0 where it ends, None where open."""

    scope: ChoiceScope
    subject_id: int
    label: str
    note: str
    chosen: int | None
    suggested: int | None = None
    under: tuple[Question, ...] = ()

    @property
    def shown(self) -> int | None:
        """What stands in the form: the choice, else the suggestion."""
        return self.chosen if self.chosen is not None else self.suggested


@dataclass(frozen=True, slots=True)
class Part:
    """One old agency's share of the page."""

    agency: Agency
    moves: list[Line]
    stays: list[Line]
    questions: list[Question] = field(default_factory=list)


def parts_of(change: Reorganisation) -> list[Part]:
    choices = Choices(change)
    return [_part(change, row.agency, choices) for row in change.olds]


def _part(change: Reorganisation, old: Agency, choices: Choices) -> Part:
    people, owed, plans = holdings.people(old), holdings.owed(old), holdings.plans_touched(old)
    questions = _questions(old, choices, plans, owed, people) if choices.needed else []
    ends = choices.default.ends
    moves = [] if ends else _moves(old, people, owed)
    stays = [
        Line(_("Việc đã hoàn thành, được miễn hoặc bãi bỏ"), holdings.settled_count(old),
             note=_("giữ tên %(name)s", name=old.name)),
        Line(_("Tên gọi khác"), len(old.aliases), tuple(a.spelling for a in old.aliases[:_NAMES]),
             note=_("vẫn nhận ra, dẫn tới cơ quan kế thừa")),
    ]  # fmt: skip
    if ends:
        stays += [
            Line(_("Việc còn mở"), len(owed), _titles(owed), _("kết thúc theo %(d)s", d=change.decision)),
            Line(_("Tài khoản"), len(people), _people_names(people),
                 _("không chuyển; đóng hoặc đổi cơ quan ở mục Người dùng")),
        ]  # fmt: skip
    drafts = _drafts_naming(old)
    if drafts:
        stays.append(
            Line(_("Mục đang duyệt có nêu cơ quan này"), drafts, note=_("người duyệt chọn khi xác nhận"))
        )
    return Part(
        old, [line for line in moves if line.count], [line for line in stays if line.count], questions
    )


def _moves(old: Agency, people: Sequence[User], owed: Sequence[Obligation]) -> list[Line]:
    run = holdings.plans_run(old)
    open_run = [plan for plan in run if plan.state is not PlanState.CLOSED]
    assigned = holdings.memberships_in_assignments(old)
    reporting = holdings.reporting(old)
    groups = [m.group.name for m in holdings.group_memberships(old) if m.valid_to is None]
    by_all = {row.assignment.plan_id for row in assigned}
    return [
        Line(_("Việc còn mở"), len(owed), _titles(owed), _("giữ hạn, người nhắc và chỗ trong lịch")),
        Line(_("Nhiệm vụ được giao theo kế hoạch"), len(assigned), _numbers(row.assignment.plan for row in assigned)),
        Line(_("Việc phối hợp"), len(holdings.supports(old)) + len(holdings.parts(old))),
        Line(_("Kỳ báo cáo sắp tới"), len({row.schedule_id for row in reporting}) + _schedules_of_all(by_all),
             note=_("phát sinh cho cơ quan kế thừa")),
        Line(_("Báo cáo gửi về cơ quan này"), len(holdings.received(old)), note=_("cơ quan kế thừa tiếp nhận")),
        Line(_("Kế hoạch làm thường trực hoặc Ban Chỉ đạo"), len(open_run), _numbers(open_run),
             _("kèm kế hoạch đã kết thúc") if len(run) > len(open_run) else ""),
        Line(_("Phong trào thi đua"), len(holdings.movements(old))),
        Line(_("Người dùng"), len(people), _people_names(people), _("đăng nhập như cũ")),
        Line(_("Lịch đã đăng ký"), _feeds(people), note=_("giữ địa chỉ")),
        Line(_("Lịch nhắc riêng của kế hoạch"), _own_rules(open_run), note=_("theo kế hoạch")),
        Line(_("Nhóm cơ quan"), len(groups), tuple(groups[:_NAMES])),
    ]  # fmt: skip


# -- what needs a choice ------------------------------------------------------------------------------------------


def _questions(
    old: Agency,
    choices: Choices,
    plans: Sequence[Plan],
    owed: Sequence[Obligation],
    people: Sequence[User],
) -> list[Question]:
    found = []
    for plan in plans:
        under = [o for o in owed if o.plan_id == plan.id]
        words = " ".join([plan.title, *(o.title for o in under)])
        found.append(
            Question(
                ChoiceScope.PLAN,
                plan.id,
                f"{plan.number}: {plan.title}" if plan.number else plan.title,
                _("%(n)s việc còn mở", n=len(under)),
                _chosen(choices.own(old.id, ChoiceScope.PLAN, plan.id) or choices.default),
                _id(suggested(choices.heirs, plan.title) or suggested(choices.heirs, words)),
                tuple(
                    Question(
                        ChoiceScope.OBLIGATION,
                        o.id,
                        o.title,
                        _("hạn %(day)s", day=full_day(o.deadline_on)),
                        _chosen(choices.own(old.id, ChoiceScope.OBLIGATION, o.id)),
                    )
                    for o in under
                ),
            )
        )
    for user in people:
        found.append(
            Question(
                ChoiceScope.PERSON,
                user.id,
                user.name,
                user.position,
                _chosen(choices.own(old.id, ChoiceScope.PERSON, user.id) or choices.default),
                _id(suggested(choices.heirs, user.position)),
            )
        )
    return found


def _chosen(fate: Fate | None) -> int | None:
    if fate is None or fate.is_open:
        return None
    return 0 if fate.heir is None else fate.heir.id


def _id(heir: ReorganisationHeir | None) -> int | None:
    return heir.id if heir is not None else None


# -- counting -----------------------------------------------------------------------------------------------------


def _titles(owed: Sequence[Obligation]) -> tuple[str, ...]:
    return tuple(o.title for o in owed[:_NAMES])


def _people_names(people: Sequence[User]) -> tuple[str, ...]:
    return tuple(user.name for user in people[:_NAMES])


def _numbers(plans: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plan.number or plan.title for plan in plans))[:_NAMES]


def _schedules_of_all(plan_ids: set[int]) -> int:
    return (
        db.session.scalar(
            sa.select(sa.func.count()).select_from(ReportSchedule).where(
                ReportSchedule.plan_id.in_(plan_ids), ReportSchedule.all_assigned, ReportSchedule.closed_on.is_(None)
            )
        )
        or 0
    )  # fmt: skip


def _feeds(people: Sequence[User]) -> int:
    query = sa.select(sa.func.count()).select_from(CalendarFeed).where(
        CalendarFeed.user_id.in_([user.id for user in people]), CalendarFeed.revoked_at.is_(None)
    )  # fmt: skip
    return db.session.scalar(query) or 0


def _own_rules(plans: Sequence[Plan]) -> int:
    query = sa.select(sa.func.count(sa.distinct(ReminderRule.plan_id))).where(
        ReminderRule.plan_id.in_([plan.id for plan in plans])
    )
    return db.session.scalar(query) or 0


def _drafts_naming(agency: Agency) -> int:
    """Drafts of plans in review whose content points at the agency."""
    rows = db.session.scalars(
        sa.select(Draft.content)
        .join(Plan, Plan.id == Draft.plan_id)
        .where(Plan.state == PlanState.IN_REVIEW, Draft.content.is_not(None))
    )
    return sum(_names(content, agency.id) for content in rows)


def _names(content: Any, agency_id: int) -> bool:
    if isinstance(content, dict):
        return content.get("agency_id") == agency_id or any(_names(v, agency_id) for v in content.values())
    return isinstance(content, list) and any(_names(value, agency_id) for value in content)
