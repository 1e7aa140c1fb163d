"""Nominating, ranking, choosing within the places."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app import access, clock
from app.accounts.rules import is_officer
from app.emulation import operations, queries, rules
from app.emulation.forms import DecisionForm, NominationForm
from app.emulation.models import EmulationMovement, Nomination, NomineeKind
from app.emulation.views.blueprint import award_facts, bp, nominating
from app.errors import Refused
from app.extensions import db
from app.i18n import _
from app.organisations.models import Agency


@bp.route("/<int:movement_id>/nominate", methods=["GET", "POST"])
def nominate(movement_id: int) -> Any:
    movement = queries.movement_for(current_user, movement_id)
    choices = nominating(movement)
    access.allow(bool(choices))
    access.refuse_if(rules.why_not_nominate(movement))
    form = _nomination_form(choices)
    if form.validate_on_submit():
        agency = db.session.get_one(Agency, form.agency.data)
        try:
            operations.nominate(
                movement, agency, **_nomination_values(form), actor=current_user, now=clock.now()
            )
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(refusal.reason)
        else:
            db.session.commit()
            flash(_("Đã thêm đề nghị khen thưởng."), "success")
            return redirect(url_for(".show", movement_id=movement_id, _anchor="awards"))
    status = 422 if form.errors or form.form_errors else 200
    return render_template("emulation/nominate.html", movement=movement, form=form, nomination=None), status


@bp.route("/nominations/<int:nomination_id>", methods=["GET", "POST"])
def nomination(nomination_id: int) -> Any:
    found = _own_nomination(nomination_id)
    access.refuse_if(rules.why_not_change(found))
    values = {"kind": found.kind.value, "name": found.name, "achievement": found.achievement, **found.dossier}
    form = _nomination_form([(found.agency_id, found.agency.name)], values)
    if form.validate_on_submit():
        try:
            operations.revise_nomination(
                found, **_nomination_values(form), actor=current_user, now=clock.now()
            )
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(refusal.reason)
        else:
            db.session.commit()
            flash(_("Đã lưu đề nghị khen thưởng."), "success")
            return redirect(url_for(".show", movement_id=found.movement_id, _anchor="awards"))
    status = 422 if form.errors or form.form_errors else 200
    return render_template(
        "emulation/nominate.html", movement=found.movement, form=form, nomination=found
    ), status


@bp.post("/nominations/<int:nomination_id>/withdraw")
def withdraw(nomination_id: int) -> Any:
    found = _own_nomination(nomination_id)
    movement_id = found.movement_id
    operations.withdraw(found, actor=current_user, now=clock.now())
    db.session.commit()
    flash(_("Đã rút đề nghị khen thưởng."), "success")
    return redirect(url_for(".show", movement_id=movement_id, _anchor="awards"))


@bp.get("/<int:movement_id>/awards")
def awards(movement_id: int) -> Any:
    """Every nomination in its order: ranking, choosing within the places, the decision."""
    return _awards_page(queries.movement_for(current_user, movement_id))


@bp.post("/nominations/<int:nomination_id>/rank")
def rank(nomination_id: int) -> Any:
    """One place up or down (`by`: -1 or 1)."""
    found = _nomination_to_decide(nomination_id)
    movement = found.movement
    rows = sorted((n for n in movement.nominations if n.kind is found.kind), key=lambda n: (n.ranking, n.id))
    at = rows.index(found)
    to = max(0, min(len(rows) - 1, at + (1 if request.form.get("by") == "1" else -1)))
    rows.insert(to, rows.pop(at))
    operations.rank(movement, found.kind, [n.id for n in rows], actor=current_user, now=clock.now())
    db.session.commit()
    return redirect(url_for(".awards", movement_id=movement.id, _anchor=f"nomination-{found.id}"))


@bp.post("/nominations/<int:nomination_id>/decide")
def decide(nomination_id: int) -> Any:
    """`act`: choose, pass (not chosen) or undo."""
    found, form, act = _nomination_to_decide(nomination_id), DecisionForm(), request.form.get("act")
    facts = {"actor": current_user, "now": clock.now()}
    movement_id = found.movement_id
    try:
        if act == "undo":
            operations.undecide(found, **facts)
        else:
            operations.decide(found, chosen=act == "choose", decision=form.decision.data or "", **facts)
    except Refused as refusal:
        db.session.rollback()
        return _awards_page(queries.movement_for(current_user, movement_id), refusal.reason), 409
    db.session.commit()
    flash(_("Đã ghi quyết định."), "success")
    return redirect(url_for(".awards", movement_id=movement_id, _anchor=f"nomination-{nomination_id}"))


def _own_nomination(nomination_id: int) -> Nomination:
    found = queries.nomination_for(current_user, nomination_id)
    own = is_officer(current_user) and found.agency_id == current_user.agency_id
    access.allow(own or rules.runs(current_user, found.movement))
    return found


def _nomination_to_decide(nomination_id: int) -> Nomination:
    found = queries.nomination_for(current_user, nomination_id)
    access.allow(rules.runs(current_user, found.movement))
    return found


def _nomination_form(choices: list[tuple[int, str]], values: dict[str, Any] | None = None) -> Any:
    class Form(NominationForm):
        agency = SelectField(
            _("Cơ quan đề nghị"),
            coerce=int,
            choices=[SelectChoice(*pair) for pair in choices],
            default=choices[0][0],
        )

    return Form(data=values)


def _nomination_values(form: NominationForm) -> dict[str, Any]:
    return {
        "kind": NomineeKind(form.kind.data),
        "name": form.name.data,
        "achievement": form.achievement.data or "",
        "dossier": form.dossier(),
    }


def _awards_page(movement: EmulationMovement, reason: Any = None) -> str:
    access.allow(rules.sees_all(current_user, movement))
    return render_template(
        "emulation/awards.html",
        movement=movement,
        runs=rules.runs(current_user, movement),
        reason=reason,
        decision_form=DecisionForm(formdata=None),
        **award_facts(movement, True),
    )
