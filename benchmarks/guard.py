"""Whether a phase has become slower: its time divided by that of a fixed algorithm in the same run.

A ratio moves far less from machine to machine, and from a quiet hour to a busy one, than a time does. Processor time
is taken, which passes only while this program works. Both run in turn for several rounds and the least time of each
counts, since noise only adds. What seems too slow is measured again before it is called so.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import phases, references
from benchmarks.convert.assignment import problem_from
from benchmarks.instances.drawn import draw_planning
from benchmarks.instances.random_assignment import draw_costs
from benchmarks.machine import machine, versions
from matcher.generate import generate
from matcher.problem import Problem

FILE = Path(__file__).parent / "guard.json"
LIMIT = 1.5
ROUNDS = 15
ATTEMPTS = 3

Work = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A phase that is watched, prepared, and the fixed algorithm beside it."""

    name: str
    phase: Work
    reference: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Slowdown:
    """A phase whose ratio has risen beyond the limit; `stored` is ``None`` where nothing was stored for it."""

    name: str
    measured: float
    stored: float | None

    def __str__(self) -> str:
        """Say it in one sentence."""
        if self.stored is None:
            return f"{self.name} has no stored ratio, got {self.measured:.3f}. Run `guard --renew` and commit the file."
        return (
            f"{self.name} must take at most {LIMIT} x {self.stored:.3f} times its reference, got {self.measured:.3f} "
            f"({self.measured / self.stored:.2f} times as slow). Find what made it slower, or renew with a reason."
        )


def slowdowns(measured: Mapping[str, float], stored: Mapping[str, float], limit: float = LIMIT) -> list[Slowdown]:
    """Return the phases whose ratio is beyond `limit` times the stored one, or has nothing to be compared with."""
    return [
        Slowdown(name=name, measured=ratio, stored=stored.get(name))
        for name, ratio in measured.items()
        if name not in stored or ratio > limit * stored[name]
    ]


def measured_ratio(watched: Watched, rounds: int = ROUNDS) -> float:
    """Return least time of the phase by least time of its reference, both in turn."""
    own, other = [], []
    watched.phase(), watched.reference()
    gc.collect()
    for _ in range(rounds):
        own.append(_timed(watched.phase))
        other.append(_timed(watched.reference))
    return min(own) / min(other)


def _timed(work: Work) -> float:
    gc.disable()
    try:
        began = time.process_time()
        work()
        return time.process_time() - began
    finally:
        gc.enable()


def watched_phases(folder: Path) -> list[Watched]:
    """Return everything that is watched, on instances that need no file from elsewhere."""
    planning = draw_planning(200, 80, 20)
    assignment = problem_from(draw_costs(300, 300, seed=3))
    town = generate("demo", 1)
    return [
        Watched(name="read", phase=phases.reading(planning, folder), reference=references.rows_of_text(planning)),
        Watched(name="columns", phase=phases.deriving(town), reference=references.arrays(planning)),
        Watched(name="ready columns", phase=phases.deriving(planning), reference=references.rows_of_text(planning)),
        _beside("solve", phases.solving, references.linear_programme, planning),
        _beside("network", phases.solving, references.dense_assignment, assignment),
        _beside("plan", phases.planning, references.rows_of_text, planning),
        _beside("check", phases.checking, references.rows_of_text, planning),
        _beside("greedy", phases.taking_greedily, references.rows_of_text, planning),
    ]


def _beside(
    name: str, phase: Callable[[Problem], Work], reference: Callable[[Problem], Work], problem: Problem
) -> Watched:
    return Watched(name=name, phase=phase(problem), reference=reference(problem))


def checked(file: Path = FILE) -> int:
    """Compare with what is stored, tell, and return the exit status: 1 where a phase has become slower."""
    stored = json.loads(file.read_text(encoding="utf-8"))["ratios"]
    with TemporaryDirectory(prefix="matcher-guard-") as folder:
        slow = [found for watched in watched_phases(Path(folder)) if (found := _confirmed(watched, stored))]
    for found in slow:
        print(found, file=sys.stderr)
    return 1 if slow else 0


def _confirmed(watched: Watched, stored: Mapping[str, float]) -> Slowdown | None:
    """Return the slowdown of one phase, measured again before it is believed."""
    best: float | None = None
    for _ in range(ATTEMPTS):
        ratio = measured_ratio(watched)
        best = ratio if best is None else min(best, ratio)
        if watched.name not in stored or not slowdowns({watched.name: best}, stored):
            break
    assert best is not None
    before = stored.get(watched.name)
    print(f"{watched.name:14s} {best:8.3f}  stored {'nothing' if before is None else f'{before:.3f}'}")
    return next(iter(slowdowns({watched.name: best}, stored)), None)


def renewed(file: Path = FILE) -> int:
    """Store what is measured now and return the exit status."""
    with TemporaryDirectory(prefix="matcher-guard-") as folder:
        ratios = {watched.name: round(measured_ratio(watched), 4) for watched in watched_phases(Path(folder))}
    written = {"limit": LIMIT, "ratios": ratios, "machine": machine(), "versions": versions()}
    file.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for name, ratio in ratios.items():
        print(f"{name:14s} {ratio:8.3f}")
    return 0
