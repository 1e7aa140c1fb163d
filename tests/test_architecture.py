"""Who may import whom. The table is the design; an import that points upwards fails here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
APP = PROJECT / "app"

LIBRARIES = {"deadlines", "planreader", "documents"}
PLATFORM = {
    "fields", "outbox", "audit", "files", "access", "errors", "i18n", "marks", "clock", "extensions", "links",
    "version",
}  # fmt: skip
FEATURES = ["organisations", "accounts", "obligations", "assignments", "schedules", "emulation", "plans"]
READERS = {"reminders", "oversight", "feeds"}
# Above the readers too: an agency that ends has something in every one of them.
REORGANISATIONS = "reorganisations"
ENTRY_POINTS = {"__init__", "cli", "scheduler", "api", "frame", "health", "logs", "tables", "demo", "pace"}

# What each part may import besides itself.
MAY_IMPORT: dict[str, set[str]] = {
    "deadlines": set(),
    "planreader": {"deadlines"},
    "documents": set(),
    **dict.fromkeys(PLATFORM, PLATFORM | LIBRARIES),
    "organisations": PLATFORM | LIBRARIES,
    "accounts": PLATFORM | LIBRARIES | {"organisations"},
    "obligations": PLATFORM | LIBRARIES | {"organisations", "accounts"},
    **{
        name: PLATFORM | LIBRARIES | {"organisations", "accounts", "obligations"}
        for name in ("assignments", "schedules", "emulation")
    },
    # "Everybody whom this plan assigns" reports: schedules ask assignments who that is.
    "schedules": PLATFORM | LIBRARIES | {"organisations", "accounts", "obligations", "assignments"},
    "plans": PLATFORM | LIBRARIES | set(FEATURES),
    **{name: PLATFORM | LIBRARIES | set(FEATURES) for name in READERS},
    REORGANISATIONS: PLATFORM | LIBRARIES | set(FEATURES) | READERS,
    **{
        name: PLATFORM | LIBRARIES | set(FEATURES) | READERS | ENTRY_POINTS | {REORGANISATIONS}
        for name in ENTRY_POINTS
    },
}
# Of another feature only these files may be used; its pages, forms and mails are its own.
OPEN_FILES = {
    "models",
    "queries",
    "rules",
    "operations",
    "directory",
    "calendar",
    "demands",
    "duerule",
    "figures",
    "indicators",
    "panels",
    "talk",  # what people say of an obligation or of the duty behind it, and
    "topics",  # what of the two they speak about, with
    "workrules",  # who may, and
    "workcards",  # what a page of either shows of who does the work, and
    "workforms",  # the forms on it
    "passwords",
    "tokens",  # random tokens and their digests, for every address and program that has one
    "attachments",
    "exchange",
    "reorganisations",  # the tables of what became of agencies
    "outcomes",
}
# Only these files may know the request.
REQUEST_NAMES = {"request", "current_user", "flash"}


def modules() -> list[Path]:
    return sorted(path for path in APP.rglob("*.py") if "static" not in path.parts)


def part_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


def imports_of(path: Path) -> list[tuple[str, list[str]]]:
    """Every import of our own code in a file: (module below app, names)."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "app":
            found.append((node.module.removeprefix("app").lstrip("."), [alias.name for alias in node.names]))
        elif isinstance(node, ast.Import):
            found += [(a.name.removeprefix("app."), []) for a in node.names if a.name.startswith("app.")]
    return found


def reached(module: str, names: list[str]) -> set[str]:
    """The parts that an import reaches: `from app import clock` reaches clock."""
    return (
        {module.split(".")[0]}
        if module
        else {
            name if (APP / name).is_dir() or (APP / f"{name}.py").exists() else "__init__" for name in names
        }
    )


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(APP)))
def test_imports_point_downwards_only(path: Path) -> None:
    part = part_of(path)
    assert part in MAY_IMPORT, f"{part} has no row in the table: say who may use it and what it may use"
    for module, names in imports_of(path):
        for other in reached(module, names):
            assert other == part or other in MAY_IMPORT[part], f"{part} imports {other} ({module} {names})"


@pytest.mark.parametrize(
    "path", [p for p in modules() if part_of(p) in {*FEATURES, *READERS, REORGANISATIONS}], ids=str
)
def test_of_another_feature_only_its_open_files_are_used(path: Path) -> None:
    for module, names in imports_of(path):
        feature, _, rest = module.partition(".")
        if feature in FEATURES and feature != part_of(path):
            files = {rest.split(".")[0]} if rest else set(names)
            assert files <= OPEN_FILES, f"{path.relative_to(APP)} uses {feature}.{files - OPEN_FILES}"


@pytest.mark.parametrize("path", [p for p in modules() if part_of(p) in LIBRARIES], ids=str)
def test_libraries_know_no_framework_no_database_no_clock(path: Path) -> None:
    source = path.read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        names = (
            [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        )  # fmt: skip
        assert not {name.split(".")[0] for name in names} & {"flask", "sqlalchemy", "flask_babel", "werkzeug"}
    assert "date.today(" not in source and "datetime.now(" not in source


def test_only_the_clock_asks_the_machine_for_the_time() -> None:
    asking = [
        str(path.relative_to(APP))
        for path in modules()
        if any(
            call in path.read_text("utf-8")
            for call in ("date.today(", "datetime.now(", "datetime.utcnow(", "time.time(")
        )
    ]
    assert asking == ["clock.py"]


@pytest.mark.parametrize(
    "path",
    [p for p in modules() if p.name in {"rules.py", "queries.py", "operations.py", "models.py"}],
    ids=str,
)
def test_rules_queries_and_operations_know_no_request_and_no_clock(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module in {"flask", "flask_login", "app"}:
            taken = {alias.name for alias in node.names} & (REQUEST_NAMES | {"clock", "session", "g"})
            assert not taken, f"{path.relative_to(APP)} uses {taken}"


def is_edge(path: Path) -> bool:
    """Views, the API, commands, jobs, the scheduler and the delivery: where one act is one commit."""
    edge = {"views", "commands", "jobs", "scheduler", "cli", "delivery"}
    return (
        path.stem in edge or path.stem.endswith("views") or path.parent.stem in edge or part_of(path) == "api"
    )


def test_commits_stand_at_the_edge_only() -> None:
    """One act, one commit: the change, its audit entry and its mails stand or fall together."""
    committing = [
        str(path.relative_to(APP))
        for path in modules()
        if "session.commit()" in path.read_text("utf-8") and not is_edge(path)
    ]
    assert committing == []


def test_modules_are_short() -> None:
    long = {
        str(path.relative_to(APP)): lines
        for path in modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > 450
    }
    assert long == {}
