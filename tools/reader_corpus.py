"""Measure the plan reader on its corpus: precision and recall by field, and what a change won or lost.

    python -m tools.reader_corpus                    the table, and every miss with --misses
    python -m tools.reader_corpus --compare          against the stored baseline: gains and losses by case
    python -m tools.reader_corpus --store            store what is read now as the new baseline

A case is a text, `tests/planreader/cases/NAME.txt`, with what a careful clerk reads in it, `NAME.json`. The
JSON holds only the fields that the case is about. Exit status 1 where the reader misses something.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.planreader import Directory, PlanReading, read_plan, reading_as_dict

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "planreader" / "cases"
BASELINE = ROOT / "tests" / "planreader" / "baseline.json"
AGENCIES = ROOT / "app" / "organisations" / "data" / "agencies.csv"
FIRST_WORDS = 6

Outline = dict[str, Any]


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    expected: Outline


def standard_directory() -> Directory:
    """The directory that the application starts with."""
    with AGENCIES.open(encoding="utf-8", newline="") as rows:
        return Directory.from_rows(csv.DictReader(rows))


def cases(folder: Path = CASES) -> Iterator[Case]:
    for path in sorted(folder.glob("*.txt")):
        # bytes decoded by hand: a text may have any kind of line ends, and they belong to the case
        text = path.read_bytes().decode("utf-8")
        yield Case(path.stem, text, json.loads(path.with_suffix(".json").read_text("utf-8")))


def outline(reading: PlanReading) -> Outline:
    """What a case can expect of a reading: everything but spans and full texts."""
    read = reading_as_dict(reading)
    return {
        **{key: read[key] for key in ("number", "issued_on", "issuer", "title", "period", "recipients")},
        "signer": read["signer"] and f"{read['signer']['name']}, {read['signer']['position']}",
        "basis": [b["number"] for b in read["basis"]],
        "assignments": [
            {
                "agency": a["agency"],
                "request": a["request"],
                "section": a["section"],
                "duties": len(a["duties"]),
                "first_words": " ".join(a["duties"][0]["text"].split()[:FIRST_WORDS]) if a["duties"] else "",
            }
            for a in read["assignments"]
        ],
        "resolved": [a["resolved"] for a in read["assignments"]],
        "today": [list(a.today) for a in reading.assignments],
        "roles": [[d["role"], d["supports"]] for a in read["assignments"] for d in a["duties"]],
        "reports": [{key: value for key, value in r.items() if key != "span"} for r in read["reports"]],
        "registrations": [{key: r[key] for key in ("what", "to", "due")} for r in read["registrations"]],
        "awards": [{key: a[key] for key in ("form", "collectives", "individuals")} for a in read["awards"]],
        "components": [{k: v for k, v in c.items() if k != "span"} for c in read["components"]],
        "other_deadlines": [{key: o[key] for key in ("text", "agency")} for o in read["other_deadlines"]],
        "warnings": sorted(w["code"] for w in read["warnings"]),
    }


def facts(field: str, value: Any) -> Counter[str]:
    """A field as countable facts: a list gives one for each row, anything else one, None none."""
    if value is None:
        return Counter()
    rows = value if isinstance(value, list) and field != "period" else [value]
    return Counter(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)


@dataclass
class Tally:
    right: int = 0
    missed: int = 0
    made_up: int = 0

    def add(self, expected: Counter[str], got: Counter[str]) -> None:
        right = (expected & got).total()
        self.right += right
        self.missed += expected.total() - right
        self.made_up += got.total() - right

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.made_up) if self.right + self.made_up else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def measure(directory: Directory) -> tuple[dict[str, Tally], dict[str, dict[str, list[str]]]]:
    """Tallies by field, and what is wrong by case: {"missed": […], "made_up": […]}."""
    tallies: dict[str, Tally] = {}
    wrong: dict[str, dict[str, list[str]]] = {}
    for case in cases():
        got = outline(read_plan(case.text, directory))
        for field, value in case.expected.items():
            want, have = facts(field, value), facts(field, got[field])
            tallies.setdefault(field, Tally()).add(want, have)
            for kind, rows in (("missed", want - have), ("made_up", have - want)):
                told = [f"{field} {row}" for row in rows.elements()]
                wrong.setdefault(case.name, {"missed": [], "made_up": []})[kind].extend(told)
    return tallies, wrong


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--misses", action="store_true", help="print what was missed and what was made up")
    parser.add_argument("--compare", action="store_true", help="print gains and losses against the baseline")
    parser.add_argument("--store", action="store_true", help="store the state of today as the baseline")
    args = parser.parse_args()

    tallies, wrong = measure(standard_directory())
    print(f"{'field':<18}{'precision':>10}{'recall':>10}{'right':>8}{'missed':>8}{'made up':>9}")
    for field, tally in tallies.items():
        print(
            f"{field:<18}{tally.precision:>10.3f}{tally.recall:>10.3f}"
            f"{tally.right:>8}{tally.missed:>8}{tally.made_up:>9}"
        )
    print(f"{len(wrong)} cases, {sum(not any(w.values()) for w in wrong.values())} without a fault")
    if args.misses:
        for name, kinds in wrong.items():
            for kind, rows in kinds.items():
                for row in rows:
                    print(f"{name}: {kind.replace('_', ' ')} {row}")
    if args.compare:
        _compare(json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {}, wrong)
    if args.store:
        BASELINE.write_text(json.dumps(wrong, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    return 0 if not any(any(kinds.values()) for kinds in wrong.values()) else 1


def _compare(before: dict[str, dict[str, list[str]]], now: dict[str, dict[str, list[str]]]) -> None:
    """A fault that is gone is a gain, a new one a loss; new cases are named."""
    for name in sorted(before.keys() | now.keys()):
        if name not in before:
            print(f"new    {name}")
            continue
        for kind in ("missed", "made_up"):
            old = Counter(before[name].get(kind, ()))
            new = Counter(now.get(name, {}).get(kind, ()))
            for row in (old - new).elements():
                print(f"gain   {name}: no longer {kind.replace('_', ' ')} {row}")
            for row in (new - old).elements():
                print(f"loss   {name}: {kind.replace('_', ' ')} {row}")


if __name__ == "__main__":
    sys.exit(main())
