"""The short form of the drill: the scenes that only whole processes can play. `make drill` runs all at length."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests import postgres
from tests.drill.place import POSTGRESQL, SQLITE, Office
from tests.drill.scenes import SCENES, runs_on

SEED = 25112026
CASES = [
    (SQLITE, "kill", {"kills": 2}),
    *[
        pytest.param(POSTGRESQL, name, more, marks=pytest.mark.postgresql)
        for name, more in (
            ("kill", {"kills": 2}),
            ("crowd", {"schedulers": 2, "workers": 2}),
            ("restart", {"restarts": 1}),
        )
    ],
]


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Office]]:
    """Five agencies with one officer each. Its database server is its own: it is stopped in mid-run."""
    size: dict[str, Any] = {"obligations": 200, "officers": 1, "communes": 12}
    made = {SQLITE: Office(tmp_path_factory.mktemp("drill"), None, **size)}
    if postgres.binaries() is None:
        yield made
        return
    with postgres.cluster() as cluster:
        made[POSTGRESQL] = Office(tmp_path_factory.mktemp("drill-pg"), cluster, **size)
        yield made


@pytest.mark.parametrize(("engine", "scene", "more"), CASES)
def test_no_reminder_is_lost_and_none_is_said_twice(
    offices: dict[str, Office], engine: str, scene: str, more: dict[str, int]
) -> None:
    assert runs_on(engine, scene)
    tally = SCENES[scene][0](offices[engine], engine, Random(SEED), **more)
    assert tally.expected > 0
    assert (tally.lost, tally.other_copies) == (0, 0), tally
