"""Programs of the machine that read what this library cannot: are they there, and run one within limits."""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from app.documents.refusals import DocumentRefused

_BOUNDED = Path(__file__).with_name("bounded.py")
# Handed on if set: where an installation outside the usual folders keeps its data.
_HANDED_ON = ("PATH", "TESSDATA_PREFIX")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is not installed. `refusal`: ocr_missing or office_missing. `what`: the package to install."""

    refusal: str
    what: str

    def refused(self, found: str) -> DocumentRefused:
        """The refusal of a file of the kind `found` (PDF, PNG, DOC …), which tells what to install."""
        return DocumentRefused(self.refusal, missing=self.what, found=found)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one run of a program may cost: seconds on the clock, bytes of addresses, bytes of one file, and seconds of
    the processor (None: twice the clock, so that what runs away from us ends by itself)."""

    wall_seconds: float
    memory_bytes: int
    file_bytes: int
    cpu_seconds: int | None = None


def find(*names: str) -> str | None:
    """The full path of the first of these programs that is installed."""
    return next((path for name in names if (path := shutil.which(name))), None)


def run(command: list[str], folder: Path, bounds: Bounds) -> int | None:
    """Run a program in `folder`, its home and the place of its temporary files. What it says is thrown away.

    Returns its exit code (negative: the signal that ended it), or None where it took too long and was ended with
    everything that it had started.
    """
    limits = {
        "RLIMIT_AS": bounds.memory_bytes,
        "RLIMIT_CPU": bounds.cpu_seconds or 2 * math.ceil(bounds.wall_seconds),
        "RLIMIT_FSIZE": bounds.file_bytes,
        "RLIMIT_CORE": 0,
    }
    environment = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    environment |= {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
    process = subprocess.Popen(  # noqa: S603 - a program found on this machine, without a shell
        [sys.executable, "-I", "-S", str(_BOUNDED), json.dumps(limits), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=folder,
        close_fds=True,
        start_new_session=True,
    )
    try:
        return process.wait(bounds.wall_seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:  # also where the caller was interrupted
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
