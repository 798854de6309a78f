"""What each amount of money can reach: the whole frontier of a budget, its steps proven, with the plan of each.

With more money no plan is lost, so what is best never falls: docs/model.md section 10. The best plan for an amount is
therefore best for every amount down to what it spends, and what lies between two plans is bounded by both. Walking from
each plan to the amount just below what it spends meets every step of the frontier (the epsilon-constraint method:
Haimes, Lasdon and Wismer, 1971).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from math import gcd

from matcher.errors import Fault, InvalidInput
from matcher.plan import Plan
from matcher.problem import Cohort, Problem, fingerprint
from matcher.problem.changes import ChangeBudget
from matcher.problem.changes.draft import did_you_mean
from matcher.whatif.answers import Answer, Asking, Question, pursuing

ORE = Decimal("0.01")
DEFAULT_POINTS = 60
SPREAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierPoint:
    """The best plan for some amounts of money.

    Parameters
    ----------
    spent : Decimal
        What it spends of the budget, in kronor: the least amount for which it is the best.
    up_to : Decimal
        The largest amount for which it is known to be.
    problem : Problem
        That the plan is of: with an amount within the step in the budget.
    plan : Plan
    opened : tuple of str
        The optional cohorts that run in it.
    """

    spent: Decimal
    up_to: Decimal
    problem: Problem
    plan: Plan
    opened: tuple[str, ...]

    @property
    def placed(self) -> int:
        """Return how many placements the plan has."""
        return len(self.plan.assignments)

    @property
    def is_exact(self) -> bool:
        """Tell whether the plan is proven to be the best, to the last digit."""
        return all(tier.value == tier.bound for tier in self.plan.tiers)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierGap:
    """Amounts between two points that were not asked about: the best there lies between the two.

    Parameters
    ----------
    above, below : Decimal
        Kronor, neither included.
    """

    above: Decimal
    below: Decimal

    @property
    def middle(self) -> Decimal:
        """Return an amount halfway, in whole kronor where there are any."""
        half = (max(self.above, Decimal(0)) + self.below) / 2
        whole = half.quantize(Decimal(1), ROUND_FLOOR)
        return (
            whole
            if whole > self.above
            else half.quantize(ORE, ROUND_FLOOR)
            if half > self.above + ORE
            else self.below - ORE
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """What each amount of money in a budget can reach.

    Parameters
    ----------
    problem_hash : str
        Of the given problem.
    budget_id : str
    most : Decimal
        Up to which amount was asked.
    points : tuple of FrontierPoint
        By amount, the least first.
    gaps : tuple of FrontierGap
        None where the frontier is whole.
    """

    problem_hash: str
    budget_id: str
    most: Decimal
    points: tuple[FrontierPoint, ...]
    gaps: tuple[FrontierGap, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether every step is known, and proven."""
        return not self.gaps and all(point.is_exact for point in self.points)

    def best_for(self, amount: Decimal) -> FrontierPoint:
        """Return the best plan that is known for an amount: the dearest that it pays for."""
        return next(point for point in reversed(self.points) if point.spent <= amount or point is self.points[0])


def frontier_of(
    problem: Problem,
    budget_id: str | None = None,
    *,
    most: Decimal | None = None,
    amounts: Sequence[Decimal] = (),
    points: int = DEFAULT_POINTS,
    asking: Asking | None = None,
) -> Frontier:
    """Return what each amount of money in a budget can reach, and by opening which cohorts.

    Parameters
    ----------
    problem : Problem
        Whose optional cohorts are the catalogue.
    budget_id : str, optional
        May be left out where there is one budget.
    most : Decimal, optional
        Up to which amount; unless given, as much as all its cohorts cost when they are full.
    amounts : sequence of Decimal
        To be asked about first.
    points : int
        Solve so often at most. Where that is not enough for every step, gaps remain, and what bounds them is known.
    asking : Asking, optional

    Raises
    ------
    InvalidInput
        Where the budget is not there, or several are and none is named.
    ContradictoryDecisions
        Where the problem has no plan.
    """
    asking = asking or Asking()
    budget = named_budget(problem, budget_id)
    world = pursuing(problem, "shortfall", "placements", "cost")
    walk = _Walk(world, budget, most if most is not None else full_cost(problem, budget), asking)
    asking.expect(points)
    walk.ask([walk.most])
    walk.ask([amount for amount in amounts if 0 <= amount < walk.most][: points - 1])
    while walk.num_asked < points and walk.open_gaps():
        gaps = sorted(walk.open_gaps(), key=lambda gap: gap.above - gap.below)  # the widest first
        halves = [gap.middle for gap in gaps]
        ends = [gap.below - ORE for gap in gaps]
        # The first half spreads the points over all amounts; then the steps are walked down, several at a time.
        order = halves if walk.num_asked < points // SPREAD else ends + halves
        walk.ask(order[: min(asking.num_workers, points - walk.num_asked)])
    return Frontier(
        problem_hash=fingerprint(problem),
        budget_id=budget,
        most=walk.most,
        points=tuple(walk.points()),
        gaps=tuple(walk.open_gaps()),
    )


def spent_of(problem: Problem, plan: Plan, budget_id: str) -> Decimal:
    """Return how many kronor a plan takes from a budget, promises and the cohorts that run anyway included."""
    enrolled = {use.cohort_id: (use.enrolled, use.runs) for use in plan.cohorts}
    total = Decimal(0)
    for cohort in problem.cohorts:
        number, runs = enrolled.get(cohort.cohort_id, (0, False))
        if cohort.budget_id == budget_id and cohort.status != "cancelled":
            total += number * _rounded(cohort.cost_per_seat) + (_rounded(cohort.fixed_cost) if runs else 0)
    return total


def promised_of(problem: Problem, budget_id: str) -> Decimal:
    """Return what promises and the cohorts that run anyway take from a budget, whatever is planned."""
    held = [enrolment.cohort_id for enrolment in problem.standing_enrolments]
    total = Decimal(0)
    for cohort in problem.cohorts:
        if cohort.budget_id == budget_id and cohort.status != "cancelled":
            number = held.count(cohort.cohort_id)
            runs = cohort.status in ("running", "planned") or number > 0
            total += number * _rounded(cohort.cost_per_seat) + (_rounded(cohort.fixed_cost) if runs else 0)
    return total


def full_cost(problem: Problem, budget_id: str) -> Decimal:
    """Return what all cohorts of a budget cost when every seat is taken: more money buys nothing."""
    own = [cohort for cohort in problem.cohorts if cohort.budget_id == budget_id and cohort.status != "cancelled"]
    enough = sum((_full(cohort) for cohort in own), Decimal(0))
    return max(enough, promised_of(problem, budget_id))


def named_budget(problem: Problem, budget_id: str | None) -> str:
    """Return the budget that is asked about; raises `InvalidInput` where it is not there, or several are."""
    known = [budget.budget_id for budget in problem.budgets]
    if budget_id in known:
        return str(budget_id)
    if budget_id is None and len(known) == 1:
        return known[0]
    remedy = (
        f"Choose one of {', '.join(known[:20])}.{did_you_mean(budget_id or '', known)}" if known else "Add a budget."
    )
    raise InvalidInput(
        [
            Fault(
                code="unknown_id",
                table="budgets",
                field="budget_id",
                value=budget_id,
                must="name a budget_id that stands in budgets",
                remedy=remedy,
            )
        ]
    )


class _Walk:
    """The plans found so far, by the amounts for which they are known to be best."""

    def __init__(self, world: Problem, budget_id: str, most: Decimal, asking: Asking) -> None:
        self.most = most
        self._world, self._budget_id, self._asking = world, budget_id, asking
        self._promised = promised_of(world, budget_id)
        self._step = _common_step(world, budget_id)
        self._found: dict[Decimal, FrontierPoint] = {}

    @property
    def num_asked(self) -> int:
        """Return how many amounts have been asked about."""
        return len(self._found)

    def ask(self, amounts: Sequence[Decimal]) -> None:
        """Find the best plans for some amounts, from the plan for the most money."""
        payable = dict.fromkeys(map(self._payable, amounts))
        new = [amount for amount in payable if amount not in self._found]
        point = self._found[max(self._found)] if self._found else None
        dearest = None if point is None else Answer(problem=point.problem, plan=point.plan)
        worlds = [ChangeBudget(budget_id=self._budget_id, amount=amount).applied(self._world) for amount in new]
        answers = self._asking.answers([Question(problem=world) for world in worlds], dearest)
        for amount, world, answer in zip(new, worlds, answers, strict=True):
            self._found[amount] = self._point(amount, world, answer.required_plan())

    def _point(self, amount: Decimal, problem: Problem, plan: Plan) -> FrontierPoint:
        spent = spent_of(self._world, plan, self._budget_id)
        optional = {cohort.cohort_id for cohort in self._world.cohorts if cohort.status == "optional"}
        return FrontierPoint(
            # A plan that buys nothing new can be had for nothing: what promises take is paid whatever the budget says.
            spent=Decimal(0) if spent <= self._promised else spent,
            up_to=min(self.most, amount + self._step - ORE),
            problem=problem,
            plan=plan,
            opened=tuple(use.cohort_id for use in plan.cohorts if use.runs and use.cohort_id in optional),
        )

    def _payable(self, amount: Decimal) -> Decimal:
        """Return the largest sum up to an amount that a plan can spend: whole steps of what everything costs.

        The best plans for both are the same, and a relaxation sees at once what cannot be spent.
        """
        if amount <= self._promised:
            return self._promised
        return self._promised + (amount - self._promised) // self._step * self._step

    def points(self) -> list[FrontierPoint]:
        """Return the steps known, the cheapest first; equal ones joined."""
        steps: list[FrontierPoint] = []
        for amount in sorted(self._found):
            point = self._found[amount]
            if steps and _reached(steps[-1]) == _reached(point):
                point = replace(steps.pop(), up_to=point.up_to)
            steps.append(point)
        return steps

    def open_gaps(self) -> list[FrontierGap]:
        """Return the amounts about which nothing is known exactly."""
        steps = self.points()
        lowest = [FrontierGap(above=-ORE, below=steps[0].spent)] if steps[0].spent > 0 else []
        between = [
            FrontierGap(above=low.up_to, below=high.spent)
            for low, high in pairwise(steps)
            if high.spent - low.up_to > ORE
        ]
        return lowest + between


def _common_step(problem: Problem, budget_id: str) -> Decimal:
    """Return the largest sum of which every price of a budget is a whole multiple."""
    prices = [
        int(_rounded(price) / ORE)
        for cohort in problem.cohorts
        if cohort.budget_id == budget_id and cohort.status != "cancelled"
        for price in (cohort.cost_per_seat, cohort.fixed_cost)
    ]
    return (gcd(*prices) or 1) * ORE


def _reached(point: FrontierPoint) -> list[Decimal]:
    return [tier.value for tier in point.plan.tiers]


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(ORE, ROUND_HALF_EVEN)


def _full(cohort: Cohort) -> Decimal:
    return cohort.seats * _rounded(cohort.cost_per_seat) + _rounded(cohort.fixed_cost)
