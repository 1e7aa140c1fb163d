"""Acts on one obligation: accept, return, waive, cancel, correct, extensions, withdraw, acknowledge.

Each is one function that does it and says what was done; `act` gives all of them the same three beats: load what
this person may see, ask the rule, act. A form that comes back with mistakes is shown in its place on the page it
came from; a page made from an older state is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user

from app import clock
from app.access import allow
from app.accounts.models import User
from app.errors import NotVisible, Refused, Stale
from app.extensions import db
from app.i18n import _, full_day
from app.obligations import operations, queries, rules
from app.obligations.forms import (
    AcceptForm,
    CorrectionWantedForm,
    DecisionForm,
    ExtensionForm,
    ReasonForm,
    ReturnForm,
    SeenForm,
    WaiveForm,
)
from app.obligations.models import Obligation
from app.obligations.operations.correcting import want_correction
from app.obligations.views import bp, queue
from app.obligations.views.show import page

Do = Callable[..., str]


def _act(
    obligation_id: int,
    name: str,
    form: Any,
    may: Callable[[User, Obligation], bool],
    do: Callable[[Obligation], str],
) -> Any:
    """The three beats of one act: `do` does it and returns what is said when it is done."""
    obligation = queries.obligation_for(current_user, obligation_id)
    allow(may(current_user, obligation))
    in_queue = queue.place_of(obligation) if "queue" in request.form else None
    show = page if in_queue is None else queue.page
    if not form.validate_on_submit():
        return show(obligation, **{name: form}), 422
    if form.seen.data != queries.newest_act(obligation):
        raise operations.stale(obligation, clock.now())
    try:
        done = do(obligation)
    except Stale:
        raise
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.reason)
        return show(queries.obligation_for(current_user, obligation_id), **{name: form}), 409
    db.session.commit()
    flash(done, "success")
    return redirect(in_queue.after if in_queue else url_for(".show", obligation_id=obligation_id))


def act(path: str, name: str, kind: type[Any], may: Callable[[User, Obligation], bool]) -> Callable[[Do], Do]:
    """Make a route of an act. `name` is that of its form on the page, `may` the rule that is asked."""

    def decorate(do: Do) -> Do:
        @wraps(do)
        def view(obligation_id: int, **more: Any) -> Any:
            form = kind() if name == "seen" else kind(prefix=f"{name}-")
            return _act(obligation_id, name, form, may, lambda obligation: do(obligation, form, **more))

        bp.post(f"/obligations/<int:obligation_id>/{path}", endpoint=do.__name__)(view)
        return do

    return decorate


@act("accept", "accept", AcceptForm, rules.can_review)
def accept(obligation: Obligation, form: AcceptForm) -> str:
    correction = obligation.correction_at is not None
    operations.accept(obligation, actor=current_user, now=clock.now(), version=form.version.data)
    return _("Đã xác nhận bản đính chính.") if correction else _("Đã xác nhận hoàn thành.")


@act("return", "return_", ReturnForm, rules.can_review)
def return_(obligation: Obligation, form: ReturnForm) -> str:
    operations.return_submission(
        obligation,
        reason=form.reason.data,
        until=form.until.data,
        actor=current_user,
        now=clock.now(),
        version=form.version.data,
    )
    return _("Đã trả lại, yêu cầu bổ sung đến hết ngày %(day)s.", day=full_day(form.until.data))


@act("waive", "waive", WaiveForm, rules.can_review)
def waive(obligation: Obligation, form: WaiveForm) -> str:
    operations.waive(
        obligation,
        reason=_(
            "Văn bản số %(number)s ngày %(day)s. %(reason)s",
            number=form.number.data.strip(),
            day=full_day(form.signed_on.data),
            reason=form.reason.data.strip(),
        ),
        actor=current_user,
        now=clock.now(),
    )
    return _("Đã ghi nhận được miễn.")


@act("cancel", "cancel", ReasonForm, rules.can_review)
def cancel(obligation: Obligation, form: ReasonForm) -> str:
    operations.cancel(obligation, reason=form.reason.data, actor=current_user, now=clock.now())
    return _("Đã bãi bỏ.")


@act("corrections", "want", CorrectionWantedForm, rules.can_review)
def want(obligation: Obligation, form: CorrectionWantedForm) -> str:
    want_correction(
        obligation, reason=form.reason.data, until=form.until.data, actor=current_user, now=clock.now()
    )
    return _("Đã yêu cầu đính chính đến hết ngày %(day)s.", day=full_day(form.until.data))


@act("extensions", "extend", ExtensionForm, rules.can_ask_extension)
def extend(obligation: Obligation, form: ExtensionForm) -> str:
    operations.ask_extension(
        obligation, until=form.until.data, reason=form.reason.data, actor=current_user, now=clock.now()
    )
    return _("Đã gửi đơn xin gia hạn đến ngày %(day)s.", day=full_day(form.until.data))


@act("extensions/<int:extension_id>", "decide", DecisionForm, rules.can_decide_extension)
def decide(obligation: Obligation, form: DecisionForm, extension_id: int) -> str:
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


@act("withdraw", "seen", SeenForm, rules.can_submit)
def withdraw(obligation: Obligation, _form: SeenForm) -> str:
    operations.withdraw(obligation, actor=current_user, now=clock.now())
    return _("Đã rút lại bản nộp. Sửa xong thì nộp lại.")


@act("acknowledge", "seen", SeenForm, rules.can_submit)
def acknowledge(obligation: Obligation, _form: SeenForm) -> str:
    operations.acknowledge(obligation, actor=current_user, now=clock.now())
    return _("Đã ghi nhận tiếp nhận.")
