"""Who does the work on what is owed: officers it is handed down to, parts of supporting agencies, what people say
of it, the head's word before it leaves, and times in which it is suspended. Imported through `models`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.extensions import db
from app.files.models import StoredFile
from app.organisations.models import Agency

if TYPE_CHECKING:
    from app.obligations.models import Obligation

# A hand-down and a comment are about one obligation, or about a source (a duty, a schedule) and all it makes owed.
_ONE_SUBJECT = "(obligation_id IS NULL) <> (source_id IS NULL)"


class OfficerInCharge(db.Model):
    """An obligation, or everything that a source makes owed, handed down to one officer inside an agency.

    `inner_due_on` stands beside the real day and never replaces it. A row that has ended is history.
    """

    __tablename__ = "officer_in_charge"
    __table_args__ = (sa.CheckConstraint(_ONE_SUBJECT, name="one_subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("obligation.id"), index=True)
    source_kind: Mapped[str | None] = mapped_column(sa.String(40))  # a SourceKind
    source_id: Mapped[int | None]
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    officer_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    inner_due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    obligation: Mapped[Obligation | None] = relationship("Obligation")
    agency: Mapped[Agency] = relationship()
    officer: Mapped[User] = relationship(foreign_keys=[officer_id])
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])


_NOT_ENDED = sa.text("ended_at IS NULL")
for _name, _columns in {
    "ix_officer_in_charge_mine": [OfficerInCharge.officer_id],
    "ix_officer_in_charge_source": [OfficerInCharge.source_kind, OfficerInCharge.source_id],
}.items():
    sa.Index(_name, *_columns, sqlite_where=_NOT_ENDED, postgresql_where=_NOT_ENDED)


class Part(db.Model):
    """What a supporting agency is asked to send to the lead for one obligation.

    `due_on` is the lead's inner day. `filed_at` is the filing that counts, null again after a return. A part that
    the lead closed over was named, with a reason, when the report left without it.
    """

    __tablename__ = "part"
    __table_args__ = (sa.UniqueConstraint("obligation_id", "agency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    words: Mapped[str] = mapped_column(sa.Text, default="")  # what is asked
    filed_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str | None] = mapped_column(sa.Text)
    called_off_at: Mapped[datetime | None]  # the lead no longer asks for it
    closed_at: Mapped[datetime | None]  # the report left without it
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    closed_reason: Mapped[str | None] = mapped_column(sa.Text)

    obligation: Mapped[Obligation] = relationship("Obligation", back_populates="parts")
    agency: Mapped[Agency] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])
    filings: Mapped[list[PartFiling]] = relationship(
        back_populates="part", cascade="all, delete-orphan", order_by="PartFiling.version"
    )

    @property
    def newest(self) -> PartFiling | None:
        """The last filing, returned or not."""
        return self.filings[-1] if self.filings else None

    @property
    def text(self) -> str:
        return self.newest.text if self.newest else ""

    @property
    def files(self) -> list[PartFile]:
        return self.newest.files if self.newest else []

    @property
    def blocks(self) -> bool:
        """Asked, and neither filed, called off nor closed over: the lead waits for it."""
        return self.filed_at is None and self.called_off_at is None and self.closed_at is None


class PartFiling(db.Model):
    """One version of a part."""

    __tablename__ = "part_filing"
    __table_args__ = (sa.UniqueConstraint("part_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(sa.ForeignKey("part.id"))
    version: Mapped[int]
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    filed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    filed_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str | None] = mapped_column(sa.Text)

    part: Mapped[Part] = relationship(back_populates="filings")
    filed_by: Mapped[User] = relationship()
    files: Mapped[list[PartFile]] = relationship(
        back_populates="filing", cascade="all, delete-orphan", order_by="PartFile.id"
    )


class PartFile(db.Model):
    __tablename__ = "part_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(sa.ForeignKey("part_filing.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    name: Mapped[str] = mapped_column(sa.String(255))

    filing: Mapped[PartFiling] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()


class Comment(db.Model):
    """Something said about an obligation, or about a source and so about all that it makes owed.

    `internal`: only people of the author's agency read it. Otherwise the thread's agency (`agency_id`; null: every
    agency that the source reaches), the standing agency, the receiver and the committee do. What was said before
    an edit stands in the audit trail.
    """

    __tablename__ = "comment"
    __table_args__ = (sa.CheckConstraint(_ONE_SUBJECT, name="one_subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("obligation.id"), index=True)
    source_kind: Mapped[str | None] = mapped_column(sa.String(40))
    source_id: Mapped[int | None]
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"))
    internal: Mapped[bool]
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    text: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    by_agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))  # the author's when it was written
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    obligation: Mapped[Obligation | None] = relationship("Obligation")
    agency: Mapped[Agency | None] = relationship(foreign_keys=[agency_id])
    by: Mapped[User] = relationship()
    by_agency: Mapped[Agency] = relationship(foreign_keys=[by_agency_id])


sa.Index("ix_comment_source", Comment.source_kind, Comment.source_id)


class AgencyPractice(db.Model):
    """How an agency works inside. A row that is missing says: as everybody does."""

    __tablename__ = "agency_practice"

    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True)
    # An officer's report waits for a head's word; it counts as handed in when that is given.
    head_confirms: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))


class Presentation(db.Model):
    """A report laid before the agency's head, who sends it or gives it back. Until it is sent nobody outside the
    agency sees it and nothing is handed in. `facts` holds what `operations.submit` is given besides the files."""

    __tablename__ = "presentation"

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation.id"), index=True)
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    facts: Mapped[dict[str, Any]]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    sent: Mapped[bool | None]  # null: waits; False: given back, or taken back by its author
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    obligation: Mapped[Obligation] = relationship("Obligation")
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    files: Mapped[list[PresentedFile]] = relationship(
        back_populates="presentation", cascade="all, delete-orphan", order_by="PresentedFile.id"
    )


# Of one obligation one report waits for its head at a time.
sa.Index(
    "uq_presentation_waiting",
    Presentation.obligation_id,
    unique=True,
    sqlite_where=sa.text("decided_at IS NULL"),
    postgresql_where=sa.text("decided_at IS NULL"),
)


class PresentedFile(db.Model):
    __tablename__ = "presented_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    presentation_id: Mapped[int] = mapped_column(sa.ForeignKey("presentation.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    name: Mapped[str] = mapped_column(sa.String(255))

    presentation: Mapped[Presentation] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()


class Suspension(db.Model):
    """Days in which an obligation is not owed, by a letter: first and last day (null: until it is resumed).

    The obligation's own columns hold the one in force; this is the history, from which a past day is drawn.
    """

    __tablename__ = "suspension"

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.Text)  # the basis: which letter, whose decision
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # resumed by an act
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    obligation: Mapped[Obligation] = relationship("Obligation")
    by: Mapped[User] = relationship(foreign_keys=[by_id])
