"""One random problem, solved by the engine and as a whole model by three solvers: do they agree on every tier?"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from fractions import Fraction

from matcher.errors import ContradictoryDecisions
from matcher.plan import Plan
from matcher.problem import Problem, Tier
from matcher.solve import solve
from tests.check.plans import SCALE, told_keys, told_plan
from tests.oracles.columns import enumerate_columns
from tests.oracles.integer_programme import Unverified
from tests.oracles.integer_solvers import SOLVERS
from tests.oracles.limits import LEAST, limits_of, with_accepted
from tests.oracles.whole_model import Reached, most_promises, tiers_reached, whole_model
from tests.strategies import random_problem
from tests.trust.occurrence import Instance, outcomes_in, rules_in

ORDERS: tuple[tuple[Tier, ...], ...] = (
    ("shortfall", "placements", "cost", "changes", "tie_break"),
    ("shortfall", "changes", "placements", "tie_break"),
    ("changes", "shortfall", "cost"),
)
PATIENCE_S = 20.0  # of each solver for each tier
ENGINE_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Most of each in a random problem."""

    candidates: int
    vacancies: int
    cohorts: int

    def __str__(self) -> str:
        return f"{self.candidates} x {self.vacancies} x {self.cohorts}"


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What came of one problem.

    Parameters
    ----------
    seed : int
    num_columns : int
    rules, outcomes : set of str
        What occurs in it, and what its plan shows.
    status : str
        Of the plan; ``contradictory`` where people's decisions leave none.
    agreed : dict of solver to list of tier
        Where solver and engine have the same value.
    undecided, unverified : dict of solver to tier
        Where a solver's time ended, or its floating-point numbers met their limits; later tiers were not asked.
    open : dict of solver to list of tier
        Where a solver found more than the engine, which had said that so much more was possible.
    disagreements : list of str
    """

    seed: int
    num_columns: int = 0
    rules: set[str] = field(default_factory=set)
    outcomes: set[str] = field(default_factory=set)
    status: str = "contradictory"
    agreed: dict[str, list[str]] = field(default_factory=dict)
    undecided: dict[str, str] = field(default_factory=dict)
    unverified: dict[str, str] = field(default_factory=dict)
    open: dict[str, list[str]] = field(default_factory=dict)
    disagreements: list[str] = field(default_factory=list)


def drawn_problem(seed: int, size: Size) -> Problem:
    """Return a random problem; every third has been published before, with the tier ``changes`` in some place."""
    problem = random_problem(
        seed, max_candidates=size.candidates, max_vacancies=size.vacancies, max_cohorts=size.cohorts
    )
    if not has_published(seed):
        return problem
    has_hard_minimum = any(row.hard and row.min_count is not None for row in problem.quotas)
    orders = ORDERS[:2] if has_hard_minimum else ORDERS
    return replace(problem, policy=replace(problem.policy, tiers=orders[seed // 3 % len(orders)]))


def has_published(seed: int) -> bool:
    """Tell whether people have been told a plan before."""
    return seed % 3 == 2


def compared(seed: int, size: Size, gap: float = 0.0) -> Verdict:
    """Return the verdict on one problem solved to a gap; each tier is compared with the plan's earlier ones held."""
    problem = drawn_problem(seed, size)
    facts = enumerate_columns(problem)
    told = told_keys(seed, facts) if has_published(seed) else None
    verdict = Verdict(seed=seed, num_columns=len(facts))
    asked = Instance(problem=problem, facts=facts, limits=limits_of(problem, told))
    verdict.rules = rules_in(asked)
    try:
        plan = solve(
            problem, gap=gap, time_limit_s=ENGINE_S, published=None if told is None else told_plan(problem, told)
        ).plan
    except ContradictoryDecisions:
        _compare_promises(verdict, asked, None)
        return verdict
    verdict.status = plan.status
    verdict.outcomes = outcomes_in(asked, plan)
    _compare_promises(verdict, asked, plan)
    broken = {(row.candidate_id, row.entity_id) for row in plan.breaches if row.kind == "accepted"}
    kept = with_accepted(problem, accepted_pairs(problem) - broken)
    limits = limits_of(kept, told)
    programme = whole_model(kept, facts, limits)
    held = {tier.name: int(Fraction(tier.value) * SCALE[tier.name]) for tier in plan.tiers}
    for name, solver in SOLVERS.items():
        _compare_tiers(verdict, name, tiers_reached(solver, programme, limits, PATIENCE_S, held), plan)
    return verdict


def timed(job: tuple[int, Size], gap: float = 0.0) -> tuple[float, Verdict]:
    """Return the processor seconds that a comparison took, and its verdict."""
    seed, size = job
    began = time.process_time()
    try:
        verdict = compared(seed, size, gap)
    except Exception as error:  # a fault of the engine is a disagreement to be counted, not the end of the run
        sentence = f"{seed}: {type(error).__name__}: {error}"[:500]
        verdict = Verdict(seed=seed, status="failed", disagreements=[sentence])
    return time.process_time() - began, verdict


def accepted_pairs(problem: Problem) -> set[tuple[str, str]]:
    """Return the accepted pairs."""
    return {(row.candidate_id, row.vacancy_id) for row in problem.decisions if row.decision == "accepted"}


def _compare_promises(verdict: Verdict, asked: Instance, plan: Plan | None) -> None:
    """Compare how many accepted pairs are kept, and whether there is a plan at all."""
    accepted = accepted_pairs(asked.problem)
    if not accepted and not any(row.decision == "pinned" for row in asked.problem.decisions) and plan is not None:
        return
    for name, solver in SOLVERS.items():
        try:
            most = most_promises(solver, asked.problem, asked.facts, asked.limits, PATIENCE_S)
        except Unverified:
            verdict.unverified[name] = "promises"
            continue
        if most.status == "limit":
            verdict.undecided[name] = "promises"
        elif (most.status == "infeasible") != (plan is None):
            verdict.disagreements.append(f"{verdict.seed}: {name} says {most.status}, the engine {verdict.status}")
        elif plan is not None:
            num_kept = len(accepted) - sum(row.kind == "accepted" for row in plan.breaches)
            if num_kept != most.value:
                verdict.disagreements.append(f"{verdict.seed}: {name} keeps {most.value} promises, engine {num_kept}")
            else:
                verdict.agreed.setdefault(name, []).append("promises")
        else:
            verdict.agreed.setdefault(name, []).append("promises")


def _compare_tiers(verdict: Verdict, name: str, reached: Reached, plan: Plan) -> None:
    agreed = verdict.agreed.setdefault(name, [])
    for tier in plan.tiers:
        if tier.name not in reached.values:
            break
        best = reached.values[tier.name]
        value, bound = (int(Fraction(number) * SCALE[tier.name]) for number in (tier.value, tier.bound))
        if best == value:
            agreed.append(tier.name)
            continue
        sign = -1 if tier.name in LEAST else 1
        is_open = sign * value < sign * best <= sign * bound and tier.claimed_gap > 0
        if not is_open:
            verdict.disagreements.append(
                f"{verdict.seed}: {tier.name} is {best} by {name}, {value} by the engine, whose bound is {bound}"
            )
            return
        verdict.open.setdefault(name, []).append(tier.name)
    if [row.name for row in plan.tiers][: len(reached.values)] != list(reached.values):
        verdict.disagreements.append(f"{verdict.seed}: {name} has the tiers {list(reached.values)}")
    if reached.is_infeasible:
        verdict.disagreements.append(f"{verdict.seed}: {name} finds no plan")
    elif reached.undecided is not None:
        (verdict.unverified if reached.is_unverified else verdict.undecided)[name] = reached.undecided
