"""Everything that can happen, each with its sentence for people. `%(subject)s` is what it happened to."""

from __future__ import annotations

from app.i18n import _l

SENTENCES = {
    # people
    "user.signed_in": _l("Đăng nhập"),
    "user.sign_in_failed": _l("Đăng nhập không thành công: %(subject)s"),
    "user.signed_out": _l("Đăng xuất"),
    "user.created": _l("Tạo tài khoản %(subject)s"),
    "user.changed": _l("Sửa tài khoản %(subject)s"),
    "user.closed": _l("Đóng tài khoản %(subject)s"),
    "user.reopened": _l("Mở lại tài khoản %(subject)s"),
    "user.password_changed": _l("Đổi mật khẩu của %(subject)s"),
    "user.language_changed": _l("Đổi ngôn ngữ của %(subject)s"),
    # agencies
    "agency.created": _l("Thêm cơ quan %(subject)s"),
    "agency.changed": _l("Sửa cơ quan %(subject)s"),
    "agency.succeeded": _l("Ghi cơ quan kế thừa của %(subject)s"),
    "alias.added": _l("Thêm tên gọi khác «%(subject)s»"),
    "alias.removed": _l("Bỏ tên gọi khác «%(subject)s»"),
    "group.created": _l("Thêm nhóm cơ quan %(subject)s"),
    "group.changed": _l("Sửa nhóm cơ quan %(subject)s"),
    # plans
    "plan.uploaded": _l("Đưa %(subject)s vào để đọc"),
    "plan.changed": _l("Sửa thông tin của %(subject)s"),
    "plan.confirmed": _l("Xác nhận %(subject)s và giao việc"),
    "plan.reopened": _l("Rút xác nhận của %(subject)s"),
    "plan.closed": _l("Kết thúc %(subject)s"),
    "plan.dropped": _l("Bỏ bản đọc của %(subject)s"),
    "draft.accepted": _l("Duyệt mục «%(subject)s»"),
    "draft.changed": _l("Sửa mục «%(subject)s»"),
    "draft.dropped": _l("Bỏ mục «%(subject)s»"),
    "draft.added": _l("Thêm mục «%(subject)s»"),
    "draft.restored": _l("Lấy lại mục «%(subject)s»"),
    "draft.clear_accepted": _l("Duyệt tất cả mục đã rõ của %(subject)s"),
    # obligations
    "obligation.owed": _l("Phát sinh: %(subject)s"),
    "obligation.acknowledged": _l("Ghi nhận đã tiếp nhận: %(subject)s"),
    "obligation.handed_over": _l("Chuyển cho cơ quan kế thừa: %(subject)s"),
    "obligation.waived": _l("Miễn: %(subject)s"),
    "obligation.cancelled": _l("Bãi bỏ: %(subject)s"),
    "submission.made": _l("Nộp: %(subject)s"),
    "submission.accepted": _l("Xác nhận hoàn thành: %(subject)s"),
    "submission.returned": _l("Trả lại, yêu cầu bổ sung: %(subject)s"),
    "submission.withdrawn": _l("Rút lại: %(subject)s"),
    "extension.asked": _l("Xin gia hạn: %(subject)s"),
    "extension.granted": _l("Cho gia hạn: %(subject)s"),
    "extension.refused": _l("Không cho gia hạn: %(subject)s"),
    "calendar.exception_added": _l("Thêm ngày nghỉ hoặc ngày làm bù %(subject)s"),
    "calendar.exception_removed": _l("Bỏ ngày nghỉ hoặc ngày làm bù %(subject)s"),
    # assignments and schedules
    "assignment.acknowledged": _l("Ghi nhận đã tiếp nhận nhiệm vụ của %(subject)s"),
    "duty.progress_noted": _l("Ghi tiến độ: %(subject)s"),
    "schedule.rolled": _l("Phát sinh kỳ báo cáo mới của %(subject)s"),
    "schedule.added": _l("Thêm kỳ báo cáo: %(subject)s"),
    "schedule.changed": _l("Sửa kỳ báo cáo: %(subject)s"),
    "schedule.closed": _l("Kết thúc kỳ báo cáo: %(subject)s"),
    # emulation
    "movement.reminded": _l("Nhắc đăng ký thi đua: %(subject)s"),
    "registration.made": _l("Đăng ký thi đua: %(subject)s"),
    "registration.changed": _l("Sửa đăng ký thi đua: %(subject)s"),
    "registration.received": _l("Xác nhận đã nhận đăng ký: %(subject)s"),
    "registration.receipt_undone": _l("Bỏ xác nhận đã nhận đăng ký: %(subject)s"),
    "nomination.made": _l("Đề nghị khen thưởng: %(subject)s"),
    "nomination.changed": _l("Sửa đề nghị khen thưởng: %(subject)s"),
    "nomination.ranked": _l("Xếp thứ tự đề nghị khen thưởng: %(subject)s"),
    "nomination.withdrawn": _l("Rút đề nghị khen thưởng: %(subject)s"),
    "nomination.decided": _l("Quyết định khen thưởng: %(subject)s"),
    # mail and feeds
    "reminder_rule.changed": _l("Đổi lịch nhắc: %(subject)s"),
    "message.resent": _l("Gửi lại thư: %(subject)s"),
    "message.cancelled": _l("Hủy thư: %(subject)s"),
    "obligation.urged": _l("Đôn đốc: %(subject)s"),
    "feed.created": _l("Tạo đường dẫn lịch của %(subject)s"),
    "feed.revoked": _l("Thu hồi đường dẫn lịch của %(subject)s"),
}
