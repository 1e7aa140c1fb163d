"""The directory as tables: templates and present data to download, a table to give, each row's fate, taking over."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import clock
from app.documents.sheets import Column as SheetColumn
from app.documents.sheets import write_table
from app.documents.tables import write_csv
from app.errors import NotVisible, Refused
from app.extensions import db
from app.i18n import _
from app.organisations.exchange import KINDS, Kind, State
from app.organisations.operations.importing import LIMITS, MOST_ROWS, give_table, take_table, try_table
from app.organisations.reorganisations import DirectoryImport
from app.organisations.views.blueprint import PER_PAGE, ask_to_manage, bp

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_SHOWN = 200  # rows of one state on the page


@bp.get("/imports")
def imports():
    ask_to_manage()
    return _imports_page()


@bp.get("/imports/<kind>/<what>.<form>")
def table(kind: str, what: str, form: str):
    """An empty table with its headings, or the same with what stands now."""
    ask_to_manage()
    chosen = _kind(kind)
    if what not in ("template", "data") or form not in _TYPES:
        abort(404)
    rows = chosen.rows() if what == "data" else []
    return _file(chosen, rows, form, f"{'mau' if what == 'template' else 'danh-muc'}-{kind}")


@bp.post("/imports")
def give():
    ask_to_manage()
    kind = _kind(request.form.get("kind", ""))
    given = request.files.get("file")
    if given is None or not given.filename:
        return _imports_page(_("Chọn tệp .xlsx hoặc .csv theo mẫu."), kind.code), 422
    try:
        kept = give_table(
            kind.code, given.stream.read(LIMITS.max_bytes + 1), given.filename,
            actor=current_user, now=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        db.session.rollback()
        return _imports_page(refusal.reason, kind.code), 422
    db.session.commit()
    return redirect(url_for(".import_", import_id=kept.id))


@bp.get("/imports/<int:import_id>")
def import_(import_id: int):
    ask_to_manage()
    given = _import(import_id)
    fates, _header = try_table(given, actor=current_user, now=clock.now())
    counts = Counter(fate.state for fate in fates)
    by_state = {state: [fate for fate in fates if fate.state is state] for state in State}
    return render_template(
        "organisations/import.html",
        given=given,
        kind=KINDS[given.kind],
        counts=counts,
        by_state={state: rows[:_SHOWN] for state, rows in by_state.items()},
        shown=_SHOWN,
        ready=counts[State.NEW] + counts[State.CHANGED],
    )


@bp.post("/imports/<int:import_id>/apply")
def apply_import(import_id: int):
    ask_to_manage()
    given = _import(import_id)
    counts = take_table(given, actor=current_user, now=clock.now())
    db.session.commit()
    flash(
        _("Đã thêm %(new)s, sửa %(changed)s dòng. %(refused)s dòng chờ sửa.", new=counts[State.NEW],
          changed=counts[State.CHANGED], refused=counts[State.REFUSED]),
        "success",
    )  # fmt: skip
    return redirect(url_for(".import_", import_id=given.id))


@bp.get("/imports/<int:import_id>/refused.<form>")
def refused_rows(import_id: int, form: str):
    """The rows that cannot be taken over, as they were given, with the reason: mended, they are given again."""
    ask_to_manage()
    if form not in _TYPES:
        abort(404)
    given = _import(import_id)
    fates, header = try_table(given, actor=current_user, now=clock.now())
    headings = [cell for cell in header if cell]
    rows = [
        [
            *_padded(fate.cells, len(headings)),
            _("dòng %(line)s: %(reason)s", line=fate.line, reason=fate.reason),
        ]
        for fate in fates
        if fate.state is State.REFUSED
    ]
    headings = [*headings, _("Lý do chưa nhập được")]
    if form == "csv":
        return _download(write_csv(headings, rows), f"chua-nhap-{given.kind}", form)
    body = write_table(
        str(KINDS[given.kind].title),
        [SheetColumn(text, 26) for text in headings],
        rows,
        sheet_name=given.kind,
    )
    return _download(body, f"chua-nhap-{given.kind}", form)


def _padded(cells: tuple[str, ...], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _imports_page(refusal: Any = None, kind: str = "") -> str:
    page = db.paginate(
        sa.select(DirectoryImport).order_by(DirectoryImport.id.desc()), per_page=PER_PAGE, error_out=False
    )
    return render_template(
        "organisations/imports.html",
        page=page,
        kinds=KINDS,
        refusal=refusal,
        chosen=kind,
        most_rows=MOST_ROWS,
    )


def _file(kind: Kind, rows: Any, form: str, name: str) -> Response:
    if form == "csv":
        return _download(write_csv([str(column.heading) for column in kind.columns], rows), name, form)
    columns = [SheetColumn(str(column.heading), column.width) for column in kind.columns]
    notes = [str(note) for note in kind.notes]
    return _download(
        write_table(str(kind.title), columns, rows, sheet_name=str(kind.title), notes=notes), name, form
    )


def _download(body: bytes, name: str, form: str) -> Response:
    response = Response(body, content_type=_TYPES[form])
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{name}-{clock.today():%Y-%m-%d}.{form}"
    )
    return response


def _kind(code: str) -> Kind:
    if code not in KINDS:
        abort(404)
    return KINDS[code]


def _import(import_id: int) -> DirectoryImport:
    found = db.session.get(DirectoryImport, import_id)
    if found is None or found.kind not in KINDS:
        raise NotVisible
    return found
