"""The names and values that stand before and after an act, in words for people."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from app.i18n import _, _l, full_day

# Names that nobody has put into words yet are shown as they are.
NAMES = {
    "duties": _l("nhiệm vụ"),
    "internal": _l("nội bộ cơ quan"),
    "text": _l("nội dung"),
    "inner_due_on": _l("hạn nội bộ"),
    "head_confirms": _l("lãnh đạo xác nhận trước khi gửi"),
    "agencies": _l("cơ quan"),
    "agency": _l("cơ quan"),
    "agency_id": _l("mã cơ quan"),
    "by": _l("bằng"),
    "cancelled": _l("bãi bỏ"),
    "commanded": _l("giao trực tiếp"),
    "count": _l("số lượng"),
    "deadline_on": _l("hạn"),
    "decision": _l("quyết định"),
    "drafts": _l("mục"),
    "due_on": _l("hạn"),
    "email": _l("địa chỉ thư"),
    "file": _l("tệp"),
    "files": _l("tệp"),
    "from": _l("từ ngày"),
    "granted_until": _l("gia hạn đến"),
    "key": _l("khóa"),
    "kind": _l("loại"),
    "language": _l("ngôn ngữ"),
    "late": _l("muộn"),
    "level": _l("cấp"),
    "member": _l("thành viên"),
    "moved": _l("đổi hạn"),
    "name": _l("tên"),
    "note": _l("ghi chú"),
    "number": _l("số, ký hiệu"),
    "obligations": _l("nghĩa vụ"),
    "of": _l("của"),
    "on": _l("từ ngày"),
    "one_time": _l("dùng một lần"),
    "order": _l("thứ tự"),
    "outcome": _l("kết quả"),
    "parent_id": _l("mã cấp trên"),
    "people": _l("số người nhận"),
    "position": _l("chức vụ"),
    "protocol_order": _l("thứ tự"),
    "reason": _l("lý do"),
    "receiver": _l("nơi nhận"),
    "rework_until": _l("nộp lại đến"),
    "role": _l("vai trò"),
    "scope": _l("phạm vi"),
    "short_name": _l("tên ngắn"),
    "signed_on": _l("ngày ký"),
    "subject": _l("phần việc"),
    "successor": _l("cơ quan kế thừa"),
    "symbol_code": _l("ký hiệu"),
    "until": _l("đến ngày"),
    "valid_from": _l("có từ ngày"),
    "valid_to": _l("đến hết ngày"),
    "version": _l("bản"),
    "words": _l("lời của kế hoạch"),
    "works": _l("là ngày làm việc"),
}
VALUES = {
    "letter": _l("công văn"),
    "mail": _l("thư điện tử"),
    "report": _l("báo cáo"),
    "nothing": _l("không phát sinh"),
    "accepted": _l("hoàn thành"),
    "nothing_arose": _l("không phát sinh"),
    "officer": _l("chuyên viên"),
    "head": _l("lãnh đạo cơ quan"),
    "standing_officer": _l("cán bộ cơ quan thường trực"),
    "committee_member": _l("thành viên Ban Chỉ đạo"),
    "administrator": _l("quản trị"),
    "own": _l("việc của cơ quan"),
    "all": _l("mọi việc theo dõi"),
    "plan": _l("một kế hoạch"),
    "vi": "Tiếng Việt",
    "en": "English",
}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def name_of(key: str) -> str:
    return str(NAMES.get(key, key))


def value_of(value: Any) -> str:
    """A stored JSON value as a person writes it: days as dd/mm/yyyy, codes as words, lists with commas."""
    if value is None:
        return _("để trống")
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, list):
        return ", ".join(value_of(item) for item in value) or _("không có")
    if isinstance(value, dict):
        return ", ".join(f"{name_of(key)} {value_of(item)}" for key, item in value.items())
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return full_day(date.fromisoformat(value))
    return str(VALUES.get(value, value)) if isinstance(value, str) else str(value)
