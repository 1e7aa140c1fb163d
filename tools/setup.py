"""Makes .venv and installs the pinned requirements, only where they changed: `setup.py [dev]`."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"


def main(dev: bool) -> None:
    """Install what is missing. Does nothing where the requirements are those of the last time."""
    wanted = {".run": ["requirements.txt"]}
    if dev:
        wanted[".dev"] = ["requirements.txt", "requirements-dev.txt"]
    if all(_mark(name) == _digest(files) for name, files in wanted.items()):
        for name in wanted:
            (VENV / name).touch()  # newer than the files, so that make does not ask again
        return
    try:
        if not PYTHON.exists():
            print("Making .venv …", flush=True)
            subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        print("Installing the pinned requirements …", flush=True)
        for file in list(wanted.values())[-1]:
            subprocess.run(
                [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
                 "-r", PROJECT / file],
                check=True,
            )  # fmt: skip
        for name, files in wanted.items():
            (VENV / name).write_text(_digest(files))
    except PermissionError as error:
        sys.exit(f"No write access to {error.filename}: run this as the owner of the project's folder.")
    except subprocess.CalledProcessError:
        sys.exit("The set-up did not finish; the lines above say why. Run the same command again to go on.")


def _digest(files: list[str]) -> str:
    return hashlib.sha256(b"".join((PROJECT / name).read_bytes() for name in files)).hexdigest()


def _mark(name: str) -> str | None:
    """What was installed last time, as a digest."""
    path = VENV / name
    return path.read_text() if path.exists() else None


if __name__ == "__main__":
    main("dev" in sys.argv[1:])
