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
    names = ["requirements.txt", *(["requirements-dev.txt"] if dev else [])]
    mark = VENV / (".dev" if dev else ".run")
    wanted = hashlib.sha256(b"".join((PROJECT / name).read_bytes() for name in names)).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        mark.touch()  # newer than the files, so that make does not ask again
        return
    try:
        if not PYTHON.exists():
            print("Making .venv …", flush=True)
            subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        print("Installing the pinned requirements …", flush=True)
        for name in names:
            subprocess.run(
                [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
                 "-r", PROJECT / name],
                check=True,
            )  # fmt: skip
        mark.write_text(wanted)
    except PermissionError as error:
        sys.exit(f"No write access to {error.filename}: run this as the owner of the project's folder.")
    except subprocess.CalledProcessError:
        sys.exit("The set-up did not finish; the lines above say why. Run the same command again to go on.")


if __name__ == "__main__":
    main("dev" in sys.argv[1:])
