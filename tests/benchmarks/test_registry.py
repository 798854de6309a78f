"""Instances are found by themselves, are always the same, and say when they are not there."""

from __future__ import annotations

from dataclasses import replace

import pytest
import scipy.sparse as sp
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from benchmarks.convert.assignment import best_of_cost
from benchmarks.instance import DATA
from benchmarks.instances.apart import side_by_side
from benchmarks.instances.random_assignment import SEED, draw_costs
from benchmarks.peers.methods import METHODS, methods_for
from benchmarks.registry import all_instances, chosen_instances
from matcher.features import build_columns
from matcher.problem import fingerprint
from matcher.solve import solve


def test_every_family_is_found() -> None:
    """A file in benchmarks/instances is enough to be measured."""
    named = {"S", "M", "M_optional", "demo", "city", "drawn", "assign100", "dense800", "gap1-0", "scaling-250"}

    assert named <= all_instances().keys()


def test_instances_are_chosen_by_name_in_the_order_asked_for() -> None:
    """Without names all are meant."""
    assert [instance.name for instance in chosen_instances(["M", "S"])] == ["M", "S"]
    assert len(chosen_instances([])) == len(all_instances())


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    """Nobody has to look into the source to find the right word."""
    with pytest.raises(ValueError, match=r"'X' must be one of .*demo.*Choose"):
        chosen_instances(["S", "X"])


def test_an_instance_whose_file_is_not_there_says_so() -> None:
    """What is left out is named together with what it needs."""
    absent = replace(all_instances()["S"], source=DATA / "nowhere" / "S")

    assert absent.absence == "S needs data/nowhere/S, which is not there; left out."
    assert all_instances()["demo"].absence is None


@pytest.mark.parametrize("name", ["drawn", "demo"])
def test_a_drawn_instance_is_always_the_same(name: str) -> None:
    """The seed alone decides."""
    instance = all_instances()[name]

    assert fingerprint(instance.make()) == fingerprint(instance.make())


def test_instances_have_as_many_columns_as_they_say() -> None:
    """The sizes that tables print are those of the known instances."""
    for instance in all_instances().values():
        if instance.kind == "planning" and instance.num_columns and not instance.absence:
            assert len(build_columns(instance.make())) == instance.num_columns


@pytest.mark.parametrize(("name", "size", "pairs_each"), [("dense800", 800, 800), ("sparse5000", 5000, 20)])
def test_the_optima_of_random_assignments_are_those_of_scipy(name: str, size: int, pairs_each: int) -> None:
    """The stored optimum is what SciPy finds on the drawn arrays."""
    costs = draw_costs(size, pairs_each, SEED)
    matrix = sp.csr_matrix((costs.cost, (costs.left, costs.right)), shape=(size, size))

    least = int(matrix[min_weight_full_bipartite_matching(matrix)].sum())

    assert all_instances()[name].best == {"placements": best_of_cost(size, least)}


def test_each_instance_gets_the_methods_that_suit_it() -> None:
    """Planning is set beside whole models, assignment beside libraries, and the city beside nobody."""
    found = {name: {entry.name for entry in methods_for(each)} for name, each in all_instances().items()}

    assert {"ours", "scip", "highs-scipy", "greedy", "read"} <= found["S"]
    assert "scipy-dense" not in found["S"]
    assert {"network-proof", "scipy-sparse", "ours"} <= found["dense800"]
    assert "scip" not in found["dense800"]
    assert {"ours", "greedy"} <= found["city"]
    assert not {name for name in found["city"] if METHODS[name].role == "peer"}
    assert "highs-mathopt" not in found["M"]
    assert "timefold" in found["assign100"]
    assert "timefold" not in found["assign200"] | found["sparse5000"]
    assert "ours-two-workers" in found["scaling-1000"]
    assert "ours-two-workers" not in found["S"]
    assert {"ours", "ours-two-workers", "ours-dask-1", "ours-dask-2"} <= found["apart-8"]
    assert "ours-dask-2" not in found["scaling-1000"] | found["city"]
    assert all(next(iter(methods_for(each))).name == "ours" for each in all_instances().values())


def test_the_series_grows_evenly() -> None:
    """Each of its problems has about four times the candidates of the one before, and as many vacancies for each."""
    problems = [each.make() for each in all_instances().values() if each.is_scaling and not each.is_large]

    assert [len(problem.candidates) for problem in problems] == [250, 1000, 4000]
    assert all(
        len(problem.candidates) / len(problem.vacancies) == pytest.approx(20 / 3, rel=0.02) for problem in problems
    )


def test_parts_side_by_side_share_nothing() -> None:
    """So that each can be solved on a worker of its own, and their proofs joined."""
    problem = side_by_side((7, 8), 30, 12, 6)
    parts = [side_by_side((seed,), 30, 12, 6) for seed in (7, 8)]

    assert len(build_columns(problem)) == sum(len(build_columns(part)) for part in parts)
    values = [{tier.name: tier.value for tier in solve(each).plan.tiers} for each in (problem, *parts)]
    assert all(values[0][tier] == values[1][tier] + values[2][tier] for tier in ("placements", "cost"))


@pytest.mark.data
def test_the_optional_cohorts_are_laid_over_the_reference_instance() -> None:
    """People, places and scores are those of M; cohorts, budgets and quotas are its own."""
    instances = all_instances()
    if instances["M_optional"].absence:
        pytest.skip(str(instances["M_optional"].absence))
    plain, optional = instances["M"].make(), instances["M_optional"].make()

    assert optional.pairs == plain.pairs
    assert {cohort.status for cohort in plain.cohorts} == {"planned"}
    assert {cohort.status for cohort in optional.cohorts} == {"optional"}
