"""The front end stands on its own: everything vendored, pinned, licensed, and nothing inline in a page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "app" / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = sorted(path for path in (ROOT / "app" / "templates").rglob("*.html") if "mail" not in path.parts)
SHEETS = sorted((STATIC / "css").rglob("*.css"))

ICON_CALL = re.compile(r"""\bicon\(\s*["']([a-z0-9-]+)["']""")
INLINE_STYLE = re.compile(r"<style[\s>]|\sstyle\s*=", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=\s*[\"']", re.IGNORECASE)
OUTSIDE = re.compile(r"""(?:url\(|@import|src=|href=)\s*["']?(?:https?:)?//""")
JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def markup(path: Path) -> str:
    return JINJA_COMMENT.sub("", path.read_text())


def test_every_icon_a_template_names_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text()))
    named = {name for path in TEMPLATES for name in ICON_CALL.findall(path.read_text())}
    assert named, "no template names an icon: the pattern no longer fits"
    assert named <= drawn


def test_the_sprite_holds_the_icons_of_the_list_and_no_others():
    lines = (ROOT / "tools" / "icons.txt").read_text().splitlines()
    listed = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    assert set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text())) == listed


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "app" / "templates"))
)
def test_a_template_holds_no_inline_script_or_style_and_reaches_no_other_host(path):
    text = markup(path)
    assert not INLINE_STYLE.search(text)
    assert not INLINE_SCRIPT.search(text)
    assert not OUTSIDE.search(text)


@pytest.mark.parametrize("path", [*SHEETS, VENDOR / "fonts.css"], ids=lambda path: path.name)
def test_what_a_style_sheet_refers_to_is_there(path):
    text = path.read_text()
    assert not OUTSIDE.search(text)
    for address in re.findall(r"""url\(["']?([^"')]+)["']?\)""", text):
        if not address.startswith(("#", "data:")):
            assert (path.parent / address).is_file(), address


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_style_sheet_stands_in_a_layer_and_uses_only_tokens_that_exist(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert text.lstrip().startswith("@layer ")
    known = set(re.findall(r"(--[a-z0-9-]+)\s*:", (STATIC / "css" / "tokens.css").read_text()))
    own = set(re.findall(r"(--[a-z0-9-]+)\s*:", text))
    without_default = set(re.findall(r"var\((--[a-z0-9-]+)\)", text))
    assert without_default <= known | own


def test_the_lock_file_pins_each_asset_and_records_no_host():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, version in wanted.items():
        entry = locked[f"node_modules/{name}"]
        assert entry["version"] == version
        assert entry["integrity"].startswith("sha512-")
    assert not any("resolved" in entry for entry in locked.values())


def test_what_is_vendored_is_what_the_lock_file_pins_and_has_its_licence():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    said = dict(
        line.rsplit(" (", 1)[0].split(" ") for line in (VENDOR / "VERSIONS.txt").read_text().splitlines()
    )
    assert said == wanted
    licences = {path.name for path in VENDOR.rglob("*LICENSE.txt")}
    fonts = {
        f"{name.removeprefix('@fontsource/')}.LICENSE.txt"
        for name in wanted
        if name.startswith("@fontsource/")
    }
    assert licences == fonts | {"htmx.LICENSE.txt", "icons.LICENSE.txt"}
