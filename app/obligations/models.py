"""The dated thing that one agency owes, and what happened to it. Standing is computed, never stored."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.extensions import db
from app.files.models import StoredFile
from app.organisations.models import Agency
from app.planreader import fold


class SourceKind(enum.StrEnum):
    SCHEDULE = "schedule"  # one period of a report schedule
    DUTY = "duty"  # a duty with a deadline
    MOVEMENT = "movement"  # a registration in an emulation movement
    STATUS = "status"  # how duties without a day are going, asked for until a day


class Outcome(enum.StrEnum):
    """How an obligation was settled."""

    ACCEPTED = "accepted"
    NOTHING_AROSE = "nothing_arose"  # không phát sinh: accepted, and the report says there is nothing
    WAIVED = "waived"  # được miễn, with a basis
    CANCELLED = "cancelled"  # bãi bỏ: the plan or the schedule no longer asks for it


class Obligation(db.Model):
    """One dated thing that one agency owes.

    The row holds everything that visibility, reminders, board and feeds filter by. Days are Vietnamese calendar
    days, instants UTC. `version` is raised whenever its day moves, so that reminders arm again.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        sa.UniqueConstraint("source_kind", "source_id", "agency_id", "period"),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_kind: Mapped[SourceKind]
    source_id: Mapped[int]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    standing_agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    committee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"))
    receiver_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))  # who accepts or returns it
    title: Mapped[str] = mapped_column(sa.Text)
    # Folded title, for search without diacritics; made from the title wherever nobody gives it.
    title_key: Mapped[str] = mapped_column(
        sa.Text, default=lambda row: fold(row.get_current_parameters()["title"])
    )
    words: Mapped[str] = mapped_column(sa.Text, default="")  # the plan's own words of the deadline
    period: Mapped[str] = mapped_column(sa.String(40))  # key of a deadlines.Period, or "once"
    is_request: Mapped[bool] = mapped_column(default=False)

    owed_on: Mapped[date]  # the day on which it came to be owed; no obligation is due before
    nominal_on: Mapped[date]  # the day that the plan names
    due_on: Mapped[date]  # the last compliant day after the rule and the roll over days off
    extended_to: Mapped[date | None]  # the newest granted day
    version: Mapped[int] = mapped_column(default=1)

    acknowledged_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]  # the agency works on it: said so, or its first words were written
    # The suspension in force or last in force: from the day to the day (null: until it is resumed), both included.
    suspended_at: Mapped[datetime | None]
    suspended_from: Mapped[date | None]
    suspended_until: Mapped[date | None]
    suspended_reason: Mapped[str | None] = mapped_column(sa.Text)
    first_submitted_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]  # the submission now under review or accepted; null after a return
    returned_at: Mapped[datetime | None]
    rework_until: Mapped[date | None]  # the day given with the last return
    extension_asked_until: Mapped[date | None]  # of the request that waits for a decision
    settled_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    settled_reason: Mapped[str | None] = mapped_column(sa.Text)
    # Đính chính: a new version of what was accepted. It moves neither the outcome nor how late it was.
    correction_at: Mapped[datetime | None]  # of the correction that waits for review
    correction_wanted_until: Mapped[date | None]  # the receiver asked for one, until this day
    correction_wanted_why: Mapped[str | None] = mapped_column(sa.Text)

    # Where the agency that was to owe it first has ended since: that agency, and when this one took it over. What the
    # obligation is (its place in calendars) stays with the first.
    first_agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    handed_over_at: Mapped[datetime | None]

    # Set by every change, cleared by the reminder walk once it has looked at the row as it is now.
    replan: Mapped[bool] = mapped_column(default=True, server_default=sa.true(), onupdate=True)

    agency: Mapped[Agency] = relationship(foreign_keys=[agency_id])
    receiver: Mapped[Agency] = relationship(foreign_keys=[receiver_id])
    standing_agency: Mapped[Agency] = relationship(foreign_keys=[standing_agency_id])
    plan = relationship("Plan")
    submissions: Mapped[list[Submission]] = relationship(
        back_populates="obligation", order_by="Submission.version", cascade="all, delete-orphan"
    )
    extensions: Mapped[list[Extension]] = relationship(
        back_populates="obligation", order_by="Extension.asked_at", cascade="all, delete-orphan"
    )
    parts: Mapped[list[Part]] = relationship(
        back_populates="obligation", order_by="Part.id", cascade="all, delete-orphan"
    )

    @hybrid_property
    def deadline_on(self) -> date:
        """The day by which lateness is judged now: the newest granted day, else the plan's."""
        return self.extended_to or self.due_on

    @deadline_on.inplace.expression
    @classmethod
    def _deadline_on_sql(cls) -> sa.ColumnElement[date]:
        return sa.func.coalesce(cls.extended_to, cls.due_on)


# The day that counts (`rules.day_that_counts`): the day given with a return, where that is later than the deadline.
# In brackets, as PostgreSQL wants an expression in an index.
DAY_THAT_COUNTS = sa.sql.elements.Grouping(
    sa.case(
        (
            sa.and_(
                Obligation.returned_at.is_not(None),
                Obligation.rework_until > sa.func.coalesce(Obligation.extended_to, Obligation.due_on),
            ),
            Obligation.rework_until,
        ),
        else_=sa.func.coalesce(Obligation.extended_to, Obligation.due_on),
    )
)
# Open obligations by agency, standing agency and committee, in the order of their day: what lists and the
# reminder walk ask for. Partial indexes stay small, since most obligations of ten years are settled.
_OPEN = sa.text("settled_at IS NULL")
_DEADLINE = sa.func.coalesce(Obligation.extended_to, Obligation.due_on)
for _name, _columns in {
    "ix_obligation_open": [_DEADLINE, Obligation.id],
    "ix_obligation_open_agency": [Obligation.agency_id, DAY_THAT_COUNTS, Obligation.id],
    "ix_obligation_open_standing": [Obligation.standing_agency_id, DAY_THAT_COUNTS, Obligation.id],
    "ix_obligation_open_committee": [Obligation.committee_id, DAY_THAT_COUNTS, Obligation.id],
    "ix_obligation_open_receiver": [Obligation.receiver_id, _DEADLINE],
}.items():
    sa.Index(_name, *_columns, sqlite_where=_OPEN, postgresql_where=_OPEN)
# The same for lists of everything, one for each way in which a person comes to see an obligation (`queries.ways_of`).
for _name, _column in {
    "ix_obligation_agency_day": Obligation.agency_id,
    "ix_obligation_standing_day": Obligation.standing_agency_id,
    "ix_obligation_committee_day": Obligation.committee_id,
}.items():
    sa.Index(_name, _column, DAY_THAT_COUNTS, Obligation.id)
_PASSED_ON = sa.text(
    "receiver_id <> standing_agency_id"
)  # few: reports through a body between, and movements
sa.Index(
    "ix_obligation_passed_on",
    Obligation.receiver_id, DAY_THAT_COUNTS, Obligation.id,
    sqlite_where=_PASSED_ON, postgresql_where=_PASSED_ON,
)  # fmt: skip
# What waits for review: a handful among all that is open, asked for by the queue and by its counter on every page.
_WAITING = sa.text("settled_at IS NULL AND submitted_at IS NOT NULL")
for _name, _column in {
    "ix_obligation_waiting_standing": Obligation.standing_agency_id,
    "ix_obligation_waiting_receiver": Obligation.receiver_id,
}.items():
    sa.Index(_name, _column, Obligation.submitted_at, sqlite_where=_WAITING, postgresql_where=_WAITING)
# What the reminder walk has still to look at, and what it looks at every day: rows whose day is not in the deadline.
_OWED = "settled_at IS NULL AND submitted_at IS NULL"
for _name, _few in {
    "ix_obligation_replan": f"{_OWED} AND replan",
    "ix_obligation_daily": f"{_OWED} AND (returned_at IS NOT NULL OR suspended_at IS NOT NULL)",
}.items():
    sa.Index(_name, _DEADLINE, Obligation.id, sqlite_where=sa.text(_few), postgresql_where=sa.text(_few))
sa.Index("ix_obligation_agency_plan", Obligation.agency_id, Obligation.plan_id)
# Whose obligations an agency or a committee follows at all.
sa.Index("ix_obligation_standing_agency", Obligation.standing_agency_id, Obligation.agency_id)
sa.Index("ix_obligation_committee_agency", Obligation.committee_id, Obligation.agency_id)
# Corrections that wait or are wanted: few among all that is settled.
for _name, _column, _few in (
    ("ix_obligation_correction_standing", Obligation.standing_agency_id, "correction_at IS NOT NULL"),
    ("ix_obligation_correction_receiver", Obligation.receiver_id, "correction_at IS NOT NULL"),
    ("ix_obligation_correction_wanted", Obligation.agency_id, "correction_wanted_until IS NOT NULL"),
):
    sa.Index(_name, _column, sqlite_where=sa.text(_few), postgresql_where=sa.text(_few))


class SubmissionKind(enum.StrEnum):
    REPORT = "report"
    NOTHING = "nothing"  # không phát sinh


class Submission(db.Model):
    """One version of what an agency handed in."""

    __tablename__ = "submission"
    __table_args__ = (sa.UniqueConstraint("obligation_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation.id"), index=True)
    version: Mapped[int]
    kind: Mapped[SubmissionKind]
    # Made with the form: the same form sent twice is one submission.
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    number: Mapped[str] = mapped_column(sa.String(100), default="")  # official number of the report
    signed_on: Mapped[date | None]
    text: Mapped[str] = mapped_column(sa.Text, default="")
    submitted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime]
    # The head who sent it, where the agency's reports leave through its head.
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    accepted_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str | None] = mapped_column(sa.Text)
    withdrawn_at: Mapped[datetime | None]  # taken back by the agency before anybody decided
    # Not null: đính chính, a version that corrects what was accepted before, and why.
    correction_reason: Mapped[str | None] = mapped_column(sa.Text)

    obligation: Mapped[Obligation] = relationship(back_populates="submissions")
    submitted_by: Mapped[User] = relationship(foreign_keys=[submitted_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    reviewed_by: Mapped[User | None] = relationship(foreign_keys=[reviewed_by_id])
    attachments: Mapped[list[Attachment]] = relationship(
        back_populates="submission", cascade="all, delete-orphan", order_by="Attachment.id"
    )
    values: Mapped[list[IndicatorValue]] = relationship(
        back_populates="submission", cascade="all, delete-orphan", order_by="IndicatorValue.id"
    )


class Attachment(db.Model):
    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    name: Mapped[str] = mapped_column(sa.String(255))  # as the officer's machine called it

    submission: Mapped[Submission] = relationship(back_populates="attachments")
    file: Mapped[StoredFile] = relationship()


class Accrual(enum.StrEnum):
    """Over which periods an indicator adds up."""

    NONE = "none"
    YEAR = "year"  # lũy kế từ đầu năm
    PLAN = "plan"  # lũy kế từ đầu kế hoạch


class Indicator(db.Model):
    """A chỉ tiêu that every report under one source fills in, in its unit. Retired ones keep their values."""

    __tablename__ = "indicator"
    __table_args__ = (sa.Index("ix_indicator_source", "source_kind", "source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_kind: Mapped[SourceKind]
    source_id: Mapped[int]
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.Text)
    unit: Mapped[str] = mapped_column(sa.String(50), default="")
    target: Mapped[Decimal | None] = mapped_column(sa.Numeric(20, 6))  # the plan's chỉ tiêu, in the unit
    accrual: Mapped[Accrual] = mapped_column(default=Accrual.NONE)
    required: Mapped[bool] = mapped_column(default=True)
    decimals: Mapped[int] = mapped_column(default=0)  # digits after the comma, 0 to 6
    minimum: Mapped[Decimal | None] = mapped_column(sa.Numeric(20, 6))
    maximum: Mapped[Decimal | None] = mapped_column(sa.Numeric(20, 6))
    retired_at: Mapped[datetime | None]  # not asked for any more since

    @property
    def cumulative(self) -> bool:
        """Whether the values of its periods add up."""
        return self.accrual is not Accrual.NONE


class IndicatorValue(db.Model):
    """What one submission says for one indicator. An indicator that was left blank has none."""

    __tablename__ = "indicator_value"
    __table_args__ = (sa.UniqueConstraint("submission_id", "indicator_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"))
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator.id"), index=True)
    value: Mapped[Decimal] = mapped_column(sa.Numeric(20, 6))

    submission: Mapped[Submission] = relationship(back_populates="values")
    indicator: Mapped[Indicator] = relationship()


class Extension(db.Model):
    """A request for a later day and its decision. History is kept; the newest granted day counts."""

    __tablename__ = "extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation.id"), index=True)
    asked_until: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    asked_late: Mapped[bool] = mapped_column(default=False)  # asked after the day had passed
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    granted_until: Mapped[date | None]  # null after the decision: refused
    decision_note: Mapped[str] = mapped_column(sa.Text, default="")

    obligation: Mapped[Obligation] = relationship(back_populates="extensions")
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class CalendarYear(db.Model):
    """A year whose days off were checked against the decision: nobody has to be warned any more."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decision: Mapped[str] = mapped_column(sa.String(200))  # «Công văn số …»
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]

    by: Mapped[User | None] = relationship()


class CalendarException(db.Model):
    """A day off, or a Saturday worked, that the office's calendar does not know by itself."""

    __tablename__ = "calendar_exception"

    day: Mapped[date] = mapped_column(primary_key=True)
    works: Mapped[bool]  # True: a worked Saturday or Sunday; False: a day off
    decision: Mapped[str] = mapped_column(sa.String(200))  # number of the notice that it rests on
    created_at: Mapped[datetime]


# The rest of this feature's tables, in a file of their own that does not need this one to be imported.
from app.obligations.cooperation import (  # noqa: E402, F401
    AgencyPractice,
    Comment,
    OfficerInCharge,
    Part,
    PartFile,
    PartFiling,
    Presentation,
    PresentedFile,
    Suspension,
)


def _plan_again(_mapper: object, connection: sa.Connection, row: OfficerInCharge | Part) -> None:
    """Who is in charge and which parts are waited for decide who is reminded, as the obligation's own columns do."""
    if row.obligation_id is not None:
        about = Obligation.id == row.obligation_id
    elif isinstance(row, OfficerInCharge):
        about = sa.and_(
            sa.cast(Obligation.source_kind, sa.String(40)) == row.source_kind,
            Obligation.source_id == row.source_id,
            Obligation.agency_id == row.agency_id,
            Obligation.settled_at.is_(None),
        )
    connection.execute(sa.update(Obligation.__table__).where(about).values(replan=True))


for _model in (OfficerInCharge, Part):
    for _moment in ("after_insert", "after_update"):
        sa.event.listen(_model, _moment, _plan_again)
