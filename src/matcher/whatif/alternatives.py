"""The next best plans that really differ: so many placements apart from one another, and hardly worse.

People who decide on a plan know what no table holds. A choice between plans that are nearly as good, and say how much
each gives up, serves them better than one plan and a yes or no.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from matcher.columns import Columns
from matcher.features import build_columns
from matcher.plan import Difference, OtherPlan, PlacedPair, Plan, ProgressListener, Result, WorstValue
from matcher.problem import Problem, fingerprint
from matcher.solve import NothingElse, solve_columns
from matcher.solve.planning import SCALES, tier_amount
from matcher.solve.refusals import refuse_what_cannot_be_solved
from matcher.solve.terms import DEFAULT_GAP
from matcher.solver import StopSignal


@dataclass(frozen=True, slots=True, kw_only=True)
class TierLoss:
    """What an alternative gives up in one tier.

    Parameters
    ----------
    tier : str
    loss : Decimal
        In the unit of `TierResult.value`; negative where the alternative is better, which it can be in a tier once it
        has given up something in an earlier one.
    share : float or None
        Of the plan's own value; ``None`` where that is 0 and the loss is not.
    is_limited : bool
        Whether the loss had to stay within what was allowed.
    """

    tier: str
    loss: Decimal
    share: float | None
    is_limited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One more plan, checked, whose bounds speak of the plans that differ as it does.

    Parameters
    ----------
    result : Result
    num_left_out : int
        Placements of the given plan that are not in it.
    losses : tuple of TierLoss
        Against the given plan, in the order of the tiers.
    """

    result: Result
    num_left_out: int
    losses: tuple[TierLoss, ...]

    @property
    def plan(self) -> Plan:
        """Return the plan."""
        return self.result.plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """The alternatives to a plan, the best first.

    Parameters
    ----------
    found : tuple of Alternative
    is_interrupted : bool
        Whether time or a person ended the search; otherwise there is no further one, says the solver, where fewer were
        found than were asked for.
    """

    found: tuple[Alternative, ...]
    is_interrupted: bool


def alternatives(
    problem: Problem,
    plan: Plan,
    *,
    count: int,
    differ_by: int,
    within: Decimal | float,
    gap: float = DEFAULT_GAP,
    time_limit_s: float | None = None,
    threads: int = 1,
    seed: int = 0,
    on_progress: ProgressListener | None = None,
) -> Alternatives:
    """Return the best plans that differ enough from a plan and from one another.

    Each is the best, tier after tier, of all plans that lack at least `differ_by` placements (a candidate at a
    vacancy, by whatever route) of the given plan and of every alternative before it, and that are hardly worse.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        The one to differ from, as `matcher.solve` gives it.
    count : int
        How many alternatives at most.
    differ_by : int
        At least 1.
    within : Decimal or float
        How much of its value the plan's ``placements``, and every tier before it, may lose: 0.01 is one per cent. What
        is 0 stays 0. Later tiers decide among what is left. Where the policy has no tier ``placements``, this holds
        for all tiers but the draw.
    gap, threads, seed, on_progress
        As of `matcher.solve.solve`.
    time_limit_s : float, optional
        For all of them together.

    Returns
    -------
    Alternatives

    Raises
    ------
    ValueError
        When the plan answers another problem, or a number is out of its range.
    """
    if count < 1 or differ_by < 1 or not 0 <= within < 1:
        raise ValueError(
            f"Alternatives must be at least 1, differ in at least 1 placement and lose from 0 to less than 1, got "
            f"{count}, {differ_by} and {within}."
        )
    if plan.problem_hash != fingerprint(problem):
        raise ValueError("The plan must answer this problem. Solve the problem again.")
    refuse_what_cannot_be_solved(problem)
    stop = StopSignal(time_limit_s)
    search = _Search(
        problem=problem,
        columns=build_columns(problem, threads=threads),
        plan=plan,
        differ_by=differ_by,
        worst=tuple(_worst_values(plan, Decimal(str(within)))),
    )
    found: list[Alternative] = []
    while len(found) < count and not stop.is_due:
        difference = search.difference([alternative.plan for alternative in found])
        try:
            result = solve_columns(
                problem,
                search.columns,
                gap=gap,
                threads=threads,
                seed=seed,
                on_progress=on_progress,
                stop=stop,
                difference=difference,
            )
        except NothingElse:
            break
        found.append(search.told(result))
    return Alternatives(found=tuple(found), is_interrupted=len(found) < count and stop.is_due)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """What stays the same from one alternative to the next."""

    problem: Problem
    columns: Columns
    plan: Plan
    differ_by: int
    worst: tuple[WorstValue, ...]

    def difference(self, found: Sequence[Plan]) -> Difference:
        """Return what the next alternative keeps."""
        plans = tuple(OtherPlan(pairs=_pairs(each)) for each in (self.plan, *found))
        return Difference(differ_by=self.differ_by, plans=plans, worst=self.worst)

    def told(self, result: Result) -> Alternative:
        """Return a result with what it gives up."""
        kept = set(_pairs(result.plan))
        return Alternative(
            result=result,
            num_left_out=sum(pair not in kept for pair in _pairs(self.plan)),
            losses=tuple(self._losses(result.plan)),
        )

    def _losses(self, other: Plan) -> Iterator[TierLoss]:
        limited = {entry.tier for entry in self.worst}
        # An alternative is there to say something else than people were told, so it counts no changes.
        for own, its in zip((tier for tier in self.plan.tiers if tier.name in SCALES), other.tiers, strict=True):
            loss = its.value - own.value if SCALES[own.name] < 0 else own.value - its.value
            share = float(loss / abs(own.value)) if own.value else None if loss else 0.0
            yield TierLoss(tier=own.name, loss=loss, share=share, is_limited=own.name in limited)


def _pairs(plan: Plan) -> tuple[PlacedPair, ...]:
    return tuple(PlacedPair(candidate_id=entry.candidate_id, vacancy_id=entry.vacancy_id) for entry in plan.assignments)


def _worst_values(plan: Plan, within: Decimal) -> Iterator[WorstValue]:
    """Yield the worst value allowed in each tier up to ``placements``, in whole integers of the tier."""
    names = [tier.name for tier in plan.tiers]
    end = names.index("placements") + 1 if "placements" in names else len(names)
    for tier in plan.tiers[:end]:
        if tier.name != "tie_break" and tier.name in SCALES:
            best = Fraction(tier.value) * SCALES[tier.name]
            yield WorstValue(tier=tier.name, value=tier_amount(tier.name, ceil(best - Fraction(within) * abs(best))))
