"""What the tests of the reader share: the directory that the application starts with."""

from __future__ import annotations

import pytest

from app.planreader import Directory
from tools.reader_corpus import standard_directory


@pytest.fixture(scope="session")
def directory() -> Directory:
    return standard_directory()
