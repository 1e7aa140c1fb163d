"""The agencies and people of a generated office: a province of any size, names from a few syllables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from app.accounts.models import Role, User
from app.accounts.passwords import hash_password
from app.organisations.models import (
    Agency,
    AgencyAlias,
    AgencyGroup,
    AgencyGroupMember,
    AgencyKind,
    AgencyLevel,
)
from app.planreader import fold
from benchmarks.bulk import Loader

PASSWORD = "một hai ba bốn năm"
PROVINCE = "Ủy ban nhân dân tỉnh Lam Giang"
DEPARTMENTS = (
    "Sở Nông nghiệp và Môi trường", "Sở Nội vụ", "Sở Tài chính", "Sở Y tế", "Sở Giáo dục và Đào tạo", "Sở Xây dựng",
    "Sở Công Thương", "Sở Khoa học và Công nghệ", "Sở Văn hóa, Thể thao và Du lịch", "Sở Tư pháp",
    "Sở Dân tộc và Tôn giáo", "Văn phòng Ủy ban nhân dân tỉnh", "Thanh tra tỉnh", "Sở Ngoại vụ",
    "Ban Quản lý các khu công nghiệp tỉnh", "Công an tỉnh", "Thống kê tỉnh", "Bảo hiểm xã hội tỉnh",
)  # fmt: skip
UNIONS = (
    "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", "Hội Liên hiệp Phụ nữ tỉnh", "Hội Nông dân tỉnh",
    "Hội Cựu chiến binh tỉnh", "Tỉnh đoàn Lam Giang", "Liên đoàn Lao động tỉnh",
)  # fmt: skip
COMMITTEES = (
    "Ban Chỉ đạo các Chương trình mục tiêu quốc gia tỉnh", "Ban Chỉ đạo chuyển đổi số tỉnh",
    "Ban Chỉ đạo cải cách hành chính tỉnh",
)  # fmt: skip
_FIRST = ("An", "Bình", "Đông", "Hòa", "Kim", "Long", "Phú", "Tân", "Thạnh", "Trung", "Vĩnh", "Xuân")
_SECOND = ("Điền", "Hưng", "Lâm", "Lợi", "Mỹ", "Nghĩa", "Phong", "Sơn", "Thành", "Tiến")
_SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")
_GIVEN = ("Thị Hạnh", "Văn Khải", "Minh Châu", "Quốc Việt", "Ngọc Diệp", "Thanh Sơn", "Thị Mai", "Hữu Phước")
COMMUNES_GROUP, DEPARTMENTS_GROUP = "Ủy ban nhân dân các xã, phường", "Các sở, ban, ngành tỉnh"


@dataclass(frozen=True, slots=True)
class Body:
    """An agency and the people who act for it. `reviewer_id` is set for agencies that run plans."""

    id: int
    name: str
    commanded: bool
    officer_id: int
    reviewer_id: int = 0


@dataclass
class Province:
    province_id: int
    administrator_id: int
    departments: list[Body] = field(default_factory=list)
    unions: list[Body] = field(default_factory=list)
    communes: list[Body] = field(default_factory=list)
    standing: list[Body] = field(default_factory=list)  # departments that run plans
    committees: list[tuple[int, int]] = field(default_factory=list)  # (agency, member)
    communes_group_id: int = 0
    departments_group_id: int = 0

    @property
    def bodies(self) -> list[Body]:
        return [*self.departments, *self.unions, *self.communes]


def found_province(
    loader: Loader, rng: Random, *, departments: int, communes: int, officers: int, now: datetime
) -> Province:
    """Agencies, so many officers each, standing officers, committee members, an administrator; not yet written."""
    hashed = hash_password(PASSWORD)  # once: it is slow on purpose

    def agency(name: str, kind: AgencyKind, order: int, **facts: object) -> int:
        facts.setdefault("level", AgencyLevel.PROVINCE)
        return loader.add(Agency, name=name, name_key=fold(name), kind=kind, protocol_order=order, **facts)

    def person(address: str, role: Role, agency_id: int, position: str) -> int:
        name = f"{rng.choice(_SURNAMES)} {rng.choice(_GIVEN)}"
        return loader.add(
            User,
            email=f"{address}@lamgiang.example",
            name=name,
            name_key=fold(name),
            position=position,
            role=role,
            agency_id=agency_id,
            password_hash=hashed,
            created_at=now,
        )

    province_id = agency(PROVINCE, AgencyKind.COMMITTEE, 1, short_name="UBND tỉnh")
    made = Province(province_id, person("quantri", Role.ADMINISTRATOR, province_id, "Quản trị hệ thống"))

    def body(
        name: str,
        kind: AgencyKind,
        order: int,
        *,
        short: str | None = None,
        runs_plans: bool = False,
        commanded: bool = True,
        level: AgencyLevel = AgencyLevel.PROVINCE,
    ) -> Body:
        key = agency(
            name, kind, order, short_name=short, parent_id=province_id, commanded=commanded, level=level
        )
        officer = person(f"cv{order}", Role.OFFICER, key, "Chuyên viên")
        for another in range(1, officers):
            person(f"cv{order}.{another}", Role.OFFICER, key, "Chuyên viên")
        if rng.random() < 0.3:
            person(f"ld{order}", Role.HEAD, key, "Lãnh đạo")
        reviewer = person(f"tt{order}", Role.STANDING_OFFICER, key, "Tổng hợp") if runs_plans else 0
        return Body(key, name, commanded, officer, reviewer)

    run_plans = max(1, min(6, departments // 3))
    made.departments = [
        body(name, AgencyKind.DEPARTMENT, 10 + n, runs_plans=n < run_plans)
        for n, name in enumerate(DEPARTMENTS[:departments])
    ]
    made.standing = [department for department in made.departments if department.reviewer_id]
    made.unions = [
        body(name, AgencyKind.UNION, 50 + n, commanded=False)
        for n, name in enumerate(UNIONS[: max(1, departments // 3)])
    ]
    names = [f"xã {one} {two}" for one in _FIRST for two in _SECOND]
    made.communes = [
        body(
            f"Ủy ban nhân dân {name}",
            AgencyKind.COMMITTEE,
            100 + n,
            short=name[0].upper() + name[1:],
            level=AgencyLevel.COMMUNE,
        )
        for n, name in enumerate(rng.sample(names, communes))
    ]
    for n, name in enumerate(COMMITTEES):
        key = agency(name, AgencyKind.STEERING_COMMITTEE, 5 + n, parent_id=province_id)
        made.committees.append((key, person(f"bcd{n}", Role.COMMITTEE_MEMBER, key, "Thành viên Ban Chỉ đạo")))
    made.communes_group_id = _group(loader, COMMUNES_GROUP, "UBND cấp xã", made.communes)
    made.departments_group_id = _group(loader, DEPARTMENTS_GROUP, "Các sở, ban, ngành", made.departments)
    return made


def _group(loader: Loader, name: str, spelling: str, members: list[Body]) -> int:
    key = loader.add(AgencyGroup, name=name, name_key=fold(name))
    loader.add(AgencyAlias, spelling=spelling, key=fold(spelling), group_id=key)
    for member in members:
        loader.add(AgencyGroupMember, group_id=key, agency_id=member.id)
    return key
