"""The plans of a generated office: drawn first, counted, and put down only if they fit.

Days and periods come from the same pure functions that the application owes by, so rolling a generated office
forward or owing its duties again makes nothing new.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from textwrap import shorten

from app.deadlines import DueRule, Occurrence, Reading, ReportKind, WorkCalendar, occurrences
from app.schedules.queries import turns
from benchmarks.bodies import COMMUNES_GROUP, DEPARTMENTS_GROUP, Body, Province

TOPICS = (
    "giảm nghèo bền vững", "chuyển đổi số", "cải cách hành chính", "xây dựng nông thôn mới", "an toàn thực phẩm",
    "phòng, chống thiên tai", "bảo vệ môi trường", "phát triển kinh tế tập thể", "an toàn giao thông",
    "chăm sóc sức khỏe người cao tuổi", "phòng, chống mua bán người", "bình đẳng giới", "cấp nước sạch nông thôn",
    "phát triển du lịch cộng đồng", "phổ cập giáo dục", "quản lý đất đai", "phòng cháy, chữa cháy rừng",
    "bảo trợ trẻ em", "khuyến công", "thực hành tiết kiệm, chống lãng phí",
)  # fmt: skip
_DATED = (
    "Trình phương án phân bổ kinh phí thực hiện công tác {topic}",
    "Hoàn thành rà soát, lập danh sách đối tượng thuộc công tác {topic}",
    "Ban hành hướng dẫn chuyên môn về {topic}",
    "Tổ chức hội nghị tập huấn về {topic} cho cán bộ cơ sở",
)
_UNDATED = (
    "Phối hợp kiểm tra, giám sát việc thực hiện {topic} tại cơ sở",
    "Đẩy mạnh tuyên truyền về {topic} trên các phương tiện thông tin",
    "Lồng ghép các nguồn vốn để thực hiện {topic}",
)
ROLL_DAYS = 400
_DAYS = (5, 10, 15, 20, 25)  # days of a month that plans like
# Every so many plans one is about these days, whatever day it is: its report is due so many days from today.
_EVERY, _AROUND = 8, (4, -6, 9, 1, -12, 14, 2, -2)


@dataclass(frozen=True, slots=True)
class GivenDuty:
    text: str
    rule: DueRule | None = None
    due: tuple[Occurrence, ...] = ()

    @property
    def title(self) -> str:
        return shorten(self.text, 240, placeholder=" …")


@dataclass(frozen=True, slots=True)
class Head:
    """An assignment: one body (`group_id` 0) or the members of a group."""

    phrase: str
    members: tuple[Body, ...]
    duties: tuple[GivenDuty, ...]
    group_id: int = 0

    @property
    def is_request(self) -> bool:
        return not self.members[0].commanded


@dataclass(frozen=True, slots=True)
class Schedule:
    kind: ReportKind
    rule: DueRule
    title: str
    turns: tuple[Occurrence, ...]
    reporters: tuple[Body, ...]
    group_id: int = 0  # 0: everybody whom the plan assigns


@dataclass(frozen=True, slots=True)
class Movement:
    title: str
    rule: DueRule
    due: Occurrence
    receivers: tuple[Body, ...]
    participants: tuple[Body, ...]


@dataclass(slots=True)
class PlanSketch:
    topic: str
    issued_on: date
    first_year: int
    last_year: int
    standing: Body
    committee_id: int | None
    heads: list[Head] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    movement: Movement | None = None

    @property
    def assigned(self) -> tuple[Body, ...]:
        return tuple({body.id: body for head in self.heads for body in head.members}.values())

    @property
    def size(self) -> int:
        """How many obligations it owes."""
        dated = sum(len(duty.due) * len(head.members) for head in self.heads for duty in head.duties)
        reports = sum(len(schedule.turns) * len(schedule.reporters) for schedule in self.schedules)
        return dated + reports + (len(self.movement.participants) if self.movement else 0)


class Drawer:
    """Draws plans from a seed, issued in the `years` before `today`."""

    def __init__(
        self,
        rng: Random,
        province: Province,
        today: date,
        years: float,
        calendar: WorkCalendar,
        reading: Reading,
    ):
        self._rng, self._province, self._today = rng, province, today
        self._days = max(30, int(years * 365))
        self._calendar, self._reading = calendar, reading
        self._drawn = 0

    def plan(self) -> PlanSketch:
        self._drawn += 1
        if self._drawn % _EVERY == 1:
            return self._directive(_AROUND[self._drawn // _EVERY % len(_AROUND)])
        return self._usual()

    def _directive(self, due_in: int) -> PlanSketch:
        """A call for one report of one group, these days."""
        issued_on = self._calendar.previous_working_day(
            self._today - timedelta(days=self._rng.randint(20, 45))
        )
        sketch, province = self._empty(issued_on, issued_on.year + 1), self._province
        name, members, group_id = self._rng.choice(
            [
                (DEPARTMENTS_GROUP, province.departments, province.departments_group_id),
                (COMMUNES_GROUP, province.communes, province.communes_group_id),
            ]
        )
        sketch.heads = [Head(name, tuple(members), self._duties(sketch, dated=0), group_id)]
        day = self._today + timedelta(days=due_in)
        rule = DueRule(
            day.day, day.month, year=day.year, qualifier="by", words=f"chậm nhất ngày {day:%d/%m/%Y}"
        )
        title = f"Báo cáo tình hình {sketch.topic}"
        sketch.schedules = [self._scheduled(sketch, ReportKind.OTHER, rule, title, sketch.assigned)]
        return sketch

    def _usual(self) -> PlanSketch:
        """Groups and single bodies, one to three reports, now and then a movement."""
        rng, province = self._rng, self._province
        issued_on = self._calendar.previous_working_day(
            self._today - timedelta(days=rng.randint(10, self._days))
        )
        years = rng.choice((1, 1, 3, 5, 5))
        sketch = self._empty(issued_on, issued_on.year + years - 1)
        others = [body for body in province.departments if body is not sketch.standing]
        for body in rng.sample(others, min(len(others), rng.randint(1, 4))):
            sketch.heads.append(Head(body.name, (body,), self._duties(sketch, dated=rng.randint(0, 2))))
        chance = rng.random()
        if chance < 0.75 and province.communes:
            sketch.heads.append(
                Head(
                    COMMUNES_GROUP,
                    tuple(province.communes),
                    self._duties(sketch, dated=int(rng.random() < 0.3)),
                    province.communes_group_id,
                )
            )
        if chance > 0.5:
            sketch.heads.append(
                Head(
                    DEPARTMENTS_GROUP,
                    tuple(province.departments),
                    self._duties(sketch, dated=0),
                    province.departments_group_id,
                )
            )
        if rng.random() < 0.4:
            for body in rng.sample(province.unions, min(2, len(province.unions))):
                sketch.heads.append(Head(body.name, (body,), self._duties(sketch, dated=0)))
        sketch.schedules = [self._schedule(sketch) for _ in range(rng.choice((1, 1, 2, 2, 3)))]
        if rng.random() < 0.15 and province.communes:
            sketch.movement = self._movement(sketch)
        return sketch

    def filler(self, count: int) -> PlanSketch:
        """A plan that owes exactly `count`: dated duties of single departments, dealt round."""
        rng = self._rng
        issued_on = self._calendar.previous_working_day(self._today - timedelta(days=rng.randint(60, 120)))
        sketch = self._empty(issued_on, issued_on.year + 1)
        bodies = [body for body in self._province.departments if body is not sketch.standing]
        shares = [count // len(bodies) + (n < count % len(bodies)) for n in range(len(bodies))]
        sketch.heads = [
            Head(body.name, (body,), self._duties(sketch, dated=share))
            for body, share in zip(bodies, shares, strict=True)
            if share
        ]
        return sketch

    def _empty(self, issued_on: date, last_year: int) -> PlanSketch:
        rng, province = self._rng, self._province
        n = min(int(rng.expovariate(0.6)), len(province.standing) - 1)
        committee = province.committees[n % len(province.committees)][0] if rng.random() < 0.85 else None
        return PlanSketch(
            rng.choice(TOPICS), issued_on, issued_on.year, last_year, province.standing[n], committee
        )

    def _duties(self, sketch: PlanSketch, *, dated: int) -> tuple[GivenDuty, ...]:
        rng = self._rng
        given = [GivenDuty(rng.choice(_UNDATED).format(topic=sketch.topic)) for _ in range(rng.randint(1, 2))]
        last = min(date(sketch.last_year, 12, 31), sketch.issued_on + timedelta(days=ROLL_DAYS))
        for _ in range(dated):
            day = sketch.issued_on + timedelta(days=rng.randint(1, max(1, (last - sketch.issued_on).days)))
            rule = DueRule(
                day.day, day.month, year=day.year, qualifier="by", words=f"chậm nhất ngày {day:%d/%m/%Y}"
            )
            text = f"{rng.choice(_DATED).format(topic=sketch.topic)}, {rule.words}"
            given.append(GivenDuty(text, rule, self._occurrences(rule, sketch)))
        return tuple(given)

    def _occurrences(self, rule: DueRule, sketch: PlanSketch) -> tuple[Occurrence, ...]:
        return tuple(
            occurrences(
                ReportKind.OTHER, rule, sketch.issued_on, sketch.first_year, sketch.last_year, None,
                self._calendar, self._reading,
            )
        )  # fmt: skip

    def _schedule(self, sketch: PlanSketch) -> Schedule:
        kind, rule, title = self._report(sketch)
        group = next((head for head in sketch.heads if head.group_id), None)
        if group and self._rng.random() < 0.3:
            return self._scheduled(sketch, kind, rule, title, group.members, group.group_id)
        return self._scheduled(sketch, kind, rule, title, sketch.assigned)

    def _scheduled(
        self,
        sketch: PlanSketch,
        kind: ReportKind,
        rule: DueRule,
        title: str,
        reporters: tuple[Body, ...],
        group_id: int = 0,
    ) -> Schedule:
        due = turns(
            kind, rule, sketch.issued_on, sketch.first_year, sketch.last_year,
            self._today + timedelta(days=ROLL_DAYS), calendar=self._calendar, reading=self._reading,
        )  # fmt: skip
        others = tuple(body for body in reporters if body is not sketch.standing)
        return Schedule(kind, rule, title, tuple(due), others, group_id)

    def _report(self, sketch: PlanSketch) -> tuple[ReportKind, DueRule, str]:
        rng = self._rng
        day, chance = rng.choice((*_DAYS, rng.randint(1, 28), rng.randint(1, 28))), rng.random()
        if chance < 0.35:
            month = rng.choice((5, 6, 6, 7))
            rule = DueRule(day, month, qualifier="before", words=f"trước ngày {day}/{month}")
            return ReportKind.HALF_YEAR, rule, f"Báo cáo 6 tháng về {sketch.topic}"
        if chance < 0.75:
            month = rng.choice((11, 12, 12, 1, rng.randint(2, 10)))
            rule = DueRule(day, month, qualifier="before", words=f"trước ngày {day}/{month}")
            return ReportKind.ANNUAL, rule, f"Báo cáo năm về {sketch.topic}"
        if chance < 0.88:
            rule = DueRule(day, qualifier="by", words=f"chậm nhất ngày {day} tháng cuối quý")
            return ReportKind.QUARTERLY, rule, f"Báo cáo quý về {sketch.topic}"
        if chance < 0.93:
            rule = DueRule(day, qualifier="by", words=f"chậm nhất ngày {day} hằng tháng")
            return ReportKind.MONTHLY, rule, f"Báo cáo tháng về {sketch.topic}"
        rule = DueRule(
            quarter=4, year=sketch.last_year, qualifier="in", words=f"trong Quý IV năm {sketch.last_year}"
        )
        return ReportKind.FINAL_REVIEW, rule, f"Tổng kết công tác {sketch.topic}"

    def _movement(self, sketch: PlanSketch) -> Movement | None:
        day = sketch.issued_on + timedelta(days=self._rng.randint(20, 60))
        rule = DueRule(
            day.day, day.month, year=day.year, qualifier="before", words=f"trước ngày {day:%d/%m/%Y}"
        )
        due = self._occurrences(rule, sketch)
        if not due:
            return None
        receivers = tuple(dict.fromkeys((sketch.standing, self._province.departments[1])))
        alone = receivers[0] if len(receivers) == 1 else None
        return Movement(
            f"Thi đua thực hiện công tác {sketch.topic} năm {day.year}",
            rule,
            due[0],
            receivers,
            tuple(body for body in sketch.assigned if body is not alone),
        )


def plans_owing(drawer: Drawer, obligations: int) -> Iterator[PlanSketch]:
    """Plans that together owe exactly so many."""
    left, misses = obligations, 0
    while left > 0:
        sketch = drawer.plan() if misses < 8 else drawer.filler(left)
        if 0 < sketch.size <= left:
            left -= sketch.size
            misses = 0
            yield sketch
        else:
            misses += 1
