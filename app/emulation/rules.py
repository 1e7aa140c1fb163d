"""Who may do what in a movement, what a registration still lacks, and how many may be rewarded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.accounts.models import User
from app.accounts.rules import is_officer, runs_plans
from app.emulation.models import EmulationMovement, Nomination, NomineeKind, Registration
from app.i18n import _l

# The papers of a dossier for a themed movement (one original set, domain handbook §6), in the order of the boxes.
DOSSIER = {
    "proposal": _l("tờ trình"),
    "report": _l("báo cáo thành tích"),
    "minutes": _l("biên bản họp xét"),
}


def runs(user: User, movement: EmulationMovement) -> bool:
    """Officer of the plan's standing agency: ranks, decides, sees every registration."""
    return runs_plans(user) and user.agency_id == movement.plan.standing_agency_id


def is_receiver(user: User, movement: EmulationMovement) -> bool:
    """Standing officer of a body that receives registrations."""
    return runs_plans(user) and user.agency_id in {receiver.agency_id for receiver in movement.receivers}


def sees_all(user: User, movement: EmulationMovement) -> bool:
    """Everybody's registrations and nominations; others see only their own agency's."""
    return runs(user, movement) or is_receiver(user, movement) or _is_of_committee(user, movement)


def _is_of_committee(user: User, movement: EmulationMovement) -> bool:
    committee = movement.plan.committee_id
    return committee is not None and not is_officer(user) and user.agency_id == committee


def participates(movement: EmulationMovement, agency_ids: Iterable[int]) -> bool:
    """One of these agencies is to register."""
    wanted = set(agency_ids)
    return any(participant.agency_id in wanted for participant in movement.participants)


def is_closed(movement: EmulationMovement) -> bool:
    return movement.plan.closed_at is not None


def missing_receivers(registration: Registration) -> list[int]:
    """Ids of the receiving bodies that have not confirmed, in the order of the movement."""
    got = {receipt.receiver_id for receipt in registration.receipts}
    return [r.agency_id for r in registration.movement.receivers if r.agency_id not in got]


def is_received_by_all(registration: Registration) -> bool:
    return not missing_receivers(registration)


def why_not_register(movement: EmulationMovement, registration: Registration | None = None) -> Any | None:
    """The reason against registering, or against changing a registration; None where nothing stands in the way.

    A late registration is recorded, never refused: the receiving body decides about it (domain handbook §6).
    """
    if is_closed(movement):
        return _l(
            "Kế hoạch đã kết thúc nên không nhận đăng ký nữa. Liên hệ cơ quan thường trực của kế hoạch."
        )
    if not movement.receivers:
        return _l("Kế hoạch không yêu cầu đăng ký phong trào này.")
    if registration is not None and is_received_by_all(registration):
        return _l(
            "Mọi nơi nhận đã xác nhận bản đăng ký nên không sửa được nữa. Liên hệ nơi nhận để bỏ xác nhận."
        )
    return None


def why_not_signed_on(signed_on: date | None, today: date) -> Any | None:
    if signed_on is not None and signed_on > today:
        return _l("Ngày %(day)s chưa đến. Kiểm tra lại ngày.", day=f"{signed_on:%d/%m/%Y}")
    return None


def can_confirm(user: User, movement: EmulationMovement, receiver_id: int, *, has_officers: bool) -> bool:
    """Whose word counts as a receipt: a standing officer of the receiving body; where the body has none here
    (`has_officers` is False), an officer of the plan's standing agency notes it on its behalf."""
    if not runs_plans(user):
        return False
    return user.agency_id == receiver_id or (not has_officers and runs(user, movement))


def can_remind(user: User, movement: EmulationMovement) -> bool:
    return not is_closed(movement) and (runs(user, movement) or is_receiver(user, movement))


def why_not_nominate(movement: EmulationMovement) -> Any | None:
    """Nothing is refused at nomination but a movement that is over; the quota acts at the selection."""
    if is_closed(movement):
        return _l("Kế hoạch đã kết thúc nên không nhận đề nghị khen thưởng nữa.")
    return None


def why_not_change(nomination: Nomination) -> Any | None:
    if nomination.chosen is not None:
        return _l("Đề nghị này đã có quyết định. Bỏ quyết định trước khi sửa hoặc rút.")
    return why_not_nominate(nomination.movement)


@dataclass(frozen=True, slots=True)
class Places:
    """Nominations of one kind against the places that the plan gives; `limit` None: the plan sets none."""

    kind: NomineeKind
    nominated: int
    chosen: int
    limit: int | None

    @property
    def free(self) -> int | None:
        """Places not yet given away."""
        return None if self.limit is None else self.limit - self.chosen

    @property
    def over(self) -> int:
        """Nominations past the last place."""
        return 0 if self.limit is None else max(0, self.nominated - self.limit)


def places(movement: EmulationMovement, kind: NomineeKind) -> Places:
    rows = [n for n in movement.nominations if n.kind is kind]
    limit = movement.quota_collective if kind is NomineeKind.COLLECTIVE else movement.quota_individual
    return Places(kind, len(rows), sum(n.chosen is True for n in rows), limit)


def why_not_choose(nomination: Nomination) -> Any | None:
    """The reason against choosing this nomination: every place of its kind is taken."""
    if nomination.chosen:
        return None
    found = places(nomination.movement, nomination.kind)
    if found.free is not None and found.free <= 0:
        if nomination.kind is NomineeKind.COLLECTIVE:
            return _l("Đã chọn đủ số tập thể theo kế hoạch. Bỏ chọn một tập thể trước khi chọn thêm.")
        return _l("Đã chọn đủ số cá nhân theo kế hoạch. Bỏ chọn một cá nhân trước khi chọn thêm.")
    return None
