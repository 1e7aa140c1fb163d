"""The parts of an official document (Nghị định 30/2020/NĐ-CP, Phụ lục I) and of a plan."""

from __future__ import annotations

import re

# «Số: 48 /KH-UBND», «Số: /KH-UBND», «Số: 3210/QĐ - UBND» — groups: number, symbol
NUMBER_LINE = re.compile(
    r"(?:^|\s)(?:Số|SỐ)\s*:?\s*(?P<number>[\d.…_ ]*?)\s*/\s*(?P<symbol>[A-ZĐ][\w]*(?:\s?-\s?[A-ZĐ][\w&]*)*)"
)
# «Số: 76-KH/HU»: a committee of the Party puts the kind before the stroke
PARTY_NUMBER = re.compile(
    r"(?:^|\s)(?:Số|SỐ)\s*:?\s*(?P<number>\d{1,5})\s*-\s*(?P<symbol>[A-ZĐ][\w]*/[A-ZĐ][\w-]*)"
)
# «Kế hoạch số 132/KH-UBND ngày 20 tháng 6 năm 2022» — groups: number (without blanks after clean-up)
CITED = re.compile(
    r"(?:[Ss]ố\s*:?\s*)?(?P<number>\d{1,6}(?:/\d{4})?\s*[/-]\s*[A-ZĐ][\w&]*(?:\s?[-/]\s?[A-ZĐ][\w&]*)*\d*)"
)
OWN_CITATION = re.compile(
    r"(?:[Kk]èm theo|[Bb]an hành kèm theo|[Bb]an hành theo)[^()]{0,40}?(?:số\s*:?\s*)?"
    r"(?P<number>\d{1,6}\s*/\s*[A-ZĐ]+\s*-\s*[A-ZĐ]\w*)"
)
SITE_TITLE = re.compile(r"^(?:Kế hoạch|Quyết định)\s+(?P<number>\d{1,6}/[A-ZĐ]+-[A-ZĐ]\w*)")

# «Ninh Thuận, ngày tháng 5 năm 2021», «An Giang, ngày 17 tháng 02 năm 2017»
PLACE_AND_DATE = re.compile(
    r"^(?P<place>[^\d,:;]{2,50}(?:(?<=\s)\d{1,2}(?=,))?)"
    r",?\s*ngày\s*(?P<day>[\d.…_ ]*?)\s*tháng\s*(?P<month>[\d.…_ ]*?)\s*n[ăa]m"
    r"\s*(?P<year>\d{4}|\d{0,3})"
)
SHORT_PLACE_DATE = re.compile(
    r"^(?P<place>[^\d,:;]{2,50}),\s*(?:ngày\s*)?(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})$"
)
ISSUED_IN_CATALOGUE = re.compile(r"Ngày ban hành\s*:\s*(\d{1,2})/(\d{1,2})/(\d{4})")

# «KẾ HOẠCH», «ĐỀ ÁN»: the kind of the document alone on its line
KIND = re.compile(
    r"(?:KẾ HOẠCH|ĐỀ ÁN|CHƯƠNG TRÌNH(?: HÀNH ĐỘNG)?|PHƯƠNG ÁN|KẾ HOẠCH HÀNH ĐỘNG)(?:\s*\d*)?[.:]?",
    re.IGNORECASE,
)
KIND_THEN_TITLE = re.compile(r"(?:KẾ HOẠCH|ĐỀ ÁN|PHƯƠNG ÁN)\s+(?=[^\W\d_])")
DECISION = re.compile(r"QUYẾT\s+ĐỊNH\s*:?")

# Where the title is over and the text begins.
BASIS = re.compile(
    r"(?:-\s*)?(?:Căn cứ|Thực hiện|Triển khai|Xét|Theo đề nghị|Thi hành|Tiếp tục thực hiện|Để|Nhằm|Trên cơ sở"
    r"|Thời gian qua|Trong)\s"
)
ISSUING = re.compile(
    r"(?:[Uu]ỷ|[ỦUủ]y|ỦY|UỶ)\s+(?:ban|BAN)\s+(?:nhân|NHÂN)(?:\s+(?:dân"
    r"|DÂN))?\s*(?P<place>[^,;.:]{0,60}?)\s+(?:ban hành|xây dựng|triển khai|lập|đề ra|phát động)"
    r"|UBND\s+(?P<place2>[^,;.:]{0,60}?)\s+(?:ban hành|xây dựng|triển khai|lập|đề ra)"
)

# Official header: «CỘNG HÒA XÃ HỘI …», «Độc lập - Tự do», rules, urgency
STATE_HEADER = re.compile(
    r"C[ỘÔ]NG\s+H[ÒO][ÀA]?\s+XÃ\s+HỘI(?:\s+CHỦ\s+NGHĨA)?(?:\s+VIỆT\s+NAM)?|CHỦ\s+NGHĨA\s+VIỆT\s+NAM"
    r"|Độc\s+lập\s*[-–—]?\s*Tự\s+do(?:\s*[-–—]?\s*Hạnh\s+phúc)?|ĐẢNG\s+CỘNG\s+SẢN(?:\s+VIỆT\s+NAM)?",
    re.IGNORECASE,
)
ISSUER_LINE = re.compile(
    r"(?<![\w/-])(?:(?:CHỦ\s+TỊCH\s+)?(?:Ủ|Ỷ|U|Ú)?[YỶ]\s+BAN\s+NHÂN\s+D[ÂAÀĂ]N|UBND|HỘI\s+ĐỒNG|BỘ|SỞ|BAN|PHÒNG|CỤC"
    r"|TỔNG\s+CỤC|CÔNG\s+AN"
    r"|LIÊN|(?:TỈNH|THÀNH|HUYỆN|QUẬN|THỊ)\s+(?:ỦY|UỶ)|ĐẢNG\s+(?:ỦY|UỶ|BỘ)|VĂN\s+PHÒNG|TRUNG\s+TÂM|TRƯỜNG|BỆNH\s+VIỆN|THỦ\s+TƯỚNG|CHÍNH\s+PHỦ|BẢO\s+HIỂM|CHI\s+CỤC|ĐOÀN|HỘI)(?!\w)"
)
LEVEL = r"(?:tỉnh|thành\s+phố|huyện|quận|thị\s+xã|xã|phường|thị\s+trấn|đặc\s+khu|TP\.?)"
COMMITTEE_OF = re.compile(
    rf"(?:Ủy\s+ban\s+nhân(?:\s+dân)?|UBND)\s+(?P<level>{LEVEL})(?P<name>(?:\s+[A-ZĐÂÊÔƠƯỦÁÀẢÃẠÚỨÝÍÓĂ][\w'’-]*"
    rf"|\s*[-–—]\s*(?=[A-ZĐ])|\s+\d{{1,2}}(?!\d))*)",
    re.IGNORECASE,
)

# «Nơi nhận:», signature, appendix: what ends the text of the plan.
RECIPIENTS = re.compile(r"(?:Nơi|NƠI)\s+nhận\s*:?", re.IGNORECASE)
SIGNATURE = re.compile(
    r"(?:TM\s*\.|KT\s*\.|TL\s*\.|TUQ\s*\.|Q\s*\.|T/M|K/T)\s*(?:[ỦU]Y|UỶ|UBND|CHỦ|BAN|GIÁM|BỘ|TRƯỞNG|CHÁNH|HIỆU|BTV"
    r"|CỤC|VIỆN|TỔNG)",
    re.IGNORECASE,
)
POSITION = re.compile(
    r"^(?:(?:TM|KT|TL|TUQ|Q)\s*\.\s*)?(?:(?:PHÓ|QUYỀN)\s+)?(?:CHỦ\s+T[ỊI]\s?CH|GIÁM\s+ĐỐC|BỘ\s+TRƯỞNG|THỨ\s+TRƯỞNG"
    r"|TRƯỞNG\s+\w+|CHÁNH\s+\w+|HIỆU\s+TRƯỞNG|CỤC\s+TRƯỞNG|TỔNG\s+\w+)(?:\s|$)"
)
APPENDIX = re.compile(
    r"PHỤ\s+LỤC(?:\s+(?:SỐ\s+)?[\dIVX.]+|\s*$|\s*[:.\-])|Phụ\s+lục\s+(?:số\s+)?[\dIVX]+\s*$|BIỂU\s+(?:MẪU|SỐ)"
)
FILED = re.compile(r"(?:-\s*)?Lưu\s*:")
PERSON = re.compile(
    r"(?:[A-ZĐÂÊÔƠƯÁÀẢÃẠẮẰẲẴẶẤẦẨẪẬÉÈẺẼẸẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌỐỒỔỖỘỚỜỞỠỢÚÙỦŨỤỨỪỬỮỰÝỲỶỸỴ][\w’']*\s+){1,5}[A-ZĐÂÊÔƠƯÁÀẢÃẠẤẦẨẪẬÉÈẺẼẸẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌỐỒỔỖỘỚỜỞỠỢÚÙỦŨỤỨỪỬỮỰÝỲỶỸỴ][\w’']*"
)

# «Trên đây là Kế hoạch …», «Trong quá trình thực hiện, nếu …»: the closing paragraphs
CLOSING = re.compile(
    r"(?:Trên\s+đây|Trên\s+cơ\s+sở\s+(?:nội\s+dung\s+)?[Kk]ế\s+hoạch\s+này,\s+(?:đề\s+nghị|yêu\s+cầu)"
    r"|(?:Trong\s+)?[Qq]uá\s+trình\s+(?:tổ\s+chức\s+|triển\s+khai\s+)*(?:thực\s+hiện|triển\s+khai)"
    r"|(?:Chủ\s+tịch\s+)?(?:Ủy\s+ban\s+nhân(?:\s+dân)?|UBND)\s+(?:tỉnh|thành\s+phố|huyện|quận|thị\s+xã|xã"
    r"|phường)[^.;:]{0,40}?\s(?:yêu\s+cầu|đề\s+nghị|giao)(?!\w)"
    r"|(?:Kế\s+hoạch|Quyết\s+định)\s+này\s+(?:thay|có|được|sẽ)|Nơi\s+nhận|Đính\s+kèm|\(\s*(?:Đính|Kèm|đính|kèm)"
    r"|Nhận\s+được|Căn\s+cứ\s+[^,;]{0,40}[Kk]ế\s+hoạch\s+này,?\s+(?:đề\s+nghị|yêu\s+cầu|các))",
)
CLOSING_CALL = re.compile(r"(?:Yêu\s+cầu|Đề\s+nghị|Giao|Kính\s+đề\s+nghị|Trân\s+trọng)\s")
# … to everybody: «Yêu cầu các ngành, các thôn thực hiện nghiêm túc Kế hoạch này.»
CALLS_ALL = re.compile(
    r"(?:Yêu\s+cầu|Đề\s+nghị)\s+(?:(?:tất\s+cả\s+)?các|toàn\s+thể|thủ\s+trưởng|lãnh\s+đạo|cán\s+bộ)\s",
    re.IGNORECASE,
)
LAST_MARK = re.compile(r"\./\.?\s*$")

# Parts that hand out duties.
HANDS_OUT = re.compile(
    r"""^(?:
        (?:(?:[^,;:]{2,40}(?:,|\s+và|;|-)\s+)?
          (?:công\s+tác\s+)?(?:tổ\s+chức|chỉ\s+đạo|phân\s+công)\s*(?:[,-]\s*|và\s+)?(?:triển\s+khai\s*,?\s*|chỉ\s+đạo\s*,?\s*)?(?:và\s+)?(?:tổ\s+chức\s+)?thực\s+hiện
          (?:\s+(?:các\s+)?(?:nhiệm\s+vụ|kế\s+hoạch|chương\s+trình|đề\s+án|phong\s+trào|chỉ\s+thị|nghị\s+quyết|dự\s+án|quyết\s+định)(?:\s+[^,;:]{0,40})?)?)
      | phân\s+công
      | (?:phân\s+công|giao)\s+(?:tổ\s+chức\s+)?
          (?:nhiệm\s+vụ|trách\s+nhiệm|công\s+việc|thực\s+hiện|triển\s+khai)[^:;]{0,80}
      | (?:tổ\s+chức\s+thực\s+hiện\s+(?:và\s+)?[,-]?\s*)?(?:nhiệm\s+vụ|trách\s+nhiệm)
          (?:\s*,\s*(?:nhiệm\s+vụ|quyền\s+hạn))?(?:\s+cụ\s+thể)?\s+
          (?:của\s+|các\s+|cho\s+|đối\s+với\s+|thực\s+hiện|thi\s+hành|tổ\s+chức)[^:;]{0,100}
      | trách\s+nhiệm(?:\s+thực\s+hiện)? | tổ\s+chức\s+triển\s+khai | triển\s+khai(?:\s+tổ\s+chức)?\s+thực\s+hiện
      | biện\s+pháp\s+tổ\s+chức\s+thực\s+hiện
      | tổ\s+chức\s+thực\s+hiện\s*[,&-]?\s*(?:và\s+)?
          (?:phân\s+công|trách\s+nhiệm|chế\s+độ|kinh\s+phí|giám\s+sát|kiểm\s+tra|báo\s+cáo|nhiệm\s+vụ)[^:;]{0,80}
      | thực\s+hiện\s+kế\s+hoạch | điều\s+khoản\s+thi\s+hành | vai\s+trò[^:;]{0,20}trách\s+nhiệm[^:;]{0,60}
    )\s*[:.…]*$""",
    re.VERBOSE | re.IGNORECASE,
)
# Titles that may hold heads or contents: only their children decide. «Nhiệm vụ cụ thể», «Giám sát và tổ chức thực hiện»
MAY_HAND_OUT = re.compile(
    r"tổ\s+chức[^:]{0,40}thực\s+hiện|phân\s+công|trách\s+nhiệm|^(?:các\s+)?(?:nhiệm\s+vụ|nội\s+dung\s+công\s+việc)"
    r"(?:\s+cụ\s+thể|\s+trọng\s+tâm|\s+chủ\s+yếu)?\s*(?:của\s[^:]{0,60})?[:.]*$|^(?:các\s+)?(?:sở|cơ\s+quan"
    r"|đơn\s+vị)\s*,[^:]{0,80}$",
    re.IGNORECASE,
)
REMARK_BEHIND = re.compile(r"\s*\([^()]*\)\s*[:.]*$")
# Parts that never do, whatever their children look like
NEVER_HANDS_OUT = re.compile(
    r"(?:mục\s+(?:đích|tiêu)|yêu\s+cầu|kinh\s+phí|nguồn\s+(?:lực|vốn|kinh)|giải\s+pháp|nội\s+dung|chế\s+độ"
    r"|kiểm\s+tra|giám\s+sát|báo\s+cáo|khen\s+thưởng|đối\s+tượng|phạm\s+vi|thời\s+gian|căn\s+cứ|quan\s+điểm"
    r"|sơ\s+kết|tổng\s+kết|dự\s+án|thành\s+phần|địa\s+điểm|chỉ\s+tiêu|tiêu\s+chí|lộ\s+trình|theo\s+dõi)",
    re.IGNORECASE,
)
# A line that only gives the time of the duty before it
TIME_LINE = re.compile(
    r"(?:-\s*)?(?:Thời\s+(?:gian|hạn|điểm)(?:\s+(?:thực\s+hiện|hoàn\s+thành|hoàn\s+tất|báo\s+cáo|triển\s+khai|gửi"
    r"|nộp|tổ\s+chức|bắt\s+đầu|kết\s+thúc|dự\s+kiến))*|Tiến\s+độ(?:\s+thực\s+hiện)?|Hoàn\s+thành)\s*"
    r"(?:[:：]|(?=(?:trước|từ|trong|đến|tháng|quý|năm|hằng|hàng|chậm|thường|ngày)\s))",
    re.IGNORECASE,
)
# Other lines that describe the duty before them: «Cơ quan phối hợp: …», «Sản phẩm: …»
DETAIL_LINE = re.compile(
    r"(?:-\s*)?(?:(?:Cơ\s+quan|Đơn\s+vị)(?:\s+(?:chủ\s+trì|phối\s+hợp|thực\s+hiện|liên\s+quan|được\s+giao))+"
    r"|Sản\s+phẩm|Kết\s+quả(?:\s+đầu\s+ra)?|Kinh\s+phí(?:\s+thực\s+hiện)?|Địa\s+điểm|Thành\s+phần)\s*:",
    re.IGNORECASE,
)
CLASSIFIED = re.compile(
    r"^(?:Độ\s+mật\s*:\s*)?[\[(]?\s*(TUYỆT\s+MẬT|TỐI\s+MẬT|MẬT)\s*[\])]?$|Độ\s+mật\s*:\s*(Tuyệt\s+mật|Tối\s+mật|Mật)",
    re.MULTILINE,
)

# «Cơ quan chủ trì: Sở Tư pháp»: who is in charge of a listed task
IN_CHARGE = re.compile(
    r"(?:-\s*)?(?:Cơ\s+quan|Đơn\s+vị)\s+(?:chủ\s+trì|thực\s+hiện)(?:\s+thực\s+hiện)?\s*:\s*", re.IGNORECASE
)
