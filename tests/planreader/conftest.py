"""What the tests of the reader share: the directory that the application starts with."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.planreader import Directory
from tools.reader_corpus import standard_directory


@pytest.fixture(scope="session")
def directory() -> Directory:
    return standard_directory()


# Real plans with what is to be read in them stand beside the project on some machines only.
GIVEN = Path(__file__).resolve().parents[3] / "shared"
collect_ignore = [] if (GIVEN / "plans").is_dir() and (GIVEN / "gold").is_dir() else ["test_given_plans.py"]
