"""Acts on one obligation: accept, return, waive, cancel, extensions, withdraw, acknowledge.

Each has three beats: load what this person may see, ask the rule, act. A form that comes back with mistakes is
shown in its place on the page of the obligation; a page made from an older state is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask_login import current_user

from app import clock
from app.access import allow
from app.accounts.models import User
from app.errors import NotVisible, Refused, Stale
from app.extensions import db
from app.i18n import _, full_day
from app.obligations import operations, queries, rules
from app.obligations.forms import AcceptForm, DecisionForm, ExtensionForm, ReasonForm, ReturnForm, SeenForm
from app.obligations.models import Obligation
from app.obligations.views import bp
from app.obligations.views.show import page


def _act(
    obligation_id: int,
    name: str,
    form: Any,
    may: Callable[[User, Obligation], bool],
    act: Callable[[Obligation], str],
) -> Any:
    """One act: `act` does it and returns what is said when it is done."""
    obligation = queries.obligation_for(current_user, obligation_id)
    allow(may(current_user, obligation))
    if not form.validate_on_submit():
        return page(obligation, **{name: form}), 422
    if form.seen.data != queries.newest_act(obligation):
        raise operations.stale(obligation, clock.now())
    try:
        done = act(obligation)
    except Stale:
        raise
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.reason)
        return page(queries.obligation_for(current_user, obligation_id), **{name: form}), 409
    db.session.commit()
    flash(done, "success")
    return redirect(url_for(".show", obligation_id=obligation_id))


@bp.post("/obligations/<int:obligation_id>/accept")
def accept(obligation_id: int) -> Any:
    form = AcceptForm(prefix="accept-")

    def act(obligation: Obligation) -> str:
        operations.accept(obligation, actor=current_user, now=clock.now(), version=form.version.data)
        return _("Đã xác nhận hoàn thành.")

    return _act(obligation_id, "accept", form, rules.can_review, act)


@bp.post("/obligations/<int:obligation_id>/return")
def return_(obligation_id: int) -> Any:
    form = ReturnForm(prefix="return_-")

    def act(obligation: Obligation) -> str:
        operations.return_submission(
            obligation,
            reason=form.reason.data,
            until=form.until.data,
            actor=current_user,
            now=clock.now(),
            version=form.version.data,
        )
        return _("Đã trả lại, yêu cầu bổ sung đến hết ngày %(day)s.", day=full_day(form.until.data))

    return _act(obligation_id, "return_", form, rules.can_review, act)


@bp.post("/obligations/<int:obligation_id>/waive")
def waive(obligation_id: int) -> Any:
    form = ReasonForm(prefix="waive-")

    def act(obligation: Obligation) -> str:
        operations.waive(obligation, reason=form.reason.data, actor=current_user, now=clock.now())
        return _("Đã ghi nhận được miễn.")

    return _act(obligation_id, "waive", form, rules.can_review, act)


@bp.post("/obligations/<int:obligation_id>/cancel")
def cancel(obligation_id: int) -> Any:
    form = ReasonForm(prefix="cancel-")

    def act(obligation: Obligation) -> str:
        operations.cancel(obligation, reason=form.reason.data, actor=current_user, now=clock.now())
        return _("Đã bãi bỏ.")

    return _act(obligation_id, "cancel", form, rules.can_review, act)


@bp.post("/obligations/<int:obligation_id>/extensions")
def extend(obligation_id: int) -> Any:
    form = ExtensionForm(prefix="extend-")

    def act(obligation: Obligation) -> str:
        operations.ask_extension(
            obligation, until=form.until.data, reason=form.reason.data, actor=current_user, now=clock.now()
        )
        return _("Đã gửi đơn xin gia hạn đến ngày %(day)s.", day=full_day(form.until.data))

    return _act(obligation_id, "extend", form, rules.can_ask_extension, act)


@bp.post("/obligations/<int:obligation_id>/extensions/<int:extension_id>")
def decide(obligation_id: int, extension_id: int) -> Any:
    form = DecisionForm(prefix="decide-")

    def act(obligation: Obligation) -> str:
        extension = next((e for e in queries.extensions_of(obligation) if e.id == extension_id), None)
        if extension is None:
            raise NotVisible
        granted = form.until.data if form.decision.data == "grant" else None
        operations.decide_extension(
            extension, granted_until=granted, note=form.note.data or "", actor=current_user, now=clock.now()
        )
        if granted is None:
            return _("Đã quyết định không gia hạn.")
        return _("Đã đồng ý gia hạn đến ngày %(day)s.", day=full_day(granted))

    return _act(obligation_id, "decide", form, rules.can_decide_extension, act)


@bp.post("/obligations/<int:obligation_id>/withdraw")
def withdraw(obligation_id: int) -> Any:
    def act(obligation: Obligation) -> str:
        operations.withdraw(obligation, actor=current_user, now=clock.now())
        return _("Đã rút lại bản nộp. Sửa xong thì nộp lại.")

    return _act(obligation_id, "seen", SeenForm(), rules.can_submit, act)


@bp.post("/obligations/<int:obligation_id>/acknowledge")
def acknowledge(obligation_id: int) -> Any:
    def act(obligation: Obligation) -> str:
        operations.acknowledge(obligation, actor=current_user, now=clock.now())
        return _("Đã ghi nhận tiếp nhận.")

    return _act(obligation_id, "seen", SeenForm(), rules.can_submit, act)
