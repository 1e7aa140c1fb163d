"""An office for a whole file of walks, its database read from outside, and what several walks type."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from app.accounts.passwords import DEMONSTRATION_PASSWORD
from app.clock import today
from app.demo.report_file import report_file
from tests.smtp import serve
from tests.walk.office import RunningOffice, running_office

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Records:
    """What stands in the database and in the folder of files, read beside the running office."""

    def __init__(self, folder: Path):
        self._folder, self._taken = folder, {0}

    def rows(self, query: str, *values: object) -> list[Any]:
        with sqlite3.connect(f"file:{self._folder / 'dunghan.db'}?mode=ro", uri=True) as connection:
            return connection.execute(query, values).fetchall()

    def count(self, query: str, *values: object) -> int:
        return int(self.rows(f"SELECT count(*) FROM {query}", *values)[0][0])

    def files(self) -> set[str]:
        return {path.name for path in (self._folder / "files").rglob("*") if path.is_file()}

    def report_of(self, agency: str) -> int:
        """A monthly report that this agency still owes, another one at each call."""
        query = """SELECT obligation.id FROM obligation JOIN agency ON agency.id = agency_id
                   WHERE agency.name = ? AND submitted_at IS NULL AND title LIKE 'Báo cáo tháng%' ORDER BY due_on"""
        found = next(row[0] for row in self.rows(query, agency) if row[0] not in self._taken)
        self._taken.add(found)
        return int(found)

    def submissions(self, obligation: int) -> list[Any]:
        return self.rows("SELECT number, text FROM submission WHERE obligation_id = ?", obligation)

    def titles(self, plan: int) -> list[str]:
        contents = self.rows("SELECT content FROM draft WHERE plan_id = ?", plan)
        return [json.loads(row[0]).get("title", "") for row in contents]

    def plan_in_review(self, number: str) -> int:
        return int(self.rows("SELECT id FROM plan WHERE number = ?", number)[0][0])


@contextmanager
def office_with_plans(folder: Path) -> Iterator[RunningOffice]:
    """One office for all tests of a file, each of which takes reports and plans of its own. Its mail server is away
    unless a test starts one."""
    with serve() as (_server, free):
        pass
    with running_office(folder, free, MAX_UPLOAD_MB="1") as running:
        running.python(
            "from tests.walk.plans import bring_into_force, leave_in_review; bring_into_force('61/KH-UBND');"
            "leave_in_review('71/KH-UBND', '72/KH-UBND', '73/KH-UBND')"
        )
        yield running


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def fill(page: Page, number: str, text: str = "") -> None:
    page.fill("input[name=number]", number)
    page.fill("input[name=signed_on]", f"{today():%d/%m/%Y}")
    page.fill("textarea[name=text]", text)


def sign_in_here(page: Page, name: str) -> None:
    page.fill("input[name=email]", f"{name}@lamgiang.example")
    page.fill("input[name=password]", DEMONSTRATION_PASSWORD)
    page.press("input[name=password]", "Enter")


def post(page: Page, address: str, **form: str) -> int:
    """Send a form of this window's person without a page for it."""
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    return page.request.post(address, form={"csrf_token": token, **form}, max_redirects=0).status


def report_docx() -> dict[str, Any]:
    made = report_file("Sở Y tế", "412/BC-SYT", today(), "Báo cáo tháng", ["Đã thực hiện."])
    return {"name": "bao-cao.docx", "mimeType": WORD, "buffer": made.read()}
