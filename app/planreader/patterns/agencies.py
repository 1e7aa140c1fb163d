"""Names of bodies: with what they begin, and what follows them.

No list of all agencies is kept here. A body is known by its first word («Sở», «Trung tâm», «các cơ quan»),
its name goes on until a verb of duty, a mark or another body, so an agency that was founded yesterday
is read as well.
"""

from __future__ import annotations

import re

# First words of one body; a name must follow. «sở Y tế», «Trung tâm y tế»
_PROPER = r"""
    Sở | Doanh\s+nghiệp(?=\s+(?:cung|viễn|bưu|khai|kinh|sản|chế|xuất|đầu|trên|tham|được|có|nhà|vận|du|tư))
  | Ban\s+(?:Quản\s+lý|Chỉ\s+đạo|Chỉ\s+huy|Giám\s+đốc|Giám\s+hiệu|Thường\s+vụ|Thường\s+trực|Đại\s+diện)
  | Trung\s+ương(?=\s+(?:Hội|Đoàn)\s) | Tổng\s+(?:Liên\s+đoàn|Công\s+đoàn) | Đại\s+học | Nhạc\s+viện | Cảnh\s+sát
  | Xí\s+nghiệp | Nhà\s+máy | Nhà\s+[Tt]hiếu\s+nhi | Nhà\s+Văn\s+hóa | Khu\s+[Bb]ảo\s+tồn | Cảng\s+hàng\s+không
  | Chi\s+hội | Kiểm\s+toán(?=\s+[Nn]hà\s+nước) | Lực\s+lượng(?=\s+(?:Công|công|dân|Dân|tham|vũ|Cảnh|Quân|xung))
  | Cơ\s+sở(?=\s+(?:cai|giáo\s+dục|đào|bảo\s+trợ|trợ|khám|y\s+tế|sản|kinh|lưu))
  | Ban | Phòng | Công\s+an | Hội\s+đồng | Hội | Hiệp\s+hội | Liên\s+hiệp | Liên\s+đoàn | Liên\s+minh | Liên\s+hội
  | (?:Tỉnh|Thành|Huyện|Thị|Quận|Xã|Trung\s+ương)\s+[đĐ]oàn | Đoàn | Công\s+đoàn | (?:Tổng\s+)?[cC]ục | Chi\s+cục
  | Trung\s+tâm | Chi\s+nhánh | Ngân\s+hàng(?:\s+Nhà\s+nước)? | Kho\s+bạc | Bảo\s+hiểm\s+xã\s+hội | Báo | Đài
  | Tạp\s+chí | Cổng | Trường | Bệnh\s+viện | Trạm | Viện | Học\s+viện | Tòa\s+án | Viện\s+kiểm\s+sát
  | Bộ\s+Chỉ\s+huy | Bộ\s+Tư\s+lệnh | Bộ\s+đội | Bộ | Văn\s+phòng | Thanh\s+tra | Mặt\s+trận | Tổ | Đội | Hạt
  | Công\s+ty | Tổng\s+công\s+ty | Tập\s+đoàn | Bưu\s+điện | Viễn\s+thông | Điện\s+lực | Thường\s+trực | Đảng\s+ủy
  | (?:Tỉnh|Thành|Huyện|Thị|Quận)\s+ủy | Thống\s+kê | Thuế | Hải\s+quan | Quỹ | Đồn | Khối | Cụm | Vườn\s+quốc\s+gia
  | Thư\s+viện | Bảo\s+tàng | Nhà\s+hát | Nhà\s+văn\s+hóa | Vụ | Tiểu\s+ban | Cảng\s+vụ | Đơn\s+vị | Cơ\s+quan
  | Phân\s+viện | Phân\s+hiệu | Câu\s+lạc\s+bộ | Nhà\s+xuất\s+bản | Nhà\s+trường | Thông\s+tấn\s+xã
  | Hợp\s+tác\s+xã | Trại | Làng | Ủy\s+viên | Chánh\s+Văn\s+phòng | Chánh\s+Thanh\s+tra | Thường\s+vụ | Quân\s+sự
  | Khoa(?!\s+học) | Nhóm | Phân\s+ban | Tổng\s+hội | Nghiệp\s+đoàn | Trung\s+đoàn | Sư\s+đoàn | Lữ\s+đoàn | Quân\s+khu
  | Ủy\s+ban
"""
# Bodies that need no further name: «Ủy ban nhân dân», «VNPT», «Thủ trưởng các sở»
_WHOLE = r"""
    (?:[ỦUÚỤ][yỷýỳ]|ủy)\s+[bh]an\s+(?:nhân(?:\s+dân)?|Mặt\s+trận|mặt\s+trận|MTTQ) | UBND | HĐND | UBMT\w* | MTTQ\w*
  | UB\s+MTTQ\w*
  | Bộ\s+phận | Công\s+đoàn | Kế\s+toán | Công\s+chức | Văn\s+thư | Tổ\s+trưởng | Đồng\s+chí | Đ/c
  | Thủ\s+trưởng | Giám\s+đốc | (?:Phó\s+)?Chủ\s+tịch | Trưởng(?:\s+[Bb]an|\s+các|\s+[Pp]hòng|\s+[Tt]hôn|\s+[Ấấ]p)
  | Người\s+đứng\s+đầu | Hiệu\s+trưởng | Thành\s+viên | Bí\s+thư | Lãnh\s+đạo
  | BHXH | NHCSXH | LĐLĐ | VNPT | Viettel | MobiFone | Mobifone | EVN | BQL | BCH | BCĐ | VP | TTYT | CDC | Agribank
  | KBNN | BIDV | Vietinbank | Vietcombank | TAND | VKSND | TT | PGD | Thành\s+[Đđ]oàn | Tỉnh\s+[Đđ]oàn
  | Huyện\s+[Đđ]oàn
  | Chủ\s+(?:đầu\s+tư|rừng|hộ|cơ\s+sở|doanh\s+nghiệp) | Trưởng\s+Công\s+an | Chỉ\s+huy\s+trưởng
  | (?:Cục|Vụ|Viện|Hạt|Trạm|Đội|Đồn|Chi\s+cục)\s+trưởng | Chánh\s+án
  | Đảng\s+ủy(?=\s*,) | Người\s+có\s+uy\s+tín | Nhân\s+dân(?=\s+(?:trên|các|trong|xã|phường))
  | Mặt\s+trận\s+Tổ\s+quốc | Hội\s+đồng\s+nhân\s+dân | Nhà\s+trường | Công\s+an | Kho\s+bạc\s+Nhà\s+nước
  | Bảo\s+hiểm\s+xã\s+hội | Bưu\s+điện | Ban\s+Thường\s+vụ | Ban\s+Chỉ\s+đạo | Báo\s+và
"""
# Words that together make one collective phrase: «các sở, ban, ngành, đoàn thể»
_KIND = r"""
    sở | ban | ngành | cơ\s+quan | đơn\s+vị | địa\s+phương | tổ\s+chức | đoàn\s+th[ểề] | hội | doanh\s+nghiệp | phòng
  | trường
  | cơ\s+sở | hợp\s+tác\s+xã | lực\s+lượng | huyện | thị\s+xã | thành\s+phố | quận | xã | phường | thị\s+trấn
  | đặc\s+khu
  | thành\s+viên | cấp | bộ | ủy\s+viên | chủ\s+đầu\s+tư | chủ\s+thể | nhà\s+thầu | hiệp\s+hội | bệnh\s+viện
  | trung\s+tâm
  | công\s+ty | tập\s+đoàn | ngân\s+hàng | nhà\s+trường | viện | học\s+viện | đối\s+tượng | đồng\s+chí | chi\s+cục | cục
  | thôn | ấp | khu\s+phố | tổ\s+dân\s+phố | khối | cụm | quỹ | hộ | đài | báo | chủ | cổng | đội | hạt | trạm | tổ
  | vụ | tổng\s+cục | thanh\s+tra | đảng\s+ủy | trưởng | hiệu\s+trưởng | cán\s+bộ | công\s+chức | tập\s+thể
  | cá\s+nhân | người
  | trang\s+trại | làng\s+nghề | chủ\s+tịch | thủ\s+trưởng | giám\s+đốc | ủy\s+ban | ubnd | công\s+an | phóng\s+viên
  | nhà\s+xuất\s+bản | tạp\s+chí | văn\s+phòng | chương\s+trình | nhà\s+mạng | nhà\s+đầu\s+tư | nhà\s+máy | xí\s+nghiệp
"""
# With these second syllables the first word means something else: «Ban hành», «Báo cáo», «Tổ chức»
_OTHER_WORD = r"""
    hành | viên | chức | cáo | kết | thể | máy | phận | trợ | hợp | ngũ | lượng | kê | sự | lập | nghị | họp | phí
  | ngành
  | thi | tiêu | đề | trưởng | đầu | tin | chí | đổi | dung | đất | nhập | gia | tài | thu | xây | giảm | và | cho
  | về | của
"""
_MANY = r"(?:Các|các|CÁC|Những|những|Toàn\s+thể|toàn\s+thể|Mọi|mọi|Một\s+số|Tất\s+cả\s+các|Từng)"

AGENCY_START = re.compile(
    rf"""
    (?: (?P<many>{_MANY}) \s+ (?i:{_KIND}) (?!\w)                # «các Sở, ban, ngành»
      | (?P<whole>(?:{_WHOLE})) (?!\w)                           # «UBND 16 phường, xã»
      | (?P<bare>[Ss]ở | [Bb]ộ) (?:\s*[,;-]\s*|\s+)(?i:ban|ngành)(?!\w)     # «Sở, ban, ngành thành phố»
      | (?P<rivals>Khối|Cụm) \s*(?:,|và|-)\s* (?i:cụm|khối)(?!\w)         # «Khối, Cụm thi đua»
      | (?P<low>sở|phòng|trung\s+tâm|ban|công\s+an|hội|đoàn|chi\s+cục|cục|ngân\s+hàng|trường|bệnh\s+viện|văn\s+phòng
           |viện|đài|báo|bộ|tòa\s+án|kho\s+bạc|bảo\s+hiểm\s+xã\s+hội|liên\s+đoàn)
           \s+ (?=[A-ZĐÂÊÔƯÁÀẢÃẠỦỨỨÍÝ])                           # «phòng Lao động - Thương binh»
      | (?P<proper>(?:{_PROPER})) (?!\w)                                 # «Sở Y tế»
           (?! (?<=ở)\s+(?:dĩ|hữu|tại|thích) | (?<=Phòng)\s+(?:chống|ngừa|cháy|họp|khi|hộ|dịch|trừ) )
           (?: (?<=ở) | (?<=Phòng) | (?<=cục) | (?<=Quỹ) | (?<=minh) | (?<=tâm) | (?!\s+(?:{_OTHER_WORD})(?!\w)) )
           \s+ (?=\w)
    )
    """,
    re.VERBOSE,
)

# Plural with a colon: «các Sở: Y tế, Công Thương»
PLURAL_LIST = re.compile(r"(?:gồm\s*:?\s*)?(?:các\s+|Các\s+)?(Sở|sở|Phòng|phòng|Bộ|bộ)\s*:\s*")

# Fields of departments whose names hold «và» or a comma; they tell the members of «các Sở: …» apart.
FIELD = re.compile(
    r"""(?i:
    Văn\s+hóa\s*,\s*Thể\s+thao(?:\s+và\s+Du\s+lịch)? | Văn\s+hóa\s*,\s*Khoa\s+học\s+và\s+Thông\s+tin
  | Lao\s+động\s*[-–,]?\s*Thương\s+binh\s+và\s+Xã\s+hội | Kinh\s+tế\s*,\s*Hạ\s+tầng\s+và\s+Đô\s+thị
  | (?:Giáo\s+dục\s+và\s+Đào\s+tạo|Khoa\s+học\s+và\s+Công\s+nghệ
    |Nông\s+nghiệp\s+và\s+(?:Môi\s+trường|Phát\s+triển\s+[nN]ông\s+thôn|PTNT)
    |Thông\s+tin\s+và\s+Truyền\s+thông|Kế\s+hoạch\s+và\s+Đầu\s+tư|Tài\s+nguyên\s+và\s+Môi\s+trường|Dân\s+tộc\s+và\s+Tôn\s+giáo
    |Văn\s+hóa\s+và\s+(?:Thể\s+thao|Thông\s+tin)|Kinh\s+tế\s+và\s+Hạ\s+tầng|Văn\s+hóa\s*[-–]\s*(?:Xã\s+hội|Thông\s+tin)|Tài\s+chính\s*[-–]\s*Kế\s+hoạch|Kinh\s+tế\s*[-–]\s*Hạ\s+tầng)
  | Nội\s+vụ | Tài\s+chính | Y\s+tế | Tư\s+pháp | Công\s+Thương | Xây\s+dựng | Giao\s+thông\s+[Vv]ận\s+tải
  | Ngoại\s+vụ | Du\s+lịch | Dân\s+tộc
  | Quản\s+lý\s+đô\s+thị | Kinh\s+tế | LĐ-?TB&?XH | NN&?PTNT | KH&?ĐT | TN&?MT | TT&?TT | KH&?CN | GD&?ĐT
  | VH,?TT&?DL | NN&?MT | GTVT | KHĐT | LĐTBXH
    )(?!\w)""",
    re.VERBOSE,
)
SISTERS = re.compile(r"(?:(?:Các|các)\s+)?(?P<noun>[Ss]ở|[Pp]hòng|[Bb]ộ)\s*:?\s+(?=[A-ZĐ])")

# What stands before the name of a head, in any order. «Đề nghị:», «Giao», «Trách nhiệm của», «Đối với»
REQUEST = re.compile(r"(?:(?:Trân\s+trọng|Kính)\s+)?(?:đề\s+nghị|mời)(?:\s+với)?\s*:?\s*", re.I)
LEAD_WORDS = re.compile(
    r"""
    (?: (?:(?:Chủ\s+tịch\s+)?(?:UBND|Ủy\s+ban\s+nhân\s+dân)\s+(?:tỉnh|thành\s+phố|huyện|thị\s+xã|quận|xã|phường)\s+)?
        (?:giao(?:\s+trách\s+nhiệm)?(?:\s+cho)? | phân\s+công | yêu\s+cầu)
      | (?P<owner>(?:trách\s+nhiệm|nhiệm\s+vụ)(?:\s*,\s*(?:nhiệm\s+vụ|quyền\s+hạn))?
          (?:\s+cụ\s+thể)?\s+(?:của|cho|đối\s+với))
      | đối\s+với | về\s+phía
    ) \s*:?\s*
    """,
    re.VERBOSE | re.IGNORECASE,
)

# A role behind the name: «Sở Tài chính - Cơ quan thường trực Ban Chỉ đạo»
REMARK = re.compile(
    r"(?:\s*[-–—,]\s*|\s+)(?:là\s+)?\(?(?:(?:cơ|Cơ)\s+quan|(?:đơn|Đơn)\s+vị|Thường\s+trực|thường\s+trực)\s+"
    r"(?:[Tt]hường\s+trực|[Cc]hủ\s+trì|[Đđ]ầu\s+mối|chủ\s+quản|tham\s+mưu|chủ\s+đầu|Ban\s+[Cc]hỉ\s+đạo|BCĐ)[^:.;]*"
)

_STRONG = r"""
    chủ\s+trì | phối\s+hợp | tham\s+mưu | (?:có|chịu|nêu\s+cao)\s+trách\s+nhiệm | có\s+nhiệm\s+vụ | căn\s+cứ
  | (?:theo|với|trong|trên)\s+(?:chức\s+năng|phạm\s+vi|thẩm\s+quyền|nhiệm\s+vụ|cơ\s+sở|quá\s+trình
      |quy\s+định|phân\s+công|lĩnh\s+vực)
  | trong(?=\s+(?:việc|công\s+tác|quản|tổ\s+chức|triển)(?!\w))
  | tùy\s+theo | chủ\s+động | tăng\s+cường | tiếp\s+tục | đẩy\s+mạnh | thường\s+xuyên | định\s+kỳ
  | h[ằà]ng\s+(?:năm|quý|tháng|tuần|ngày)
  | nghiêm\s+túc | khẩn\s+trương | kịp\s+thời | tích\s+cực | quan\s+tâm | tập\s+trung | là
  | (?<![Tt]hường\s)trực(?!\s+thuộc) | cần | phải | sẽ | giúp
  | làm | (?<!Ban\s)(?<!chí\s)(?<!các\s)lãnh\s+đạo(?!\s+(?:các|cấp|Bộ|Sở|Ban|Phòng|UBND|cơ\s+quan|chủ)\s*[,:;.])
  | có(?!\s+(?:công|uy|rừng|biển|dự\s+án|di|làng|tuyến|khu|cụm|cửa|mỏ|đê|hồ)(?!\w))
  | báo\s+cáo(?!\s+viên) | khi | nếu | để | nhằm | theo\s+dõi | đôn\s+đốc | lồng\s+ghép | rà\s+soát | đề\s+xuất
  | triển\s+khai | quán\s+triệt | phát\s+huy | phát\s+động | đưa | cử | lập | trình | tạo\s+điều\s+kiện
  | huy\s+động | nâng\s+cao
  | bảo\s+đảm | đảm\s+bảo | duy\s+trì | chuẩn\s+bị | thông\s+báo | gửi | đồng\s+thời | sau\s+khi | thống\s+nhất
  | phân\s+công
  | phân\s+bổ | bố\s+trí | cân\s+đối | xem\s+xét | thẩm\s+định | lựa\s+chọn | công\s+bố | niêm\s+yết | thành\s+lập
  | kiện\s+toàn | áp\s+dụng | hoàn\s+thiện | khuyến\s+khích | phổ\s+biến | hướng\s+dẫn | chỉ\s+đạo | ban\s+hành
  | đăng\s+ký
  | vận\s+động | hoàn\s+thành | chấp\s+hành | dựa | góp\s+phần | kêu\s+gọi
  | trước(?=\s+(?:các\s+)?(?:ngày|tháng|quý|\d))
  | (?:vào|từ|trong)(?=\s+(?:ngày|tháng|quý|đầu|cuối|thời|vòng|năm)) | khai\s+thác
  |đảm\s+nhận | chịu | nhận | ký | lấy | mở | bám\s+sát | xác\s+định | phân\s+loại | thiết\s+lập | chăm\s+lo
  | tận\s+dụng
"""
_WEAK = r"""
    xây\s+dựng | thực\s+hiện | tổ\s+chức | cung\s+cấp | tham\s+gia | quản\s+lý | sử\s+dụng | đầu\s+tư | xử\s+lý
  | ứng\s+dụng
  | đổi\s+mới | đào\s+tạo | tập\s+huấn | bồi\s+dưỡng | kiểm\s+tra | giám\s+sát | giải\s+quyết | tiếp\s+nhận | cập\s+nhật
  | công\s+khai | phê\s+duyệt | hỗ\s+trợ | nghiên\s+cứu | tổng\s+hợp | tuyên\s+truyền | đăng\s+tải | thông\s+tin
  | phản\s+ánh
  | kiểm\s+soát | phát\s+triển | bảo\s+vệ | tư\s+vấn | điều\s+tra | đánh\s+giá | quy\s+hoạch | biên\s+soạn | in | đăng
  | theo | cùng | được | bị | với | chia\s+sẻ | giới\s+thiệu | biểu\s+dương | thu\s+thập | khảo\s+sát | kết\s+nối
  | bổ\s+sung
  | ưu\s+tiên | phòng\s+ngừa | phát\s+hiện | ngăn\s+chặn | vận\s+hành | thống\s+kê | xúc\s+tiến | thu\s+hút | gắn
  | nắm | tặng
  | giải\s+ngân | thanh\s+toán | biên\s+tập | phát\s+sóng | đưa\s+tin | truyền\s+tải | bàn\s+giao | cam\s+kết
  | tuân\s+thủ | treo
  | hưởng\s+ứng | ủng\s+hộ | đóng\s+góp | tự\s+giác | phản\s+biện | tiếp\s+thu | dành | chăm\s+sóc | quảng\s+bá
  | lan\s+tỏa | định\s+hướng
"""
# A verb of duty (or the clause before it) ends the name of a body.
STRONG = re.compile(rf"(?:{_STRONG})(?!\w)", re.VERBOSE)
WEAK = re.compile(rf"(?:{_WEAK})(?!\w)", re.VERBOSE)
# The same at the beginning of a sentence that a lost line break put behind the name: «Sở Y tế Chủ trì …»
CAPITAL_ACT = re.compile(
    r"(?:Chủ\s+trì|Phối\s+hợp|Tham\s+mưu|Căn\s+cứ|Trên\s+cơ\s+sở|Thực\s+hiện|Triển\s+khai|Hướng\s+dẫn|Tăng\s+cường"
    r"|Tiếp\s+tục|Đẩy\s+mạnh|Có\s+trách\s+nhiệm|Chịu\s+trách\s+nhiệm|Là\s+cơ\s+quan|Tổ\s+chức\s+(?:thực|triển|tuyên"
    r"|các)"
    r"|Theo\s+(?:chức|dõi)|Xây\s+dựng\s+(?:kế|và|các)|Chỉ\s+đạo\s+(?:các|và|,)|Rà\s+soát|Hỗ\s+trợ|Nghiên\s+cứu"
    r"|Tuyên\s+truyền|Lồng\s+ghép|Bố\s+trí|Chủ\s+động|Vận\s+(?:động|hành)|Thường\s+xuyên"
    r"|Thông\s+báo|Cung\s+cấp|Huy\s+động|Chuẩn\s+bị|Đôn\s+đốc|Báo\s+cáo|Bảo\s+đảm|Đảm\s+bảo|Quán\s+triệt"
    r"|Cân\s+đối|Đề\s+xuất)(?!\w)"
)
# Words inside names that would else look like verbs: «Dịch vụ việc | làm», «Công nghệ | thông tin», «công | trình».
# Only what follows the first word of a match is protected: that word itself may be a verb.
COMPOUND = re.compile(
    r"""(?<!\w)(?:
        (?:công|chương|quy|lộ|tiến|giáo|hành|phương)\s+trình | việc\s+làm | trợ\s+giúp | đăng\s+ký
      | (?:công|dân|độc)\s+lập | hậu\s+cần
      | (?:phòng|ban|vụ|đội|tổ|cục|khoa|trung\s+tâm)\s+(?:kiểm\s+tra|thanh\s+tra|quản\s+lý|giám\s+sát|đào\s+tạo
          |hướng\s+dẫn|tuyên\s+truyền|nghiên\s+cứu|xử\s+lý|tổ\s+chức|tiếp\s+nhận|vận\s+động)\s*(?:,|và)\s*
          (?:kiểm\s+tra|giám\s+sát|bồi\s+dưỡng|khai\s+thác|xử\s+lý|thẩm\s+định|hỗ\s+trợ|vận\s+hành|vận\s+động
            |đào\s+tạo|tư\s+vấn|trả\s+kết\s+quả|phát\s+triển|ứng\s+dụng|giải\s+quyết|tổng\s+hợp)
          (?=\s*(?:[,;:.)]|và\s|-\s|$))
      | (?:công\s+nghệ|an\s+toàn|an\s+ninh|hệ\s+thống|cổng|trang|văn\s+hóa|bưu\s+chính)\s*,?\s+thông\s+tin
      | giáo\s+dục\s+thường\s+xuyên | (?:người|gia\s+đình)\s+có\s+(?:công|uy\s+tín) | bảo\s+vệ\s+và\s+phát\s+triển
      | dịch\s+vụ\s+(?:tổng\s+hợp|hỗ\s+trợ|tư\s+vấn) | (?:hỗ\s+trợ|tư\s+vấn)\s+(?:đầu\s+tư|phát\s+triển|đào\s+tạo)
      | (?:quản\s+lý\s+)?(?:các\s+)?dự\s+án(?:\s+đầu\s+tư)?(?:\s*(?:,|và)?\s*(?:xây\s+dựng|phát\s+triển))?
        (?:\s+(?:các\s+)?công\s+trình)?
      | (?:quản\s+lý\s+)?đầu\s+tư\s*(?:,|và)?\s*(?:xây\s+dựng|phát\s+triển)(?:\s+(?:các\s+)?công\s+trình)?
      | nghiên\s+cứu\s+(?:và\s+)?phát\s+triển | cảnh\s+sát\s+(?:điều\s+tra|quản\s+lý)
      | (?:ty|viên|MTV|nghiệp)\s+(?:khai\s+thác|quản\s+lý|xây\s+dựng)(?:\s+công\s+trình)?
      | văn\s+phòng\s+(?:đăng\s+ký|điều\s+phối) | chương\s+trình\s+xây\s+dựng | (?:ban|quỹ)\s+vận\s+động
      | (?:hội\s+đồng|ban)\s+phối\s+hợp\s+(?:phổ\s+biến|công\s+tác|liên\s+ngành|PBGDPL) | tổ\s+giúp\s+việc
      | (?:tổ|đội|ban|đoàn|nhóm|hội\s+đồng)\s+(?:thẩm\s+định|hướng\s+dẫn|rà\s+soát|bầu\s+cử
          |lựa\s+chọn|kiểm\s+tra|phản\s+ứng)
      | (?:hội|thể|vị)\s+nhận\s+(?:ủy\s+thác|khoán|đỡ\s+đầu)
    )(?!\w)""",
    re.VERBOSE | re.IGNORECASE,
)
# Right behind a bare collective or an association these are acts:
# «các trường | tổ chức bàn giao», «Tỉnh đoàn | tổ chức»
BARE_ACT = re.compile(
    r"(?:tổ\s+chức\s+\w"
    r"|thực\s+hiện|tuyên\s+truyền|tham\s+gia"
    r"|giám\s+sát\s+(?:việc|quá|tình|chặt)|phản\s+ánh|ủng\s+hộ|hưởng\s+ứng|đăng\s+tải|đưa\s+tin"
    r"|tổng\s+hợp|cập\s+nhật|chỉ\s+đạo|xây\s+dựng\s+(?:kế|và|chương))"
)
BARE_NAME = re.compile(rf"{_MANY}\s|(?:Tỉnh|Thành|Huyện|Thị|Quận|Xã)\s*[đĐ]oàn")
# «tổ chức chính trị», «tổ chức xã hội»: the noun
ORGANISATION = re.compile(
    r"tổ\s+chức(?=\s*(?:[,;]|chính|xã\s+hội|đoàn(?!\s+(?:kiểm|công|liên|thanh|giám))|cá\s+nhân|liên|có\s+liên"
    r"|hội(?!\s+(?:chợ|nghị|thảo|thi|diễn|trại))|tôn|quốc|tín|đảng|kinh|thành(?!\s+(?:công|lập))|khác|phi|$|và))"
)

# A head may open with the ground for it: «Trên cơ sở …, các sở, ban, ngành …»
GROUND = re.compile(
    r"(?:(?:Trên\s+cơ\s+sở|Trong\s+phạm\s+vi|Căn\s+cứ|Theo|Để|Nhằm|Hằng\s+năm|Hàng\s+năm|Định\s+kỳ|Từ)\s[^:;]{3,220}?"
    r"|(?:Hằng|Hàng)\s+(?:năm|quý|tháng)),\s+"
)
# Clause of a body that was already given something: «được phân công …, chịu trách nhiệm»
GIVEN = re.compile(r"(?:được|đã\s+được)\s+(?:phân\s+công|giao|phân\s+giao|chỉ\s+định)")
TAKES = re.compile(r"(?:,\s*)?((?:có|chịu)\s+trách\s+nhiệm)(?!\w)")

# «có nhiệm vụ:», «thực hiện các nội dung sau:» — announces the items, is none itself
ANNOUNCES = re.compile(r":\s*$")
GENERAL_BODY = re.compile(
    r"(?:các|Các|những|Những)\s+(?:cơ\s+quan|đơn\s+vị|tổ\s+chức|ngành|địa\s+phương)\b[^.;:]{0,40}?liên\s+quan(?!\w)"
)
# Names whose «và» joins two offices: «Văn phòng HĐND và UBND»
OFFICE_OF_TWO = re.compile(
    r"Văn\s+phòng\s+(?:Đoàn\s+đại\s+biểu|Đoàn\s+ĐBQH|ĐĐBQH|Hội\s+đồng\s+nhân\s+dân|HĐND)"
)
COLLECTIVE = re.compile(rf"\s*{_MANY}(?!\w)|\s*[Ss]ở\s*,?\s*(?:ban|ngành)", re.IGNORECASE)

# Titles that group heads but hold no act of their own: «1. Cấp tỉnh», «2. Các Sở, ngành có liên quan»
NO_BODY = re.compile(
    r"(?i:kinh\s+phí|chế\s+độ|công\s+tác|thời\s+gian|kiểm\s+tra|báo\s+cáo|sơ\s+kết|tổng\s+kết|nguồn|nội\s+dung"
    r"|giải\s+pháp"
    r"|mục\s+(?:tiêu|đích)|yêu\s+cầu|theo\s+dõi|giám\s+sát|đánh\s+giá|khen\s+thưởng|thông\s+tin|việc"
    r"|trong\s+quá\s+trình"
    r"|quá\s+trình|tài\s+chính|tiến\s+độ|lộ\s+trình|điều\s+kiện|phụ\s+lục|hiệu\s+lực|cơ\s+chế|quy\s+trình|dự\s+án"
    r"|tiểu\s+dự\s+án)(?!\w)"
)

# A line that begins with an act is a duty, not a name.
ACT_FIRST = re.compile(
    rf"(?i:{_STRONG}|{_WEAK}|đảm|lồng|quản|vận|mở|chi|hỗ|đề|phấn|tham|thu|giữ|nắm|thành|các\s+nội|một\s+số)(?!\w)",
    re.VERBOSE,
)

# Names that are known to be over: a department with its field, a committee with its levels; then the place.
_LEVEL = (
    r"(?:tỉnh|thành\s+phố|huyện|quận|thị\s+xã|xã|phường|thị\s+trấn|đặc\s+khu|[Tt][Pp]\.?"
    r"|Tỉnh|Thành\s+phố|Huyện|Thị\s+xã|Quận|Xã|Phường)"
)
_CAPITAL_WORDS = r"(?:\s+[A-ZĐÂÊÔƠƯÁÀẢÃẠẮẰẲẴẶẤẦẨẪẬÉÈẺẼẸẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌỐỒỔỖỘỚỜỞỠỢÚÙỦŨỤỨỪỬỮỰÝỲỶỸỴ][\w’]*)*"
COMPLETE = re.compile(
    rf"""
    (?: (?:[Ss]ở|[Pp]hòng|[Bb]ộ)\s+{FIELD.pattern} (?:\s+{_LEVEL}{_CAPITAL_WORDS})?
      | (?:UBND|(?:Ủy|ủy)\s+ban\s+nhân\s+dân)\s+(?:\d{{1,3}}\s+|các\s+|cấp\s+|cả\s+|toàn\s+bộ\s+)*
        {_LEVEL}{_CAPITAL_WORDS}(?:\s*(?:,|và|,\s*và|-)\s*{_LEVEL}(?!\w){_CAPITAL_WORDS})*
    )(?!\w)
    """,
    re.VERBOSE,
)
# What may still follow a complete name: «UBND các huyện có rừng», «Sở Y tế và …», «Sở Y tế các tỉnh»
GOES_ON = re.compile(
    r"(?:và|các|thuộc|trực|nơi|được|liên|có\s+(?:liên|rừng|biển|đất|dự|đường|di|làng|tuyến|khu|cụm|cửa|công|mỏ|đê"
    r"|hồ)|của|mới|trên\s+địa|trên\s+toàn|còn\s+lại|vùng|ven|biên|miền|tỉnh|thành|huyện|quận|thị|xã|phường|đặc|khu"
    r"|cấp\s+(?:tỉnh|huyện|xã|trên|dưới|cơ)|kế\s+toán|kế\s+hoạch(?=\s*(?:[,;:.(-]|$))|chủ\s+quản|sở\s+tại|trong\s+(?:tỉnh|huyện|vùng|toàn))(?!\w)"
)
# A level, perhaps with its place, is the last word of most names: «Hội Luật gia thành phố | trợ giúp …»
PLACED = re.compile(
    rf"\s(?:tỉnh|thành\s+phố|huyện|quận|thị\s+xã|phường|thị\s+trấn|đặc\s+khu){_CAPITAL_WORDS}\s$"
)
BEHIND_LEVEL = re.compile(
    rf"(?:{GOES_ON.pattern}|ủy|đoàn|hội|lộ|đảo|lỵ|thông\s+minh|khác|cũ|này|cùng|phía|và|hoặc)(?!\w)"
)
ANY_ACT = re.compile(rf"(?:{_STRONG}|{_WEAK})(?!\w)", re.VERBOSE)
