"""``make trust-long``: thousands of random problems compared, and the counts written to ``agreement.json``."""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.machine import machine, versions
from tests.oracles.integer_solvers import SOLVERS
from tests.trust.comparison import PATIENCE_S, Size, Verdict, timed
from tests.trust.keeping import Kept
from tests.trust.occurrence import OUTCOMES, RULES

FILE = Path(__file__).with_name("agreement.json")
# Sizes and how many problems of each; seeds follow one another.
PARTS = (
    (Size(candidates=8, vacancies=6, cohorts=8), 3_700),
    (Size(candidates=30, vacancies=12, cohorts=12), 1_200),
    (Size(candidates=60, vacancies=25, cohorts=12), 90),
    (Size(candidates=120, vacancies=40, cohorts=16), 10),
)


def counted(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """Return the counts that the file holds."""
    rules: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    solvers: dict[str, dict[str, Counter[str]]] = {
        name: {kind: Counter() for kind in ("agreed", "undecided", "unverified", "open")} for name in SOLVERS
    }
    disagreements: list[str] = []
    number = columns = 0
    for verdict in verdicts:
        number, columns = number + 1, max(columns, verdict.num_columns)
        rules.update(verdict.rules)
        outcomes.update(verdict.outcomes)
        statuses[verdict.status] += 1
        for name, tiers in verdict.agreed.items():
            solvers[name]["agreed"].update(tiers)
        for kind in ("undecided", "unverified", "open"):
            for name, tier in getattr(verdict, kind).items():
                solvers[name][kind][tier] += 1
        disagreements += verdict.disagreements
    return {
        "problems": number,
        "most_columns": columns,
        "disagreements": disagreements,
        "plans": dict(sorted(statuses.items())),
        "solvers": {name: {kind: dict(tiers) for kind, tiers in kinds.items()} for name, kinds in solvers.items()},
        "rules": {name: rules[name] for name in RULES},
        "outcomes": {name: outcomes[name] for name in OUTCOMES},
    }


def jobs(share: float) -> list[tuple[int, Size]]:
    """Return the seeds and sizes, the largest problems first; of each size a share."""
    found: list[tuple[int, Size]] = []
    first = 0
    for size, number in PARTS:
        found += [(seed, size) for seed in range(first, first + round(number * share))]
        first += number
    return found[::-1]


def main() -> int:
    """Compare, and once all are compared write and tell; 1 where anything disagrees or is not compared yet."""
    arguments = argparse.ArgumentParser(prog="python -m tests.trust", description=__doc__)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--share", type=float, default=1.0, help="of the problems; only all of them are stored")
    arguments.add_argument("--seconds", type=float, default=math.inf, help="after which to end; another run goes on")
    given = arguments.parse_args()
    kept = Kept.of_this_code()
    wanted = jobs(given.share)
    done = {verdict.seed for _, verdict in kept.read()}
    _compare([job for job in wanted if job[0] not in done], kept, max(1, given.workers), given.seconds)
    seeds = {seed for seed, _ in wanted}
    found = {verdict.seed: (seconds, verdict) for seconds, verdict in kept.read() if verdict.seed in seeds}
    counts = counted(verdict for _, verdict in found.values())
    print(f"{len(found)} of {len(wanted)} problems compared, {len(counts['disagreements'])} disagreements.")
    for sentence in counts["disagreements"]:
        print(sentence)
    if len(found) < len(wanted):
        return 1
    if given.share >= 1:
        seconds = sum(seconds for seconds, _ in found.values())
        FILE.write_text(json.dumps(_described(seconds) | counts, indent=1) + "\n", encoding="utf-8")
    return 1 if counts["disagreements"] else 0


def _compare(wanted: list[tuple[int, Size]], kept: Kept, workers: int, seconds: float) -> None:
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for number, (spent, verdict) in enumerate(pool.imap_unordered(timed, wanted, chunksize=2), 1):
            kept.add(spent, verdict)
            if number % 100 == 0:
                print(f"{number} of {len(wanted)}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            if time.monotonic() - began > seconds:
                return  # and with the pool ends what it is at


def _described(seconds: float) -> dict[str, Any]:
    first, parts = 0, []
    for size, number in PARTS:
        parts.append({"at_most": str(size), "first_seed": first, "problems": number})
        first += number
    return {
        "measured_on": date.today().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "processor_seconds": round(seconds),
        "seconds_per_solver_and_tier": PATIENCE_S,
        "parts": parts,
    }


if __name__ == "__main__":
    sys.exit(main())
