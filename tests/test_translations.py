"""Both catalogues are complete, current and compiled."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from tools import translations


@pytest.fixture(scope="module")
def sentences() -> set[str | tuple[str, ...]]:
    return {message.id for message in translations.collect() if message.id}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_sentence_is_translated_and_none_is_guessed(language: str, sentences) -> None:
    catalog = translations.load(language)
    assert sentences - {message.id for message in catalog} == set(), "run: make translations"
    assert translations.missing(catalog) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    with translations.path_of(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    assert translations.path_of(language, "mo").read_bytes() == translations.as_mo(catalog), (
        "run: make translations"
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_translation_has_the_same_blanks_to_fill(language: str) -> None:
    blanks = re.compile(r"%\((\w+)\)[sd]")
    for message in translations.load(language):
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            wanted = set(blanks.findall(" ".join(ids)))
            for string in strings:
                assert set(blanks.findall(string)) <= wanted, f"{message.id!r} → {string!r}"
                assert wanted - {"num", "n"} <= set(blanks.findall(string)), f"{message.id!r} → {string!r}"
