"""What is held about a person: given to that person or fetched by an administrator."""

from __future__ import annotations

import json

from flask import Response, request
from flask_login import current_user, login_required

from app import clock
from app.access import allow
from app.accounts import personal, queries, rules
from app.accounts.models import User
from app.accounts.views import bp
from app.accounts.views.guard import asks_again
from app.documents.sheets import Column, write_table
from app.extensions import db
from app.i18n import _

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/account/data")
@login_required
@asks_again
def own_data() -> Response:
    return _file(current_user.account)


@bp.get("/people/<int:user_id>/data")
@login_required
def data_of_person(user_id: int) -> Response:
    allow(rules.is_administrator(current_user))
    return _file_asked(queries.account_by_id(user_id))


@asks_again
def _file_asked(user: User) -> Response:
    return _file(user)


def _file(user: User) -> Response:
    """As JSON for another program, or (`?form=xlsx`) as a sheet for people."""
    now = clock.now()
    form = "xlsx" if request.args.get("form") == "xlsx" else "json"
    body: str | bytes
    if form == "json":
        body, kind = json.dumps(personal.facts_about(user), ensure_ascii=False, indent=2), "application/json"
    else:
        columns = [Column(_("Phần"), 24), Column(_("Khi nào"), 18), Column(_("Nội dung"), 90)]
        title = _("Dữ liệu cá nhân của %(name)s", name=user.name)
        body, kind = write_table(title, columns, personal.rows_about(user)), _XLSX
    personal.note_export(user, actor=current_user, now=now)
    db.session.commit()
    name = f"du-lieu-ca-nhan-{user.id}.{form}"
    return Response(body, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
