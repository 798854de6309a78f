"""Solving as a command does it: columns, plan, the checker's word, and what the run itself was like."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from typing import Any

from matcher.cli.progress import SolveProgress
from matcher.cli.terminal import Terminal
from matcher.column_blocks import ColumnBlocks
from matcher.engine import Engine
from matcher.explain import PlanReading, Reading, unfilled_reasons
from matcher.explain.proofs import Again, Prover, WhyNot
from matcher.features import build_blocks
from matcher.languages import Phrases
from matcher.plan import Breach, FloorPrice, Plan, Result, TierResult
from matcher.problem import LeftOut, Problem
from matcher.report import RunFacts, Summary
from matcher.solve import MemoryCeiling, floor_price, solve_columns
from matcher.solve.refusals import refuse_what_cannot_be_solved
from matcher.solver import StopSignal

MOST_EXPLAINED = 10_000_000  # columns: a country's open positions would take hours to explain one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a solve is to be done, what people have been told already, and what plan to begin with."""

    gap: float
    time_limit_s: float | None
    threads: int | None
    seed: int
    published: Plan | None = None
    ceiling: MemoryCeiling | None = None
    engine: Engine | None = None
    earlier: Plan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A plan that has passed its check, and the run that made it."""

    result: Result
    blocks: ColumnBlocks
    seconds: float

    @property
    def plan(self) -> Plan:
        """Return the plan."""
        return self.result.plan


def solved(problem: Problem, wishes: Wishes, terminal: Terminal, say: Phrases) -> Solved:
    """Return a checked plan, or raise what kept one from being made.

    Parameters
    ----------
    problem : Problem
    wishes : Wishes
    terminal : Terminal
        Progress goes to its standard error.
    say : Phrases
    """
    began = time.perf_counter()
    stop = StopSignal(wishes.time_limit_s)
    ceiling = wishes.ceiling or MemoryCeiling(None)
    ceiling.end_in_time(stop)
    threads = wishes.threads or os.cpu_count() or 1
    refuse_what_cannot_be_solved(problem)
    with SolveProgress(terminal, say) as progress:
        progress.step(say.text("Finding out who can take what"))
        with ceiling.during("finding out who can take what"):
            blocks = build_blocks(problem, max_bytes=ceiling.most_column_bytes, threads=threads)
        result = solve_columns(
            problem,
            blocks,
            gap=wishes.gap,
            threads=threads,
            seed=wishes.seed,
            on_progress=progress,
            stop=stop,
            published=wishes.published,
            ceiling=ceiling,
            engine=wishes.engine,
            earlier=wishes.earlier,
        )
    return Solved(result=result, blocks=blocks, seconds=time.perf_counter() - began)


def floor_price_of(problem: Problem, plan: Plan, wishes: Wishes, terminal: Terminal, say: Phrases) -> FloorPrice | None:
    """Return what the floor for those longest out of work costs, and say so where there is none."""
    price = floor_price(
        problem,
        plan,
        gap=wishes.gap,
        time_limit_s=wishes.time_limit_s,
        threads=wishes.threads or os.cpu_count() or 1,
        seed=wishes.seed,
    )
    if price is None:
        terminal.note(
            say.text("No quota guarantees places to those longest out of work, so there is no floor to price.")
        )
    return price


def run_facts(
    problem: Problem,
    found: Solved,
    left_out: LeftOut | None,
    floor_price: FloorPrice | None = None,
    *,
    published: Plan | None = None,
    prove_reasons_s: float | None = None,
) -> RunFacts:
    """Return what a report needs beside the plan; `solve_columns` hands out checked plans only.

    Why positions stay open is told where the columns lie in memory and are not a whole country's; it is proven by
    solving again for so many seconds as were asked for.
    """
    can_explain = len(found.blocks.starts) == 2 and len(found.blocks) <= MOST_EXPLAINED
    proven: tuple[WhyNot, ...] = ()
    if prove_reasons_s is not None and can_explain:
        columns = found.blocks.block(0)
        again = Again(problem, found.plan, columns=columns, published=published, time_limit_s=prove_reasons_s)
        proven = Prover(again, PlanReading(Reading(problem), found.plan)).why_open()
    return RunFacts(
        is_checked=True,
        baseline=found.result.baseline,
        unfilled=unfilled_reasons(problem, found.plan, found.blocks.block(0)) if can_explain else (),
        left_out=left_out,
        floor_price=floor_price,
        proven=proven,
    )


def note_run(found: Solved, terminal: Terminal, say: Phrases) -> None:
    """Say beside the result what the run was like, and what ended it before its time."""
    if found.result.stop_reason == "interrupted":
        terminal.note(say.text("Interrupted: this is the best plan found until then."))
    if found.result.stop_reason == "time_limit":
        terminal.note(say.text("The time limit ended the search: this is the best plan found until then."))
    if found.result.stop_reason == "memory_limit":
        terminal.note(say.text("The memory limit ended the search: this is the best plan found until then."))
    terminal.note(
        say.text(
            "{columns} columns, {seconds} s, {threads} threads, {memory} MB at most.",
            columns=found.result.num_columns,
            seconds=say.number(found.seconds, 1),
            threads=found.result.threads,
            memory=peak_memory_mb() or "?",
        )
    )


def run_document(found: Solved) -> dict[str, Any]:
    """Return the facts of the run for programs; they stand in no plan, so that equal plans have equal bytes."""
    baseline = found.result.baseline
    return {
        "stop_reason": found.result.stop_reason,
        "seconds": round(found.seconds, 3),
        "seconds_by_phase": {phase: round(seconds, 3) for phase, seconds in found.result.seconds.items()},
        "threads": found.result.threads,
        "num_columns": found.result.num_columns,
        "peak_memory_mb": peak_memory_mb(),
        "baseline": None
        if baseline is None
        else {
            "placements": baseline.placements,
            "value": str(baseline.value),
            "shortfall": str(baseline.shortfall),
        },
    }


def summary_document(summary: Summary) -> dict[str, Any]:
    """Return the figures of a plan for programs."""
    return {
        "filled": summary.filled,
        "positions": summary.positions,
        "trained": summary.trained,
        "cohorts": summary.cohorts,
        "obligations_met": summary.obligations_met,
        "obligations": summary.obligations,
        "certified_gap": summary.gap,
    }


def breach_document(breach: Breach) -> dict[str, Any]:
    """Return a broken promise for programs."""
    return {
        "kind": breach.kind,
        "candidate_id": breach.candidate_id,
        "id": breach.entity_id,
        "reason": breach.reason,
        "price": str(breach.price),
    }


def floor_document(price: FloorPrice) -> dict[str, Any]:
    """Return what the floor costs for programs."""
    return {
        "quota_ids": list(price.quota_ids),
        "losses": {aim: str(loss) for aim, loss in price.losses.items()},
        "is_proven": price.is_proven,
    }


def tier_document(tier: TierResult) -> dict[str, Any]:
    """Return one aim for programs; amounts are texts, so that none loses a digit."""
    return {
        "name": tier.name,
        "value": str(tier.value),
        "bound": str(tier.bound),
        "certified_gap": tier.gap,
        "claimed_gap": tier.claimed_gap,
    }


def peak_memory_mb() -> int | None:
    """Return the most memory this process has used; ``None`` where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows has no such module
        return None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(used / (1024 * 1024 if sys.platform == "darwin" else 1024))
