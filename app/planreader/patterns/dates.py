"""Days, periods and the words that make a date a deadline."""

from __future__ import annotations

import re

_DAY, _MONTH, _YEAR = r"\d{1,2}", r"\d{1,2}", r"\d{4}"
_RETURNS = r"(?:hằng|hàng|mỗi)"

# A date as plans write it. Exactly one branch matches; its letter ends the names of its groups.
DATE = re.compile(
    rf"""
    (?=[\dnqtcNQT])                                         # what no date begins with is left behind at once
    (?:                                                     # «ngày 20 tháng cuối quý», «ngày 20 của tháng cuối quý»
      (?:ngày\s+)?(?P<day_q>{_DAY})\s*(?:của\s+)?(?:{_RETURNS}\s+)?(?:tháng\s+)?(?:cuối|cuối\s+cùng|thứ\s+(?:ba|3)|đầu(?:\s+tiên)?|cuối\s+của)
        \s*(?:cùng\s+)?(?:của\s+|mỗi\s+|{_RETURNS}\s+|tháng\s+)?quý(?:\s+(?:sau|tiếp\s+theo|báo\s+cáo))?
    | (?:ngày\s+|(?<=\d\svà\s))(?P<day_n>{_DAY})\s*(?:(?:của\s+)?{_RETURNS}\s+tháng(?!\s*\d)
        |(?:của\s+)?tháng\s+(?:sau|kế\s+tiếp|tiếp\s+theo|liền\s+kề|báo\s+cáo)|của\s+tháng(?!\s*\d))
                                                            # «ngày 25 hằng tháng»
    | (?:ngày\s+)?(?P<day_a>{_DAY})\s+tháng\s+(?P<month_a>{_MONTH})(?!\d|\s*%)
        (?:\s*(?:năm|/|,\s*năm)\s*(?P<year_a>{_YEAR}))?
                                                            # «ngày 15 tháng 6 năm 2025»
    | (?:ngày\s+)?(?<![\d/.,])(?P<day_b>{_DAY})\s?[/.-]\s?(?P<month_b>{_MONTH})
        (?:\s?[/.-]\s?(?P<year_b>{_YEAR})|\s+năm\s+(?P<year_b2>{_YEAR}))?
        (?![\d/]|-\d|[.,]\d|\s*%|\w)
                                                            # «15/6», «15/9/2025»
    | [Qq][Uu][ýíYÝyi]\s*(?P<quarter_e>IV|I{{1,3}}|[1-4])(?!\w)(?:\s*(?:năm\s*|[/-]\s*|,\s*năm\s+)(?P<year_e>{_YEAR}))?
                                                            # «Quý IV năm 2025», «Quí IV-2025»
    | [Tt]háng\s+(?P<month_f>{_MONTH})(?!\d|/\d{{1,2}}(?!\d))
        (?:\s*[-–]\s*(?P<last_f>{_MONTH})(?!\d))?(?:\s*(?:năm\s*|/\s*)(?P<year_f>{_YEAR}))?
                                                            # «tháng 4 năm 2026», «tháng 11 - 12/2025»
    | (?:cuối\s+)?[Nn]ăm\s+(?P<year_g>{_YEAR})(?!\s*[-–]\s*\d)  # «năm 2030»
    | ngày\s+(?P<day_m>{_DAY})(?![\d/%-]|\.\d|\w|\s*(?:[/–-]|tháng|đến|hoặc|,\s*\d|làm|giờ
        |và(?!\s+(?:trước\s+)?(?:ngày\s+)?\d{{1,2}}\s+(?:của\s+)?{_RETURNS}\s+tháng)))
                                                            # «hằng tháng, trước ngày 25»
    )
    # «15/12 hằng năm»; but «…, hằng năm trước ngày 25/11» opens the next date
    (?P<returns>\s*,?\s*(?:{_RETURNS}|của)\s+năm(?!\s+\d|\s*\(?\s*(?:trước|chậm|vào\s+ngày)))?
    """,
    re.VERBOSE,
)

BEFORE = re.compile(
    r"trước(?:\s+(?:hoặc\s+trong))?\s*(?::\s*)?(?:các\s+)?(?:\d{1,2}\s*(?:giờ|h)\s*(?:\d{2}\s*(?:phút)?)?\s*,?\s*)?"
    r"(?:(?:ngày|mốc)\s*)?$",
    re.IGNORECASE,
)
BY = re.compile(
    r"(?:chậm\s+nhất|muộn\s+nhất|trễ\s+nhất|không\s+(?:quá|muộn\s+hơn|chậm\s+hơn|trễ\s+hơn)|đến\s+hết|hết"
    r"|hạn\s+(?:cuối|chót)|thời\s+hạn)\s*(?:cuối\s+cùng\s+)?(?:là|vào|đến|trong)?\s*(?:ngày\s*)?$",
    re.IGNORECASE,
)
IN = re.compile(r"(?:vào|trong|xong)\s*(?:thời\s+gian\s+)?(?:cuối\s+|đầu\s+)?$", re.IGNORECASE)
ON = re.compile(r"(?:(?:vào|đúng|là)\s+)?(?:ngày\s*)?$", re.IGNORECASE)
RANGE_BEFORE = re.compile(
    r"(?:từ|Từ|kể từ|Kể từ|tính từ|tính đến|đến|giai\s+đoạn|-|–)\s*(?:ngày\s+|hết\s+|nay\s+đến\s+|hết\s+ngày\s+)?$"
)
FROM = re.compile(
    r"(?:từ|Từ|kể từ|tính từ)\s+(?:ngày\s+)?[^;.]{0,40}?\bđến\s+(?:hết\s+)?(?:ngày\s+)?$", re.IGNORECASE
)
# «số 90/QĐ-TTg ngày 18/01/2022»: the date of a cited document
CITATION_BEFORE = re.compile(
    r"(?:\d+\s?[/-]\s?[\w&]*[A-ZĐ][\w&/-]*(?:\s?-\s?\w+)*|Luật[^;.]{0,80}?|Hiến pháp"
    r"|Pháp lệnh[^;.]{0,60}?)\s*,?\s*(?:ban\s+hành\s+|được\s+[^;.]{0,40}\s)?(?:vào\s+)?(?:ngày\s*)?$"
)
# Dates at which something took effect or was, not by which it is due
EFFECT = re.compile(
    r"(?:có\s+hiệu\s+lực|đăng\s+ký\s+hộ\s+khẩu|thường\s+trú|sinh\s+(?:trước|sau)|sinh|được\s+cấp|đã\s+được|đã\s+có"
    r"|đang\s+[^,;.]{0,30})\s*(?:thi\s+hành\s+)?(?:kể\s+từ\s+)?(?:trước\s+)?(?:ngày\s*)?$",
    re.IGNORECASE,
)
STATED = re.compile(r"(?:ban\s+hành|phát\s+sinh|thời\s+điểm)\s*(?:ngày\s*)?$", re.IGNORECASE)

# Words of a report, and of a review
REPORT = re.compile(
    r"(?<!\w)(?:[Bb]áo\s+cáo(?!\s+(?:viên|chí|số\s+\d|tài\s+chính|giám\s+sát|này))|BÁO\s+CÁO"
    r"|[Gg]ửi\s+(?:văn\s+bản\s+|số\s+liệu\s+)?kết\s+quả(?:\s+(?:thực|triển)\s+\w+)?[^,;.]{0,40}?\s(?:về|cho)(?!\w))"
)
REVIEW = re.compile(
    r"(?<!\w)(?:[Ss]ơ\s+kết|[Tt]ổng\s+kết|SƠ\s+KẾT|TỔNG\s+KẾT|giữa\s+kỳ|giữa\s+giai\s+đoạn|cuối\s+kỳ"
    r"|cuối\s+giai\s+đoạn)"
)
SENDS = re.compile(r"(?<!\w)(?:gửi|nộp|trình)(?!\w)")

# Kinds, told from the words nearest to the date.
KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "half_year",
        re.compile(
            r"(?<!\d)(?:0?6|sáu)\s+tháng(?!\s+(?:cuối\s+)?tuổi)(?:\s+(?:đầu|cuối)(?:\s+năm)?)?|nửa\s+năm|bán\s+niên",
            re.I,
        ),
    ),
    ("nine_month", re.compile(r"(?<!\d)(?:0?9|chín)\s+tháng(?!\s+tuổi)", re.I)),
    (
        "quarterly",
        re.compile(
            r"(?:hằng|hàng|mỗi|theo|từng|báo\s+cáo|định\s+kỳ|sơ\s+kết)\s+quý|quý(?=\s*[,(;])"
            r"|(?<!\d)0?3\s+tháng(?!\s+tuổi)|Quý\s+(?:I{1,3}|IV|[1-4])(?=\s*[,(:]|\s+trước)",
            re.I,
        ),
    ),
    (
        "monthly",
        re.compile(
            r"(?:hằng|hàng|mỗi|báo\s+cáo|định\s+kỳ|01|1|một)\s+tháng(?!\s*\d)|(?<![\d\w]\s)tháng(?=\s*\(trước)",
            re.I,
        ),
    ),
    (
        "annual",
        re.compile(
            r"(?:hằng|hàng|mỗi|cả|báo\s+cáo|định\s+kỳ|tổng\s+kết|cuối|(?<!\d)0?1|một|kết\s+quả)\s+năm(?!\s+(?:năm"
            r"|thực\s+hiện))|(?:,|và|tháng)\s+năm(?=\s*[,(:]|\s+(?:trước|báo|về|gửi|cho))|(?:hằng|hàng)\s+năm"
            r"|năm\s+\d{4}(?=\s*[(:]?\s*(?:trước|chậm\s+nhất))",
            re.I,
        ),
    ),
    ("midterm_review", re.compile(r"sơ\s+kết|giữa\s+kỳ|giữa\s+giai\s+đoạn", re.I)),
    (
        "final_review",
        re.compile(
            r"tổng\s+kết|cuối\s+kỳ|cuối\s+giai\s+đoạn|kết\s+thúc\s+(?:giai\s+đoạn|chương\s+trình|kế\s+hoạch)"
            r"|(?:kết\s+quả|cả)\s+giai\s+đoạn\s+\d{4}",
            re.I,
        ),
    ),
)
FOR_KIND = re.compile(
    r"(?:\s+(?:của\s+)?năm\s+(?:sau|kế\s+tiếp|tiếp\s+theo|liền\s+kề))?\s*,?\s*(?:\(?\s*đối\s+với|là|cho|\()\s*(?:các\s+)?(?P<what>(?:báo\s+cáo|kỳ|đợt|sơ\s+kết|tổng\s+kết|6|06|năm"
    r"|quý|tháng(?!\s+\d))[^;,()]{0,40})",
    re.I,
)

# Deadlines that a day cannot be found for.
VAGUE = re.compile(
    r"(?<!\w)(?:đầu\s+năm|cuối\s+năm(?!\s+\d)|giữa\s+kỳ(?!\s*\()|cuối\s+kỳ(?!\s*\()|(?:hằng|hàng)\s+năm\s+báo\s+cáo"
    r"|(?:theo\s+)?định\s+kỳ\s+(?:báo\s+cáo|sơ\s+kết)|báo\s+cáo\s+(?:theo\s+)?định\s+kỳ"
    r"|báo\s+cáo[^.;]{0,60}theo\s+quy\s+định)",
    re.I,
)
RELATIVE = re.compile(
    r"(?:trong\s+(?:vòng|thời\s+hạn)\s+|sau\s+"
    r"|chậm\s+nhất\s+(?:là\s+)?(?:sau\s+)?)?(?<!\d)\d{1,3}\s*(?:\([^)]{1,20}\)\s*)?(?:ngày(?:\s+làm\s+việc)?|tháng"
    r"|giờ)\s*,?\s*(?:kể\s+từ|sau\s+khi|tính\s+từ|từ\s+khi|trước\s+khi)[^.;,)]{0,90}",
    re.I,
)
# What makes a dated sentence a deadline though it is no report.
DUE_WORDS = re.compile(
    r"(?:hoàn\s+thành|hoàn\s+tất|xong|gửi|nộp|trình|ban\s+hành|thời\s+hạn|thời\s+gian\s+(?:hoàn|thực\s+hiện|báo"
    r"|gửi)|chậm\s+nhất|phân\s+bổ|triển\s+khai|đăng\s+ký|xếp\s+hạng|đánh\s+giá|thành\s+lập|xây\s+dựng)",
    re.I,
)
# Targets and states are no deadlines: «Đến hết năm 2030: Có ≥ 60% …», «phấn đấu đến năm …»
TARGET = re.compile(r"(?:phấn\s+đấu|đến\s+(?:hết\s+|cuối\s+)?năm|tỷ\s+lệ|\d\s*%|chỉ\s+tiêu|mục\s+tiêu)", re.I)

# Period of the plan
STAGE = re.compile(
    r"[Gg]iai\s+đoạn\s+(?:từ\s+)?(?:năm\s+)?(\d{4})\s*(?:[-–—]|đến(?:\s+năm)?)\s*(?:năm\s+)?(\d{4})", re.I
)
FROM_TO = re.compile(
    r"(?:từ\s+)?(?:nay|(?:ngày\s+)?(?:\d{1,2}/)?(?:tháng\s+)?(?:\d{1,2}[\s/]*)?(?:tháng\s+\d{1,2}\s+)?(?:năm\s+)?(?P<first>\d{4}))\s*(?:[-–—]|đến(?:\s+hết)?)\s*(?:ngày\s+)?(?:\d{1,2}/)?(?:\d{1,2}\s+)?(?:tháng\s+)?(?:\d{1,2}[\s/]*)?(?:năm\s+)?(?P<last>\d{4})",
    re.I,
)
UNTIL = re.compile(r"đến\s+(?:hết\s+)?năm\s+(\d{4})", re.I)
IN_YEAR = re.compile(r"(?<!\w)năm\s+(?:học\s+)?(\d{4})(?:\s*[-–]\s*(\d{4}))?", re.I)
CITED_DATE = re.compile(
    r"ngày\s+\d{1,2}\s*(?:/|tháng)\s*\d{1,2}\s*(?:/|năm)\s*\d{4}|\d{1,2}/\d{1,2}/\d{4}", re.I
)
TERM = re.compile(r"(?:nhiệm\s+kỳ|khóa)\s+[\dIVX]*\s*,?\s*\d{4}\s*[-–]\s*\d{4}", re.I)
OUTLOOK = re.compile(
    r"(?:,|và)?\s*(?:định\s+hướng|tầm\s+nhìn|hướng\s+tới)(?:\s+đến)?(?:\s+năm)?\s*\d{4}", re.I
)
