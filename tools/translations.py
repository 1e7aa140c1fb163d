"""`make translations`: collect the interface's sentences, keep what is translated, compile both catalogues.

Message ids are the Vietnamese sentences, so the Vietnamese catalogue fills itself; what English still lacks is
printed and the exit status is 1.
"""

from __future__ import annotations

import copy
import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parent.parent
TRANSLATIONS = PROJECT / "app" / "translations"
KEYWORDS = {
    "_": None, "_l": None, "_n": (1, 2), "gettext": None, "ngettext": (1, 2), "lazy_gettext": None,
    "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
OPTIONS = {
    name: {"trimmed": "true", "silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}
    for name in ("templates/**.html", "templates/**.txt")
}


def _is_ours(folder: str | os.PathLike[str]) -> bool:
    """Babel passes over folders whose name starts with «_», where the shared macros stand."""
    return not Path(folder).name.startswith((".", "__"))


def collect() -> Catalog:
    """Every sentence of the interface, in the order of its files."""
    found = Catalog(project="Đúng Hạn", charset="utf-8")
    for file, _line, message, comments, context in sorted(
        extract_from_dir(PROJECT / "app", METHODS, OPTIONS, keywords=KEYWORDS, directory_filter=_is_ours),
        key=lambda row: (row[0], row[1]),
    ):
        # The file alone: line numbers would change the catalogue with every edit.
        found.add(message, None, [(f"app/{file}", None)], auto_comments=comments, context=context)
    return found


def path_of(language: str, ending: str = "po") -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / f"messages.{ending}"


def load(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Đúng Hạn", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def fill_vietnamese(catalog: Catalog) -> None:
    """A Vietnamese sentence is its own translation; Vietnamese has one form for every number."""
    for message in catalog:
        if message.id:
            message.string = (message.id[1],) if isinstance(message.id, tuple) else message.id
            message.flags.discard("fuzzy")


def missing(catalog: Catalog) -> list[str]:
    """Sentences without a translation, or with one that was only guessed."""
    return [
        str(message.id)
        for message in catalog
        if message.id
        and (
            message.fuzzy
            or not message.string
            or (isinstance(message.string, tuple) and not all(message.string))
        )
    ]


def as_po(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(
        buffer,
        catalog,
        width=110,
        sort_output=True,
        omit_header=False,
        include_previous=False,
        ignore_obsolete=True,
    )
    # The dates of the header say nothing and would change with every run.
    lines = [
        line
        for line in buffer.getvalue().split(b"\n")
        if b"-Date:" not in line and b"Generated-By" not in line
    ]
    return b"\n".join(lines)


def as_mo(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    # The header carries dates, which would be those of this moment.
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    write_mo(buffer, catalog)
    return buffer.getvalue()


def main() -> int:
    found, status = collect(), 0
    for language in ("vi", "en"):
        catalog = load(language)
        catalog.update(
            copy.deepcopy(found), no_fuzzy_matching=True
        )  # update() takes over the messages themselves
        catalog.obsolete.clear()
        if language == "vi":
            fill_vietnamese(catalog)
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        path_of(language).write_bytes(as_po(catalog))
        with path_of(language).open("rb") as file:
            path_of(language, "mo").write_bytes(as_mo(read_po(file, locale=language)))
        lacking = missing(catalog)
        print(f"{language}: {len(catalog)} sentences, {len(lacking)} without a translation")
        for sentence in lacking:
            print(f"  {sentence}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
