"""Copy the front-end assets that package-lock.json pins into app/static/vendor.

`make vendor` runs `npm ci` and then this. What it writes is committed, so that running the office
needs neither Node nor a network. Everything comes with its licence; app/static/vendor/VERSIONS.txt
says what stands there.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "app" / "static" / "vendor"
ICONS = Path(__file__).with_name("icons.txt")


class Font(NamedTuple):
    """One family: the package it comes from, the name that the style sheets use, what we need of it."""

    package: str
    family: str
    weights: tuple[int, ...]
    subsets: tuple[str, ...]
    unicode_range: str | None = None


FONTS = (
    Font("be-vietnam-pro", "Be Vietnam Pro", (400, 500, 600, 700), ("vietnamese", "latin")),
    Font("source-serif-4", "Source Serif 4", (400, 600), ("vietnamese", "latin")),
    # Be Vietnam Pro has no digits of equal width; Inter lends its own, and only them.
    Font("inter", "So", (400, 500, 600, 700), ("latin",), unicode_range="U+30-39"),
)


def main() -> int:
    if not MODULES.is_dir():
        print("node_modules is missing: run `npm ci` first.", file=sys.stderr)
        return 1
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    copy_htmx()
    copy_fonts()
    write_sprite()
    write_versions()
    print(f"{VENDOR.relative_to(ROOT)}: {sum(1 for f in VENDOR.rglob('*') if f.is_file())} files")
    return 0


def copy_htmx() -> None:
    package = MODULES / "htmx.org"
    shutil.copy(package / "dist" / "htmx.min.js", VENDOR / "htmx.min.js")
    shutil.copy(package / "LICENSE", VENDOR / "htmx.LICENSE.txt")


def copy_fonts() -> None:
    """Copy the woff2 files and write fonts.css with one @font-face for each of them."""
    folder = VENDOR / "fonts"
    folder.mkdir()
    faces = []
    for font in FONTS:
        package = MODULES / "@fontsource" / font.package
        shutil.copy(package / "LICENSE", folder / f"{font.package}.LICENSE.txt")
        ranges = json.loads((package / "unicode.json").read_text())
        for weight in font.weights:
            for subset in font.subsets:
                name = f"{font.package}-{subset}-{weight}-normal.woff2"
                shutil.copy(package / "files" / name, folder / name)
                covers = font.unicode_range or ranges[subset]
                faces.append(
                    f'@font-face {{ font-family: "{font.family}"; font-weight: {weight}; font-style: normal; '
                    f'font-display: swap;\n  src: url("fonts/{name}") format("woff2");\n'
                    f"  unicode-range: {covers}; }}\n"
                )
    (VENDOR / "fonts.css").write_text("".join(faces))


def icon_names() -> list[str]:
    lines = (line.strip() for line in ICONS.read_text().splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def write_sprite() -> None:
    """Put the icons in use into one file, each as a <symbol>; stroke and colour come from the style sheet."""
    package = MODULES / "@tabler" / "icons"
    symbols = []
    for name in icon_names():
        source = (package / "icons" / "outline" / f"{name}.svg").read_text()
        body = re.sub(r"<!--.*?-->", "", source, flags=re.S)
        inner = re.search(r"<svg[^>]*>(.*)</svg>", body, flags=re.S)
        if inner is None:
            raise ValueError(f"{name}.svg is not an icon")
        shapes = re.sub(r"\s*\n\s*", "", inner.group(1))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>\n')
    (VENDOR / "icons.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "".join(symbols) + "</svg>\n"
    )
    shutil.copy(package / "LICENSE", VENDOR / "icons.LICENSE.txt")


def write_versions() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    lines = []
    for name in sorted(wanted):
        about = json.loads((MODULES / name / "package.json").read_text())
        lines.append(f"{name} {about['version']} ({about['license']})\n")
    (VENDOR / "VERSIONS.txt").write_text("".join(lines))


if __name__ == "__main__":
    sys.exit(main())
