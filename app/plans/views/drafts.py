"""One draft: saving, accepting, dropping, splitting; saying which body is meant; adding what was not read.

Each form works alone (POST, then back to the page). With htmx the answer is the card, and beside it the parts of the
page that change with it: progress, outcome, the confirm button.
"""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user

from app import clock
from app.errors import Refused, Stale
from app.extensions import db
from app.i18n import _, clock_time
from app.organisations.directory import Body
from app.organisations.models import AgencyKind, AgencyLevel
from app.plans import adding, operations, queries
from app.plans.draft_forms import FORMS
from app.plans.forms import AddForm, BodyForm, NewBodyForm
from app.plans.models import Decision, Draft, DraftKind, Plan
from app.plans.preview import Setting
from app.plans.review_page import review_page
from app.plans.views.blueprint import bp, office_setting, plan_to_run
from app.plans.views.cards import card_facts, with_own_ids

DECISIONS = {"accept": Decision.ACCEPTED, "drop": Decision.DROPPED, "restore": Decision.PENDING}


@bp.post("/<int:plan_id>/drafts/<int:draft_id>")
def draft(plan_id: int, draft_id: int) -> Any:
    """`act` is save, autosave, accept, drop, restore, split-N or merge-N (N: place of the duty)."""
    plan = plan_to_run(plan_id)
    found = queries.draft_of(plan, draft_id)
    setting = office_setting()
    act, _dash, place = request.form.get("act", "save").partition("-")
    form = FORMS[found.kind]()
    revision = request.form.get("revision", type=int) or 0
    try:
        if act in ("drop", "restore"):
            operations.decide_draft(
                found, DECISIONS[act], revision=revision, actor=current_user, now=clock.now()
            )
        else:
            content = _content(form, found, setting)
            if form.errors or content is None:
                return _card_again(plan, found, setting, form)
            _change(found, act, int(place or 0), content, revision)
    except Stale as stale:
        return _stale(plan, draft_id, stale)
    except Refused as refusal:
        db.session.rollback()
        return _card_again(plan, found, setting, None, refusal.reason)
    db.session.commit()
    return _done(plan, found, setting, quietly=act == "autosave")


def _change(found: Draft, act: str, place: int, content: dict[str, Any], revision: int) -> None:
    """Save what the form holds, then do what was asked; one act, one transaction."""
    facts = {"actor": current_user, "now": clock.now()}
    operations.change_draft(found, content, revision=revision, **facts)
    if act == "accept":
        operations.decide_draft(found, Decision.ACCEPTED, revision=found.revision, **facts)
    elif act == "split":
        operations.split_duty(found, place, revision=found.revision, **facts)
    elif act == "merge":
        operations.merge_duties(found, place, revision=found.revision, **facts)


def _content(form: Any, found: Draft, setting: Setting) -> dict[str, Any] | None:
    if not form.validate():
        return None
    return form.content(found.content, lambda name: _body_named(name, setting))


def _body_named(name: str, setting: Setting) -> Body | None:
    return setting.directory.by_name(name, setting.today)


@bp.post("/<int:plan_id>/drafts/<int:draft_id>/body")
def choose_body(plan_id: int, draft_id: int) -> Any:
    plan = plan_to_run(plan_id)
    found, setting, form = queries.draft_of(plan, draft_id), office_setting(), BodyForm()
    try:
        body = _chosen(form, setting)
        followed = operations.choose_body(
            found,
            form.phrase.data or "",
            body,
            remember=form.remember.data,
            revision=form.revision.data or 0,
            actor=current_user,
            now=clock.now(),
        )
    except Stale as stale:
        return _stale(plan, draft_id, stale)
    except Refused as refusal:
        db.session.rollback()
        return _card_again(plan, found, setting, None, refusal.reason)
    db.session.commit()
    return _done(plan, found, setting, whole_page=followed > 0)


def _chosen(form: BodyForm, setting: Setting) -> Body:
    """The candidate that was chosen, or the body whose name was typed."""
    kind, _colon, number = (form.choice.data or "other").partition(":")
    bodies: Any = {"agency": setting.directory.agencies, "group": setting.directory.groups}.get(kind, {})
    body = bodies.get(int(number)) if number.isdigit() else _body_named(form.other.data or "", setting)
    if body is not None:
        return body
    if (form.other.data or "").strip():
        raise Refused(
            _(
                "Không có cơ quan «%(name)s». Chọn một tên trong danh sách, hoặc thêm cơ quan.",
                name=form.other.data,
            )
        )
    raise Refused(_("Chọn một cơ quan, hoặc nhập tên cơ quan khác."))


@bp.post("/<int:plan_id>/drafts/<int:draft_id>/new-body")
def add_body(plan_id: int, draft_id: int) -> Any:
    plan = plan_to_run(plan_id)
    found, setting, form = queries.draft_of(plan, draft_id), office_setting(), NewBodyForm()
    try:
        if not form.validate_on_submit():
            raise Refused(" ".join(str(error) for errors in form.errors.values() for error in errors))
        operations.add_missing_body(
            found,
            form.phrase.data or "",
            name=form.name.data,
            kind=AgencyKind(form.kind.data),
            level=AgencyLevel(form.level.data),
            revision=form.revision.data,
            actor=current_user,
            now=clock.now(),
        )
    except Stale as stale:
        return _stale(plan, draft_id, stale)
    except Refused as refusal:
        db.session.rollback()
        return _card_again(plan, found, setting, None, refusal.reason)
    db.session.commit()
    return _done(plan, found, office_setting(), whole_page=True)


@bp.post("/<int:plan_id>/drafts")
def add(plan_id: int) -> Any:
    plan = plan_to_run(plan_id)
    form, setting = AddForm(), office_setting()
    if not form.validate_on_submit() or plan.source is None:
        flash(_("Chưa thêm được mục. Kiểm tra loại mục và lời văn."), "error")
        return redirect(url_for(".review", plan_id=plan.id))
    kind = DraftKind(form.kind.data)
    span = adding.span_of_words(plan.source.text, form.words.data or "", form.start.data, form.end.data)
    words = plan.source.text[span[0] : span[1]] if span else (form.words.data or "").strip()
    content = adding.new_content(kind, words, span, form.body.data or "", plan, setting)
    made = operations.add_draft(plan, kind, content, span, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã thêm mục. Xem lại rồi duyệt."), "success")
    return redirect(url_for(".review", plan_id=plan.id, show="all", _anchor=f"draft-{made.id}"))


# -- answers ------------------------------------------------------------------------------------------------


def _by_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def _done(
    plan: Plan, found: Draft, setting: Setting, *, quietly: bool = False, whole_page: bool = False
) -> Any:
    address = url_for(".review", plan_id=plan.id, show=request.args.get("show"), _anchor=f"draft-{found.id}")
    if not _by_htmx():
        return redirect(address)
    if whole_page:  # other drafts changed too
        return "", 200, {"HX-Refresh": "true"}
    page = review_page(plan, setting)
    facts = {"saved_at": clock_time(clock.now())} if quietly else {}
    template = "plans/_saved.html" if quietly else "plans/_card_and_rest.html"
    return render_template(
        template, plan=plan, page=page, card=page.card(found.id), **facts, **card_facts(setting)
    )


def _card_again(plan: Plan, found: Draft, setting: Setting, form: Any, reason: Any = None) -> Any:
    """The card with what is wrong: the form as it was typed, or the reason why the act was refused."""
    if not _by_htmx():
        said = reason or " ".join(_all_errors(form.errors))
        flash(said, "error")
        return redirect(url_for(".review", plan_id=plan.id, show="all", _anchor=f"draft-{found.id}"))
    page = review_page(plan, setting)
    facts = card_facts(setting)
    if form is not None:
        facts["form_of"] = lambda _draft: with_own_ids(form, found)
    answer = make_response(
        render_template(
            "plans/_card.html", plan=plan, page=page, card=page.card(found.id), reason=reason, **facts
        ),
        422,
    )
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = f"#draft-{found.id}", "outerHTML"
    return answer


def _stale(plan: Plan, draft_id: int, stale: Stale) -> Any:
    """Somebody else changed this draft: what they made of it, and who it was."""
    db.session.rollback()
    if not _by_htmx():
        raise stale
    setting = office_setting()
    page = review_page(plan, setting)
    answer = make_response(
        render_template(
            "plans/_card_and_rest.html",
            plan=plan,
            page=page,
            card=page.card(draft_id),
            reason=stale.reason,
            **card_facts(setting),
        ),
        409,
    )
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = f"#draft-{draft_id}", "outerHTML"
    return answer


def _all_errors(errors: Any) -> list[str]:
    """Every message in the nested errors of a form."""
    if isinstance(errors, dict):
        return [said for part in errors.values() for said in _all_errors(part)]
    if isinstance(errors, (list, tuple)):
        return [said for part in errors for said in _all_errors(part)]
    return [str(errors)]
