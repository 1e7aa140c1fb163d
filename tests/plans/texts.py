"""A plan in our own words, small enough to know by heart, in the layout that provinces use.

Two assignments and a request, a duty with a day, two yearly reports, a registration to two bodies, a quota.
"""

from __future__ import annotations

# ruff: noqa: E501
WHOLE = """ỦY BAN NHÂN DÂN
TỈNH LAM GIANG

Số: 61/KH-UBND

Lam Giang, ngày 02 tháng 3 năm 2026

KẾ HOẠCH

Thi đua cải thiện nhà ở cho hộ khó khăn giai đoạn 2026 - 2028

Căn cứ Quyết định số 15/QĐ-UBND ngày 12 tháng 01 năm 2026 của Ủy ban nhân dân tỉnh về chương trình nhà ở;

Ủy ban nhân dân tỉnh ban hành kế hoạch như sau:

I. MỤC TIÊU

Đến năm 2028 không còn hộ ở nhà tạm.

II. TỔ CHỨC PHONG TRÀO

1. Đăng ký: Các cơ quan, đơn vị gửi đăng ký thi đua về Sở Nông nghiệp và Môi trường (cơ quan thường trực) và Sở Nội vụ để theo dõi.

2. Khen thưởng: Đề nghị Chủ tịch Ủy ban nhân dân tỉnh tặng Bằng khen; toàn tỉnh chọn không quá 05 tập thể và 05 cá nhân.

III. TỔ CHỨC THỰC HIỆN

1. Sở Y tế

a) Chủ trì khám sức khỏe cho người già yếu trong các hộ được hỗ trợ, hoàn thành trước ngày 15/12/2026.

b) Phối hợp Sở Tài chính lập dự toán hằng năm.

2. Ủy ban nhân dân các xã, phường

- Lập danh sách hộ cần hỗ trợ.

- Công khai danh sách tại trụ sở.

3. Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh vận động nguồn lực và giám sát việc bình xét.

IV. CHẾ ĐỘ BÁO CÁO

Các cơ quan, đơn vị gửi báo cáo 6 tháng trước ngày 15/6 và báo cáo năm trước ngày 15/11 hằng năm về Sở Nông nghiệp và Môi trường để tổng hợp.

Trên đây là kế hoạch thực hiện, yêu cầu các cơ quan nghiêm túc thực hiện./.

Nơi nhận:
- Như trên;
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH

Trần Văn Minh
"""

UNKNOWN_BODY = WHOLE.replace("1. Sở Y tế\n", "1. Ban Điều phối Nông thôn\n")
WITHOUT_DAY = WHOLE.replace("ngày 02 tháng 3 năm 2026", "ngày     tháng 3 năm 2026")
CLASSIFIED = "MẬT\n\n" + WHOLE
