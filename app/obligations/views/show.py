"""One obligation: its state, why its day is its day, what was handed in, its whole story; and its files."""

from __future__ import annotations

import io
import tempfile
import zipfile
from datetime import date
from pathlib import PurePath
from typing import Any

from flask import Response, redirect, render_template, send_file, url_for
from flask_login import current_user

from app import clock
from app.accounts.rules import is_officer
from app.errors import NotVisible
from app.files.operations import path_of
from app.files.serving import send_stored
from app.i18n import language
from app.obligations import corrections, differences, drafts, indicators, queries, reasons, rules
from app.obligations.calendar import office_calendar, office_reading
from app.obligations.duerule import sources
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
from app.obligations.notifications import reviewers
from app.obligations.operations.correcting import waiting_correction
from app.obligations.rows import row_of
from app.obligations.story import story_of
from app.obligations.views import bp
from app.obligations.views.marks import mark_navigation
from app.obligations.workcards import Cards, cards_for
from app.obligations.workforms import (
    AskPartsForm,
    GiveBackForm,
    HandDownForm,
    HandOnForm,
    ResumeForm,
    SuspendForm,
)

FORMS = {
    "accept": AcceptForm,
    "return_": ReturnForm,
    "waive": WaiveForm,
    "cancel": ReasonForm,
    "want": CorrectionWantedForm,
    "extend": ExtensionForm,
    "decide": DecisionForm,
    "seen": SeenForm,
    "hand_down": HandDownForm,
    "hand_on": HandOnForm,
    "ask_parts": AskPartsForm,
    "suspend": SuspendForm,
    "resume": ResumeForm,
    "give_back": GiveBackForm,
}
_IN_MEMORY = 8 * 1024 * 1024


@bp.get("/obligations/<int:obligation_id>")
def show(obligation_id: int) -> Any:
    """Its page; an agency that is only asked for a part of it is led to its part."""
    try:
        obligation = queries.obligation_for(current_user, obligation_id)
    except NotVisible:
        part = queries.part_of(obligation_id, current_user.agency_id) if is_officer(current_user) else None
        if part is None:
            raise
        return redirect(url_for(".part", obligation_id=obligation_id, part_id=part.id))
    return page(obligation)


def page(obligation: Obligation, **sent: Any) -> str:
    """The page; `sent` holds a form that came back with mistakes, by its name in FORMS."""
    mark_navigation(obligation)
    today, calendar, reading = clock.today(), office_calendar(), office_reading()
    submissions, extensions = queries.submissions_of(obligation), queries.extensions_of(obligation)
    source = sources(obligation.source_kind, [obligation.source_id]).get(obligation.source_id)
    seen, waiting = (
        queries.newest_act(obligation),
        waiting_correction(obligation) or queries.waiting_submission(obligation),
    )
    known = {"seen": seen, "version": waiting.version if waiting else None}
    forms = {
        name: sent.get(name) or kind(formdata=None, data=known, prefix="" if name in _SHARED else f"{name}-")
        for name, kind in FORMS.items()
    }
    work = cards_for(obligation, current_user, today, calendar, sent.get("comment"))
    _prepare(forms, sent, work, obligation, today)
    undecided = next((e for e in reversed(extensions) if e.decided_at is None), None)
    if undecided and "decide" not in sent:
        forms["decide"].until.data = undecided.asked_until
    for name in {"return_", "want"} - set(sent):
        forms[name].until.data = calendar.add_working_days(today, rules.DUE_SOON_WORKING_DAYS)
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
        late=rules.days_late(obligation, today),
        late_by_plan=rules.days_late_by_plan(obligation, today),
        figures=_figures(obligation),
        draft=drafts.draft_of(obligation) if rules.can_submit(current_user, obligation) else None,
        why_not_correct=corrections.why_not_correct(obligation),
        why_not_want=corrections.why_not_want_correction(obligation),
        returned=next((s for s in submissions if s.returned_at), None),
        extensions=[e for e in extensions if e.granted_until],
        undecided=undecided,
        story=story_of(obligation),
        contacts=reviewers(obligation),
        forms=forms,
        work=work,
        today=today,
        mine=rules.can_submit(current_user, obligation),
        reviews=rules.can_review(current_user, obligation),
        decides=rules.can_decide_extension(current_user, obligation),
        why_not_submit=rules.why_not_submit(obligation),
        why_not_extend=rules.why_not_ask_extension(obligation),
        asks_late=rules.is_late_request(obligation, today),
    )


_SHARED = {"seen"}


def _figures(obligation: Obligation) -> list[differences.Figure]:
    """What the version in force says, beside the period before."""
    asked = indicators.indicators_of(obligation.source_kind, obligation.source_id, with_retired=True)
    if not asked:
        return []
    counts = indicators.submissions_in_force([obligation.id]).get(obligation.id)
    previous = queries.previous_submission(obligation)
    values = indicators.values_of([one.id for one in (counts, previous) if one is not None])
    now = values.get(counts.id, {}) if counts else {}
    return (
        differences.of_figures(asked, now, now, values.get(previous.id, {}) if previous else {})
        if now
        else []
    )


def _prepare(
    forms: dict[str, Any], sent: dict[str, Any], work: Cards, obligation: Obligation, today: date
) -> None:
    """Whom one may choose, and the days that are proposed."""
    if work.in_charge is not None:
        people = [(user.id, user.name) for user in work.in_charge.colleagues]
        forms["hand_down"].officers.choices = people
        forms["hand_on"].officer.choices = [one for one in people if one[0] != current_user.id]
    forms["ask_parts"].agencies.choices = [(one.id, one.display_name) for one in work.parts.suggested]
    forms["ask_parts"].other.choices = work.parts.others
    if "ask_parts" not in sent:
        forms["ask_parts"].due_on.data = work.parts.default_day
        forms["ask_parts"].agencies.data = [one.id for one in work.parts.suggested]
    if "suspend" not in sent:
        forms["suspend"].from_on.data = max(today, obligation.owed_on)
    if "resume" not in sent:
        forms["resume"].extend_to.data = work.offered


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
