"""The equality audit of a plan: rates by group, effects of hard rules, and, if asked, the plan without one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from matcher.plan import Plan
from matcher.problem import Problem, fingerprint
from matcher.solve import solve
from matcher.solve.terms import DEFAULT_GAP
from matcher.whatif.equality.attributes import Attribute
from matcher.whatif.equality.dropping import without_rule
from matcher.whatif.equality.rates import Reading, rates_of
from matcher.whatif.equality.requirements import RequirementEffect, effects_on, shut_out_by

PLANNED, ACCEPTED, BEGUN = "planned", "accepted", "begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Rates of one outcome by attribute.

    Parameters
    ----------
    name : str
        ``planned``: has a place in the plan (selection); ``accepted``: a person has accepted it; ``begun``: has begun
        (placement).
    readings : tuple of Reading
    """

    name: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutRule:
    """The plan that would be best without a rule.

    Parameters
    ----------
    rule : str
    readings : tuple of Reading
        Who has a place in it, by attribute.
    placements, placements_before : int
    """

    rule: str
    readings: tuple[Reading, ...]
    placements: int
    placements_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualityAudit:
    """What an audit found.

    Parameters
    ----------
    problem_hash : str
    outcomes : tuple of Outcome
    effects : tuple of RequirementEffect
        Rule by rule, each for every attribute.
    without : WithoutRule or None
    num_compared : int
        Readings that may be flagged: so much must a finding stand out.
    """

    problem_hash: str
    outcomes: tuple[Outcome, ...]
    effects: tuple[RequirementEffect, ...]
    without: WithoutRule | None
    num_compared: int

    @property
    def flagged_outcomes(self) -> list[tuple[str, Reading]]:
        """Return which outcomes differ by which attribute."""
        return [
            (outcome.name, one)
            for outcome in self.outcomes
            for one in outcome.readings
            if one.is_flagged(self.num_compared)
        ]

    @property
    def proxies(self) -> list[RequirementEffect]:
        """Return the rules that keep a group out so much oftener that they may stand for the attribute itself.

        That places are open to target groups says of a target group what was declared, and is no such rule.
        """
        return [one for one in self.effects if self.is_proxy(one)]

    def is_proxy(self, effect: RequirementEffect) -> bool:
        """Tell whether a rule may stand for the attribute itself."""
        is_declared = effect.rule == "group" and effect.passes.is_group
        return not is_declared and effect.passes.is_flagged(self.num_compared)


def equality_audit(
    problem: Problem,
    plan: Plan,
    attributes: Sequence[Attribute],
    *,
    further: Mapping[str, Collection[str]] | None = None,
    without: str | None = None,
    time_limit_s: float | None = None,
    threads: int = 1,
) -> EqualityAudit:
    """Return the equality audit of a plan.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        Of this problem.
    attributes : sequence of Attribute
    further : mapping of str to collection of str, optional
        Who has been accepted, who has begun.
    without : str, optional
        Solve again without this rule, too.
    time_limit_s : float, optional
        For that solve.
    threads : int

    Raises
    ------
    InvalidInput
        Where there is no such rule.
    """
    changed = None if without is None else without_rule(problem, without)
    outcomes = {PLANNED: {entry.candidate_id for entry in plan.assignments}, **(further or {})}
    found = [] if problem.is_ready_scored else shut_out_by(problem, threads=threads)
    again = None
    if changed is not None:
        again = solve(changed, gap=DEFAULT_GAP, time_limit_s=time_limit_s, threads=threads, seed=plan.solver.seed).plan
    placed_again = set() if again is None else {entry.candidate_id for entry in again.assignments}
    # A group that one table of everybody leaves out is left out of all of them: their difference would tell it.
    hidden = {
        attribute.name: _hidden(attribute, [*outcomes.values(), *([placed_again] if again else [])])
        for attribute in attributes
    }
    effects = [effect for attribute in attributes for effect in effects_on(attribute, found, hidden[attribute.name])]
    readings = tuple(
        Outcome(
            name=name,
            readings=tuple(rates_of(one, chosen, hidden=hidden[one.name]) for one in attributes),
        )
        for name, chosen in outcomes.items()
    )
    return EqualityAudit(
        problem_hash=fingerprint(problem),
        outcomes=readings,
        effects=tuple(effects),
        without=None
        if again is None or without is None
        else WithoutRule(
            rule=without,
            readings=tuple(rates_of(one, placed_again, hidden=hidden[one.name]) for one in attributes),
            placements=len(again.assignments),
            placements_before=len(plan.assignments),
        ),
        num_compared=max(1, len(attributes) * (len(outcomes) + len(found))),
    )


def _hidden(attribute: Attribute, chosen: Sequence[Collection[str]]) -> frozenset[str]:
    """Return the values that some table leaves out."""
    return frozenset(rate.value for each in chosen for rate in rates_of(attribute, each).rates if not rate.is_shown)
