"""What a plan comes to: the figures and sentences with which a report, a command or a page opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from matcher.explain import Reading, UnfilledReason, breach_text
from matcher.languages import Phrases, message
from matcher.plan import Baseline, FloorPrice, Plan, TierResult
from matcher.problem import LeftOut, Problem
from matcher.report.words import AIM_UNITS

if TYPE_CHECKING:
    from matcher.explain.proofs import WhyNot  # which loads the solver

SMALLEST_SHOWN_GAP = 1e-8
LEADING_AIMS = ("shortfall", "placements")
AIM_WORDS = {
    "shortfall": message("obligations"),
    "placements": message("lasting placements"),
    "cost": message("cost"),
    "changes": message("changes"),
    "tie_break": message("drawn numbers"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What is known about a plan beside the plan itself.

    Parameters
    ----------
    is_checked : bool
        Whether the independent checker has passed; without it nothing is called proven.
    baseline : Baseline or None
        What taking the best remaining pair first would reach.
    unfilled : tuple of UnfilledReason
        Why positions stayed open; may be empty.
    left_out : LeftOut or None
        What was left out of the problem as incomplete.
    floor_price : FloorPrice or None
        What the floor for those longest out of work costs, where that was asked for.
    proven : tuple of WhyNot
        Why positions stayed open as solving again bears it out, where that was asked for.
    """

    is_checked: bool
    baseline: Baseline | None = None
    unfilled: tuple[UnfilledReason, ...] = ()
    left_out: LeftOut | None = None
    floor_price: FloorPrice | None = None
    proven: tuple[WhyNot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures of a plan.

    Parameters
    ----------
    filled, positions : int
    has_dates : bool
        Whether the jobs have start dates, which a ready-scored problem may lack.
    placed, people : int
        Candidates with a placement, and all in the problem.
    trained, cohorts : int
        People whose route has cohorts, and how many cohorts these are.
    obligations_met, obligations : int
        Contracts that get what they are owed, of those that are owed something.
    gap : float or None
        Largest certified gap of `proven_aims`; ``None`` where nothing was checked.
    proven_aims : tuple of str
        Names of the aims that say how good a plan is for people and contracts.
    expected : Decimal or None
        Expected lasting placements, with the policy's weights.
    shortfall : Decimal or None
        Person equivalents of unmet obligations.
    cost : Decimal or None
        Kronor.
    baseline : Baseline or None
    """

    filled: int
    positions: int
    has_dates: bool
    placed: int
    people: int
    trained: int
    cohorts: int
    obligations_met: int
    obligations: int
    gap: float | None
    proven_aims: tuple[str, ...]
    expected: Decimal | None
    shortfall: Decimal | None
    cost: Decimal | None
    baseline: Baseline | None


def summarise(problem: Problem, plan: Plan, facts: RunFacts) -> Summary:
    """Return the figures of a plan.

    Parameters
    ----------
    problem : Problem
        The one that the plan answers.
    plan : Plan
    facts : RunFacts
    """
    filled, leading = len(plan.assignments), leading_aims(plan)
    value = {tier.name: tier.value for tier in plan.tiers}
    return Summary(
        filled=filled,
        positions=filled + sum(entry.open for entry in plan.unfilled),
        has_dates=all(entry.start_date is not None for entry in plan.assignments),
        placed=len({entry.candidate_id for entry in plan.assignments}),
        people=len(problem.candidates),
        trained=len({entry.candidate_id for entry in plan.assignments if entry.cohort_ids}),
        cohorts=len({cohort_id for entry in plan.assignments for cohort_id in entry.cohort_ids}),
        obligations_met=sum(entry.delivered >= entry.required for entry in plan.shortfalls),
        obligations=len(plan.shortfalls),
        gap=max((tier.gap for tier in leading), default=0.0) if facts.is_checked else None,
        proven_aims=tuple(tier.name for tier in leading),
        expected=value.get("placements"),
        shortfall=value.get("shortfall"),
        cost=value.get("cost"),
        baseline=facts.baseline,
    )


def leading_aims(plan: Plan) -> tuple[TierResult, ...]:
    """Return the tiers that say how good a plan is for people and contracts; where there are none, all tiers."""
    leading = tuple(tier for tier in plan.tiers if tier.name in LEADING_AIMS)
    return leading or plan.tiers


def headline(summary: Summary, say: Phrases) -> str:
    """Return the one sentence that says what the plan achieves."""
    if summary.has_dates:
        return say.text(
            "{filled} of {positions} positions are filled in time.", filled=summary.filled, positions=summary.positions
        )
    return say.text("{filled} of {positions} positions are filled.", filled=summary.filled, positions=summary.positions)


def sentences(summary: Summary, say: Phrases) -> Iterator[str]:
    """Yield what is behind the headline: training, obligations, proof, and the comparison."""
    if summary.trained:
        yield training_text(summary, say)
    if summary.obligations:
        yield say.text(
            "{met} of {owed} contracts get what they are owed.", met=summary.obligations_met, owed=summary.obligations
        )
    yield proof_text(summary, say)
    compared = comparison_text(summary, say)
    if compared is not None:
        yield compared


def training_text(summary: Summary, say: Phrases) -> str:
    """Return who is trained first."""
    cohorts = say.plural("{count} cohort", "{count} cohorts", summary.cohorts)
    return say.plural(
        "{count} person is trained first, in {cohorts}.",
        "{count} people are trained first, in {cohorts}.",
        summary.trained,
        cohorts=cohorts,
    )


def proof_text(summary: Summary, say: Phrases) -> str:
    """Return what is proven; nothing where the checker has not passed."""
    if summary.gap is None:
        return say.text("The plan has not been checked, so nothing is proven about it yet.")
    aims = aims_text(summary, say)
    if summary.gap == 0:
        return say.text(
            "The independent checker verified every rule, and that no plan does better in {aims}.", aims=aims
        )
    return say.text(
        "The independent checker verified every rule, and that no plan does more than {gap} better in {aims}.",
        gap=gap_text(summary.gap, say),
        aims=aims,
    )


def aims_text(summary: Summary, say: Phrases) -> str:
    """Return the aims that the proof is about; a later one is proven among plans as good in those before it."""
    aims = say.listed(say.text(AIM_WORDS[name]) for name in summary.proven_aims)
    return say.text("{aims}, in this order", aims=aims) if len(summary.proven_aims) > 1 else aims


def comparison_text(summary: Summary, say: Phrases) -> str | None:
    """Return what taking the best remaining pair first would reach, where that is less."""
    baseline = summary.baseline
    if baseline is None:
        return None
    if baseline.placements < summary.filled:
        return say.text(
            "Taking the best remaining pair first, as is done by hand, would fill only {filled}.",
            filled=baseline.placements,
        )
    if summary.shortfall is not None and baseline.shortfall > summary.shortfall:
        return say.text(
            "Taking the best remaining pair first, as is done by hand, would leave {theirs} instead of {ours} "
            "person equivalents of obligations unmet.",
            theirs=baseline.shortfall,
            ours=summary.shortfall,
        )
    if summary.expected is not None and baseline.value < summary.expected:
        return say.text(
            "Taking the best remaining pair first, as is done by hand, would reach {theirs} instead of {ours} "
            "expected lasting placements.",
            theirs=baseline.value,
            ours=summary.expected,
        )
    return None


def breach_texts(problem: Problem, plan: Plan, say: Phrases) -> list[str]:
    """Return a sentence per promise that the plan breaks, and one that says what they weigh together."""
    if not plan.breaches:
        return []
    reading = Reading(problem)
    price = sum((breach.price for breach in plan.breaches), Decimal(0))
    together = say.plural(
        "{count} promise cannot be kept; the policy weighs that like {price} person equivalents of what is owed.",
        "{count} promises cannot be kept; the policy weighs that like {price} person equivalents of what is owed.",
        len(plan.breaches),
        price=price,
    )
    return [together, *(breach_text(breach, reading, say) for breach in plan.breaches)]


def floor_text(price: FloorPrice, say: Phrases) -> str:
    """Return what the floor for those longest out of work costs, in every aim that it touches."""
    losses = [f"{say.value(loss)} {say.text(AIM_UNITS[aim])}" for aim, loss in price.losses.items() if loss]
    given_up = say.text(
        "The floor for those longest out of work ({floors}) costs {losses}, against the best plan without it.",
        floors=say.listed(price.quota_ids),
        losses=say.listed(losses) if losses else say.text("nothing"),
    )
    if price.is_proven:
        return given_up
    not_proven = say.text("That is not exact: one of the two plans is not proven best.")
    return f"{given_up} {not_proven}"


def gap_text(gap: float, say: Phrases) -> str:
    """Return a relative gap as a percentage, rounded up so that it never promises more than was proven."""
    if gap == 0:
        return say.percent(0)
    if gap < SMALLEST_SHOWN_GAP:
        return say.text("less than {gap}", gap=say.percent(SMALLEST_SHOWN_GAP, 6))
    decimals = 2
    while decimals < 6 and gap * 100 < 10 ** (1 - decimals):
        decimals += 1
    step = Decimal(1).scaleb(-decimals - 2)
    return say.percent(Decimal(gap).quantize(step, rounding=ROUND_CEILING), decimals)
