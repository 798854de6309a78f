"""Thousands of random problems compared in portions; once all are, the counts are written to ``agreement.json``."""

from __future__ import annotations

import json
import multiprocessing
import random
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
from tests.trust.trials import Portion, Tally

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
        for name, tiers in verdict.open.items():
            solvers[name]["open"].update(tiers)
        for kind in ("undecided", "unverified"):
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


def jobs() -> list[tuple[int, Size]]:
    """Return the seeds and sizes, mixed so that any portion has problems of every size."""
    found: list[tuple[int, Size]] = []
    first = 0
    for size, number in PARTS:
        found += [(seed, size) for seed in range(first, first + number)]
        first += number
    random.Random(0).shuffle(found)
    return found


def compare(portion: Portion) -> Tally:
    """Compare some of the problems; what this state of the code has compared before is not compared again."""
    kept = Kept.of_this_code()
    wanted = jobs()[portion.first : portion.first + portion.count]
    done = {verdict.seed for _, verdict in kept.read()}
    _compare([job for job in wanted if job[0] not in done], kept, portion.workers)
    found = {verdict.seed: (seconds, verdict) for seconds, verdict in kept.read()}
    if len(found) >= len(jobs()):
        seconds = sum(seconds for seconds, _ in found.values())
        counts = _described(seconds) | counted(verdict for _, verdict in found.values())
        FILE.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    verdicts = [found[seed][1] for seed, _ in wanted if seed in found]
    agreed = sum(len(tiers) for verdict in verdicts for tiers in verdict.agreed.values())
    return Tally(
        counts={"problems": len(verdicts), "tiers on which a solver agreed": agreed},
        faults=[sentence for verdict in verdicts for sentence in verdict.disagreements],
    )


def _compare(wanted: list[tuple[int, Size]], kept: Kept, workers: int) -> None:
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for spent, verdict in pool.imap_unordered(timed, wanted, chunksize=2):
            kept.add(spent, verdict)


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
