"""What solving again after one change costs, beside solving afresh: processor time in the same process, in turn."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks.changes import CHANGES
from benchmarks.instance import Instance
from benchmarks.phases import GAP, taking_greedily
from benchmarks.results import FOLDER
from benchmarks.tables import Table, duration, percent
from matcher.problem import Problem
from matcher.solve import Solved, resolve, solve

T = TypeVar("T")

STORED = FOLDER / "warm"
MOST, WISHED = 0.10, 0.02  # of solving afresh, as asked and as wished
HEADER = ("change", "afresh", "again", "of afresh", "columns", "solve", "plan", "check", "same values")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One change of one instance: processor seconds, and where those of solving again went, by the clock.

    Parameters
    ----------
    change : str
    fresh_s, again_s : float
        Without filling by hand for comparison.
    parts : mapping of phase to float
    is_same : bool
        Whether every tier has the value that it has afresh, or, where gaps are left, one within both bounds, and every
        aim is proven as closely at least.
    is_closer : bool
        Whether some aim is closed that is left open afresh.
    """

    change: str
    fresh_s: float
    again_s: float
    parts: Mapping[str, float]
    is_same: bool
    is_closer: bool = False

    @property
    def ratio(self) -> float:
        """Return what solving again costs of solving afresh."""
        return self.again_s / self.fresh_s


def measured(instance: Instance, rounds: int, listener: Callable[[Changed], None]) -> list[Changed]:
    """Return every change that the instance allows, each the median of some rounds."""
    problem = instance.make()
    base = resolve(problem, gap=GAP)
    greedy_s = _timed(taking_greedily(problem))[1]
    found = []
    for name, change in CHANGES.items():
        changed = change(problem, base)
        if changed is None:
            continue
        found.append(_measured(name, changed, base, rounds, greedy_s))
        listener(found[-1])
    return found


def _measured(name: str, changed: Problem, base: Solved, rounds: int, greedy_s: float) -> Changed:
    fresh_times, again_times = [], []
    for _ in range(rounds):
        own, seconds = _timed(lambda: solve(changed, gap=GAP))
        fresh_times.append(seconds - greedy_s)
        warm, seconds = _timed(lambda: resolve(changed, base, gap=GAP).result)
        again_times.append(seconds)
    tiers = list(zip(own.plan.tiers, warm.plan.tiers, strict=True))
    values = [one.value == other.value or max(one.gap, other.gap) > GAP for one, other in tiers]
    aims = [(one.gap, other.gap) for one, other in tiers if one.name != "tie_break"]  # the draw is no aim
    return Changed(
        change=name,
        fresh_s=statistics.median(fresh_times),
        again_s=statistics.median(again_times),
        parts=dict(warm.seconds),
        is_same=all(values) and all(again <= max(GAP, afresh) for afresh, again in aims),
        is_closer=any(again <= GAP < afresh for afresh, again in aims),
    )


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    done = work()
    return done, time.process_time() - began


def store(instance: str, found: Iterable[Changed], folder: Path = STORED) -> None:
    """Write the latest measurement of an instance."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(one) for one in found], indent=2)
    (folder / f"{instance}.json").write_text(f"{text}\n", encoding="utf-8")


def stored(folder: Path = STORED) -> dict[str, list[Changed]]:
    """Return the latest measurements by instance."""
    return {
        file.stem: [Changed(**one) for one in json.loads(file.read_text(encoding="utf-8"))]
        for file in sorted(folder.glob("*.json"))
    }


def warm_table(instance: str, found: list[Changed]) -> Table:
    """Return one row per change."""
    ratios = [one.ratio for one in found]
    middle = statistics.median(ratios)
    return Table(
        title=f"{instance}: solving again after one change",
        header=HEADER,
        rows=[_row(one) for one in found],
        notes=[
            f"Median {percent(middle)} of solving afresh, largest {percent(max(ratios))}. At most {MOST:.0%}: "
            f"{'kept' if max(ratios) <= MOST else '**missed**'}; {WISHED:.0%}, as wished: "
            f"{'kept' if max(ratios) <= WISHED else '**missed**'}."
        ],
    )


def _row(one: Changed) -> list[str]:
    parts = (duration(one.parts.get(part)) for part in ("columns", "solve", "plan", "check"))
    same = ("yes, proven closer" if one.is_closer else "yes") if one.is_same else "no"
    return [one.change, duration(one.fresh_s), duration(one.again_s), percent(one.ratio), *parts, same]
