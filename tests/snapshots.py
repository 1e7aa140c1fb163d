"""Texts kept beside the tests that made them. A changed text fails, and shows as a difference in review.

UPDATE_SNAPSHOTS=1 .venv/bin/pytest tests/reminders     writes them anew; read the difference before keeping it
"""

from __future__ import annotations

import os
from pathlib import Path


def check_snapshot(path: Path, text: str) -> None:
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert path.exists(), f"{path} is missing; run with UPDATE_SNAPSHOTS=1 to write it"
    assert text == path.read_text("utf-8"), (
        f"{path.name} differs; run with UPDATE_SNAPSHOTS=1 if that is meant"
    )
