"""The review page, and what concerns the plan as a whole: its head, accepting all that is clear."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from app import clock
from app.errors import Refused
from app.extensions import db
from app.i18n import _, _n
from app.organisations.models import AgencyKind
from app.plans import operations, queries
from app.plans.comparison import comparison_facts
from app.plans.forms import HeadForm
from app.plans.models import Plan, PlanState
from app.plans.preview import Setting
from app.plans.review_page import review_page
from app.plans.source import paragraphs
from app.plans.views.blueprint import bp, office_setting, plan_to_run
from app.plans.views.cards import card_facts


@bp.get("/<int:plan_id>/review")
def review(plan_id: int) -> Any:
    plan = plan_to_run(plan_id)
    if plan.state is not PlanState.IN_REVIEW:
        return redirect(url_for(".show", plan_id=plan.id))
    return render_review(plan)


@bp.post("/<int:plan_id>/head")
def head(plan_id: int) -> Any:
    plan = plan_to_run(plan_id)
    setting = office_setting()
    form = head_form(plan, setting)
    if form.validate_on_submit():
        names = ("title", "issuer", "issued_on", "period_from", "period_to")
        values = {name: getattr(form, name).data for name in names}
        values["title"] = " ".join(values["title"].split())
        values["number"] = (form.number.data or "").strip() or None
        agencies = setting.directory.agencies
        values["standing_agency"] = agencies[form.standing_agency.data]
        values["committee"] = agencies.get(form.committee.data)
        values["supersedes_id"] = form.supersedes.data or None
        values["amends"] = bool(form.supersedes.data) and form.amends.data == "1"
        try:
            operations.change_head(
                plan, values, revision=form.revision.data, actor=current_user, now=clock.now()
            )
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(refusal.reason)
        else:
            db.session.commit()
            flash(_("Đã lưu thông tin kế hoạch."), "success")
            if plan.standing_agency_id != current_user.agency_id:
                return redirect(url_for(".list_"))  # it is another agency's plan from now on
            return redirect(url_for(".review", plan_id=plan.id))
    return render_review(plan, form), 422


@bp.post("/<int:plan_id>/accept-clear")
def accept_clear(plan_id: int) -> Any:
    plan = plan_to_run(plan_id)
    page = review_page(plan, office_setting())
    accepted = operations.accept_clear(plan, doubtful=page.doubtful_ids, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_n("Đã duyệt %(num)s mục đã rõ.", "Đã duyệt %(num)s mục đã rõ.", len(accepted)), "success")
    return redirect(url_for(".review", plan_id=plan.id))


def render_review(plan: Plan, head: HeadForm | None = None, **facts: Any) -> str:
    setting = office_setting()
    page = review_page(plan, setting, request.args.get("show", ""))
    text = plan.source
    return render_template(
        "plans/review.html",
        plan=plan,
        page=page,
        head=head or head_form(plan, setting, fresh=True),
        head_open=head is not None or plan.issued_on is None,
        paragraphs=paragraphs(text.text, text.pages, plan.drafts, text.unread) if text else [],
        **card_facts(setting),
        **comparison_facts(),
        **facts,
    )


def head_form(plan: Plan, setting: Setting, *, fresh: bool = False) -> HeadForm:
    values = {
        "revision": plan.revision,
        "number": plan.number,
        "issued_on": plan.issued_on,
        "title": plan.title,
        "issuer": plan.issuer,
        "period_from": plan.period_from,
        "period_to": plan.period_to,
        "standing_agency": plan.standing_agency_id,
        "committee": plan.committee_id or 0,
        "supersedes": plan.supersedes_id or 0,
        "amends": "1" if plan.amends else "0",
    }
    form = HeadForm(formdata=None, data=values) if fresh else HeadForm(data=values)
    living = setting.directory.living(setting.today)
    form.standing_agency.choices = [
        SelectChoice(a.id, a.name)
        for a in living
        if a.kind is not AgencyKind.STEERING_COMMITTEE or a.id == plan.standing_agency_id
    ]
    form.committee.choices = [
        SelectChoice(0, _("Không có")),
        *(SelectChoice(a.id, a.name) for a in living if a.kind is AgencyKind.STEERING_COMMITTEE),
    ]
    form.supersedes.choices = [
        SelectChoice(0, _("Không thay thế kế hoạch nào")),
        *(
            SelectChoice(other.id, f"{other.display_number} · {other.title}")
            for other in queries.possible_predecessors(plan)
        ),
    ]
    return form
