"""The list of movements, one movement, who is missing and writing to them."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import access, clock
from app.accounts.rules import is_officer
from app.documents import sheets
from app.emulation import operations, queries, rules
from app.emulation.models import EmulationMovement
from app.emulation.views.blueprint import award_facts, bp, can_confirm, nominating
from app.extensions import db
from app.i18n import _, _n
from app.obligations.calendar import office_calendar, office_reading

PER_PAGE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
def list_() -> Any:
    page = db.paginate(queries.listed_movements(current_user), per_page=PER_PAGE, error_out=False)
    return render_template(
        "emulation/list.html",
        page=page,
        progress=queries.progress_of(page.items),
        own=queries.own_lines(page.items, current_user.agency_id),
        sees_all=_sees_all,
    )


@bp.get("/<int:movement_id>")
def show(movement_id: int) -> Any:
    return _movement_page(queries.movement_for(current_user, movement_id))


@bp.get("/<int:movement_id>/missing.xlsx")
def missing_xlsx(movement_id: int) -> Any:
    """Who has not registered, and which receiver lacks whose registration."""
    movement = queries.movement_for(current_user, movement_id)
    access.allow(rules.sees_all(current_user, movement))
    table = queries.table(movement)
    rows = [
        (
            n,
            line.agency.name,
            line.registration.number if line.registration else "",
            line.registration.signed_on if line.registration else None,
            *(
                clock.vietnam_day(receipt.received_at) if receipt else _("chưa nhận")
                for receipt in line.receipts
            ),
        )
        for n, line in enumerate([*table.absent, *table.partly], 1)
    ]
    columns = [
        _("TT"),
        _("Đơn vị"),
        _("Văn bản đăng ký"),
        _("Ngày văn bản"),
        *(_("%(receiver)s nhận", receiver=receiver.display_name) for receiver in table.receivers),
    ]
    note = _(
        "Tại ngày %(day)s. Kế hoạch %(number)s.",
        day=f"{clock.today():%d/%m/%Y}",
        number=movement.plan.display_number,
    )
    data = sheets.write_table(
        _("Chưa đủ đăng ký: %(title)s", title=movement.title), columns, rows, notes=[note]
    )
    name = f"dang-ky-thi-dua-{movement.id}.xlsx"
    return Response(data, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.post("/<int:movement_id>/remind")
def remind(movement_id: int) -> Any:
    """One agency (`agency`), or every one that a receiver still lacks."""
    movement = queries.movement_for(current_user, movement_id)
    access.allow(rules.can_remind(current_user, movement))
    table, only = queries.table(movement), request.form.get("agency", type=int)
    agencies = [line.agency for line in (*table.absent, *table.partly) if only in (None, line.agency.id)]
    told = operations.remind(movement, agencies, actor=current_user, now=clock.now())
    db.session.commit()
    if told:
        flash(_n("Đã gửi thư nhắc %(num)s đơn vị.", "Đã gửi thư nhắc %(num)s đơn vị.", told), "success")
    else:
        flash(_("Hôm nay đã nhắc, hoặc đơn vị chưa có tài khoản nào để nhận thư."), "info")
    return redirect(url_for(".show", movement_id=movement.id))


def _sees_all(movement: EmulationMovement) -> bool:
    return rules.sees_all(current_user, movement)


def _movement_page(movement: EmulationMovement) -> Any:
    everything = rules.sees_all(current_user, movement)
    own = next((r for r in movement.registrations if r.agency_id == current_user.agency_id), None)
    takes_part = is_officer(current_user) and rules.participates(movement, [current_user.agency_id])
    plan = movement.plan
    return render_template(
        "emulation/show.html",
        movement=movement,
        table=queries.table(movement, None if everything else current_user.agency_id),
        everything=everything,
        own=own,
        takes_part=takes_part and bool(movement.receivers),
        why_not_register=rules.why_not_register(movement, own),
        due=operations.registration_due(movement, plan, office_calendar(), office_reading()),
        confirms={r.agency_id for r in movement.receivers if can_confirm(movement, r.agency_id)},
        reminds=rules.can_remind(current_user, movement),
        calendar=office_calendar(),
        nominates=bool(nominating(movement)) and rules.why_not_nominate(movement) is None,
        runs=rules.runs(current_user, movement),
        **award_facts(movement, everything),
    )
