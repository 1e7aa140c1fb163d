"""The story of one obligation: acts and mails, newest first, as events for the macro `story`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.audit.models import AuditEntry
from app.audit.queries import entries_about, sentence
from app.extensions import db
from app.i18n import _, _l, _n, full_day
from app.obligations import panels
from app.obligations.models import Obligation
from app.outbox.models import Message, MessageState

Event = dict[str, Any]

_MAILS = {
    "submission-received": _l("Thư biên nhận"),
    "submission-to-review": _l("Thư báo có bản nộp"),
    "submission-returned": _l("Thư báo trả lại"),
    "submission-accepted": _l("Thư báo hoàn thành"),
    "extension-asked": _l("Thư báo xin gia hạn"),
    "extension-decided": _l("Thư báo kết quả gia hạn"),
    "obligation-waived": _l("Thư báo được miễn"),
    "obligation-suspended": _l("Thư báo tạm hoãn"),
    "obligation-resumed": _l("Thư báo tiếp tục"),
    "status-asked": _l("Thư đề nghị báo cáo tình hình"),
    "correction-wanted": _l("Thư yêu cầu đính chính"),
}
_MAIL_STATES = {
    MessageState.QUEUED: _l("chờ chuyển"),
    MessageState.SENDING: _l("đang chuyển"),
    MessageState.SENT: _l("đã chuyển"),
    MessageState.GIVEN_UP: _l("không chuyển được"),
    MessageState.SUPERSEDED: _l("không cần gửi nữa"),
    MessageState.CANCELLED: _l("đã hủy"),
}


def story_of(obligation: Obligation) -> list[Event]:
    """All events, newest first. Of one instant the later act stands first, and mails over the act they tell."""
    entries = entries_about("obligation", obligation.id)
    events = [*_mails(obligation), *panels.events_about(obligation), *map(_event, entries)]
    events.sort(key=lambda event: event["at"], reverse=True)
    if not any(entry.act == "obligation.owed" for entry in entries):
        events.append(_arisen(obligation))
    return events


def _arisen(obligation: Obligation) -> Event:
    return {
        "kind": "system",
        "icon": "file-text",
        "text": _(
            "Nghĩa vụ phát sinh khi xác nhận %(plan)s", plan=obligation.plan.number or obligation.plan.title
        ),
        "when": full_day(obligation.owed_on),
        "at": None,
    }


def _event(entry: AuditEntry) -> Event:
    tell = _TOLD.get(entry.act)
    words = tell(entry.after or {}, entry.before or {}) if tell else {"title": sentence(entry)}
    return {"kind": "act", "icon": "file-text", **words, "at": entry.at, "who": entry.actor_name}


def _made(after: dict[str, Any], _before: dict[str, Any]) -> Event:
    if "version" not in after:
        return {"icon": "send", "title": _("Nộp đăng ký")}
    parts = []
    if after.get("kind") == "nothing":
        parts.append(_("không phát sinh"))
    if after.get("number"):
        parts.append(_("số %(number)s", number=after["number"]))
    if files := len(after.get("files") or ()):
        parts.append(_n("%(num)s tệp", "%(num)s tệp", files))
    text = ", " + ", ".join(parts) if parts else ""
    return {"icon": "send", "title": _("Nộp bản %(n)s", n=after["version"]), "text": text}


def _returned(after: dict[str, Any], _before: dict[str, Any]) -> Event:
    title = _("Trả lại bản %(n)s.", n=after.get("version", ""))
    return {"kind": "returned", "icon": "arrow-back-up", "title": title, "text": after.get("reason", "")}


def _asked(after: dict[str, Any], _before: dict[str, Any]) -> Event:
    title = _("Xin gia hạn đến %(day)s.", day=_day(after["until"]))
    text = _("Lý do: %(reason)s", reason=after["reason"])
    if after.get("late"):
        text += " " + _("Xin muộn, sau khi đã quá hạn.")
    return {"kind": "system", "icon": "calendar-question", "title": title, "text": text}


def _granted(after: dict[str, Any], _before: dict[str, Any]) -> Event:
    title = _("Đồng ý gia hạn đến %(day)s", day=_day(after["deadline_on"]))
    return {"icon": "calendar-plus", "title": title, "text": _after_a_stop(after.get("note"))}


def _refused(after: dict[str, Any], _before: dict[str, Any]) -> Event:
    return {"icon": "calendar-off", "title": _("Không gia hạn"), "text": _after_a_stop(after.get("note"))}


def _moved_day(after: dict[str, Any], before: dict[str, Any]) -> str:
    old, new = before.get("deadline_on"), after.get("deadline_on")
    if not (old and new) or old == new:
        return _(", hạn không đổi")
    return _(", hạn từ %(old)s thành %(new)s", old=_day(old), new=_day(new))


def _because(icon: str, title: Any) -> Callable[[dict[str, Any], dict[str, Any]], Event]:
    return lambda after, _before: {
        "icon": icon,
        "title": str(title),
        "text": _after_a_stop(after.get("reason")),
    }


def _plain(icon: str, title: Any, kind: str = "act") -> Callable[[dict[str, Any], dict[str, Any]], Event]:
    return lambda _after, _before: {"kind": kind, "icon": icon, "title": str(title)}


_TOLD: dict[str, Callable[[dict[str, Any], dict[str, Any]], Event]] = {
    "obligation.owed": _plain("file-text", _l("Nghĩa vụ phát sinh"), "system"),
    "obligation.acknowledged": _plain("inbox", _l("Ghi nhận đã tiếp nhận")),
    "obligation.handed_over": lambda after, before: {
        "kind": "system",
        "icon": "switch-horizontal",
        "title": _("Chuyển cho %(new)s", new=after.get("agency", "")),
        "text": _(", kế thừa %(old)s", old=before.get("agency", "")),
    },
    "obligation.moved": lambda after, before: {
        "kind": "system",
        "icon": "switch-horizontal",
        "title": _("Chuyển sang %(plan)s", plan=after.get("plan", "")),
        "text": _moved_day(after, before),
    },
    "obligation.moved_back": lambda after, before: {
        "kind": "system",
        "icon": "switch-horizontal",
        "title": _("Trở lại kế hoạch trước %(plan)s", plan=before.get("plan", "")),
        "text": _moved_day(after, before),
    },
    "obligation.revived": _plain("arrow-back-up", _l("Lấy lại sau khi bãi bỏ")),
    "obligation.waived": _because("checks", _l("Được miễn")),
    "obligation.cancelled": _because("ban", _l("Bãi bỏ")),
    "obligation.urged": _because("speakerphone", _l("Đôn đốc")),
    "submission.made": _made,
    "submission.withdrawn": lambda _after, before: {
        "icon": "arrow-back-up",
        "title": _("Rút lại bản %(n)s", n=before.get("version", "")),
    },
    "submission.accepted": _plain("circle-check", _l("Xác nhận hoàn thành")),
    "submission.returned": _returned,
    "correction.wanted": lambda after, _before: {
        "kind": "returned",
        "icon": "edit",
        "title": _("Yêu cầu đính chính, đến hết ngày %(day)s", day=_day(after["until"])),
        "text": _after_a_stop(after.get("reason")),
    },
    "correction.made": lambda after, _before: {
        "icon": "send",
        "title": _("Nộp bản đính chính %(n)s", n=after.get("version", "")),
        "text": _after_a_stop(after.get("reason")),
    },
    "correction.accepted": lambda after, _before: {
        "icon": "circle-check",
        "title": _("Xác nhận bản đính chính %(n)s", n=after.get("version", "")),
        "text": _(", thay bản đã xác nhận trước đó"),
    },
    "correction.returned": lambda after, _before: {
        "kind": "returned",
        "icon": "arrow-back-up",
        "title": _("Trả lại bản đính chính %(n)s.", n=after.get("version", "")),
        "text": after.get("reason", ""),
    },
    "obligation.started": _plain("progress", _l("Bắt đầu thực hiện")),
    "obligation.suspended": lambda after, _before: {
        "kind": "system",
        "icon": "player-pause",
        "title": _(
            "Tạm hoãn từ %(first)s đến hết %(last)s", first=_day(after["from"]), last=_day(after["until"])
        )
        if after.get("until")
        else _("Tạm hoãn từ %(first)s cho đến khi tiếp tục", first=_day(after["from"])),
        "text": _after_a_stop(after.get("reason")),
    },
    "obligation.resumed": lambda after, before: {
        "icon": "player-play",
        "title": _("Tiếp tục thực hiện"),
        "text": _moved_day(after, before) + _after_a_stop(after.get("note")),
    },
    "part.asked": lambda after, _before: {
        "icon": "users",
        "title": _("Lấy phần phối hợp, hạn nội bộ %(day)s", day=_day(after["due_on"])),
        "text": ": " + ", ".join(after["agencies"]),
    },
    "part.closed_over": lambda after, _before: {
        "kind": "system",
        "icon": "user-off",
        "title": _("Gửi báo cáo khi thiếu phần của %(agency)s", agency=after["agency"]),
        "text": _after_a_stop(after.get("reason")),
    },
    "extension.asked": _asked,
    "extension.granted": _granted,
    "extension.refused": _refused,
}


def _mails(obligation: Obligation) -> Iterator[Event]:
    """One event for all mails of a kind that were posted together."""
    posted = db.session.execute(
        sa.select(Message.kind, Message.created_at, Message.state)
        .where(Message.obligation_id == obligation.id)
        .order_by(Message.created_at, Message.id)
    )
    together: dict[tuple[str, datetime], list[MessageState]] = defaultdict(list)
    for kind, at, state in posted:
        together[kind, at].append(state)
    for (kind, at), states in together.items():
        words = [str(_MAIL_STATES[state]) for state in dict.fromkeys(states)]
        name = str(_MAILS.get(kind) or _("Thư báo"))
        text = _n("%(name)s, gửi %(num)s người", "%(name)s, gửi %(num)s người", len(states), name=name)
        yield {"kind": "mail", "icon": "mail", "text": text, "at": at, "who": ", ".join(words)}


def _after_a_stop(text: str | None) -> str:
    return f". {text}" if text else ""


def _day(iso: str) -> str:
    return full_day(date.fromisoformat(iso))
