"""The demonstration office: tỉnh Lam Giang, an invented province in today's two-level structure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.accounts.models import Role, User
from app.accounts.operations import create_user
from app.accounts.passwords import DEMONSTRATION_PASSWORD, hash_password
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

# name, short name, symbol code, kind, commanded, other spellings
DEPARTMENTS = (
    ("Văn phòng Ủy ban nhân dân tỉnh", "Văn phòng UBND tỉnh", "VPUB", AgencyKind.OFFICE, True, "VP UBND tỉnh|VPUB"),
    ("Sở Nông nghiệp và Môi trường", "Sở Nông nghiệp và MT", "SNNMT", AgencyKind.DEPARTMENT, True, "Sở NN&MT|Sở NNMT|Sở NN và MT"),
    ("Sở Nội vụ", None, "SNV", AgencyKind.DEPARTMENT, True, "Sở NV|Ban Thi đua - Khen thưởng"),
    ("Sở Tài chính", None, "STC", AgencyKind.DEPARTMENT, True, "Sở TC"),
    ("Sở Y tế", None, "SYT", AgencyKind.DEPARTMENT, True, "Sở YT"),
    ("Sở Giáo dục và Đào tạo", None, "SGDĐT", AgencyKind.DEPARTMENT, True, "Sở GD&ĐT|Sở GDĐT"),
    ("Sở Xây dựng", None, "SXD", AgencyKind.DEPARTMENT, True, "Sở XD"),
    ("Sở Công Thương", None, "SCT", AgencyKind.DEPARTMENT, True, "Sở CT"),
    ("Sở Khoa học và Công nghệ", None, "SKHCN", AgencyKind.DEPARTMENT, True, "Sở KH&CN|Sở KHCN"),
    ("Sở Văn hóa, Thể thao và Du lịch", "Sở VH, TT và Du lịch", "SVHTTDL", AgencyKind.DEPARTMENT, True, "Sở VHTTDL|Sở VH,TT&DL"),
    ("Sở Tư pháp", None, "STP", AgencyKind.DEPARTMENT, True, "Sở TP"),
    ("Sở Dân tộc và Tôn giáo", None, "SDTTG", AgencyKind.DEPARTMENT, True, "Sở DT&TG"),
    ("Thanh tra tỉnh", None, "TTT", AgencyKind.INSPECTORATE, True, ""),
    ("Công an tỉnh", None, "CAT", AgencyKind.POLICE, True, ""),
    ("Bộ Chỉ huy Quân sự tỉnh", None, "BCHQS", AgencyKind.MILITARY, True, "Bộ CHQS tỉnh"),
    ("Bảo hiểm xã hội tỉnh", None, "BHXH", AgencyKind.VERTICAL, True, "BHXH tỉnh"),
    ("Thống kê tỉnh", None, "TKT", AgencyKind.VERTICAL, True, "Cục Thống kê tỉnh"),
    ("Báo và Phát thanh, Truyền hình Lam Giang", "Báo và PT-TH Lam Giang", "BPTTH", AgencyKind.MEDIA, True, "Đài Phát thanh và Truyền hình tỉnh"),
    ("Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", "Ủy ban MTTQ tỉnh", "MTTQ", AgencyKind.FRONT, False, "Ủy ban MTTQ Việt Nam tỉnh|Mặt trận Tổ quốc tỉnh"),
    ("Hội Liên hiệp Phụ nữ tỉnh", "Hội LH Phụ nữ tỉnh", "HPN", AgencyKind.UNION, False, "Hội LHPN tỉnh"),
    ("Hội Nông dân tỉnh", None, "HND", AgencyKind.UNION, False, ""),
    ("Hội Cựu chiến binh tỉnh", None, "HCCB", AgencyKind.UNION, False, ""),
    ("Tỉnh đoàn Lam Giang", "Tỉnh đoàn", "TĐ", AgencyKind.UNION, False, "Tỉnh đoàn|Đoàn Thanh niên Cộng sản Hồ Chí Minh tỉnh"),
    ("Liên đoàn Lao động tỉnh", None, "LĐLĐ", AgencyKind.UNION, False, ""),
    ("Chi nhánh Ngân hàng Chính sách xã hội tỉnh", "CN NHCS xã hội tỉnh", "NHCSXH", AgencyKind.BANK, False, "Ngân hàng Chính sách xã hội tỉnh|NHCSXH tỉnh"),
)  # fmt: skip
COMMUNES = (
    "xã Kim Điền", "xã Bình Lâm", "phường Bến Đò", "xã Thạnh Mỹ", "xã Trung Nghĩa", "xã An Thạnh", "xã Vĩnh Hưng",
    "xã Long Hòa", "xã Sơn Đông", "phường Tân An", "phường Đông Phú", "phường Hòa Bình", "phường Lam Sơn",
    "xã Đông Lợi", "xã Hợp Hưng", "xã Lương Tiến",
)  # fmt: skip
# One phrase, sixteen members; plans write it in these ways.
COMMUNE_GROUP = "Ủy ban nhân dân các xã, phường"
COMMUNE_GROUP_SPELLINGS = (
    "UBND các xã, phường", "Ủy ban nhân dân 16 xã, phường", "UBND 16 xã, phường", "Các xã, phường", "UBND cấp xã",
    "Ủy ban nhân dân cấp xã", "Ủy ban nhân dân các phường, xã",
)  # fmt: skip
DEPARTMENT_GROUP = "Các sở, ban, ngành tỉnh"
DEPARTMENT_GROUP_SPELLINGS = (
    "Các sở, ban, ngành",
    "Các sở, ngành tỉnh",
    "Các sở, ban, ngành liên quan",
    "Các sở, ngành liên quan",
)
UNION_GROUP = "Các hội, đoàn thể tỉnh"
UNION_GROUP_SPELLINGS = (
    "Các hội, đoàn thể",
    "Các đoàn thể tỉnh",
    "Các tổ chức chính trị - xã hội tỉnh",
    "Các tổ chức chính trị - xã hội",
)
# Merged on 01/03/2025, as everywhere in the country: old name, level of detail, successor.
MERGED_ON, LAST_DAY = date(2025, 3, 1), date(2025, 2, 28)
MERGED = (("Sở Kế hoạch và Đầu tư", "Sở KH&ĐT|Sở KHĐT", "Sở Tài chính"),)
COMMITTEE = "Ban Chỉ đạo các Chương trình mục tiêu quốc gia tỉnh"


@dataclass
class Office:
    """What the story of the demonstration needs to find again."""

    province: Agency
    agencies: dict[str, Agency]
    standing: Agency
    committee: Agency
    standing_officer: User
    administrator: User

    def officer_of(self, agency: Agency) -> User:
        return self.officers[agency.id]

    officers: dict[int, User]


def found_office(now: datetime) -> Office:
    """Create agencies, groups and one person of each role; every agency has an officer."""
    province = _agency(
        "Ủy ban nhân dân tỉnh Lam Giang", AgencyKind.COMMITTEE, 1, short_name="UBND tỉnh", symbol_code="UBND"
    )
    agencies = {province.name: province}
    for order, (name, short, code, kind, commanded, spellings) in enumerate(DEPARTMENTS, start=10):
        agencies[name] = made = _agency(
            name, kind, order, short_name=short, symbol_code=code, commanded=commanded, parent_id=province.id
        )
        _spell(spellings, agency=made)
    for order, name in enumerate(COMMUNES, start=100):
        made = _agency(
            f"Ủy ban nhân dân {name}", AgencyKind.COMMITTEE, order, level=AgencyLevel.COMMUNE, parent_id=province.id,
            short_name=name[0].upper() + name[1:], symbol_code="UBND",
        )  # fmt: skip
        agencies[made.name] = made
        _spell(f"UBND {name}|{name[0].upper() + name[1:]}", agency=made)
    for name, spellings, successor in MERGED:
        agencies[name] = made = _agency(
            name, AgencyKind.DEPARTMENT, 900, parent_id=province.id, valid_to=LAST_DAY
        )
        _spell(spellings, agency=made)
        db.session.add(
            Succession(
                old_agency=made, new_agency=agencies[successor], effective_on=MERGED_ON, decision="15/NQ-HĐND"
            )
        )
    agencies[COMMITTEE] = _agency(
        COMMITTEE, AgencyKind.STEERING_COMMITTEE, 5, short_name="Ban Chỉ đạo", parent_id=province.id
    )
    _groups(agencies)
    return _people(province, agencies, now)


def _agency(name: str, kind: AgencyKind, order: int, **facts: object) -> Agency:
    facts.setdefault("level", AgencyLevel.PROVINCE)
    made = Agency(name=name, name_key=fold(name), kind=kind, protocol_order=order, **facts)
    db.session.add(made)
    db.session.flush()
    return made


def _spell(spellings: str, **owner: object) -> None:
    """Other spellings; those that differ only in «&», dashes or capitals are one."""
    for spelling in {fold(spelling): spelling for spelling in filter(None, spellings.split("|"))}.values():
        db.session.add(AgencyAlias(spelling=spelling, key=fold(spelling), **owner))


def _groups(agencies: dict[str, Agency]) -> None:
    departments = {AgencyKind.DEPARTMENT, AgencyKind.OFFICE, AgencyKind.INSPECTORATE}
    for name, spellings, belongs in (
        (COMMUNE_GROUP, COMMUNE_GROUP_SPELLINGS, lambda body: body.level is AgencyLevel.COMMUNE),
        (
            DEPARTMENT_GROUP,
            DEPARTMENT_GROUP_SPELLINGS,
            lambda body: body.kind in departments and body.valid_to is None,
        ),
        (UNION_GROUP, UNION_GROUP_SPELLINGS, lambda body: body.kind is AgencyKind.UNION),
    ):
        members = [AgencyGroupMember(agency=body) for body in agencies.values() if belongs(body)]
        group = AgencyGroup(name=name, name_key=fold(name), members=members)
        db.session.add(group)
        db.session.flush()
        _spell("|".join(spellings), group=group)


# Invented people; surnames and given names are combined in turn.
_NAMES = (
    "Nguyễn Thị Hạnh", "Trần Văn Khải", "Lê Thị Thu Thảo", "Phạm Quốc Việt", "Hoàng Minh Châu", "Võ Thị Kim Ngân",
    "Đặng Hữu Phước", "Bùi Ngọc Diệp", "Đỗ Thanh Sơn", "Hồ Thị Mỹ Linh", "Ngô Văn Tài", "Dương Thị Bích Hà",
    "Lý Công Thành", "Phan Thị Ánh Tuyết", "Trương Đình Nam", "Mai Thị Hồng", "Cao Xuân Trường", "Đinh Thị Lệ",
    "Lưu Văn Phong", "Tạ Thị Yến",
)  # fmt: skip


def _people(province: Agency, agencies: dict[str, Agency], now: datetime) -> Office:
    # One hash for all: the demonstration's password is public, and hashing is slow on purpose.
    password_hash = hash_password(DEMONSTRATION_PASSWORD)

    def person(address: str, name: str, role: Role, body: Agency, position: str) -> User:
        user = create_user(
            f"{address}@lamgiang.example", name, role, body, actor=None, now=now, position=position
        )
        user.password_hash = password_hash
        return user

    standing = agencies["Sở Nông nghiệp và Môi trường"]
    health = agencies["Sở Y tế"]
    standing_officer = person("toan", "Lê Văn Toàn", Role.STANDING_OFFICER, standing, "Chuyên viên tổng hợp")
    officers = {standing.id: standing_officer}
    officers[health.id] = person("hanh", "Nguyễn Thị Hạnh", Role.OFFICER, health, "Chuyên viên")
    person("dung", "Võ Quốc Dũng", Role.HEAD, health, "Phó Giám đốc")
    person("duc", "Phạm Minh Đức", Role.COMMITTEE_MEMBER, agencies[COMMITTEE], "Phó Trưởng Ban Chỉ đạo")
    administrator = person("quantri", "Đặng Thu Hà", Role.ADMINISTRATOR, province, "Quản trị hệ thống")
    home_affairs = agencies["Sở Nội vụ"]
    officers[home_affairs.id] = person(
        "binh", "Trần Thanh Bình", Role.STANDING_OFFICER, home_affairs, "Chuyên viên thi đua"
    )
    others = [body for body in agencies.values() if body.id not in officers and body.valid_to is None]
    for n, body in enumerate(others):
        if body.kind is AgencyKind.STEERING_COMMITTEE or body is province:
            continue
        address = (
            f"cv.{fold(body.display_name).replace('uy ban nhan dan ', '').replace(' ', '').replace(',', '')}"
        )
        officers[body.id] = person(address[:60], _NAMES[n % len(_NAMES)], Role.OFFICER, body, "Chuyên viên")
    db.session.flush()
    return Office(
        province, agencies, standing, agencies[COMMITTEE], standing_officer, administrator, officers
    )
