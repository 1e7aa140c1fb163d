"""`python -m tests.access`: write the table of every route and role anew, to be reviewed as a change."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.access.matrix import TABLE, Matrix, Route, table_lines
from tests.access.world import ROLES, World, build, copy_of, office_in


def column(world: World, role: str) -> dict[Route, str]:
    with tempfile.TemporaryDirectory() as folder, office_in(copy_of(world, Path(folder))) as app:
        return Matrix(app, world).column(role)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        made = build(Path(place))
        columns = {role: column(made, role) for role in ROLES}
    TABLE.write_text("\n".join(table_lines(columns)) + "\n", "utf-8")
