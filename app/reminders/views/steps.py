"""The steps of reminding: the installation's, a programme's, a plan's, a schedule's. Each of the acts loads the scope,
asks whether the person may change it, acts, and goes back to its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import access, clock
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _
from app.reminders import operations, queries, rules, subjects, wording
from app.reminders.forms import RuleForm
from app.reminders.models import Audience, ReminderRule
from app.reminders.planning import Rule, step_code
from app.reminders.scopes import scope_of
from app.reminders.views import bp


@bp.get("/rules")
def rule_list():
    access.allow(rules.can_see_reminders(current_user))
    return _page(subjects.chosen(current_user, request.args.get("for", "")), RuleForm(formdata=None))


@bp.post("/rules")
def add_rule():
    form = RuleForm()
    chosen = _to_change()
    if form.validate_on_submit():
        try:
            operations.add_rule(chosen.subject, form.rule(), actor=current_user, now=clock.now())
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(refusal.reason)
        else:
            return _done(chosen, _("Đã thêm bước nhắc."))
    return _page(chosen, form)


@bp.post("/rules/switch")
def switch_rule():
    """On or off for this scope, whichever scope the step comes from."""
    active = request.form.get("active") == "1"
    words = _("Đã bật bước nhắc.") if active else _("Đã tắt bước nhắc.")
    return _act(lambda to: operations.switch(to, _step(), active, actor=current_user, now=clock.now()), words)


@bp.post("/rules/<int:rule_id>/remove")
def remove_rule(rule_id: int):
    row = db.session.get(ReminderRule, rule_id)
    if row is None:
        raise NotVisible
    code = subjects.code_of(scope_of(row))
    return _act(
        lambda to: operations.remove_rule(row, to, actor=current_user, now=clock.now()),
        _("Đã bỏ bước nhắc."),
        code,
    )


@bp.post("/rules/follow")
def follow_wider():
    """Nothing of its own any more."""
    return _act(
        lambda to: operations.follow_wider(to, actor=current_user, now=clock.now()),
        _("Đã bỏ các bước riêng. Từ nay theo lịch rộng hơn."),
    )


def _act(change: Callable[[operations.Subject], Any], words: str, code: str | None = None) -> Any:
    chosen = _to_change(code)
    change(chosen.subject)
    return _done(chosen, words)


def _done(chosen: subjects.Chosen, words: str) -> Any:
    db.session.commit()
    flash(words, "success")
    return redirect(url_for(".rule_list", **({"for": chosen.code} if chosen.code else {})))


def _to_change(code: str | None = None) -> subjects.Chosen:
    chosen = subjects.chosen(current_user, request.form.get("for", "") if code is None else code)
    access.allow(chosen.may_change)
    return chosen


def _step() -> Rule:
    """The step that a switch is about."""
    try:
        audience = Audience(request.form.get("audience", ""))
        offset = int(request.form.get("offset", ""))
    except ValueError:
        raise NotVisible from None
    return Rule(offset, audience, request.form.get("repeat_weekly") == "1")


def _page(chosen: subjects.Chosen, form: RuleForm) -> str:
    book = queries.rule_book()
    return render_template(
        "reminders/rules.html",
        chosen=chosen,
        options=subjects.options(current_user, chosen),
        steps=book.steps(chosen.chain),
        own=len(book.own(chosen.scope)),
        wider=book.steps(chosen.chain[1:]),
        form=form,
        wording=wording,
        step_code=step_code,
    )
