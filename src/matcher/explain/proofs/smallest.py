"""The smallest change of one kind that grants a wish: solved again at every step, and one step less does not do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from matcher.explain.facts import Value
from matcher.explain.proofs.again import Again
from matcher.explain.proofs.losses import DRAW
from matcher.explain.proofs.wishes import Wish
from matcher.plan import Plan
from matcher.problem.changes import Change

# Why somebody is not placed or a position not filled, as far as solving again bears it out; what is blamed first where
# several changes would do stands first: what people have decided, then what is scarce.
ReasonCode = Literal[
    "decision",
    "seats",
    "not_running",
    "budget",
    "resource",
    "training",
    "quota",
    "positions",
    "skill",
    "dates",
    "distance",
    "hours",
    "occupation",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What would have to be otherwise, in words and as changes.

    Parameters
    ----------
    kind : str
        A key of `matcher.explain.proofs.words.CONDITIONS`.
    values : mapping
        What the sentence of that kind names.
    changes : tuple of Change
        That make it so.
    """

    kind: str
    values: Mapping[str, Value]
    changes: tuple[Change, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One kind of change, in growing sizes.

    Parameters
    ----------
    code : str
        What is the reason, if such a change grants the wish.
    sizes : tuple of Decimal
        Worth trying, ascending, above 0.
    step : Decimal
        The least by which sizes differ.
    at : callable
        Returns the condition of a size.
    parts : callable or None
        Of a change of several things: the conditions with a step less of one of them, none of which may grant it.
    """

    code: ReasonCode
    sizes: tuple[Decimal, ...]
    step: Decimal
    at: Callable[[Decimal], Condition]
    parts: Callable[[Decimal], tuple[Condition, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A condition under which the plan made again grants the wish, and that plan.

    Parameters
    ----------
    code : str
    condition : Condition
    plan : Plan
    """

    code: ReasonCode
    condition: Condition
    plan: Plan = field(repr=False)


def smallest(again: Again, wish: Wish, lever: Lever) -> Granted | None:
    """Return the smallest size of a change that grants a wish, or ``None`` where no size tried does.

    Of the size that is returned and of one step less the problem has been solved: the one grants it, the other not.

    Parameters
    ----------
    again : Again
    wish : Wish
        That the plan does not grant.
    lever : Lever
    """

    def tried(condition: Condition) -> Granted | None:
        plan = again.with_changes(*condition.changes)
        if plan is None or not _is_meant(again.plan, plan) or not wish.is_granted(plan):
            return None
        return Granted(code=lever.code, condition=condition, plan=plan)

    below = Decimal(0)
    for size in lever.sizes:
        found = tried(lever.at(size))
        if found is None:
            below = size
            continue
        enough = size
        while enough - below > lever.step:
            # Mostly the first guess is right, so that one step less is asked for before the middle.
            middle = enough - lever.step if enough == size else below + _in_steps((enough - below) / 2, lever.step)
            less = tried(lever.at(middle))
            if less is None:
                below = middle
            else:
                found, enough = less, middle
        is_least = lever.parts is None or not any(map(tried, lever.parts(enough)))
        return found if is_least else None
    return None


def _in_steps(amount: Decimal, step: Decimal) -> Decimal:
    return max(step, (amount / step).quantize(Decimal(1), rounding=ROUND_DOWN) * step)


def _is_meant(best: Plan, changed: Plan) -> bool:
    """Tell whether what a plan grants follows from the change: not where an open draw could grant it as well.

    Where the draw between equal plans is decided, there is one plan. Where it is left open, as in a city, only a plan
    counts that is better in some aim.
    """
    if all(tier.value == tier.bound for tier in changed.tiers if tier.name == DRAW):
        return True
    mine = {tier.name: tier.value for tier in best.tiers}
    for tier in changed.tiers:
        if tier.name != DRAW and tier.value != mine.get(tier.name):
            return (tier.value > mine.get(tier.name, tier.value)) == (tier.name == "placements")
    return False
