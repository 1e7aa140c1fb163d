"""The sentences of this library in both languages. They say what to do, not only what went wrong."""

from __future__ import annotations

from collections.abc import Mapping

Sentences = Mapping[str, tuple[str, str]]  # code -> (vi, en)

REFUSALS: Sentences = {
    "wrong_type": (
        "Không đọc được loại tệp này ({found}). Lưu lại thành .docx, .pdf có lớp chữ, .html hoặc "
        ".txt rồi tải lên.",
        "This kind of file cannot be read ({found}). Save it as .docx, .pdf with text, .html or "
        ".txt, then upload.",
    ),
    "empty": (
        "Tệp không có nội dung. Kiểm tra lại tệp đã chọn.",
        "The file has no content. Check that the right file was chosen.",
    ),
    "encrypted": (
        "Tệp được đặt mật khẩu. Gỡ mật khẩu rồi tải lên lại.",
        "The file is protected by a password. Remove the password, then upload it again.",
    ),
    "damaged": (
        "Tệp {format} bị hỏng hoặc chưa tải về trọn vẹn. Mở tệp, lưu lại bản mới rồi tải lên.",
        "The {format} file is damaged or incomplete. Open it, save a new copy, then upload that.",
    ),
    "too_big": (
        "Nội dung lớn hơn mức cho phép ({limit}). Bỏ bớt ảnh, nén lại hoặc chia thành nhiều tệp.",
        "The content is larger than allowed ({limit}). Remove pictures, compress it or split it "
        "into several files.",
    ),
    "zip_bomb": (
        "Tệp nén bung ra lớn bất thường nên không được mở. Mở tệp, lưu lại bản mới rồi tải lên.",
        "The file unpacks to an abnormal size, so it was not opened. Open it, save a new copy, then "
        "upload that.",
    ),
    "too_many_pages": (
        "Tài liệu có {pages} trang, nhiều hơn mức cho phép ({limit} trang). Chia thành nhiều tệp "
        "rồi tải lên.",
        "The document has {pages} pages, more than allowed ({limit}). Split it into several files, "
        "then upload.",
    ),
    "too_deep": (
        "Cấu trúc của tệp lồng nhau quá {limit} lớp nên không được đọc. Chép nội dung sang tệp mới "
        "rồi tải lên.",
        "The file is nested more than {limit} levels deep, so it was not read. Copy its content "
        "into a new file.",
    ),
    "too_heavy": (
        "Đọc tệp này cần nhiều bộ nhớ hơn mức cho phép. Chia thành nhiều tệp rồi tải lên.",
        "Reading this file needs more memory than allowed. Split it into several files, then upload.",
    ),
    "timeout": (
        "Đọc tệp quá {seconds} giây mà chưa xong nên đã dừng. Chia thành nhiều tệp hoặc lưu lại bản "
        "mới rồi thử lại.",
        "Reading took more than {seconds} seconds and was stopped. Split the file or save a new "
        "copy, then try again.",
    ),
    "no_text_layer": (
        "Tệp PDF này là ảnh quét, không có lớp chữ. Tải lên bản .docx gốc, hoặc nhận dạng chữ (OCR) "
        "rồi tải lên lại.",
        "This PDF is a scan without text. Upload the original .docx, or run text recognition (OCR) "
        "on it first.",
    ),
    "classified": (
        "Tài liệu có dấu chỉ độ mật «{marking}» nên không được tiếp nhận và không được lưu. "
        "Xử lý theo quy định về bảo vệ bí mật nhà nước.",
        "The document is marked «{marking}» (classified), so it was neither accepted nor stored. "
        "Handle it under the rules on state secrets.",
    ),
}

NOTICES: Sentences = {
    "other_extension": (
        "Tên tệp kết thúc bằng {extension} nhưng nội dung là {found}; tệp được đọc theo nội dung.",
        "The name ends in {extension} but the content is {found}; the file was read by its content.",
    ),
    "converted": (
        "Chữ được chuyển từ bảng mã {encoding} sang Unicode. Kiểm tra lại các chữ hoa có dấu.",
        "The text was converted from {encoding} to Unicode. Check the accented capital letters.",
    ),
    "encoding_guessed": (
        "Không rõ bảng mã của tệp; đã đọc theo {encoding}. Kiểm tra lại dấu tiếng Việt.",
        "The encoding of the file is unclear; it was read as {encoding}. Check the Vietnamese marks.",
    ),
    "tracked_changes": (
        "Tệp còn theo dõi sửa đổi: phần thêm được giữ, phần xóa được bỏ.",
        "The file has tracked changes: insertions were kept, deletions were dropped.",
    ),
    "pages_without_text": (
        "Trang không có lớp chữ nên chưa đọc được: {pages}.",
        "Pages without a text layer were not read: {pages}.",
    ),
}


def sentence(table: Sentences, code: str, params: Mapping[str, str | int], lang: str) -> str:
    """The sentence for `code`, filled in; any language but English falls back to Vietnamese."""
    vietnamese, english = table[code]
    return (english if lang.startswith("en") else vietnamese).format(**params)
