"""Read mutated plans for a long time: no exception, no hang, valid spans, the same answer twice.

    python -m tools.fuzz_reader --cases 100000 --seed 1

Each case is a document of the corpus (and of any folder given with --plans) torn, shuffled, doubled, put in
capitals, decomposed or sprinkled with odd characters. A case that fails is printed with its seed, and the
seed makes it again. Exit status 1 where one failed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from app.planreader import Directory, PlanReading, read_plan, reading_as_dict
from tools.reader_corpus import cases, standard_directory

SLOWEST = 1.0  # seconds of CPU for one document
ODD = "\x00\x0b\x0c\r\n\t |*_#()[]{}«»“”…/\\-–—.:;,0123456789IVXivxaăâđêôơưÀỦứ\u0301\u0323\u200b\ufeff\U0001f600"
PIECES = (
    "\nI. ", "\n1. Sở Y tế: ", "\nĐề nghị ", " và ", ", ", ";\n", "\n- ", "\na) ", "\n1.1. ", " trước ngày 15/6 ",
    " ngày 31/02/2024 ", " Quý V năm 0000 ", "\nNơi nhận:\n", "\nKẾ HOẠCH\n", "\nQUYẾT ĐỊNH\n", " (", "))", ":",
    "\n\n\n", "các sở, ban, ngành, ", "UBND các xã, phường, ", "99/99/9999", "số 1/KH-UBND ngày 1/1/2020",
    "năm 9999 đến năm 1",
)  # fmt: skip


def mutate(text: str, rng: random.Random) -> str:
    """A document that no office would send."""
    changes: tuple[Callable[[str], str], ...] = (
        lambda t: t[rng.randrange(len(t) + 1) :],
        lambda t: t[: rng.randrange(len(t) + 1)],
        lambda t: _shuffled(t, rng),
        lambda t: _sprinkled(t, rng, ODD),
        lambda t: _sprinkled(t, rng, PIECES),
        lambda t: unicodedata.normalize("NFD", t),
        str.upper,
        lambda t: t.replace("\n", rng.choice(("\r\n", " ", "\n\n", "|", "\r"))),
        lambda t: t.replace(" ", rng.choice(("  ", "\u00a0", "", "\t"))),
        lambda t: "".join(c for c in t if rng.random() > 0.02),
        lambda t: t + t[rng.randrange(len(t) + 1) :],
    )
    for change in rng.sample(changes, rng.randint(1, 4)):
        text = change(text)[:60_000]
    return text


def _shuffled(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    for _ in range(rng.randint(1, 10)):
        if lines:
            lines.insert(rng.randrange(len(lines)), lines.pop(rng.randrange(len(lines))))
    return "".join(lines)


def _sprinkled(text: str, rng: random.Random, what: str | tuple[str, ...]) -> str:
    for _ in range(rng.randint(1, 30)):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(what) + text[at:]
    return text


def spans_of(reading: PlanReading) -> list[tuple[int, int]]:
    """Every span in a reading."""
    spans = [a.span for a in reading.assignments] + [d.span for a in reading.assignments for d in a.duties]
    for group in (reading.reports, reading.registrations, reading.awards, reading.components):
        spans += [draft.span for draft in group]
    spans += (
        [o.span for o in reading.other_deadlines] + [b.span for b in reading.basis] + list(reading.unread)
    )
    spans += [w.span for w in reading.warnings if w.span is not None]
    return spans


def fault(text: str, directory: Directory) -> str | None:
    """What is wrong with the reading of a text, or None."""
    start = time.process_time()
    try:
        reading = read_plan(text, directory)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    took = time.process_time() - start
    if took > SLOWEST:
        return f"took {took:.1f} s for {len(text)} characters"
    for begin, end in spans_of(reading):
        if not 0 <= begin <= end <= len(text):
            return f"span ({begin}, {end}) leaves the text of {len(text)} characters"
    try:
        told = json.dumps(reading_as_dict(reading))
    except (TypeError, ValueError) as error:
        return f"no JSON: {error}"
    if told != json.dumps(reading_as_dict(read_plan(text, directory))):
        return "another answer the second time"
    return None


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1, help="first seed; each case has its own")
    parser.add_argument("--plans", type=Path, help="a folder with more .txt documents to mutate")
    args = parser.parse_args()

    directory = standard_directory()
    documents = [case.text for case in cases()]
    if args.plans:
        documents += [path.read_bytes().decode("utf-8") for path in sorted(args.plans.glob("*.txt"))]
    faults = 0
    begin = time.monotonic()
    for seed in range(args.seed, args.seed + args.cases):
        rng = random.Random(seed)
        found = fault(mutate(rng.choice(documents), rng), directory)
        if found:
            faults += 1
            print(f"seed {seed}: {found}")
    took = time.monotonic() - begin
    print(f"{args.cases} cases, {faults} faults, {took:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
