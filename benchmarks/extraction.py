"""Long documents through the library that gets the text out: a .docx and a text .pdf of 200 printed pages.

Wall-clock time of `read_document_safely`, the worker process that it starts included; the peak is the worker's.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from app.documents import read_document_safely
from app.documents.letters import Head, Signature, Text, plan_document
from benchmarks.measure import Row, in_own_process
from benchmarks.places import Ground
from benchmarks.reader import extract_times
from tests.documents.make_fixtures import print_pdf

PAGES = 200
PARAGRAPHS = 1_300  # of this length, in 14 point on A4: a little more than that
REPEATS = 3
_PARAGRAPH = (
    "{number}. Sở Nông nghiệp và Môi trường chủ trì, phối hợp với các sở, ngành liên quan và Ủy ban nhân dân các xã, "
    "phường rà soát nội dung số {number}, hướng dẫn hồ sơ, kiểm tra tại cơ sở và tổng hợp khó khăn, vướng mắc; báo "
    "cáo Ủy ban nhân dân tỉnh kết quả thực hiện trước ngày 15 tháng 6 và trước ngày 15 tháng 11 hằng năm. Ủy ban "
    "nhân dân các xã, phường bố trí người theo dõi, công khai kết quả tại trụ sở và gửi số liệu đúng mẫu quy định."
)
_STYLE = (
    "@page{size:A4;margin:20mm 15mm 20mm 30mm;@top-center{content:counter(page)}}"
    'body{font:14pt/1.3 "Times New Roman","Liberation Serif",serif}p{text-align:justify;margin:6pt 0}'
)


def plan_extract(ground: Ground) -> Iterator[Row]:
    """The same paragraphs in both formats; how many pages they make, the printed .pdf tells."""
    paragraphs = [_PARAGRAPH.format(number=n + 1) for n in range(PARAGRAPHS)]
    papers = ground.folder / "papers"
    papers.mkdir(exist_ok=True)
    word, printed = papers / "plan.docx", papers / "plan.pdf"
    word.write_bytes(_docx(paragraphs))
    body = "".join(f"<p>{html.escape(words)}</p>" for words in paragraphs)
    print_pdf(f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style>{body}', printed)
    pages = len(read_document_safely(printed).pages)
    if pages < PAGES:
        raise RuntimeError(f"the document has {pages} pages, not {PAGES}")
    for path in (word, printed):
        (times, characters, peak), _ = in_own_process(extract_times, path, REPEATS)
        yield Row(
            f"plan_extract {path.suffix} ({pages} pages)",
            size=characters,
            median_ms=times.median_ms,
            p95_ms=times.p95_ms,
            rate=pages / times.median_ms * 1000,
            peak_mb=peak,
        )


def _docx(paragraphs: list[str]) -> bytes:
    head = Head(
        "", "ỦY BAN NHÂN DÂN TỈNH LAM GIANG", "Số: 12/KH-UBND", "Lam Giang, ngày 05 tháng 02 năm 2026"
    )
    signature = Signature(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Đặng Quốc Thịnh")
    return plan_document(
        head, ["Kế hoạch dài"], [Text(words) for words in paragraphs], signature, ["Lưu: VT"]
    )
