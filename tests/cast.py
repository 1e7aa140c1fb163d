"""A small world that all tests know.

Sở Nông nghiệp và Môi trường is the standing agency; Sở Y tế, Sở Tài chính, three communes and the Front work
under its plans; Sở Nội vụ receives registrations beside it and runs plans of its own; Sở Kế hoạch và Đầu tư was
merged into Sở Tài chính; Sở Xây dựng is named by no plan: its officer must see nothing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime

from argon2 import PasswordHasher

from app.accounts.models import Role, User
from app.extensions import db
from app.organisations.models import (
    Agency,
    AgencyAlias,
    AgencyGroup,
    AgencyGroupMember,
    AgencyKind,
    AgencyLevel,
    Succession,
)
from app.planreader import fold

# Wednesday 25/11/2026, 09:00 in Vietnam.
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)
PASSWORD = "mưa thuận gió hòa"
# With the parameters of tests/conftest.py, so that signing in has no reason to hash again.
_PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(
    unicodedata.normalize("NFKC", PASSWORD)
)


@dataclass
class Cast:
    province: Agency
    standing: Agency  # Sở Nông nghiệp và Môi trường
    health: Agency  # Sở Y tế
    finance: Agency  # Sở Tài chính
    home_affairs: Agency  # Sở Nội vụ
    construction: Agency  # Sở Xây dựng, the outsider's
    front: Agency  # requested, not ordered
    planning: Agency  # Sở Kế hoạch và Đầu tư, merged away on 01/03/2025
    communes: list[Agency]
    communes_group: AgencyGroup
    committee: Agency
    other_committee: Agency

    toan: User  # standing officer
    binh: User  # standing officer of Sở Nội vụ: another plan's standing agency
    hanh: User  # officer, Sở Y tế
    dung: User  # head, Sở Y tế
    tam: User  # officer, Sở Tài chính
    mai: User  # officer, the first commune
    lan: User  # officer, the Front
    duc: User  # member of the steering committee
    khoa: User  # member of another committee
    ha: User  # administrator
    outsider: User  # officer, Sở Xây dựng


def agency(name: str, kind: AgencyKind = AgencyKind.DEPARTMENT, **facts: object) -> Agency:
    facts.setdefault("level", AgencyLevel.PROVINCE)
    made = Agency(name=name, name_key=fold(name), kind=kind, **facts)
    db.session.add(made)
    db.session.flush()
    return made


def person(email: str, name: str, role: Role, body: Agency, **facts: object) -> User:
    facts.setdefault("position", "Chuyên viên")
    made = User(
        email=email, name=name, role=role, agency=body, created_at=NOW, password_hash=_PASSWORD_HASH,
        language="vi", **facts,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def make_cast() -> Cast:
    """Put the cast into the database of the present application and commit."""
    province = agency("Ủy ban nhân dân tỉnh Lam Giang", AgencyKind.COMMITTEE, protocol_order=1)

    def department(name: str, order: int, **facts: object) -> Agency:
        return agency(name, parent_id=province.id, protocol_order=order, **facts)

    standing = department("Sở Nông nghiệp và Môi trường", 10, short_name="Sở NN và MT", symbol_code="SNNMT")
    health = department("Sở Y tế", 11, symbol_code="SYT")
    finance = department("Sở Tài chính", 12, symbol_code="STC")
    home_affairs = department("Sở Nội vụ", 13, symbol_code="SNV")
    construction = department("Sở Xây dựng", 14, symbol_code="SXD")
    planning = department("Sở Kế hoạch và Đầu tư", 15, valid_to=date(2025, 2, 28))
    front = agency(
        "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Lam Giang", AgencyKind.FRONT, protocol_order=30, commanded=False,
        short_name="Ủy ban MTTQ tỉnh",
    )  # fmt: skip
    communes = [
        agency(
            f"Ủy ban nhân dân {name}", AgencyKind.COMMITTEE, level=AgencyLevel.COMMUNE, parent_id=province.id,
            protocol_order=100 + n, short_name=name[0].upper() + name[1:],
        )
        for n, name in enumerate(["xã Kim Điền", "xã Bình Lâm", "phường Bến Đò"])
    ]  # fmt: skip
    committee = agency("Ban Chỉ đạo các Chương trình mục tiêu quốc gia tỉnh", AgencyKind.STEERING_COMMITTEE)
    other_committee = agency("Ban Chỉ đạo chuyển đổi số tỉnh", AgencyKind.STEERING_COMMITTEE)
    group = AgencyGroup(
        name="Ủy ban nhân dân các xã, phường",
        name_key=fold("Ủy ban nhân dân các xã, phường"),
        members=[AgencyGroupMember(agency=commune) for commune in communes],
    )
    db.session.add_all(
        [
            group,
            AgencyAlias(spelling="UBND các xã, phường", key=fold("UBND các xã, phường"), group=group),
            AgencyAlias(spelling="Sở NN&MT", key=fold("Sở NN&MT"), agency=standing),
            AgencyAlias(spelling="Sở KH&ĐT", key=fold("Sở KH&ĐT"), agency=planning),
            Succession(
                old_agency=planning, new_agency=finance, effective_on=date(2025, 3, 1), decision="12/NQ-HĐND"
            ),
        ]
    )
    made = Cast(
        province, standing, health, finance, home_affairs, construction, front, planning, communes, group,
        committee, other_committee,
        toan=person("toan@lamgiang.test", "Lê Văn Toàn", Role.STANDING_OFFICER, standing),
        binh=person("binh@lamgiang.test", "Trần Thanh Bình", Role.STANDING_OFFICER, home_affairs),
        hanh=person("hanh@lamgiang.test", "Nguyễn Thị Hạnh", Role.OFFICER, health),
        dung=person("dung@lamgiang.test", "Võ Quốc Dũng", Role.HEAD, health, position="Phó Giám đốc"),
        tam=person("tam@lamgiang.test", "Đỗ Minh Tâm", Role.OFFICER, finance),
        mai=person("mai@lamgiang.test", "Hồ Ngọc Mai", Role.OFFICER, communes[0]),
        lan=person("lan@lamgiang.test", "Bùi Thị Lan", Role.OFFICER, front),
        duc=person("duc@lamgiang.test", "Phạm Minh Đức", Role.COMMITTEE_MEMBER, committee, position="Phó Trưởng Ban"),
        khoa=person("khoa@lamgiang.test", "Ngô Đăng Khoa", Role.COMMITTEE_MEMBER, other_committee),
        ha=person("ha@lamgiang.test", "Đặng Thu Hà", Role.ADMINISTRATOR, province),
        outsider=person("ngoai@lamgiang.test", "Phan Văn Ngoại", Role.OFFICER, construction),
    )  # fmt: skip
    db.session.commit()
    return made
