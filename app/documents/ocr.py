"""Recognising the pages of a scan with Tesseract, one page at a time, each within limits.

A worker process draws the page, Tesseract reads the picture and knows nothing of the document. Whatever either of
them does to itself, this process only sees a file with words and boxes, or none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from app.documents.models import Limits
from app.documents.ocr_lines import read_tsv
from app.documents.programs import Bounds, Missing, find, run
from app.documents.refusals import DocumentRefused
from app.documents.safely import ask_worker

Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is; what it raises ends the work and reaches the caller."""

_LANGUAGE = "vie"
_DOUBTFUL = 55.0  # percent: a page less sure than this may lie on its side
_MEMORY = 1024 * 1024 * 1024


def ocr_available(folder: Path) -> Missing | None:
    """What must be installed before a scan can be read, or None. `folder` is a private one for a moment's use."""
    program = find("tesseract")
    if program is None:
        return Missing("ocr_missing", "Tesseract (tesseract-ocr, tesseract-ocr-vie)")
    # A blank picture of one point: reading it fails where the language data is not there.
    blank = folder / "blank.pgm"
    blank.write_bytes(b"P5\n32 32\n255\n" + b"\xff" * 1024)
    if run([program, "blank.pgm", "blank", "-l", _LANGUAGE], folder, _bounds(Limits())) != 0:
        return Missing("ocr_missing", "tesseract-ocr-vie")
    return None


def recognise(
    data: bytes,
    filename: str,
    pages: tuple[int, ...],
    limits: Limits,
    folder: Path,
    progress: Progress | None = None,
) -> dict[int, tuple[Path, float] | None]:
    """Recognise these pages. `folder` is private; the answers are left in it.

    Returns by page number the TSV of Tesseract and the resolution that its boxes count in, or None for a page that
    could not be drawn or took too long. Raises DocumentRefused: timeout where all pages together took too long.
    """
    end = time.monotonic() + limits.slow_seconds
    found: dict[int, tuple[Path, float] | None] = {}
    if progress:
        progress(0, len(pages))
    for done, number in enumerate(pages, 1):
        if time.monotonic() > end:
            raise DocumentRefused("timeout", seconds=round(limits.slow_seconds))
        found[number] = _recognise_page(data, filename, number, limits, folder)
        if progress:
            progress(done, len(pages))
    return found


def _recognise_page(
    data: bytes, filename: str, number: int, limits: Limits, folder: Path
) -> tuple[Path, float] | None:
    """One page; a second time turned upright where the first reading makes no sense."""
    first = _attempt(data, filename, number, 0, limits, folder)
    if first is None:
        return None
    sense = _sense(first)
    if sense >= _DOUBTFUL:
        return first  # nearly always
    turn = _turn_of(data, filename, number, limits, folder)
    second = _attempt(data, filename, number, turn, limits, folder) if turn else None
    return second if second is not None and _sense(second) > sense else first


def _attempt(
    data: bytes, filename: str, number: int, turn: int, limits: Limits, folder: Path
) -> tuple[Path, float] | None:
    picture, name = folder / "page.pgm", f"page-{number}-{turn}"
    dpi = _draw(data, filename, number, turn, limits, picture)
    if dpi is None:
        return None
    command = [_program(), picture.name, name, "-l", _LANGUAGE, "--dpi", str(round(dpi)), "--psm", "3"]
    code = run([*command, "-c", "tessedit_create_tsv=1"], folder, _bounds(limits))
    picture.unlink(missing_ok=True)
    tsv = folder / f"{name}.tsv"
    return (tsv, dpi) if code == 0 and tsv.exists() else None


def _draw(data: bytes, filename: str, number: int, turn: int, limits: Limits, target: Path) -> float | None:
    """Resolution of the picture drawn to `target`, or None where this page cannot be drawn."""
    try:
        said = ask_worker("draw", data, filename, limits, page=number, turn=turn, target=str(target))
    except DocumentRefused:
        return None
    return float(said["dpi"])


def _turn_of(data: bytes, filename: str, number: int, limits: Limits, folder: Path) -> int:
    """By how many degrees the page must be turned clockwise to stand upright; 0 where nobody can tell."""
    picture, answer = folder / "page.pgm", folder / "turn.osd"
    answer.unlink(missing_ok=True)
    if _draw(data, filename, number, 0, limits, picture) is None:
        return 0
    run([_program(), picture.name, "turn", "--psm", "0"], folder, _bounds(limits))
    picture.unlink(missing_ok=True)
    said = answer.read_text("utf-8", "replace") if answer.exists() else ""
    turns = [line.split(":")[1].strip() for line in said.splitlines() if line.startswith("Rotate:")]
    return int(turns[0]) if turns and turns[0] in ("90", "180", "270") else 0


def _sense(answer: tuple[Path, float]) -> float:
    """How sure the words of a page are, in percent; 0 where they do not run from left to right."""
    page = read_tsv(answer[0].read_text("utf-8", "replace"), answer[1])
    return 0.0 if page.sideways else page.confidence


def _program() -> str:
    program = find("tesseract")
    if program is None:  # uninstalled meanwhile
        raise DocumentRefused("ocr_missing", missing="Tesseract", found="PDF")
    return program


def _bounds(limits: Limits) -> Bounds:
    return Bounds(limits.page_seconds, _MEMORY, limits.output_bytes)
