"""Agencies, the names they go by, the groups that plans address, and what became of agencies."""

from __future__ import annotations

import enum
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db


class AgencyKind(enum.StrEnum):
    COMMITTEE = "committee"  # Ủy ban nhân dân
    COUNCIL = "council"  # Hội đồng nhân dân
    DEPARTMENT = "department"  # Sở, ban, phòng
    OFFICE = "office"
    INSPECTORATE = "inspectorate"
    POLICE = "police"
    MILITARY = "military"
    VERTICAL = "vertical"  # ngành dọc: bảo hiểm xã hội, thống kê, thuế …
    BANK = "bank"
    FRONT = "front"  # Mặt trận Tổ quốc
    UNION = "union"  # đoàn thể
    PARTY = "party"
    COURT = "court"
    MEDIA = "media"
    SERVICE_UNIT = "service_unit"
    STEERING_COMMITTEE = "steering_committee"
    EMULATION_COUNCIL = "emulation_council"
    OTHER = "other"


class AgencyLevel(enum.StrEnum):
    CENTRAL = "central"
    PROVINCE = "province"
    DISTRICT = "district"  # until 30/06/2025
    COMMUNE = "commune"


class Agency(db.Model):
    """A body that is given duties. Never deleted: it ends on `valid_to` and answers through its successors."""

    __tablename__ = "agency"
    __table_args__ = (
        sa.UniqueConstraint("name", "parent_id"),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to", name="validity"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(300))
    name_key: Mapped[str] = mapped_column(sa.String(300), index=True)  # folded, for search without diacritics
    short_name: Mapped[str | None] = mapped_column(sa.String(120))
    symbol_code: Mapped[str | None] = mapped_column(sa.String(40))  # what follows the slash: SYT, SNNMT
    kind: Mapped[AgencyKind]
    level: Mapped[AgencyLevel]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    # A body under the committee's command is ordered (giao); any other is requested (đề nghị).
    commanded: Mapped[bool] = mapped_column(default=True)
    protocol_order: Mapped[int] = mapped_column(
        default=1000
    )  # the order in which the office lists its agencies
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]  # last day on which it existed
    # Every folded spelling and the initials, a line each: what the search looks through (organisations/finding.py).
    search_key: Mapped[str] = mapped_column(sa.Text, default="", server_default="")

    parent: Mapped[Agency | None] = relationship(remote_side=[id])
    aliases: Mapped[list[AgencyAlias]] = relationship(
        back_populates="agency", cascade="all, delete-orphan", order_by="AgencyAlias.spelling"
    )
    successions: Mapped[list[Succession]] = relationship(
        back_populates="old_agency", foreign_keys="Succession.old_agency_id", cascade="all, delete-orphan"
    )

    @property
    def display_name(self) -> str:
        return self.short_name or self.name

    def exists_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class AgencyGroup(db.Model):
    """A phrase that addresses many agencies at once («UBND 16 xã, phường»); each member owes by itself.

    Who belongs to it is a list with days (`members`), or follows from what agencies are (`rules`), or both. Asked
    for a day, never stored: `queries.members_on`.
    """

    __tablename__ = "agency_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(300), unique=True)
    name_key: Mapped[str] = mapped_column(sa.String(300), index=True)

    members: Mapped[list[AgencyGroupMember]] = relationship(
        back_populates="group", cascade="all, delete-orphan"
    )
    rules: Mapped[list[AgencyGroupRule]] = relationship(
        back_populates="group", cascade="all, delete-orphan", order_by="AgencyGroupRule.id"
    )
    aliases: Mapped[list[AgencyAlias]] = relationship(
        back_populates="group", cascade="all, delete-orphan", order_by="AgencyAlias.spelling"
    )


class AgencyGroupMember(db.Model):
    __tablename__ = "agency_group_member"
    __table_args__ = (sa.UniqueConstraint("group_id", "agency_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("agency_group.id"), index=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    group: Mapped[AgencyGroup] = relationship(back_populates="members")
    agency: Mapped[Agency] = relationship()

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class AgencyGroupRule(db.Model):
    """Every agency of this kind, of this level, right under this body is a member; what is null is not asked.

    One fact at least is asked. An agency belongs to the group where any of its rules fits.
    """

    __tablename__ = "agency_group_rule"
    __table_args__ = (
        sa.CheckConstraint("kind IS NOT NULL OR level IS NOT NULL OR parent_id IS NOT NULL", name="asks"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("agency_group.id"), index=True)
    kind: Mapped[AgencyKind | None]
    level: Mapped[AgencyLevel | None]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    group: Mapped[AgencyGroup] = relationship(back_populates="rules")
    parent: Mapped[Agency | None] = relationship()

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    def fits(self, agency: Agency) -> bool:
        return (
            self.kind in (None, agency.kind)
            and self.level in (None, agency.level)
            and self.parent_id in (None, agency.parent_id)
        )


class AgencyAlias(db.Model):
    """Another spelling of an agency or of a group. The folded key belongs to one of them only."""

    __tablename__ = "agency_alias"
    __table_args__ = (sa.CheckConstraint("(agency_id IS NULL) <> (group_id IS NULL)", name="one_owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    spelling: Mapped[str] = mapped_column(sa.String(300))
    key: Mapped[str] = mapped_column(sa.String(300), unique=True)
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency_group.id"), index=True)

    agency: Mapped[Agency | None] = relationship(back_populates="aliases")
    group: Mapped[AgencyGroup | None] = relationship(back_populates="aliases")


class Succession(db.Model):
    """From `effective_on` the new agency answers for the old one: for everything, or for one `subject` only."""

    __tablename__ = "succession"
    __table_args__ = (sa.UniqueConstraint("old_agency_id", "new_agency_id", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    old_agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    new_agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    effective_on: Mapped[date]
    decision: Mapped[str] = mapped_column(sa.String(200))
    subject: Mapped[str] = mapped_column(sa.String(200), default="")
    # The act that it belongs to; null where it was entered by itself.
    reorganisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reorganisation.id"), index=True)

    old_agency: Mapped[Agency] = relationship(back_populates="successions", foreign_keys=[old_agency_id])
    new_agency: Mapped[Agency] = relationship(foreign_keys=[new_agency_id])


class DirectoryToken(db.Model):
    """One row: another token whenever an agency or a spelling has changed, so that copies in memory know."""

    __tablename__ = "directory_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(40))
