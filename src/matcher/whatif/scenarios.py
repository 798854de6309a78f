"""Scenarios against policies: every change under every policy, side by side with the problem as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matcher.plan import Plan
from matcher.problem import Policy, Problem, fingerprint
from matcher.problem.changes import Scenario
from matcher.whatif.answers import Answer, Asking, Question
from matcher.whatif.comparison import Affected, TierDifference, affected_people, tier_differences


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioOutcome:
    """What a scenario comes to under a policy.

    Parameters
    ----------
    scenario, policy : str
        Names; the scenario is ``None`` for the problem as it is.
    problem : Problem
        That the changes make.
    plan : Plan or None
    contradictions : tuple of str
        Why there is no plan.
    tiers : tuple of TierDifference
        Against the problem as it is under the same policy, or for that itself against the same under the first policy;
        empty where one of the two has no plan.
    affected : tuple of Affected
        Likewise.
    """

    scenario: str | None
    policy: str
    problem: Problem
    plan: Plan | None
    contradictions: tuple[str, ...]
    tiers: tuple[TierDifference, ...]
    affected: tuple[Affected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioMatrix:
    """Every scenario under every policy.

    Parameters
    ----------
    problem_hash : str
        Of the given problem.
    policies, scenarios : tuple of str
    outcomes : tuple of ScenarioOutcome
        Policy after policy; first the problem as it is, then every scenario.
    """

    problem_hash: str
    policies: tuple[str, ...]
    scenarios: tuple[str, ...]
    outcomes: tuple[ScenarioOutcome, ...]

    def outcome(self, scenario: str | None, policy: str) -> ScenarioOutcome:
        """Return one field of the matrix."""
        (found,) = (each for each in self.outcomes if (each.scenario, each.policy) == (scenario, policy))
        return found


def compare_scenarios(
    problem: Problem,
    scenarios: Sequence[Scenario],
    policies: Sequence[Policy] = (),
    *,
    asking: Asking | None = None,
) -> ScenarioMatrix:
    """Solve a problem as it is and with every scenario, under every policy.

    A scenario is solved with the plan of the problem as it is as the published one, so that where the policy has the
    tier ``changes`` only those people are affected who have to be.

    Parameters
    ----------
    problem : Problem
    scenarios : sequence of Scenario
        With different names.
    policies : sequence of Policy
        With different names; none means the problem's own alone.
    asking : Asking, optional
        How the plans are found.

    Raises
    ------
    InvalidInput
        Where changes cannot be made; nothing is solved then.
    ValueError
        Where two scenarios, or two policies, have one name.
    """
    asking = asking or Asking()
    policies = tuple(policies) or (problem.policy,)
    _require_different("Scenarios", [scenario.name for scenario in scenarios])
    _require_different("Policies", [policy.name for policy in policies])
    worlds = [replace(problem, policy=policy) for policy in policies]
    changed = [[scenario.applied(world) for scenario in scenarios] for world in worlds]
    asking.expect(len(worlds) * (1 + len(scenarios)))
    first = asking.answer(Question(problem=worlds[0]))
    bases = [first, *asking.answers([Question(problem=world) for world in worlds[1:]])]
    questions = [
        Question(problem=each, published=base.plan, earlier=base)
        for base, row in zip(bases, changed, strict=True)
        for each in row
    ]
    answers = iter(asking.answers(questions))
    outcomes = []
    for policy, world, base, row in zip(policies, worlds, bases, changed, strict=True):
        outcomes.append(_outcome(None, policy, world, base, first))
        for scenario, each in zip(scenarios, row, strict=True):
            outcomes.append(_outcome(scenario.name, policy, each, next(answers), base))
    return ScenarioMatrix(
        problem_hash=fingerprint(problem),
        policies=tuple(policy.name for policy in policies),
        scenarios=tuple(scenario.name for scenario in scenarios),
        outcomes=tuple(outcomes),
    )


def _outcome(name: str | None, policy: Policy, problem: Problem, answer: Answer, base: Answer) -> ScenarioOutcome:
    both = None if answer.plan is None or base.plan is None else (base.plan, answer.plan)
    return ScenarioOutcome(
        scenario=name,
        policy=policy.name,
        problem=problem,
        plan=answer.plan,
        contradictions=answer.contradictions,
        tiers=tier_differences(*both) if both else (),
        affected=affected_people(*both) if both else (),
    )


def _require_different(what: str, names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        raise ValueError(f"{what} must have different names, got {', '.join(names)}.")
