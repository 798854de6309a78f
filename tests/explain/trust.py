"""Is what is said after solving again true? Every statement about a random problem, held against trying every plan.

``python -m tests.explain.trust 1000`` (``make trust-long``) does so for as many problems; the tests for fewer.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from matcher.errors import ContradictoryDecisions, InvalidInput
from matcher.explain import PlanReading, Reading
from matcher.explain.proofs import Again, FirstLoss, Loss, Prover, Ranker, Repair, WhyNot, ranking, regret, repairs
from matcher.explain.proofs.ranked import PROMISES
from matcher.explain.proofs.smallest import Condition
from matcher.explain.proofs.why_not import SCARCE
from matcher.plan import Plan
from matcher.problem import Decision, Problem
from matcher.problem.changes import GiveSkill, applied_in_order
from matcher.solve import solve
from tests.explain.causes_trust import wrong_causes
from tests.oracles.brute_force import TooLarge, best_plan
from tests.oracles.columns import Column, ColumnKey, enumerate_columns, to_hundredths
from tests.oracles.limits import LEAST, PER_UNIT, is_member, limits_of, persons_missed
from tests.strategies import random_problem

DRAW = "tie_break"
STEPS = (("by", 1), ("days", 1))  # what a change says, and the least by which it differs
Values = dict[str, int]
Granting = Callable[[Problem, dict[ColumnKey, Column]], bool]


class Untold(Exception):
    """The problem has no plan, breaks promises, or is too large for the oracle: nothing is said about it here."""


class Case:
    """A random problem with its plan, and the best value of every aim after any change, by the oracle alone.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        problem = random_problem(seed, max_candidates=5, max_vacancies=4, max_cohorts=5)
        self.problem = replace(problem, policy=replace(problem.policy, tiers=_with_draw(problem)))
        try:
            self.plan: Plan = solve(self.problem, gap=0.0).plan
        except ContradictoryDecisions:
            raise Untold from None
        if any(breach.kind == "accepted" for breach in self.plan.breaches):
            raise Untold  # which of two promises is given up is arbitrary, and the oracle knows pins only
        self.best = self.values_of(self.problem)
        if self.best is None:
            raise Untold
        self.again = Again(self.problem, self.plan)
        self.reading = PlanReading(Reading(self.problem), self.plan)
        self._values: dict[tuple[str, str, str], Values | None] = {}

    @cached_property
    def ranker(self) -> Ranker:
        """Return the ranker of the plan."""
        return Ranker(self.again)

    def values_of(self, problem: Problem) -> Values | None:
        """Return the best value of every aim; ``None`` where no plan keeps the decisions."""
        try:
            best = best_plan(problem, enumerate_columns(problem))
        except TooLarge:
            raise Untold from None
        return None if best is None else {aim: value for aim, value in best.values.items() if aim != DRAW}

    def decided(self, candidate_id: str, vacancy_id: str, kind: str) -> Problem:
        """Return the problem with one more decision, in the place of those about the same pair."""
        pair = (candidate_id, vacancy_id)
        others = (row for row in self.problem.decisions if (row.candidate_id, row.vacancy_id) != pair)
        decision = Decision(candidate_id=candidate_id, vacancy_id=vacancy_id, decision=kind)  # type: ignore[arg-type]
        return replace(self.problem, decisions=(*others, decision))

    def values_with(self, candidate_id: str, vacancy_id: str, kind: str) -> Values | None:
        """Return the best value of every aim with one more decision, which several statements may be about."""
        key = (candidate_id, vacancy_id, kind)
        if key not in self._values:
            self._values[key] = self.values_of(self.decided(*key))
        return self._values[key]

    def lost(self, values: Values) -> dict[str, int]:
        """Return by how much values are worse than the best ones, in the aims' integers."""
        assert self.best is not None
        return {
            aim: value - self.best[aim] if aim in LEAST else self.best[aim] - value for aim, value in values.items()
        }


def _with_draw(problem: Problem) -> tuple[str, ...]:
    tiers = tuple(tier for tier in problem.policy.tiers if tier != DRAW)
    return (*tiers, DRAW)


def first_of(lost: dict[str, int]) -> tuple[int, int]:
    """Return the first aim that loses, counted from the last, and how much: what orders losses."""
    for place, amount in enumerate(lost.values()):
        if amount:
            return len(lost) - place, amount
    return 0, 0


def wrong_regrets(case: Case, told: Counter[str]) -> Iterator[str]:
    """Yield every statement about what a placement is worth that is not true."""
    for row in case.plan.assignments:
        found = regret(case.again, case.reading, row.candidate_id, row.vacancy_id)
        values = case.values_with(row.candidate_id, row.vacancy_id, "forbidden")
        if values is None or found.loss is None:
            told["no plan without"] += 1
            if (values is None) != (found.loss is None):
                yield f"{row}: a plan without it exists, or not, other than said"
            continue
        yield from _wrong_loss(found.loss, case.lost(values), f"regret of {row}", told)


def _wrong_loss(loss: Loss, lost: dict[str, int], what: str, told: Counter[str]) -> Iterator[str]:
    for aim in loss.aims:
        true = Decimal(lost[aim.aim]) / PER_UNIT[aim.aim]
        if aim.least is not None and aim.most is not None:
            told["exact" if aim.is_exact else "between"] += 1
            if not aim.least <= true <= aim.most or (aim.is_exact and aim.found != true):
                yield f"{what}: {aim} is said, {true} is true"


ranking.FEW = (
    3  # so that small problems, too, are solved again among the columns that prices leave, and not all at once
)


def wrong_costs(case: Case, told: Counter[str], solve_again: int) -> Iterator[str]:
    """Yield every statement about what a place costs the plan, when it is somebody's, that is not true."""
    for vacancy in case.problem.vacancies[:2]:
        for entry in case.ranker.ranking(vacancy.vacancy_id, solve_again=solve_again).entries:
            assert entry.candidate_id is not None
            values = case.values_with(entry.candidate_id, vacancy.vacancy_id, "pinned")
            told["cost" if entry.is_exact else "cost between"] += 1
            if values is None:
                told["impossible"] += 1
                if entry.most is not None and entry.most.aim != PROMISES:
                    yield f"{entry}: no plan that keeps all promises gives the place"
                continue
            if entry.least.aim == PROMISES:
                yield f"{entry}: no promise has to be broken"
                continue
            true = first_of(case.lost(values))
            if _rank(entry.least, values) > true:
                yield f"{entry}: less is lost, {true}"
            if entry.most is not None and _rank(entry.most, values) < true:
                yield f"{entry}: more is lost, {true}"


def _rank(loss: FirstLoss, values: Values) -> tuple[int, int]:
    if loss.aim is None:
        return 0, 0
    aims = list(values)
    return len(aims) - aims.index(loss.aim), int(loss.amount * PER_UNIT[loss.aim])


def wrong_reasons(case: Case, told: Counter[str]) -> Iterator[str]:
    """Yield every reason and every condition told of people without a place and of open positions that is not true."""
    prover = Prover(case.again, case.reading)
    placed = {row.candidate_id for row in case.plan.assignments}
    for candidate in case.problem.candidates:
        found = prover.why_not_placed(candidate.candidate_id)
        if (found is None) != (candidate.candidate_id in placed):
            yield f"{candidate.candidate_id}: placed, or not, other than said"
        if found is not None:
            yield from _wrong_reason(case, found, told, candidate_id=candidate.candidate_id)
    for vacancy in case.problem.vacancies[:2]:
        found = prover.why_not_filled(vacancy.vacancy_id)
        if found is not None and found.code != "closed":
            yield from _wrong_reason(case, found, told, vacancy_id=vacancy.vacancy_id)


def _wrong_reason(
    case: Case, found: WhyNot, told: Counter[str], *, candidate_id: str = "", vacancy_id: str = ""
) -> Iterator[str]:
    told[f"reason {found.code}"] += 1
    own = {key[:2] for key in enumerate_columns(case.problem) if candidate_id == key[0] or vacancy_id == key[1]}
    own -= {(row.candidate_id, row.vacancy_id) for row in case.plan.assignments}
    if bool(own) == (found.code in ("no_eligible", "decision")):
        yield f"{found}: somebody is eligible, or nobody, other than said"
    if found.code in SCARCE and found.code not in {other.code for other in found.counterfactuals}:
        yield f"{found}: nothing bears the reason out"
    if found.competition is not None:
        yield from _wrong_competition(case, found, own)
    wanted = _placing(candidate_id) if candidate_id else _filling(case, vacancy_id)
    for other in found.counterfactuals:
        told[f"condition {other.condition.kind}"] += 1
        if not _granted(case, other.condition, wanted):
            yield f"{other.condition}: does not grant it to {candidate_id}{vacancy_id}"
        for less in _one_step_less(other.condition):
            told["one step less"] += 1
            if _granted(case, less, wanted):
                yield f"{other.condition}: one step less, {less}, grants it to {candidate_id}{vacancy_id}"


def _wrong_competition(case: Case, found: WhyNot, own: set[tuple[str, str]]) -> Iterator[str]:
    """Yield a cost of giving a place after all that is not the cheapest of all ways to give one."""
    assert found.competition is not None
    costs = []
    for pair in own:
        values = case.values_with(*pair, "pinned")
        if values is not None:
            costs.append((first_of(case.lost(values)), values))
    if found.competition.most.aim == PROMISES:
        if costs:
            yield f"{found.competition}: no promise has to be broken"
        return
    if not costs:
        yield f"{found.competition}: no plan gives a place"
        return
    cheapest, values = min(costs, key=lambda cost: cost[0])
    if not _rank(found.competition.least, values) <= cheapest <= _rank(found.competition.most, values):
        yield f"{found.competition}: {cheapest} is true"


def _granted(case: Case, condition: Condition, is_granted: Granting) -> bool:
    """Tell whether the best plan of the changed problem grants something."""
    try:
        problem = applied_in_order(case.problem, condition.changes)
    except InvalidInput:
        return False
    columns = enumerate_columns(problem)
    try:
        best = best_plan(problem, columns)
    except TooLarge:
        raise Untold from None
    return best is not None and is_granted(problem, {key: columns[key] for key in best.chosen})


def _placing(candidate_id: str) -> Granting:
    return lambda _, chosen: any(key[0] == candidate_id for key in chosen)


def _filling(case: Case, vacancy_id: str) -> Granting:
    now = sum(row.vacancy_id == vacancy_id for row in case.plan.assignments)
    return lambda _, chosen: sum(key[1] == vacancy_id for key in chosen) > now


def wrong_repairs(case: Case, told: Counter[str]) -> Iterator[str]:
    """Yield every repair that does not keep the promise in full, gives up another, or is not the smallest."""
    found = repairs(case.again, case.reading)
    short = {row.contract_id for row in case.plan.shortfalls if row.delivered < row.required}
    if short != {one.contract_id for one in found} - {None}:
        yield f"{found}: other contracts are short"
    for one in found:
        told["broken promise"] += 1
        for alternative in one.alternatives:
            told[f"repair {alternative.kind}"] += 1
            if not _granted(case, alternative, _keeping(case, one)):
                yield f"{alternative}: does not repair {one.contract_id or one.quota_id}"
            for less in _one_step_less(alternative):
                if _granted(case, less, _keeping(case, one)):
                    yield f"{alternative}: one step less, {less}, repairs {one.contract_id or one.quota_id}"


def _keeping(case: Case, broken: Repair) -> Granting:
    """Return whether a promise is kept, and no contract gets less of what it is owed than in the plan."""
    now = {row.contract_id: max(0, to_hundredths(row.required - row.delivered)) for row in case.plan.shortfalls}

    def is_kept(problem: Problem, chosen: dict[ColumnKey, Column]) -> bool:
        limits = limits_of(problem)
        owner = {row.vacancy_id: row.contract_id for row in problem.vacancies}
        for contract_id, required in limits.required.items():
            delivered = sum(column.units for key, column in chosen.items() if owner[key[1]] == contract_id)
            if max(0, required - delivered) > (0 if contract_id == broken.contract_id else now.get(contract_id, 0)):
                return False
        for quota in problem.quotas:
            if quota.quota_id == broken.quota_id:
                covered = {key: one for key, one in chosen.items() if key[1] in limits.scope[quota.quota_id]}
                members = sum(is_member(problem, quota, key[0], one.groups) for key, one in covered.items())
                return not any(persons_missed(quota, members, len(covered))[::2])
        return True

    return is_kept


def _one_step_less(condition: Condition) -> Iterator[Condition]:
    """Yield the same condition with a seat, a krona, a day, a skill less, where something is left of it."""
    for place, change in enumerate(condition.changes):
        rest = (*condition.changes[:place], *condition.changes[place + 1 :])
        if isinstance(change, GiveSkill):
            if rest:
                yield replace(condition, changes=rest)
            continue
        for name, step in STEPS:
            amount = getattr(change, name, None)
            if amount is not None and not isinstance(amount, bool) and abs(amount) > step:
                smaller = amount - step if amount > 0 else amount + step
                yield replace(condition, changes=(*rest, replace(change, **{name: smaller})))


def wrong(seed: int, told: Counter[str]) -> list[str]:
    """Return everything that is said about one random problem and is not true; count what is said."""
    try:
        case = Case(seed)
        found = [
            *wrong_regrets(case, told),
            *wrong_costs(case, told, 0),
            *wrong_costs(case, told, 3),
            *wrong_reasons(case, told),
            *wrong_repairs(case, told),
        ]
    except Untold:
        told["untold"] += 1
        return []
    told["problems"] += 1
    return [f"seed {seed}: {text}" for text in found]


if __name__ == "__main__":
    counts: Counter[str] = Counter()
    lies = [text for seed in range(int(sys.argv[1])) for text in (*wrong(seed, counts), *wrong_causes(seed, counts))]
    print(*lies, sep="\n")
    print(dict(counts))
    sys.exit(bool(lies))
