"""Makes the .pdf files in fixtures/ by printing our own words with Chromium. Run by hand when the words change:

python -m tests.documents.make_fixtures
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

FIXTURES = Path(__file__).with_name("fixtures")

DUTY = (
    "Sở Nông nghiệp và Môi trường chủ trì, phối hợp với các sở, ngành liên quan và Ủy ban nhân dân các xã, phường "
    "theo dõi, đôn đốc, tổng hợp kết quả thực hiện Kế hoạch này, báo cáo Ủy ban nhân dân tỉnh trước ngày 15 tháng 6 "
    "và trước ngày 15 tháng 11 hằng năm; kịp thời đề xuất giải pháp tháo gỡ khó khăn của từng địa phương."
)
_STYLE = """
@page { size: A4; margin: 20mm 15mm 20mm 30mm;
        @top-center { content: counter(page); font: 13pt serif }
        @bottom-left { content: "Văn bản nội bộ của tỉnh Lam Giang - bản " counter(page); font: 9pt serif } }
body { font: 14pt/1.3 "Times New Roman", "Liberation Serif", serif }
p { text-align: justify; text-indent: 1cm; margin: 6pt 0 }
.c { text-align: center; text-indent: 0; font-weight: bold }
td { vertical-align: top } .head td { text-align: center; font-size: 12pt }
.grid td { border: 1px solid black; padding: 2pt 12pt }
"""
_PLAN = f"""<!doctype html><meta charset="utf-8"><title>Kế hoạch</title><style>{_STYLE}</style>
<table class="head" width="100%"><tr><td>ỦY BAN NHÂN DÂN<br><b>TỈNH LAM GIANG</b></td>
<td><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b><br><b>Độc lập - Tự do - Hạnh phúc</b></td></tr>
<tr><td>Số: 12/KH-UBND</td><td><i>Lam Giang, ngày 05 tháng 02 năm 2026</i></td></tr></table>
<p class="c">KẾ HOẠCH</p>
<p class="c">Thực hiện Chương trình giảm nghèo bền vững năm 2026<br>trên địa bàn tỉnh Lam Giang</p>
<p>I. MỤC ĐÍCH</p>
{"".join(f"<p>{number}. {DUTY}</p><p>- {DUTY}</p><p>a) Việc ngắn.</p>" for number in range(1, 9))}
<table class="grid"><tr><td>STT</td><td>Nội dung</td><td>Hạn</td></tr>
<tr><td>1</td><td>Tập huấn</td><td>15/6</td></tr></table>
<table class="head" width="100%"><tr><td style="text-align:left;font-size:11pt"><b><i>Nơi nhận:</i></b><br>
- Như trên;<br>- Lưu: VT.</td>
<td><b>TM. ỦY BAN NHÂN DÂN<br>CHỦ TỊCH<br><br><br>Đặng Quốc Thịnh</b></td></tr></table>
"""
_SCAN = """<!doctype html><meta charset="utf-8"><canvas id="c" width="600" height="300"></canvas>
<script>
const c = document.getElementById("c").getContext("2d"); c.font = "40px serif";
c.fillText("KẾ HOẠCH", 50, 100)</script>"""


def print_pdf(html: str, target: Path) -> None:
    """Print a page with Chromium, without its own header and footer."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(html, encoding="utf-8")
        subprocess.run(
            [
                "/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-quic", f"--user-data-dir={folder}/profile", "--no-pdf-header-footer",
                f"--print-to-pdf={target}", page.as_uri(),
            ],
            check=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


if __name__ == "__main__":
    FIXTURES.mkdir(exist_ok=True)
    print_pdf(_PLAN, FIXTURES / "plan.pdf")
    print_pdf(_SCAN, FIXTURES / "scan.pdf")
