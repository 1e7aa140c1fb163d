"""Write docs/licences.md: every package that an installation runs, its version and its licence.

    python -m tools.licences            write the table
    python -m tools.licences --check    end with a fault where the table is out of date

The versions are those that requirements.txt and package-lock.json pin; the licences are what the packages say of
themselves. Run it after `make requirements` or `make vendor`, with the pinned packages installed.
"""

from __future__ import annotations

import json
import re
import sys
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "licences.md"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.M)
# What a package calls its licence → the identifier of the SPDX list.
_SPDX = {
    "MIT License": "MIT",
    "The MIT License (MIT)": "MIT",
    "Expat license": "MIT",
    "BSD License": "BSD",
    "BSD 3-Clause": "BSD-3-Clause",
    "BSD-3-Clause License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
_HEAD = """# Licences

Every package that an installation runs, as `requirements.txt` and `package-lock.json` pin it. Written by
`python -m tools.licences`; a test compares the table with the pinned versions.

What only tests and tools use (`requirements-dev.txt`) is not handed on and not listed. LibreOffice (MPL-2.0),
Tesseract (Apache-2.0) and PostgreSQL (PostgreSQL licence) are programs of the machine, run as processes of their own.
"""


class Package(NamedTuple):
    """One line of the table. `licence` is an SPDX expression where the package names one."""

    name: str
    version: str
    licence: str


def pinned() -> dict[str, str]:
    """Name → version of what requirements.txt pins."""
    return dict(_PINNED.findall((ROOT / "requirements.txt").read_text("utf-8")))


def python_packages() -> list[Package]:
    """Raises SystemExit where a pinned package is not installed or says nothing of its licence."""
    return [Package(name, version, _licence_of(name)) for name, version in sorted(pinned().items())]


def vendored_packages() -> list[Package]:
    """What stands in app/static/vendor, each beside its licence's text."""
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    return [
        Package(path.removeprefix("node_modules/"), facts["version"], facts["license"])
        for path, facts in sorted(lock.items())
        if path
    ]


def table() -> str:
    """The whole page."""
    parts = [_HEAD]
    for title, packages in (
        ("Python", python_packages()),
        ("Front end (app/static/vendor)", vendored_packages()),
    ):
        lines = [f"| {p.name} | {p.version} | {p.licence} |" for p in packages]
        parts.append(
            "\n".join([f"## {title}\n", "| package | version | licence |", "|---|---|---|", *lines, ""])
        )
    return "\n".join(parts)


def _licence_of(name: str) -> str:
    try:
        about: Message = metadata(name)
    except PackageNotFoundError:
        raise SystemExit(f"{name} is pinned but not installed: pip install -r requirements.txt") from None
    if expression := about.get("License-Expression"):
        return str(expression)
    named = [
        text.rsplit(" :: ", 1)[-1]
        for text in about.get_all("Classifier", [])
        if text.startswith("License ::") and text != "License :: OSI Approved"
    ]
    said = (about.get("License") or "").strip()
    if not named and said and "\n" not in said:
        named = [said]
    if not named:
        raise SystemExit(f"{name} does not say its licence: add it by hand.")
    return " OR ".join(sorted({_SPDX.get(one, one) for one in named}))


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        return 0 if TABLE.is_file() and TABLE.read_text("utf-8") == table() else 1
    TABLE.write_text(table(), "utf-8")
    print(f"{TABLE.relative_to(ROOT)}: {len(python_packages())} and {len(vendored_packages())} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
