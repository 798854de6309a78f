"""Every limit that a certificate may price, every cut and every clique holds in every plan, counted out in each."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

import pytest

from matcher.problem import Problem
from tests.amounts import some
from tests.check.test_cuts import drawn_cliques, random_cuts
from tests.oracles.bound_model import BoundModel
from tests.oracles.brute_force import plan_values
from tests.oracles.columns import Column, ColumnKey, enumerate_columns
from tests.oracles.limits import persons_missed
from tests.oracles.several import Together
from tests.oracles.uses import uses_of
from tests.strategies import random_problem

SHORT = ("quota_min", "quota_max", "quota_min_share", "quota_max_share")
PLANS = 12


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(some(1, of=8)))
def test_every_row_holds_in_every_plan(part: int) -> None:
    """Cuts prove what no price of their limits does, so that they have to be true themselves, not only add up."""
    num_cuts = num_tight = 0
    for seed in range(part * 25, part * 25 + 25):
        problem, chance = random_problem(seed), random.Random(seed)
        facts = enumerate_columns(problem)
        cliques = tuple(clique for clique, is_one in drawn_cliques(chance, problem, facts, 4) if is_one)
        cuts = random_cuts(chance, problem, facts, len(cliques), most=12)
        model = BoundModel(problem, facts, cuts=cuts, cliques=cliques)
        for _ in range(PLANS):
            chosen = _any_plan(chance, problem, facts)
            if chosen is None:
                continue
            variables = _variables(problem, facts, model, chosen)
            assert all(0 <= variables[name] <= one.upper for name, one in model.variables.items()), (seed, chosen)
            for name, row in model.rows.items():
                used = sum(row.uses.get(key, 0) for key in chosen)
                used -= sum(amount * variables[slack] for slack, amount in row.slacks.items())
                assert used <= row.limit, (seed, name, chosen)
                num_cuts += name[0] == "cut"
                num_tight += name[0] == "cut" and used == row.limit
    assert num_cuts > 200
    assert num_tight > 20


def _any_plan(
    chance: random.Random, problem: Problem, facts: Mapping[ColumnKey, Column]
) -> tuple[ColumnKey, ...] | None:
    """Return some plan, one with as many placements as come to mind; ``None`` where it is none after all."""
    chosen: tuple[ColumnKey, ...] = ()
    for key in chance.sample(list(facts), len(facts)):
        more = (*chosen, key)  # two people may open a cohort that neither opens alone
        chosen = more if plan_values(problem, facts, more) is not None or chance.random() < 0.2 else chosen
    return None if plan_values(problem, facts, chosen) is None else chosen


def _variables(
    problem: Problem, facts: Mapping[ColumnKey, Column], model: BoundModel, chosen: Sequence[ColumnKey]
) -> dict[str, int]:
    """Return what a plan's variables are by name: what lacks, what opens, who is enrolled."""
    uses, together = uses_of(problem, facts, model.limits), Together(problem, facts)
    amounts = {name: sum(uses.by_column[key][number] for key in chosen) for number, name in enumerate(uses.names)}
    enrolled: defaultdict[str, set[str]] = defaultdict(set)
    for who in model.places:
        for cohort_id in together.new_cohorts(key for key in chosen if key[0] == who):
            enrolled[cohort_id].add(who)
    found = {}
    for name in model.variables:
        kind, _, entity_id = name.partition(" ")
        if kind == "obligation":
            found[name] = max(model.limits.required[entity_id] - amounts["units", entity_id], 0)
        elif kind == "seat":
            found[name] = int(bool(enrolled[entity_id]))
        elif kind == "enrolment":
            who, _, cohort_id = entity_id.partition("|")
            found[name] = int(who in enrolled[cohort_id])
        elif kind == "enrolled":
            found[name] = sum(model.places[who] > 1 for who in enrolled[entity_id])
        else:
            quota = next(row for row in problem.quotas if row.quota_id == entity_id)
            missed = persons_missed(quota, amounts["member", entity_id], amounts["placement", entity_id])
            found[name] = dict(zip(SHORT, missed, strict=True))[kind]
    return found
