"""The table of licences names what is installed, and nothing that may not be handed on with the office's work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import licences

ROWS = dict(re.findall(r"^\| (\S+) \| (\S+) \|", licences.TABLE.read_text("utf-8"), re.M))
FREE = re.compile(
    r"(MIT|BSD|0BSD|ISC|Apache|PSF|MPL|LGPL|Unlicense|OFL|HPND|Zlib|CC0|dependency licenses)[\w.\-]*"
)


def test_the_table_names_every_pinned_package_with_its_version():
    fronts = {package.name: package.version for package in licences.vendored_packages()}
    assert {name: ROWS.get(name) for name in licences.pinned()} == licences.pinned(), (
        "python -m tools.licences"
    )
    assert {name: ROWS.get(name) for name in fronts} == fronts
    assert ROWS.keys() == {"package", *licences.pinned(), *fronts}


def test_every_licence_lets_the_office_use_and_hand_on():
    for package in (*licences.python_packages(), *licences.vendored_packages()):
        named = re.split(r" (?:AND|OR|WITH) |, ", package.licence)
        assert named and all(FREE.fullmatch(one.strip("()")) for one in named), package


def test_what_is_vendored_stands_beside_its_licence():
    texts = [path.name.lower() for path in Path("app/static/vendor").rglob("*LICENSE*")]
    for package in licences.vendored_packages():
        word = package.name.split("/")[-1].split(".")[0]
        assert any(word in text for text in texts), package.name


def test_a_package_that_is_not_there_is_named():
    with pytest.raises(SystemExit, match="no-such-package is pinned but not installed"):
        licences._licence_of("no-such-package")
