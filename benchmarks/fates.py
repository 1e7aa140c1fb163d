"""What became of one obligation by a day: handed in early or late, returned, extended, waived, forgotten.

The story is drawn to its end and then cut off at today, so that how many are open, late or under review follows
from how people work and not from a number set here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from app.obligations.models import Outcome, SubmissionKind

_EPOCH = date(1970, 1, 1).toordinal()
TEXTS = (
    "Đơn vị đã triển khai đủ các nội dung được giao, đạt 96% kế hoạch. Còn một hạng mục chờ bố trí kinh phí.",
    "Trong kỳ đã tổ chức 04 lớp tập huấn cho 215 lượt người, kiểm tra tại 07 địa bàn. Không có vướng mắc lớn.",
    "Kết quả các chỉ tiêu đạt và vượt so với cùng kỳ. Kiến nghị hướng dẫn thêm về thủ tục thanh toán.",
    "Đã rà soát 1.284 hồ sơ, cập nhật đủ số liệu. Một số nơi gửi chậm nên phải đối chiếu lại hai lần.",
)
RETURNS = (
    "Thiếu biểu số liệu kèm theo.",
    "Số liệu mục 2 chưa khớp với kỳ trước.",
    "Chưa nêu nguyên nhân chậm tiến độ.",
)
WAIVERS = ("Không còn đối tượng thực hiện theo Công văn số 212/UBND-TH.", "Đã gộp vào báo cáo chuyên đề.")


@dataclass(slots=True)
class Fate:
    """Columns of the obligation that differ from one just owed, and the rows that belong to it."""

    columns: dict[str, Any] = field(default_factory=dict)
    submissions: list[dict[str, Any]] = field(default_factory=list)
    extension: dict[str, Any] | None = None

    @property
    def is_open(self) -> bool:
        return "outcome" not in self.columns


class Teller:
    """Draws fates from a seed. What would happen today or later has not happened."""

    def __init__(self, rng: Random, today: date):
        self._rng, self._today = rng, today

    def tell(self, *, owed_on: date, due_on: date, officer_id: int, reviewer_id: int, paper: bool) -> Fate:
        """`paper`: handed in as submissions; without it (a registration) only the obligation moves."""
        rng, fate = self._rng, Fate()
        noticed = owed_on + self._days(0, 6)
        if noticed < self._today and rng.random() < 0.6:
            fate.columns["acknowledged_at"] = self._at(noticed)
        chance = rng.random()
        if chance < 0.02:
            self._let_off(fate, owed_on, due_on, Outcome.WAIVED if chance < 0.015 else Outcome.CANCELLED)
            if not fate.is_open:
                return fate
        deadline, earliest = due_on, owed_on
        if rng.random() < 0.05:
            deadline, earliest = self._ask_for_time(fate, owed_on, due_on, officer_id, reviewer_id)
        self._hand_in(fate, max(earliest, self._hand_in_day(deadline)), officer_id, reviewer_id, paper)
        return fate

    def _hand_in_day(self, deadline: date) -> date:
        chance, rng = self._rng.random(), self._rng
        if chance < 0.86:
            return deadline - self._days(0, 12)
        if chance < 0.97:
            return deadline + timedelta(days=1 + int(rng.expovariate(1 / 9)))
        return deadline + self._days(40, 900)  # forgotten for long

    def _let_off(self, fate: Fate, owed_on: date, due_on: date, outcome: Outcome) -> None:
        on = max(owed_on, due_on - self._days(0, 20))
        if on < self._today:
            fate.columns |= {
                "outcome": outcome,
                "settled_at": self._at(on),
                "settled_reason": self._rng.choice(WAIVERS),
            }

    def _ask_for_time(
        self, fate: Fate, owed_on: date, due_on: date, officer_id: int, reviewer_id: int
    ) -> tuple[date, date]:
        """The day by which it is due then, and the first on which it can be handed in."""
        rng = self._rng
        asked_on = max(owed_on, due_on - self._days(1, 9))
        until = due_on + self._days(5, 25)
        if asked_on >= self._today:
            return due_on, owed_on
        fate.extension = {
            "asked_until": until,
            "reason": "Chờ số liệu của các đơn vị trực thuộc.",
            "asked_by_id": officer_id,
            "asked_at": self._at(asked_on),
        }
        decided_on = asked_on + self._days(1, 4)
        if decided_on >= self._today:
            fate.columns["extension_asked_until"] = until
            return due_on, decided_on
        granted = rng.random() < 0.8
        fate.extension |= {
            "decided_by_id": reviewer_id,
            "decided_at": self._at(decided_on),
            "granted_until": until if granted else None,
            "decision_note": "" if granted else "Báo cáo cần cho kỳ họp, không lùi được.",
        }
        if not granted:
            return due_on, decided_on
        fate.columns |= {"extended_to": until, "version": 2}
        return until, decided_on

    def _hand_in(self, fate: Fate, on: date, officer_id: int, reviewer_id: int, paper: bool) -> None:
        rng, columns = self._rng, fate.columns
        if on >= self._today:
            return
        kind = SubmissionKind.NOTHING if paper and rng.random() < 0.06 else SubmissionKind.REPORT
        at = self._at(on)
        columns |= {"first_submitted_at": at, "submitted_at": at}
        self._paper(fate, kind, on, at, officer_id, paper)
        looked_on = on + self._days(1, 8)
        if looked_on >= self._today:
            return
        if paper and rng.random() < 0.1:
            returned_at = self._at(looked_on)
            rework_until = looked_on + timedelta(days=7)
            columns |= {
                "submitted_at": None,
                "returned_at": returned_at,
                "rework_until": rework_until,
                "version": columns.get("version", 1) + 1,
            }
            fate.submissions[-1] |= {
                "returned_at": returned_at,
                "return_reason": rng.choice(RETURNS),
                "reviewed_by_id": reviewer_id,
            }
            again = looked_on + self._days(1, 12)
            if again >= self._today:
                return
            at = self._at(again)
            columns["submitted_at"] = at
            self._paper(fate, kind, again, at, officer_id, paper)
            looked_on = again + self._days(1, 5)
            if looked_on >= self._today:
                return
        settled_at = self._at(looked_on)
        columns |= {
            "settled_at": settled_at,
            "outcome": Outcome.NOTHING_AROSE if kind is SubmissionKind.NOTHING else Outcome.ACCEPTED,
        }
        if fate.submissions:
            fate.submissions[-1] |= {"accepted_at": settled_at, "reviewed_by_id": reviewer_id}

    def _paper(
        self, fate: Fate, kind: SubmissionKind, on: date, at: datetime, officer_id: int, paper: bool
    ) -> None:
        if not paper:
            return
        is_report = kind is SubmissionKind.REPORT
        fate.submissions.append(
            {
                "version": len(fate.submissions) + 1,
                "kind": kind,
                "number": f"{self._rng.randint(20, 2400)}/BC" if is_report else "",
                "signed_on": on if is_report else None,
                "text": self._rng.choice(TEXTS) if is_report else "Trong kỳ không phát sinh.",
                "submitted_by_id": officer_id,
                "submitted_at": at,
            }
        )

    def _at(self, day: date) -> datetime:
        """An instant of office hours (Vietnam) of that day, in UTC."""
        seconds = (day.toordinal() - _EPOCH) * 86_400 + 3_600 + int(self._rng.random() * 8 * 3_600)
        return datetime.fromtimestamp(seconds, UTC)

    def _days(self, least: int, most: int) -> timedelta:
        return timedelta(days=least + int(self._rng.random() * (most - least + 1)))
