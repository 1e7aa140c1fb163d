"""Every mail that the code posts is a complete folder of templates, and every folder is posted by somebody."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parent.parent / "app"
MAIL = APP / "templates" / "mail"
PARTS = {"subject.txt", "body.txt", "body.html"}
POSTING = {
    "post",
    "post_digest",
    "_post_all",
    "_post",
    "_post_part",
    "_post_presentation",
    "_post_obligation",
}


def kinds_posted() -> set[str]:
    """The first argument of every call of `post(…)` and `post_digest(…)`."""
    kinds = set()
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if name in POSTING and node.args:
                    kinds |= {
                        k.value
                        for k in ast.walk(node.args[0])
                        # A route is posted to, too: `@bp.post("/obligations/…")` is no mail.
                        if isinstance(k, ast.Constant) and isinstance(k.value, str) and "/" not in k.value
                    }
                    if isinstance(node.args[0], ast.Name):
                        kinds |= constant_of(path, node.args[0].id)
    return kinds


def constant_of(path: Path, name: str) -> set[str]:
    return {
        node.value.value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    }


def folders() -> list[Path]:
    return sorted(path for path in MAIL.iterdir() if path.is_dir() and not path.name.startswith("_"))


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_a_mail_has_a_subject_a_text_and_an_html_body(folder: Path) -> None:
    assert {path.name for path in folder.iterdir() if not path.name.startswith("_")} >= PARTS


def test_every_posted_kind_has_its_folder_and_every_folder_is_posted() -> None:
    assert kinds_posted() == {folder.name for folder in folders()}


@pytest.mark.parametrize("path", sorted(MAIL.rglob("*.html")), ids=lambda path: str(path.relative_to(MAIL)))
def test_a_mail_fetches_nothing_from_outside(path: Path) -> None:
    source = path.read_text("utf-8")
    for loading in ('src="http', "url(http", "<link", "<script", "@import"):
        assert loading not in source


def test_subjects_are_one_line_and_translated() -> None:
    for folder in folders():
        subject = (folder / "subject.txt").read_text("utf-8")
        assert "_(" in subject or "{% trans" in subject or "_n(" in subject or "subject" in subject, (
            folder.name
        )
