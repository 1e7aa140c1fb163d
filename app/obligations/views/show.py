"""One obligation: its state, why its day is its day, what was handed in, its whole story; and its files."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import PurePath
from typing import Any

from flask import Response, g, render_template, send_file
from flask_login import current_user

from app import clock
from app.accounts.models import Role
from app.files.operations import path_of
from app.files.serving import send_stored
from app.i18n import language
from app.obligations import queries, reasons, rules
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.duerule import sources
from app.obligations.forms import AcceptForm, DecisionForm, ExtensionForm, ReasonForm, ReturnForm, SeenForm
from app.obligations.models import Obligation
from app.obligations.notifications import reviewers
from app.obligations.rows import row_of
from app.obligations.story import story_of
from app.obligations.views import bp

FORMS = {
    "accept": AcceptForm,
    "return_": ReturnForm,
    "waive": ReasonForm,
    "cancel": ReasonForm,
    "extend": ExtensionForm,
    "decide": DecisionForm,
    "seen": SeenForm,
}
_IN_MEMORY = 8 * 1024 * 1024


@bp.get("/obligations/<int:obligation_id>")
def show(obligation_id: int) -> Any:
    return page(queries.obligation_for(current_user, obligation_id))


def page(obligation: Obligation, **sent: Any) -> str:
    """The page; `sent` holds a form that came back with mistakes, by its name in FORMS."""
    own = current_user.agency_id == obligation.agency_id
    g.nav_current = (
        "obligations.list_"
        if current_user.role is Role.STANDING_OFFICER and not own
        else "obligations.my_work"
    )
    today, calendar, reading = clock.today(), office_calendar(), office_reading()
    submissions, extensions = queries.submissions_of(obligation), queries.extensions_of(obligation)
    source = sources(obligation.source_kind, [obligation.source_id]).get(obligation.source_id)
    seen, waiting = queries.newest_act(obligation), queries.waiting_submission(obligation)
    known = {"seen": seen, "version": waiting.version if waiting else None}
    forms = {
        name: sent.get(name) or kind(formdata=None, data=known, prefix="" if name in _SHARED else f"{name}-")
        for name, kind in FORMS.items()
    }
    undecided = next((e for e in reversed(extensions) if e.decided_at is None), None)
    if undecided and "decide" not in sent:
        forms["decide"].until.data = undecided.asked_until
    if "return_" not in sent:
        forms["return_"].until.data = calendar.add_working_days(today, rules.DUE_SOON_WORKING_DAYS)
    return render_template(
        "obligations/show.html",
        o=obligation,
        row=row_of(obligation, today, calendar, current_user),
        late_first=rules.first_days_late(obligation),
        period=reasons.label_of_period(obligation.period, language()),
        passage=reasons.passage_of(source, obligation.words, obligation.plan.source),
        steps=reasons.steps_of(obligation, source, extensions, calendar, reading, language()),
        source=source,
        submissions=submissions,
        waiting=waiting,
        returned=next((s for s in submissions if s.returned_at), None),
        extensions=[e for e in extensions if e.granted_until],
        undecided=undecided,
        story=story_of(obligation),
        contacts=reviewers(obligation),
        forms=forms,
        mine=rules.can_submit(current_user, obligation),
        reviews=rules.can_review(current_user, obligation),
        decides=rules.can_decide_extension(current_user, obligation),
        why_not_submit=rules.why_not_submit(obligation),
        why_not_extend=rules.why_not_ask_extension(obligation),
        asks_late=rules.is_late_request(obligation, today),
    )


_SHARED = {"seen"}


@bp.get("/obligations/<int:obligation_id>/files/<int:attachment_id>")
def download(obligation_id: int, attachment_id: int) -> Response:
    obligation = queries.obligation_for(current_user, obligation_id)
    attachment = queries.attachment_of(obligation, attachment_id)
    return send_stored(attachment.file, attachment.name)


@bp.get("/obligations/<int:obligation_id>/files.zip")
def download_all(obligation_id: int) -> Response:
    """All files of all versions, in a folder for each version."""
    obligation = queries.obligation_for(current_user, obligation_id)
    packed = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  (closed with the response)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for submission in reversed(queries.submissions_of(obligation)):
            taken: set[str] = set()
            for attachment in submission.attachments:
                name = _free_name(attachment.name, taken)
                archive.write(path_of(attachment.file), f"ban-{submission.version}/{name}")
    packed.seek(0)
    return send_file(
        io.BufferedReader(packed),  # type: ignore[type-var]
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"nghia-vu-{obligation.id}.zip",
    )


def _free_name(name: str, taken: set[str]) -> str:
    """The name, with a number where two files of one version are called the same."""
    path, number = PurePath(name), 1
    while name.lower() in taken:
        number += 1
        name = f"{path.stem}-{number}{path.suffix}"
    taken.add(name.lower())
    return name
