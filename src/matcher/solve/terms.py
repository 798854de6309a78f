"""How a problem is to be solved, and what an earlier solve leaves to begin with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from matcher.check import Reading
from matcher.columns import Columns
from matcher.engine import Engine
from matcher.plan import Difference, Plan, ProgressListener
from matcher.solve.memory import MemoryCeiling
from matcher.solver import Earlier, StopSignal

DEFAULT_GAP = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a problem is to be solved; see `matcher.solve.solve` for each.

    Parameters
    ----------
    gap : float
    threads : int
    seed : int
    stop : StopSignal
        It holds the time limit, too.
    on_progress : callable, optional
    published : Plan, optional
    difference : Difference, optional
        What the plan is to keep beside all rules, where an alternative is wanted.
    ceiling : MemoryCeiling
        That is in force.
    engine : Engine, optional
    problem_hash : str, optional
        `fingerprint` of the problem, where it is known.
    read_before : Reading, optional
        By the checker, of a problem that differs little.
    """

    gap: float = DEFAULT_GAP
    threads: int = 1
    seed: int = 0
    stop: StopSignal = field(default_factory=StopSignal)
    on_progress: ProgressListener | None = None
    published: Plan | None = None
    difference: Difference | None = None
    ceiling: MemoryCeiling = field(default_factory=lambda: MemoryCeiling(None))
    engine: Engine | None = None
    problem_hash: str | None = None
    read_before: Reading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What an earlier solve of a problem that differs little leaves.

    Parameters
    ----------
    plan : Plan
        Its columns are held.
    proof : callable
        Returns what is left of the plan and its proof, for the columns that the new solve holds.
    gaps : dict of tier to float
        Good enough again where there are very many columns.
    """

    plan: Plan
    proof: Callable[[Columns], Earlier]
    gaps: Mapping[str, float]
