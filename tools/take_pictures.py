"""Pictures of the screens of a fresh demonstration office: `python tools/take_pictures.py FOLDER [NAME …]`.

Needs the system's Chromium. Each screen is taken at desktop (1440) and phone (390) width; the guide shows some of
them from `docs/pictures`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
PASSWORD = "dung-han-2026"
CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
OFFICER, CLERK, MEMBER, ADMINISTRATOR, HEAD = (
    f"{name}@lamgiang.example" for name in ("hanh", "toan", "duc", "quantri", "lan")
)
NOT_CHARGED, NOT_REGISTERED = (f"cv.{name}@lamgiang.example" for name in ("congantinh", "xabinhlam"))
FIRST = "main table a[href^='/obligations/']"
# name of the picture: who is signed in, path, and what is done there: a selector of a link to follow, or with "press "
# before it of a button to press
SCREENS = {
    "dang-nhap": ("", "/account/sign-in"),
    "quen-mat-khau": ("", "/account/forgotten"),
    "tai-khoan": (OFFICER, "/account"),
    "phien-dang-nhap": (OFFICER, "/account/sessions"),
    "ma-xac-thuc": (OFFICER, "/account/second-factor"),
    "ma-truy-cap": (OFFICER, "/account/tokens"),
    "viec-cua-toi": (OFFICER, "/work"),
    "viec-chua-co-gi": (NOT_CHARGED, "/work"),
    "nghia-vu": (OFFICER, "/work", "a[href^='/obligations/']"),
    "nghia-vu-tra-lai": (OFFICER, "/obligations?state=returned", FIRST),
    "phan-phoi-hop": (OFFICER, "/obligations?state=soon", FIRST, "a[href*='/parts/']"),
    "tam-hoan": (CLERK, "/obligations?state=suspended", FIRST),
    "dinh-chinh": (CLERK, "/obligations?state=correction", FIRST),
    "trinh-lanh-dao": (HEAD, "/work", "main a[href^='/obligations/']"),
    "nghia-vu-cho-duyet": (CLERK, "/obligations", FIRST),
    "gia-han": (OFFICER, "/obligations?state=soon", FIRST, "press [data-open='extend']"),
    "nop-bao-cao": (OFFICER, "/work", "a[href$='/submit']"),
    "phieu-nop": (CLERK, "/obligations", FIRST, "a[href*='/submissions/']"),
    "nhiem-vu": (OFFICER, "/duties"),
    "cach-gui": (OFFICER, "/work/practice"),
    "hoi-tinh-hinh": (CLERK, "/duties/1", "press [data-open='ask-status']"),
    "mot-nhiem-vu": (OFFICER, "/duties", "main a[href^='/duties/']"),
    "lich": (OFFICER, "/calendar"),
    "lich-danh-sach": (OFFICER, "/calendar", "main a[href*=list]"),
    "dang-ky-lich": (OFFICER, "/calendar/subscribe"),
    "ke-hoach": (CLERK, "/plans"),
    "ke-hoach-loc": (CLERK, "/plans?q=khong+co+ke+hoach+nay"),
    "mot-ke-hoach": (CLERK, "/plans/5"),
    "cac-bao-cao": (CLERK, "/plans/5/schedules"),
    "mot-bao-cao": (CLERK, "/schedules/7"),
    "sua-bao-cao": (CLERK, "/schedules/7/edit"),
    "sua-bao-cao-xem-truoc": (CLERK, "/schedules/7/edit", "press .schedule-form [value='preview']"),
    "bieu-so-lieu": (CLERK, "/schedules/7/indicators"),
    "tong-hop": (CLERK, "/schedules/7", "main a[href*='/consolidation/']"),
    "ket-thuc-ke-hoach": (CLERK, "/plans/5/close"),
    "dang-doc": (CLERK, "/plans/reading"),
    "van-ban": (CLERK, "/plans/5/source"),
    "doc-ke-hoach": (CLERK, "/plans/4/review"),
    "dua-ke-hoach-vao": (CLERK, "/plans/upload"),
    "hang-cho-duyet": (CLERK, "/obligations"),
    "nhac-viec": (CLERK, "/reminders"),
    "quy-tac-nhac": (CLERK, "/reminders/rules"),
    "thu-da-gui": (CLERK, "/reminders/mails"),
    "mot-thu": (CLERK, "/reminders/mails", "main table a[href^='/reminders/mails/']"),
    "nhac-viec-cua-toi": (OFFICER, "/reminders/mine"),
    "viec-khong-ai-nhan": (CLERK, "/reminders/unheard"),
    "vang-mat": (OFFICER, "/absences"),
    "thi-dua": (CLERK, "/emulation/1"),
    "cac-phong-trao": (CLERK, "/emulation"),
    "dang-ky-thi-dua": (NOT_REGISTERED, "/emulation/1/register"),
    "de-nghi-khen": (OFFICER, "/emulation/1/nominate"),
    "xet-khen": (CLERK, "/emulation/1/awards"),
    "bang-dieu-hanh": (MEMBER, "/board"),
    "bang-ngay-truoc": (MEMBER, "/board?on=2026-10-26"),
    "qua-han": (MEMBER, "/board/overdue"),
    "don-doc": (CLERK, "/board/overdue", "press .pick input", "press .list-acts button"),
    "co-quan": (ADMINISTRATOR, "/agencies"),
    "mot-co-quan": (ADMINISTRATOR, "/agencies/6"),
    "sua-co-quan": (ADMINISTRATOR, "/agencies/6/edit"),
    "nhom": (ADMINISTRATOR, "/agencies/groups"),
    "mot-nhom": (ADMINISTRATOR, "/agencies/groups/2"),
    "sua-nhom": (ADMINISTRATOR, "/agencies/groups/2/edit"),
    "so-do-co-quan": (ADMINISTRATOR, "/agencies/tree"),
    "nhap-xuat": (ADMINISTRATOR, "/agencies/imports"),
    "sap-xep": (ADMINISTRATOR, "/agencies/changes"),
    "lap-sap-xep": (ADMINISTRATOR, "/agencies/changes/new"),
    "nguoi-dung": (ADMINISTRATOR, "/people"),
    "them-nguoi-dung": (ADMINISTRATOR, "/people/new"),
    "sua-nguoi-dung": (ADMINISTRATOR, "/people/2"),
    "mat-khau-mot-lan": (ADMINISTRATOR, "/people/40", "press #set-password button"),
    "mat-khau": (OFFICER, "/account/password"),
    "nhat-ky": (ADMINISTRATOR, "/audit"),
    "cai-dat": (ADMINISTRATOR, "/settings"),
    "tim": (CLERK, "/search?q=giam+ngheo"),
    "khong-tim-thay": (OFFICER, "/plans/999999"),
}
# Enlarged fourfold a desk's window is as narrow as this; nothing may scroll sideways.
NARROWEST = 320
NAMELESS = """[...document.querySelectorAll('main :is(input, select, textarea)')]
    .filter(f => f.type !== 'hidden' && f.tabIndex !== -1)
    .filter(f => !(f.labels && f.labels.length) && !f.getAttribute('aria-label') && !f.getAttribute('aria-labelledby'))
    .map(f => f.name || f.type)"""
WIDTHS = {"": (1440, 900), "-dien-thoai": (390, 844)}


@contextmanager
def demonstration() -> Iterator[str]:
    """A web server with a fresh demonstration office; its address."""
    folder = tempfile.mkdtemp(prefix="dunghan-pictures-")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "INSTANCE_PATH": folder, "DATABASE_URL": "", "DEMONSTRATION": "1", "PORT": str(port),
        "LOG_LEVEL": "WARNING", "LOG_FORMAT": "text", "MAIL_SERVER": "", "SIGN_IN_RATE": "1000 per minute",
    }  # fmt: skip
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    for command in (["demo", "prepare"], ["job", "plan_reminders"], ["deliver"]):
        subprocess.run([*flask, *command], cwd=PROJECT, env=environment, check=True)
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4", "--no-control-socket",
         "--log-level", "warning", "wsgi:app"],
        cwd=PROJECT, env=environment,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(f"{address}/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(address: str) -> None:
    for _attempt in range(100):
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the web server did not answer")


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/account/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def take(browser: Browser, address: str, folder: Path, names: list[str]) -> None:
    for suffix, (width, height) in WIDTHS.items():
        pages: dict[str, Page] = {}
        for name in names:
            who, path, *acts = SCREENS[name]
            if who not in pages:
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    device_scale_factor=2 if suffix else 1,
                    locale="vi-VN",
                )
                pages[who] = context.new_page()
                pages[who].on("console", lambda message: print("  console:", message.text))
                if who:
                    sign_in(pages[who], address, who)
            page = pages[who]
            answer = page.goto(address + path)
            for act in acts:
                found = page.locator(act.removeprefix("press ")).first
                if act.startswith("press "):
                    found.dispatch_event("click")
                    page.wait_for_timeout(500)
                    page.wait_for_load_state()
                else:
                    answer = page.goto(address + (found.get_attribute("href") or ""))
            page.evaluate("document.fonts.ready")
            page.screenshot(path=folder / f"{name}{suffix}.png", full_page=True)
            print(
                f"{name}{suffix}: {answer.status}", *_faults(page, [width, NARROWEST] if suffix else [width])
            )
            page.set_viewport_size({"width": width, "height": height})


def _faults(page: Page, widths: list[int]) -> Iterator[str]:
    """What a picture may not show: a page wider than its window, and fields without a name."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844})
        over = page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            yield f"· {over} px wider than {width}"
    if nameless := page.evaluate(NAMELESS):
        yield f"· without a name: {', '.join(nameless)}"


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    names = sys.argv[2:] or list(SCREENS)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        take(browser, address, folder, names)
        browser.close()


if __name__ == "__main__":
    main()
