"""What is asked of a solve, whatever columns it holds in the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matcher.columns import Columns, IntArray
from matcher.solver.again.earlier import Earlier
from matcher.solver.model.rows import NO_EXTRA_LIMITS, ExtraLimits
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.tiers.progress import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a solve; see `matcher.solver.tiers.tiers.solve_tiers`.

    Parameters
    ----------
    policy_tiers : sequence of str
    gap : float
    seed : int
    stop : StopSignal
    report : callable
    extra_of : callable
        Returns the limits of an alternative over some columns.
    published_of : callable
        Returns the positions, among some columns, of those of a published plan, or ``None`` where there is none.
    earlier_of : callable
        Returns what an earlier solve of a similar problem left, or ``None``.
    on_wait : callable
        Called when a solver begins that works for long without the interpreter.
    """

    policy_tiers: Sequence[str]
    gap: float
    seed: int
    stop: StopSignal
    report: Report
    extra_of: Callable[[Columns], ExtraLimits] = lambda _: NO_EXTRA_LIMITS
    published_of: Callable[[Columns], IntArray | None] = lambda _: None
    earlier_of: Callable[[Columns], Earlier | None] = lambda _: None
    on_wait: Callable[[], None] = lambda: None
