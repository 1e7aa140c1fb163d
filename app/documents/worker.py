"""The process that parses one document. Run by path, by `read_document_safely` only.

    worker.py ORDER < document > answer.json

ORDER is JSON: filename, limits, site (the import path of the parent). The answer is the document or the
refusal. Before a byte of the document is read, the process gives up memory, CPU, files, children, network.
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
        _answer(_read(data, order["filename"], limits))
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
    import resource
    import signal

    for name, amount in (
        ("RLIMIT_AS", limits.memory_bytes),
        ("RLIMIT_CPU", limits.cpu_seconds),
        ("RLIMIT_FSIZE", limits.output_bytes),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_NOFILE", 64),
    ):
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        wanted = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        try:
            resource.setrlimit(kind, (wanted, wanted))
        except (ValueError, OSError):  # a system that knows the limit by name only (macOS and RLIMIT_AS)
            continue
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it; the parent must see why nothing came
    sys.addaudithook(_forbid)


def _forbid(event: str, _: tuple[Any, ...]) -> None:
    """Parsers have no reason to connect, to resolve a name, or to start a program."""
    if event.startswith(
        ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "urllib.")
    ):
        raise PermissionError(event)


def _read(data: bytes, filename: str, limits: Any) -> dict[str, Any]:
    from app.documents.reading import read_document

    document = read_document(data, filename, limits)
    return {
        "text": document.text,
        "pages": [(mark.offset, mark.number) for mark in document.pages],
        "media_type": document.media_type,
        "warnings": [(notice.code, notice.params) for notice in document.warnings],
        "sha256": document.sha256,
    }


def _answer(said: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
    os._exit(0)  # no clean-up of parser libraries: the process is thrown away
