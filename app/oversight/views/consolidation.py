"""Báo cáo tổng hợp: one report of one period, from all who owe it; on the page and as files."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, render_template, request, stream_with_context, url_for
from flask_login import current_user

from app import clock
from app.files.zipping import stream_zip
from app.i18n import language
from app.obligations.figures import write_figure
from app.oversight import consolidation_files as files
from app.oversight.consolidation import RESULT_LABELS, Consolidation, Result, consolidate, files_of
from app.oversight.views import bp

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/schedules/<int:schedule_id>/consolidation/<period>")
def consolidation(schedule_id: int, period: str) -> str:
    found = _found(schedule_id, period)
    g.nav_current = "plans.list_"
    query: dict[str, Any] = (
        {"in": request.args.getlist("in"), "choose": 1} if "choose" in request.args else {}
    )
    return render_template(
        "oversight/consolidation.html",
        found=found,
        schedule=found.schedule,
        plan=found.schedule.plan,
        period=found.period_words(language()),
        labels=RESULT_LABELS,
        Result=Result,
        figure=write_figure,
        files=len(files_of(found)),
        address=lambda endpoint: url_for(endpoint, schedule_id=schedule_id, period=period, **query),
    )


@bp.get("/schedules/<int:schedule_id>/consolidation/<period>.xlsx")
def consolidation_xlsx(schedule_id: int, period: str) -> Response:
    found = _found(schedule_id, period)
    return _download(files.workbook(found), _XLSX, files.file_name(found, "xlsx"))


@bp.get("/schedules/<int:schedule_id>/consolidation/<period>.docx")
def consolidation_docx(schedule_id: int, period: str) -> Response:
    found = _found(schedule_id, period)
    writer = found.own.agency if found.own is not None else current_user.agency
    skeleton = files.report_skeleton(found, writer, current_app.config["OFFICE_NAME"])
    return _download(skeleton, _DOCX, files.file_name(found, "docx"))


@bp.get("/schedules/<int:schedule_id>/consolidation/<period>.zip")
def consolidation_zip(schedule_id: int, period: str) -> Response:
    """All attachments; sent while it is written, so that its size costs no memory."""
    found = _found(schedule_id, period)
    pieces = stream_zip(files.attachments(found), clock.now().astimezone(clock.VIETNAM))
    response = Response(stream_with_context(pieces), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=files.file_name(found, "zip"))
    return response


def _found(schedule_id: int, period: str) -> Consolidation:
    chosen = None
    if "choose" in request.args:
        chosen = {int(text) for text in request.args.getlist("in") if text.isdigit()}
    return consolidate(schedule_id, period, current_user._get_current_object(), clock.today(), chosen)


def _download(content: bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
