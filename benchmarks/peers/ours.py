"""Matcher itself, from the problem to the checked plan, and the staff's way beside it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import Decimal

from benchmarks.peers.method import Answer, Task, TierAnswer
from matcher.columns import WEIGHT_SCALE
from matcher.engine import engine_of
from matcher.features import build_columns
from matcher.plan import Result
from matcher.solve import solve
from matcher.solver import assemble_rows, greedy_columns


class AllTiers:
    """The public `solve`: columns, all tiers of the policy, plan and check, with one thread.

    The greedy baseline, which every result brings along, is taken off.
    """

    threads = 1

    def __init__(self, task: Task) -> None:
        self.task = task
        self.problem = task.problem

    def run(self) -> None:
        """Solve."""
        limits = {"gap": self.task.gap, "time_limit_s": self.task.time_limit_s}
        self.result = solve(self.problem, threads=self.threads, **limits)

    def answer(self) -> Answer:
        """Return what was reached, the checker having passed."""
        result = self.result
        aims = [tier for tier in result.plan.tiers if tier.name != "tie_break"]  # a draw is no aim
        is_within = all(max(tier.gap, tier.claimed_gap) <= self.task.gap for tier in aims)
        is_claimed = all(tier.claimed_gap <= self.task.gap for tier in aims)
        return Answer(
            status="done" if is_claimed else "limit",
            num_columns=result.num_columns,
            tiers={
                tier.name: TierAnswer(value=tier.value, claimed_gap=tier.claimed_gap, certified_gap=tier.gap)
                for tier in result.plan.tiers
            },
            parts=result.seconds,
            not_counted=("greedy",),
            facts=_facts(result),
            note="" if is_within else f"The plan is {result.plan.status}: not every tier is proven within the gap.",
        )


class ShortfallAndPlacements(AllTiers):
    """The same with the tiers that a whole model has, as the like-for-like figure."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        tiers = tuple(tier for tier in task.problem.policy.tiers if tier in ("shortfall", "placements"))
        self.problem = replace(task.problem, policy=replace(task.problem.policy, tiers=tiers))


class TwoWorkers(AllTiers):
    """The same with two threads."""

    threads = 2


class OnClusterOfOne(AllTiers):
    """The same with the components sent to one worker process of a Dask cluster that is up when the clock starts."""

    num_workers = 1

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.engine = engine_of("dask", self.num_workers)

    def run(self) -> None:
        """Solve."""
        limits = {"gap": self.task.gap, "time_limit_s": self.task.time_limit_s}
        self.result = solve(self.problem, threads=self.num_workers, engine=self.engine, **limits)

    def answer(self) -> Answer:
        """Return what was reached; the cluster ends."""
        self.engine.close()
        return super().answer()


class OnClusterOfTwo(OnClusterOfOne):
    """The same with two."""

    num_workers = 2


def _facts(result: Result) -> dict[str, str]:
    baseline = result.baseline
    assert baseline is not None  # every first solve has one
    return {
        "status": result.plan.status,
        "cases": str(len(result.plan.certificate.cases)),
        "plan": hashlib.sha256(repr(result.plan).encode()).hexdigest()[:16],
        "placed": str(len(result.plan.assignments)),
        "trained": str(sum(bool(each.cohort_ids) for each in result.plan.assignments)),
        "greedy_placed": str(baseline.placements),
        "greedy_value": str(baseline.value),
        "greedy_shortfall": str(baseline.shortfall),
    }


class Greedy:
    """Best remaining pair first, from the columns."""

    def __init__(self, task: Task) -> None:
        self.columns = build_columns(task.problem)

    def run(self) -> None:
        """Take pairs."""
        self.chosen = greedy_columns(assemble_rows(self.columns))

    def answer(self) -> Answer:
        """Return the sum of the scores; other tiers stand in the facts of the whole run."""
        value = Decimal(int(self.columns.weight[self.chosen].sum())) / WEIGHT_SCALE
        return Answer(status="done", num_columns=len(self.columns), tiers={"placements": TierAnswer(value=value)})
