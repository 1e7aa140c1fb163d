"""The sentences of the reader's warnings, in Vietnamese and English.

`message(code, lang, **params)` is total: a code without a sentence gives the code itself, so that a
newer reading can be shown by an older page.
"""

from __future__ import annotations

from typing import Literal

Language = Literal["vi", "en"]

MESSAGES: dict[str, dict[Language, str]] = {
    "missing_number": {
        "vi": "Văn bản chưa ghi số, ký hiệu.",
        "en": "The document has no number.",
    },
    "missing_date": {
        "vi": "Văn bản chưa ghi ngày ban hành.",
        "en": "The document has no date of issue.",
    },
    "incomplete_date": {
        "vi": "Ngày ban hành ghi chưa đủ: «{words}».",
        "en": "The date of issue is incomplete: “{words}”.",
    },
    "invalid_date": {
        "vi": "Ngày không có trong lịch: «{words}».",
        "en": "There is no such day in the calendar: “{words}”.",
    },
    "missing_issuer": {
        "vi": "Không tìm thấy cơ quan ban hành.",
        "en": "No issuing body was found.",
    },
    "missing_title": {
        "vi": "Không tìm thấy trích yếu của kế hoạch.",
        "en": "No title was found.",
    },
    "missing_period": {
        "vi": "Không tìm thấy thời gian thực hiện của kế hoạch.",
        "en": "No period of implementation was found.",
    },
    "no_assignments": {
        "vi": "Không tìm thấy phần phân công nhiệm vụ cho các cơ quan.",
        "en": "No part that hands out duties to agencies was found.",
    },
    "unresolved_agency": {
        "vi": "Chưa có cơ quan «{name}» trong danh bạ.",
        "en": "“{name}” is not in the directory of agencies.",
    },
    "ambiguous_agency": {
        "vi": "«{name}» có thể là nhiều cơ quan: {candidates}.",
        "en": "“{name}” may be several agencies: {candidates}.",
    },
    "succeeded_agency": {
        "vi": "«{name}» nay là {successors}.",
        "en": "“{name}” is now {successors}.",
    },
    "split_succession": {
        "vi": "Nhiệm vụ của «{name}» nay chia cho nhiều cơ quan, cần chọn: {successors}.",
        "en": "The work of “{name}” is now divided; choose one: {successors}.",
    },
    "group_count": {
        "vi": "«{name}» ghi {stated} đơn vị, danh bạ có {found}.",
        "en": "“{name}” says {stated} units, the directory has {found}.",
    },
    "no_duties": {
        "vi": "«{name}» được nêu tên nhưng không tìm thấy nhiệm vụ.",
        "en": "“{name}” is named, but no duty was found for it.",
    },
    "vague_date": {
        "vi": "Thời hạn chưa xác định: «{words}».",
        "en": "The deadline is not definite: “{words}”.",
    },
    "relative_date": {
        "vi": "Thời hạn tính từ một sự kiện, cần xác định ngày bắt đầu: «{words}».",
        "en": "The deadline counts from an event; its first day has to be found: “{words}”.",
    },
    "past_date": {
        "vi": "Thời hạn trước ngày ban hành: «{words}».",
        "en": "The deadline lies before the date of issue: “{words}”.",
    },
    "report_without_date": {
        "vi": "Yêu cầu báo cáo không ghi ngày: «{words}».",
        "en": "A report is asked for without a date: “{words}”.",
    },
    "report_without_reporter": {
        "vi": "Báo cáo «{words}» không ghi rõ cơ quan báo cáo.",
        "en": "The report “{words}” does not say who reports.",
    },
    "registration_without_date": {
        "vi": "Đăng ký không ghi thời hạn: «{words}».",
        "en": "A registration has no deadline: “{words}”.",
    },
    "budget_mismatch": {
        "vi": "{name}: các nguồn cộng lại {sum} {unit}, tổng ghi {total} {unit}.",
        "en": "{name}: the sources add up to {sum} {unit}, the stated total is {total} {unit}.",
    },
    "classified": {
        "vi": "Văn bản có dấu chỉ mức độ mật «{level}»; không được lưu trong hệ thống này.",
        "en": "The document is classified “{level}” and must not be stored in this system.",
    },
    "numbering": {
        "vi": "Số thứ tự lặp hoặc nhảy: «{label}».",
        "en": "The numbering repeats or skips: “{label}”.",
    },
    "lost_table": {
        "vi": "Sau «{words}» không có nội dung, có thể đã mất bảng.",
        "en": "Nothing follows “{words}”; a table may have been lost.",
    },
}


def message(code: str, lang: Language = "vi", **params: object) -> str:
    """The sentence of a warning code, filled with its parameters."""
    sentence = MESSAGES.get(code, {}).get(lang)
    if sentence is None:
        return code
    try:
        return sentence.format(**params)
    except (KeyError, IndexError):
        return sentence
