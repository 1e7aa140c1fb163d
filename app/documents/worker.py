"""The process that parses one document. Run by path, by `safely.ask_worker` only.

    worker.py ORDER < document > answer.json

ORDER is JSON: filename, limits, site (the import path of the parent) and the task: "read" (the default; with
`recognised`, what Tesseract found), "survey" (what kind it is, which pages are scans) or "draw" (one `page`, by
`turn`, as a picture at `target`), "look" (what a preview of this `kind` shows) or "picture" (one `page` of a PDF).
The answer is what was asked, or the refusal.
Before a byte of the document is read, the process gives up memory, CPU, files, children, network.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


def main(order: dict[str, Any]) -> None:
    """Parse the document on standard input; write the answer to standard output."""
    _find_library(order["site"])
    from app.documents.models import Limits
    from app.documents.refusals import DocumentRefused

    limits = Limits(**order["limits"])
    _give_up_resources(limits)
    data = sys.stdin.buffer.read(limits.max_bytes + 1)
    try:
        _answer(_TASKS[order.get("task", "read")](data, order, limits))
    except DocumentRefused as refusal:
        _answer({"refused": refusal.code, "params": refusal.params})
    except MemoryError:
        _answer({"refused": "too_heavy", "params": {}})


def _find_library(site: list[str]) -> None:
    """Make `app.documents` importable without app/__init__.py: the web application has no place here."""
    root = Path(__file__).resolve().parents[2]
    sys.path[:] = [str(root), *(path for path in site if path)]
    package = ModuleType("app")
    package.__path__ = [str(root / "app")]
    sys.modules["app"] = package
    # app/documents/__init__.py would import subprocess and the other door; only the reading half is needed.
    library = ModuleType("app.documents")
    library.__path__ = [str(root / "app" / "documents")]
    sys.modules["app.documents"] = library


def _give_up_resources(limits: Any) -> None:
    """Lower every limit of this process for good, and refuse network and new processes from Python."""
    import signal

    from app.documents.bounded import give_up

    give_up(
        {
            "RLIMIT_AS": limits.memory_bytes,
            "RLIMIT_CPU": limits.cpu_seconds,
            "RLIMIT_FSIZE": limits.output_bytes,
            "RLIMIT_CORE": 0,
            "RLIMIT_NPROC": 0,
            "RLIMIT_NOFILE": 64,
        }
    )
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it; the parent must see why nothing came
    sys.addaudithook(_forbid)


def _forbid(event: str, _: tuple[Any, ...]) -> None:
    """Parsers have no reason to connect, to resolve a name, or to start a program."""
    if event.startswith(
        ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "urllib.")
    ):
        raise PermissionError(event)


def _read(data: bytes, order: dict[str, Any], limits: Any) -> dict[str, Any]:
    from app.documents.reading import read_document
    from app.documents.sniff import kind_of

    if "recognised" in order:
        from app.documents.recognised import read_recognised

        found = {
            int(number): (Path(one[0]), float(one[1])) if one else None
            for number, one in order["recognised"].items()
        }
        document = read_recognised(kind_of(data), data, order["filename"], found, limits)
    else:
        document = read_document(data, order["filename"], limits)
    return {
        "text": document.text,
        "pages": [(mark.offset, mark.number) for mark in document.pages],
        "media_type": document.media_type,
        "warnings": [(notice.code, notice.params) for notice in document.warnings],
        "sha256": document.sha256,
    }


def _survey(data: bytes, order: dict[str, Any], limits: Any) -> dict[str, Any]:
    from app.documents.reading import check_size
    from app.documents.sniff import kind_of

    check_size(data, limits)
    kind = kind_of(data)
    if kind not in ("pdf", "png", "jpeg", "tiff"):
        return {"kind": kind, "scanned": [], "has_text": True}
    from app.documents.scans import survey

    seen = survey(kind, data, limits)
    return {"kind": kind, "scanned": seen.scanned, "has_text": seen.has_text}


def _draw(data: bytes, order: dict[str, Any], limits: Any) -> dict[str, Any]:
    from app.documents.scans import draw
    from app.documents.sniff import kind_of

    return {"dpi": draw(kind_of(data), data, order["page"], order["turn"], Path(order["target"]), limits)}


def _look(data: bytes, order: dict[str, Any], limits: Any) -> dict[str, Any]:
    from app.documents.looking import look

    return look(order["kind"], data, limits)


def _picture(data: bytes, order: dict[str, Any], _limits: Any) -> dict[str, Any]:
    from app.documents.looking import picture

    return picture(data, order["page"])


_TASKS = {"look": _look, "picture": _picture, "read": _read, "survey": _survey, "draw": _draw}


def _answer(said: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
    os._exit(0)  # no clean-up of parser libraries: the process is thrown away
