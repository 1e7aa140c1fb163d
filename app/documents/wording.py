"""The sentences of this library in both languages. They say what to do, not only what went wrong."""

from __future__ import annotations

from collections.abc import Mapping

Sentences = Mapping[str, tuple[str, str]]  # code -> (vi, en)

REFUSALS: Sentences = {
    "wrong_type": (
        "Không đọc được loại tệp này ({found}). Lưu lại thành .docx, .pdf, .html hoặc .txt rồi tải lên.",
        "This kind of file cannot be read ({found}). Save it as .docx, .pdf, .html or .txt, then upload.",
    ),
    "not_a_table": (
        "Tệp không phải bảng tính. Dùng tệp .xlsx hoặc .csv theo mẫu.",
        "The file is no table. Use an .xlsx or .csv file made from the template.",
    ),
    "too_many_rows": (
        "Bảng có hơn {limit} dòng. Chia thành nhiều tệp rồi nhập lần lượt.",
        "The table has more than {limit} rows. Split it into several files and import one after the other.",
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
    "ocr_missing": (
        "Tệp {found} này là ảnh quét, cần nhận dạng chữ, nhưng máy chủ chưa cài {missing}. Tải lên bản .docx hoặc "
        ".pdf có lớp chữ; hoặc đề nghị quản trị viên cài {missing} rồi tải lên lại.",
        "This {found} file is a scan and its text has to be recognised, but {missing} is not installed on the server. "
        "Upload the .docx or a .pdf with text, or ask the administrator to install {missing}, then upload again.",
    ),
    "office_missing": (
        "Tệp {found} được đọc qua LibreOffice, nhưng máy chủ chưa cài {missing}. Mở tệp, lưu thành .docx rồi tải "
        "lên; hoặc đề nghị quản trị viên cài {missing} rồi tải lên lại.",
        "A {found} file is read through LibreOffice, but {missing} is not installed on the server. Open the file and "
        "save it as .docx, or ask the administrator to install {missing}, then upload again.",
    ),
    "unreadable_scan": (
        "Không nhận dạng được chữ nào trong ảnh. Quét lại thẳng và rõ ở 300 dpi, hoặc tải lên bản .docx.",
        "No text was recognised in the picture. Scan it again, straight and clear, at 300 dpi, or upload the .docx.",
    ),
    "gave_up": (
        "Đọc tệp này không thành công sau nhiều lần thử. Lưu lại bản mới, chia thành nhiều tệp hoặc tải lên bản .docx.",
        "Reading this file failed several times. Save a new copy, split it into several files, or upload the .docx.",
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
    "recognised": (
        "Chữ ở trang {pages} do máy nhận dạng từ ảnh quét (độ tin cậy {confidence}%). Đối chiếu số, ngày và tên cơ "
        "quan với bản gốc.",
        "The text of pages {pages} was recognised from a scan ({confidence}% sure). Check numbers, dates and names of "
        "agencies against the original.",
    ),
    "pages_not_recognised": (
        "Trang không nhận dạng được chữ, cần đọc trên bản gốc: {pages}.",
        "Pages whose text was not recognised, to be read in the original: {pages}.",
    ),
    "converted_by_office": (
        "Tệp {format} được LibreOffice chuyển đổi trước khi đọc. Đối chiếu số thứ tự các mục với bản gốc.",
        "The {format} file was converted by LibreOffice before it was read. Check the numbering against the original.",
    ),
}


def sentence(table: Sentences, code: str, params: Mapping[str, str | int], lang: str) -> str:
    """The sentence for `code`, filled in; any language but English falls back to Vietnamese."""
    vietnamese, english = table[code]
    return (english if lang.startswith("en") else vietnamese).format(**params)
