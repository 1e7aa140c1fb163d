"""`read_document_safely`: the same as `read_document`, in a process of its own that may not harm anybody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.documents.models import Document, Limits, Notice, PageMark
from app.documents.reading import read_bytes
from app.documents.refusals import DocumentRefused

_WORKER = Path(__file__).with_name("worker.py")
# The worker is told nothing of this process: no settings, no secrets, no proxy.
_ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def read_document_safely(
    source: str | Path | bytes, filename: str = "", limits: Limits = Limits()
) -> Document:
    """Read a document in a worker process with limits on memory, CPU, time and output, without network.

    Takes and gives what `read_document` does, and raises DocumentRefused for every content, also "timeout"
    and "too_heavy". Starting the worker costs about a tenth of a second.
    """
    data, filename = bytes_and_name(source, filename, limits)
    return document_from(ask_worker("read", data, filename, limits))


def bytes_and_name(source: str | Path | bytes, filename: str, limits: Limits) -> tuple[bytes, str]:
    """The bytes and the name of a source. Raises DocumentRefused: too_big. OSError where a path cannot be read."""
    if isinstance(source, bytes):
        data = source
    else:
        data = read_bytes(Path(source), limits)
        filename = filename or Path(source).name
    if len(data) > limits.max_bytes:  # refused here too, so that nothing large is handed on
        raise DocumentRefused("too_big", limit=f"{limits.max_bytes / 1024 / 1024:.0f} MB")
    return data, filename


def ask_worker(task: str, data: bytes, filename: str, limits: Limits, **more: Any) -> dict[str, Any]:
    """What the worker answers to one task: "read", "survey" or "draw" (see worker.py).

    Raises DocumentRefused for every content.
    """
    order = {"task": task, "filename": filename, "limits": asdict(limits), "site": sys.path, **more}
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
        given.write(data)
        given.seek(0)
        # -I: neither the environment nor the current folder decides which code runs. The answer is a file,
        # not a pipe: the kernel bounds its size (RLIMIT_FSIZE), and a chatty worker can never block us.
        worker = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            [sys.executable, "-I", "-S", str(_WORKER), json.dumps(order)],
            stdin=given,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            close_fds=True,
            start_new_session=True,
        )
        code = _wait(worker, limits)
        answer.seek(0)
        return _answer(answer.read(limits.output_bytes + 1), code, filename, limits)


def document_from(said: dict[str, Any]) -> Document:
    """The Document that the worker's answer to "read" describes."""
    return Document(
        text=said["text"],
        pages=tuple(PageMark(offset, number) for offset, number in said["pages"]),
        media_type=said["media_type"],
        warnings=tuple(Notice(code, params) for code, params in said["warnings"]),
        sha256=said["sha256"],
    )


def _wait(worker: subprocess.Popen[bytes], limits: Limits) -> int:
    """The exit code; a worker that takes too long is killed, and so is one whose parent is interrupted."""
    try:
        return worker.wait(limits.wall_seconds)
    except subprocess.TimeoutExpired:
        raise DocumentRefused("timeout", seconds=round(limits.wall_seconds)) from None
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.wait()


def _answer(raw: bytes, code: int, filename: str, limits: Limits) -> dict[str, Any]:
    """The worker's JSON, or a refusal. A worker that died without an answer refuses as well."""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise DocumentRefused("timeout", seconds=limits.cpu_seconds)
    if code == -signal.SIGXFSZ:
        raise DocumentRefused("too_big", limit=f"{limits.output_bytes / 1024 / 1024:.0f} MB")
    try:
        said: dict[str, Any] = json.loads(raw)
    except ValueError:  # a crash of a parser: nothing usable came back
        extension = Path(filename).suffix.lstrip(".").upper() or "?"
        raise DocumentRefused("damaged", format=extension[:8]) from None
    if "refused" in said:
        raise DocumentRefused(said["refused"], **said["params"])
    return said
