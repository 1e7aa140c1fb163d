"""Registrations, awards, and the projects of a programme with their money."""

from __future__ import annotations

import re

# «gửi đăng ký thi đua về Sở Nội vụ», «đăng ký tham gia phong trào … gửi về …»
REGISTERS = re.compile(
    r"(?:(?:gửi|nộp|lập)\s+(?:bản\s+|phiếu\s+|danh\s+sách\s+|văn\s+bản\s+)?)?(?P<what>đăng\s+ký\s+(?:nội\s+dung\s+"
    r"|các\s+|chỉ\s+tiêu\s+)?"
    r"(?:thi\s+đua|tham\s+gia|danh\s+hiệu|phong\s+trào|giao\s+ước|mô\s+hình|khen\s+thưởng|giải\s+thưởng|dự\s+thi"
    r"|thực\s+hiện)[^.;]{0,160}?)"
    r"\s*(?:,\s*)?(?:gửi\s+)?(?:về|đến|tới|với|cho|qua|gửi)\s+(?=[A-ZĐỦỤcbUsp(])",
    re.IGNORECASE,
)
# «Hồ sơ trình, đề nghị … tặng Bằng khen … gửi về Sở Nội vụ»
NOMINATES = re.compile(
    r"(?P<what>(?:hồ\s+sơ|danh\s+sách|văn\s+bản|tờ\s+trình|báo\s+cáo\s+thành\s+tích)[^.;]{0,60}?(?:khen\s+thưởng"
    r"|bằng\s+khen|giấy\s+khen|tôn\s+vinh|xét\s+tặng|trình|đề\s+nghị)[^.;]{0,160}?)"
    r"\s*(?:,\s*)?(?:gửi|nộp)\s+(?:về|đến|tới|cho|qua)?\s*(?=[A-ZĐỦỤcbUsp])",
    re.IGNORECASE,
)

# «không quá 05 tập thể và 05 cá nhân»
QUOTA = re.compile(
    r"(?P<c>\d{1,3})\s*(?:\([^)]{1,20}\)\s*)?tập\s+thể(?:\s*(?:và|,|;|&)\s*(?:không\s+quá\s+"
    r"|tối\s+đa\s+)?(?P<i>\d{1,3})\s*(?:\([^)]{1,20}\)\s*)?cá\s+nhân)?"
    r"|(?P<i2>\d{1,3})\s*(?:\([^)]{1,20}\)\s*)?cá\s+nhân(?:\s*(?:và|,|;|&)\s*(?:không\s+quá\s+"
    r"|tối\s+đa\s+)?(?P<c2>\d{1,3})\s*tập\s+thể)?(?!\s*/)"
)
AWARD_FORM = re.compile(
    r"(?:Bằng\s+khen|Giấy\s+khen|Cờ\s+thi\s+đua|Huân\s+chương|Kỷ\s+niệm\s+chương"
    r"|Danh\s+hiệu)(?:\s+của)?(?:\s+(?:Thủ\s+tướng|Chủ\s+tịch|Bộ\s+trưởng|Giám\s+đốc|Thủ\s+trưởng|UBND"
    r"|Ủy\s+ban)[^:;.,()]{0,60}?)?(?=\s*(?:[:;.,(]|cho|$|và|\s-))"
)
AWARD_WORDS = re.compile(r"khen|tặng|xét\s+chọn|tôn\s+vinh|giải\s+thưởng|đề\s+nghị", re.IGNORECASE)

# «Dự án 1: Đa dạng hóa sinh kế», «Tiểu dự án 2: …»
COMPONENT = re.compile(
    r"(?P<kind>(?:Tiểu\s+)?[Dd]ự\s+án(?:\s+thành\s+phần)?|Hợp\s+phần"
    r"|Nội\s+dung(?:\s+thành\s+phần)?)\s+(?:số\s+)?(?P<number>\d{1,2})\s*[:.\-–]\s*(?P<name>[^\n]+)"
)
# «Phân công thực hiện: Sở Y tế chủ trì, phối hợp …», «Cơ quan chủ trì: Sở Y tế»
COMPONENT_LEAD = re.compile(
    r"(?:Phân\s+công(?:\s+(?:tổ\s+chức\s+)?thực\s+hiện)?|(?:Cơ\s+quan|Đơn\s+vị)\s+(?:chủ\s+trì|thực\s+hiện"
    r"|chủ\s+quản)(?:\s+thực\s+hiện)?|Tổ\s+chức\s+thực\s+hiện|Chủ\s+trì)\s*:\s*",
    re.IGNORECASE,
)
COMPONENT_SUPPORT = re.compile(
    r"(?:Cơ\s+quan|Đơn\s+vị)\s+phối\s+hợp(?:\s+thực\s+hiện)?\s*:\s*", re.IGNORECASE
)
# «7.860 triệu đồng», «1,5 tỷ đồng»
MONEY = re.compile(
    r"(?P<amount>\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)\s*(?P<unit>triệu\s+đồng|tỷ\s+đồng|tỉ\s+đồng"
    r"|nghìn\s+đồng|ngàn\s+đồng|đồng)",
    re.IGNORECASE,
)
GRAND_TOTAL = re.compile(
    r"(?:^|[^\w])tổng\s+(?:\w+\s+){0,3}(?:vốn|kinh\s+phí|đầu\s+tư|cộng|ngân\s+sách|dự\s+toán)", re.IGNORECASE
)
TOTAL = re.compile(
    r"(?:tổng\s+(?:nhu\s+cầu\s+|số\s+|mức\s+)?(?:vốn|kinh\s+phí|đầu\s+tư|cộng|ngân\s+sách)|kinh\s+phí\s+thực\s+hiện"
    r"|nhu\s+cầu\s+(?:vốn|kinh\s+phí)|dự\s+toán)",
    re.IGNORECASE,
)
UNIT_LINE = re.compile(
    r"(?:Đơn\s+vị\s+tính|ĐVT|Đơn\s+vị)\s*:?\s*(?P<unit>triệu\s+đồng|tỷ\s+đồng|nghìn\s+đồng|đồng)",
    re.IGNORECASE,
)
AMOUNT_CELL = re.compile(r"\d{1,3}(?:\.\d{3})*(?:,\d+)?")
