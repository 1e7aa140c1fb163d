"""The index of an archived plan: one page that needs no server, no script and nothing from the network."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from app.i18n import instant
from app.plans.models import Plan

_STYLE = (
    "body{font:16px/1.5 Arial,sans-serif;margin:24px auto;max-width:1100px;padding:0 16px;color:#1a2330}"
    "h1{font-size:1.6rem}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #ddd9ce;padding:4px 8px;text-align:left;vertical-align:top}th{background:#f6f4ee}"
    "dt{font-weight:bold}dd{margin:0 0 6px}code{background:#f6f4ee}"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One obligation as the index lists it; `folder` is "" where nothing was handed in."""

    agency: str
    title: str
    due_on: date
    result: str
    folder: str


def page(
    plan: Plan, files: Iterable[tuple[str, str]], rows: Iterable[Row], *, now: datetime
) -> Iterator[bytes]:
    """The page, a row at a time. `files` is looked at when the page is written, after everything else."""
    title = f"Hồ sơ Kế hoạch {plan.display_number}"
    yield (
        '<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_safe(title)}</title><style>{_STYLE}</style></head><body>\n<h1>{_safe(title)}</h1>\n<dl>"
        + "".join(
            f"<dt>{_safe(name)}</dt><dd>{_safe(value)}</dd>" for name, value in _facts(plan, now) if value
        )
        + "</dl>\n<h2>Các tệp</h2><ul>"
        + "".join(
            f'<li><a href="{quote(name)}">{_safe(name)}</a>: {_safe(about)}</li>' for name, about in files
        )
        + "</ul>\n<p>Kiểm tra các tệp còn nguyên vẹn: <code>sha256sum -c SHA256SUMS</code> trong thư mục này.</p>\n"
        "<h2>Nghĩa vụ</h2><table><thead><tr><th>Cơ quan</th><th>Việc</th><th>Hạn</th><th>Kết quả</th><th>Báo cáo</th>"
        "</tr></thead><tbody>\n"
    ).encode()
    for row in rows:
        link = f'<a href="{quote(row.folder)}/">mở thư mục</a>' if row.folder else ""
        yield (
            f"<tr><td>{_safe(row.agency)}</td><td>{_safe(row.title)}</td><td>{row.due_on:%d/%m/%Y}</td>"
            f"<td>{_safe(row.result)}</td><td>{link}</td></tr>\n"
        ).encode()
    yield b"</tbody></table></body></html>\n"


def _facts(plan: Plan, now: datetime) -> list[tuple[str, str]]:
    years = f"{plan.period_from} – {plan.period_to or ''}".rstrip(" –") if plan.period_from else ""
    return [
        ("Trích yếu", plan.title),
        ("Cơ quan ban hành", plan.issuer),
        ("Ngày ban hành", f"{plan.issued_on:%d/%m/%Y}" if plan.issued_on else ""),
        ("Thời gian thực hiện", years),
        ("Cơ quan thường trực", plan.standing_agency.name),
        ("Người ký", ", ".join(filter(None, (plan.signer_position, plan.signer_name)))),
        ("Kết thúc", instant(plan.closed_at) if plan.closed_at else "Đang thực hiện"),
        ("Lập hồ sơ", instant(now)),
    ]


def _safe(text: str) -> str:
    return html.escape(text)
