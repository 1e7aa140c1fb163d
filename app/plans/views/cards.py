"""What a draft's card needs besides the draft: its form, names of bodies, words for its days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from app.i18n import _, language, weekday
from app.organisations.directory import Body, OfficeDirectory
from app.plans import contents
from app.plans.contents import Reference
from app.plans.draft_forms import FORMS
from app.plans.forms import BodyForm, NewBodyForm
from app.plans.models import Draft, DraftKind
from app.plans.operations import can_undo, same_body
from app.plans.preview import Setting
from app.plans.review_page import Card

SATURDAY = 5


def card_facts(setting: Setting) -> dict[str, Any]:
    """Functions and lists that the templates of cards use."""
    names = namer(setting.directory)
    return {
        "form_of": lambda draft: form_of(draft, names),
        "body_form": BodyForm(formdata=None),
        "new_body_form": NewBodyForm(formdata=None),
        "name_of": names,
        "called": contents.name_of,
        "same_body": same_body,
        "can_undo": can_undo,
        "rule_words": lambda due: rule_words(due, None),
        "first_day_words": lambda card: first_day_words(card, setting),
        "known_bodies": known_bodies(setting.directory, setting.today),
        "Kind": DraftKind,
        "kind_names": contents.KIND_NAMES,
    }


def form_of(draft: Draft, names: Callable[[Reference], str]) -> Any:
    kind = FORMS[draft.kind]
    one_body = draft.kind in (DraftKind.ASSIGNMENT, DraftKind.DEADLINE)
    form = kind.of(draft.content, draft.revision, names(draft.content) if one_body else names)
    return with_own_ids(form, draft)


def with_own_ids(form: Any, draft: Draft) -> Any:
    """The form with ids that no other card of the page has; the names stay."""
    for field in _fields(form):
        field.id = f"draft-{draft.id}-{field.name}"
    return form


def _fields(form: Any) -> Iterator[Any]:
    for field in form:
        if hasattr(field, "form"):
            yield from _fields(field.form)
        elif hasattr(field, "entries"):
            yield from (inner for entry in field.entries for inner in _fields_of(entry))
        else:
            yield field


def _fields_of(entry: Any) -> Iterator[Any]:
    return _fields(entry.form) if hasattr(entry, "form") else iter([entry])


def namer(directory: OfficeDirectory) -> Callable[[Reference], str]:
    def name(ref: Reference) -> str:
        body: Body | None = directory.agencies.get(ref.get("agency_id") or 0)
        body = body or directory.groups.get(ref.get("group_id") or 0)
        return body.name if body else ""

    return name


def known_bodies(directory: OfficeDirectory, today: date) -> list[tuple[str, str]]:
    """(name, words that a search may begin with) for the list that name fields offer."""
    agencies = [
        (a.name, " ".join(filter(None, (a.symbol_code, a.name_key)))) for a in directory.living(today)
    ]
    return [*agencies, *((group.name, group.name_key) for group in directory.groups.values())]


def rule_words(due: dict[str, Any] | None, kind: str | None) -> str:
    """The rule in the page's language: «trước 15/06 hằng năm»."""
    rule = contents.rule_of(due)
    return rule.in_words(language(), kind) if rule else _("không hạn")


def first_day_words(card: Card, setting: Setting) -> str:
    """Why the first day is not the last one that keeps the plan's words: «14/11 là Chủ nhật»; empty where it is."""
    line = min((line for line in card.lines if line.days), key=lambda line: line.days[0], default=None)
    rules = [rule for _duty, rule in contents.dated_duties(card.draft)]
    if card.draft.kind in (DraftKind.REPORT, DraftKind.REGISTRATION):
        rules = [rule for rule in (contents.rule_of(card.draft.content["due"]),) if rule]
    for rule in rules if line else []:
        compliant = rule.last_compliant_day(line.nominal[0], setting.reading)
        rolled = rule.due_on(line.nominal[0], setting.calendar, setting.reading)
        if rolled == line.days[0] and rolled != compliant:
            reason = weekday(compliant) if compliant.weekday() >= SATURDAY else _("ngày nghỉ")
            return _("%(day)s là %(reason)s", day=f"{compliant:%d/%m}", reason=reason)
    return ""
