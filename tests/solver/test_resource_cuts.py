"""Resources that vacancies share: cuts that every plan keeps, and the parting at how many people vacancies take."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from itertools import product

import numpy as np
import pytest

from benchmarks.instances.scaling import town
from matcher.check import check_plan
from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Problem, Resource
from matcher.solve import resolve, solve
from matcher.solver import assemble_rows
from matcher.solver.bounds.bound import NOTHING
from matcher.solver.model import rounding_cuts
from matcher.solver.model.links import CUT
from matcher.solver.relaxations.cohorts import Links
from matcher.solver.relaxations.resource_cuts import ResourceCuts
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search import packed_search
from matcher.solver.search.filled_search import FilledSearch
from tests import builders as build
from tests.solver.row_cuts import best_of, comes_nearer

AIMS = ("shortfall", "placements")


def sharing(seed: int, *, people: int = 16, places: int = 6) -> Problem:
    """Return two workplaces with too few hours for all whom their contracts owe, where a place needs 2 to 9 of them."""
    chance = random.Random(seed)
    positions = [chance.randint(1, 3) for _ in range(places)]
    uses = [chance.randint(2, 9) for _ in range(places)]
    needed = [sum(positions[j] * uses[j] for j in range(places) if j % 2 == one) for one in range(2)]
    return build.problem(
        candidates=[build.candidate(f"C{i:02d}", groups=("ungdom",)) for i in range(people)],
        contracts=[
            build.contract(f"T{k}", obligation_quantity=Decimal(chance.randint(2, 4)), groups=("ungdom",))
            for k in range(places // 2)
        ],
        vacancies=[build.vacancy(f"V{j}", positions[j], contract_id=f"T{j // 2}") for j in range(places)],
        resources=[build.resource(f"R{one}", max(9, needed[one] * 6 // 10)) for one in range(2)],
        pairs=[
            build.pair(
                f"C{i:02d}",
                f"V{j}",
                Decimal(chance.randint(300_000, 900_000)) / 10**6,
                resource_id=f"R{j % 2}",
                resource_use=Decimal(uses[j]),
            )
            for i in range(people)
            for j in range(places)
            if chance.random() < 0.5
        ],
        policy=build.policy(tiers=AIMS),
    )


@pytest.fixture
def without_packing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let even small problems be parted at how many people vacancies take."""
    monkeypatch.setattr(packed_search, "FEW_COLUMNS", 0)


def test_relaxations_come_nearer_to_the_best_plan_by_cuts_and_stay_above_it() -> None:
    assert sum(comes_nearer(sharing(seed)) for seed in range(12)) > 3


def test_every_number_of_placements_that_fits_keeps_every_cut() -> None:
    """All numbers that two workplaces can hold are tried against cuts of fractional ones drawn by lot."""
    num_cuts = 0
    for seed in range(10):
        rows, links = assemble_rows(build_columns(sharing(seed))), Links()
        resources, lots = ResourceCuts(rows), np.random.default_rng(seed)
        most, grown = rows.limit[: len(rows.limits.vacancy_ids)], rows
        for _ in range(20):
            links.add_cuts(resources.cuts(grown, lots.random(len(most)) * most))
            grown = links.grown(grown)
        row = [grown.kinds.index("resource"), grown.kinds.index("resource") + 1]
        first = [int(np.flatnonzero(rows.vacancy == vacancy)[0]) for vacancy in range(len(most))]
        counts = grown.matrix[:, first].toarray()
        is_cut = np.array([kind == CUT for kind in grown.kinds])
        num_cuts += int(is_cut.sum())
        for placed in product(*(range(number + 1) for number in most.tolist())):
            used = counts @ np.array(placed)
            assert (used[row] > grown.limit[row]).any() or (used <= grown.limit)[is_cut].all()
    assert num_cuts > 30


@pytest.mark.usefixtures("without_packing")
def test_parting_at_how_many_people_vacancies_take_ends_with_the_best_values() -> None:
    num_parted = num_cut = 0
    for seed in range(25):
        plan = best_of(sharing(seed))
        num_parted += any(case.between for case in plan.certificate.cases)
        num_cut += bool(plan.certificate.cuts)
    assert num_parted > 1
    assert num_cut > 1


@pytest.fixture(scope="module")
def with_cuts() -> tuple[Problem, Plan]:
    """Return a problem and its plan, the proof of which needs cuts of a resource."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(packed_search, "FEW_COLUMNS", 0)
        for seed in range(100):
            problem = sharing(seed)
            plan = solve(problem).plan
            if plan.certificate.cuts and plan.status == "optimal":
                return problem, plan
    raise AssertionError("no plan needs cuts")


def test_without_a_resource_in_it_a_cut_says_less_and_proves_too_little(with_cuts: tuple[Problem, Plan]) -> None:
    problem, plan = with_cuts
    certificate = plan.certificate
    assert any(row.kind == "resource" for row in certificate.cuts[0].rows)
    without = tuple(
        replace(cut, rows=tuple(row for row in cut.rows if row.kind != "resource")) for cut in certificate.cuts
    )
    for cuts, is_sound in ((certificate.cuts, True), (without, False)):
        told = replace(plan, certificate=replace(certificate, cuts=cuts))
        assert (check_plan(problem, told, build_columns(problem)).violations == ()) is is_sound


def test_solving_again_from_a_plan_with_such_cuts_ends_with_the_same_values(with_cuts: tuple[Problem, Plan]) -> None:
    problem, plan = with_cuts
    again = resolve(problem, plan).plan

    assert [(tier.name, tier.value) for tier in again.tiers] == [(tier.name, tier.value) for tier in plan.tiers]


def test_what_pairs_use_differently_is_packed_and_not_cut() -> None:
    problem = sharing(0)
    first = problem.pairs[0]
    other = replace(problem, pairs=(replace(first, resource_use=first.resource_use + 1), *problem.pairs[1:]))
    rows = assemble_rows(build_columns(other))

    assert not ResourceCuts(rows).has_all
    assert not FilledSearch.fits(TierTask(rows=rows, tier="shortfall"))
    assert FilledSearch.fits(TierTask(rows=assemble_rows(build_columns(problem)), tier="shortfall"))


def test_more_people_than_a_resource_holds_are_named_by_its_row() -> None:
    rows = assemble_rows(build_columns(sharing(1)))
    most = rows.limit[: len(rows.limits.vacancy_ids)]
    found = ResourceCuts(rows).overfilled(most)

    assert found is not None
    row, counts, beyond = found
    assert rows.kinds[row] == "resource"
    assert counts @ most == rows.limit[row] + beyond
    assert ResourceCuts(rows).overfilled(0 * most) is None


def _with_resources(problem: Problem) -> Problem:
    """Return a problem in which half of the suppliers' vacancies share 60 % of the hours that they would need."""
    chance = random.Random(7)
    supplier_of = {contract.contract_id: contract.supplier for contract in problem.contracts}
    vacancies, needed = [], {}
    for vacancy in problem.vacancies:
        supplier = supplier_of.get(vacancy.contract_id or "")
        if supplier and chance.random() < 0.5:
            use = Decimal(chance.randint(2, 9))
            needed[supplier] = needed.get(supplier, 0) + use * vacancy.positions
            vacancy = replace(vacancy, resource_id=f"R-{supplier}", resource_use=use)
        vacancies.append(vacancy)
    resources = tuple(
        Resource(
            resource_id=f"R-{supplier}",
            limit=max(Decimal(9), (hours * Decimal("0.6")).quantize(Decimal(1))),
            scope="supplier",
            scope_id=supplier,
        )
        for supplier, hours in needed.items()
    )
    return replace(problem, vacancies=tuple(vacancies), resources=resources)


def test_a_town_whose_vacancies_share_hours_is_proven_in_every_aim() -> None:
    """Of packing its columns, which used to be tried, the cost of training was a tenth open after two minutes."""
    result = solve(_with_resources(town(1_000, 1)), gap=1e-5, time_limit_s=60)

    assert result.stop_reason == "proven"
    assert result.plan.status == "optimal"


def test_cuts_of_people_are_no_cuts_of_a_resource() -> None:
    """Other cuts may count no limit at all, or somebody beside the resource: nothing is made of these."""
    rows = assemble_rows(build_columns(sharing(0)))
    resource, none, one = rows.kinds.index("resource"), NOTHING, np.array([1])
    alone = rounding_cuts.Cut(divisor=2, rows=none, row_times=none, people=np.array([0]), person_times=one)
    beside = replace(alone, rows=np.array([resource]), row_times=one)
    grown = rounding_cuts.with_cuts(rows, [cut.completed(rows) for cut in (alone, beside)])
    placed = 0.9 * rows.limit[: len(rows.limits.vacancy_ids)]

    found, expected = (ResourceCuts(every).cuts(every, placed) for every in (grown, rows))

    assert expected
    assert [cut.rows.tolist() for cut in found] == [cut.rows.tolist() for cut in expected]
