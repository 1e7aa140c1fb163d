"""What the review page tells beside the drafts: the sums of what will arise, and what a clerk should heed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.i18n import _, number
from app.plans import contents, warnings
from app.plans.models import Decision, DraftKind, Plan
from app.plans.preview import Line, Preview
from app.plans.source import page_of

if TYPE_CHECKING:
    from app.plans.review_page import Card

MOST_PLACES = 6  # unread words are led to one by one up to here; the text shows them all


@dataclass(frozen=True, slots=True)
class Sum:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Heed:
    """One thing to heed: `anchor` leads to the place where it is settled or seen."""

    icon: str
    title: str
    text: str = ""
    anchor: str = ""
    link: str = ""


def sums(outcome: Preview) -> list[Sum]:
    """Reports and movements one by one («34 × 4 = 136»), all dated duties together."""
    found = [_sum(line) for line in outcome.lines if line.kind in (DraftKind.REPORT, DraftKind.REGISTRATION)]
    duties = sum(
        line.count for line in outcome.lines if line.kind in (DraftKind.ASSIGNMENT, DraftKind.DEADLINE)
    )
    return [*found, Sum(_("Nhiệm vụ có hạn"), str(number(duties)))] if duties else found


def _sum(line: Line) -> Sum:
    agencies, times = len(line.agencies), len(line.days)
    text = f"{agencies} × {times} = {number(line.count)}" if times > 1 else str(number(line.count))
    return Sum(line.label, text)


def per_year_words(outcome: Preview) -> str:
    return _(
        "Nghĩa vụ theo năm: %(years)s",
        years=", ".join(f"{year}: {number(count)}" for year, count in outcome.per_year.items()),
    )


def heeds(plan: Plan, cards: Iterable[Card], outcome: Preview, blocking: Iterable[str]) -> list[Heed]:
    """Reasons against confirming first, then what only warns."""
    cards = [card for card in cards if card.draft.decision is not Decision.DROPPED]
    return [
        *_blocking(cards, blocking),
        *_said(plan),
        *_unread(plan),
        *_informing(cards, outcome),
    ]


def _blocking(cards: list[Card], reasons: Iterable[str]) -> Iterator[Heed]:
    unclear = next((card for card in cards if card.open_names), None)
    pending = next((card for card in cards if card.draft.decision is Decision.PENDING), None)
    for n, reason in enumerate(reasons):
        head, _dot, rest = reason.partition(". ")
        card = unclear if unclear and n == 0 and _("cơ quan chưa rõ") in reason else pending
        anchor = f"#draft-{card.draft.id}" if card and not reason.startswith(_("Nhập ngày")) else "#head"
        link = (
            _("Đến mục %(n)s", n=card.number) if anchor != "#head" and card else _("Đến thông tin kế hoạch")
        )
        yield Heed("help-circle", f"{head.rstrip('.')}.", rest, anchor, link)


def _said(plan: Plan) -> Iterator[Heed]:
    """Warnings of the document and of the head; those about one draft stand on its card."""
    for warning in plan.source.warnings if plan.source else []:
        if warning["of"] == "reading" and not _concerns_head(plan, warning["code"]):
            continue
        span = warning["span"]
        anchor = f"#at-{span[0]}" if span else ""
        yield Heed("alert-triangle", warnings.sentence(warning), "", anchor, _("Xem chỗ này") if span else "")


def _concerns_head(plan: Plan, code: str) -> bool:
    """About the head or the whole text, and not settled by a person since."""
    settled: dict[str, Any] = {
        "missing_number": plan.number,
        "missing_date": plan.issued_on,
        "incomplete_date": plan.issued_on,
        "missing_period": plan.period_from,
        "missing_issuer": plan.issuer,
        "missing_title": plan.title,
        "no_assignments": any(draft.kind is DraftKind.ASSIGNMENT for draft in plan.drafts),
        "lost_table": False,
        "report_without_date": False,
        "vague_date": False,
        "relative_date": False,
    }
    return code in settled and not settled[code]


def _unread(plan: Plan) -> Iterator[Heed]:
    spans = plan.source.unread if plan.source else []
    if spans:
        pages = list(dict.fromkeys(page_of(plan.source.pages, start) for start, _end in spans))
        yield Heed(
            "eye-off",
            _("%(n)s đoạn chưa đọc được.", n=len(spans)),
            _(
                "Trang %(pages)s. Thêm mục nếu có việc được giao ở đó.",
                pages=", ".join(map(str, pages[:MOST_PLACES])),
            ),
            f"#unread-{spans[0][0]}",
            _("Xem đoạn"),
        )


def _informing(cards: list[Card], outcome: Preview) -> Iterator[Heed]:
    succeeded = [card for card in cards if card.held_by and not card.open_names]
    if succeeded:
        yield Heed(
            "switch-horizontal",
            _("%(n)s cơ quan nay mang tên khác.", n=len(succeeded)),
            _(
                "Việc được giao cho cơ quan kế thừa: %(names)s.",
                names=_names(card.held_by.name for card in succeeded),
            ),
            f"#draft-{succeeded[0].draft.id}",
            _("Đến mục %(n)s", n=succeeded[0].number),
        )
    if outcome.requested:
        names = _names(agency.display_name for agency in outcome.requested)
        yield Heed(
            "message-question", _("%(names)s được đề nghị,", names=names), _("không tính vào quá hạn.")
        )
    if outcome.undated:
        yield Heed(
            "infinity",
            _("%(n)s nhiệm vụ không hạn.", n=outcome.undated),
            _("Được theo dõi nhưng không nhắc."),
        )
    movements = [card for card in cards if card.draft.kind is DraftKind.REGISTRATION]
    undated = [card for card in movements if contents.rule_of(card.draft.content["due"]) is None]
    if undated:
        yield Heed(
            "award",
            _("Đăng ký thi đua không ghi hạn."),
            _("Được theo dõi ở trang Thi đua, không nhắc."),
            f"#draft-{undated[0].draft.id}",
            _("Đến mục %(n)s", n=undated[0].number),
        )


def _names(names: Iterable[str]) -> str:
    listed = list(dict.fromkeys(names))
    shown = ", ".join(listed[:3])
    return shown if len(listed) <= 3 else _("%(names)s và %(n)s cơ quan khác", names=shown, n=len(listed) - 3)
