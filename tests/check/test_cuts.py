"""Cuts of a certificate: read as the slow reading does, kept by every plan, and refused where they are none."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from matcher.check import check_plan
from matcher.check.cuts import MAX_CUTS
from matcher.plan import Case, Certificate, Clique, CountedRow, Cut, OwnColumn, PricedRow
from matcher.problem import Problem
from tests import builders as build
from tests.amounts import some
from tests.check.certificates import random_cases
from tests.check.plans import SCALE, columns_of, sound_plan
from tests.oracles.bound_model import BoundModel
from tests.oracles.bounds import bounds_of
from tests.oracles.brute_force import best_plan
from tests.oracles.columns import Column, ColumnKey, enumerate_columns
from tests.oracles.limits import LEAST
from tests.oracles.several import Together
from tests.strategies import random_problem

SCALE_OF_PRICES = 1000


def counted(kind: str, entity_id: str, times: int = 1) -> CountedRow:
    return CountedRow(kind=kind, entity_id=entity_id, times=times)


def _drawn(
    chance: random.Random, problem: Problem, facts: Mapping[ColumnKey, Column], number: int
) -> Iterator[tuple[Clique, bool]]:
    """Yield things of candidates with several placements, and whether nobody can have two of them."""
    together = Together(problem, facts)
    for who in problem.candidates:
        own = [key for key in facts if key[0] == who.candidate_id]
        if who.max_placements == 1 or not own:
            continue
        bundles = [(set(one), together.new_cohorts(one)) for one in together.bundles(who, own)]
        cohorts = sorted({name for key in own for name in facts[key].new_cohorts})
        for _ in range(number):
            keys = chance.sample(own, chance.randint(0, min(len(own), 4)))
            drawn = chance.sample(cohorts, chance.randint(0, min(len(cohorts), 2)))
            made = tuple(name for name in drawn if chance.random() < 0.5)
            missing = tuple(name for name in drawn if name not in made)
            most = max(len(has & set(keys)) + len(new & set(made)) + len(set(missing) - new) for has, new in bundles)
            clique = Clique(
                candidate_id=who.candidate_id,
                columns=tuple(OwnColumn(vacancy_id=key[1], cohort_ids=key[2]) for key in keys),
                made=made,
                missing=missing,
            )
            yield clique, most <= 1


def _random_cuts(
    chance: random.Random, problem: Problem, facts: Mapping[ColumnKey, Column], num_cliques: int
) -> tuple[Cut, ...]:
    model = BoundModel(problem, facts)
    names = list(model.rows)
    names += [("candidate", row.candidate_id) for row in problem.candidates]
    names += [("once", "|".join(key[:2])) for key in facts]
    names += [("most", "|".join(name.split(" ", 1))) for name in model.variables]
    names = sorted(set(names)) + [("clique", str(number + 1)) for number in range(num_cliques)] * 3
    cuts: list[Cut] = []
    for number in range(chance.randint(1, 3)):
        known = [*names, *(("cut", str(before + 1)) for before in range(number))]
        rows = sorted(set(chance.sample(known, min(len(known), chance.randint(1, 6)))))
        cuts.append(
            Cut(
                divisor=chance.randint(1, 6),
                unit=chance.choice((1, 1, 2, 3)),
                rows=tuple(counted(*name, chance.randint(1, 5)) for name in rows),
            )
        )
    return tuple(cuts)


def _with_prices(chance: random.Random, cases: Sequence[Case], cuts: Sequence[Cut]) -> tuple[Case, ...]:
    return tuple(
        replace(
            case,
            prices=(
                *case.prices,
                *(
                    PricedRow(kind="cut", entity_id=str(number + 1), price=chance.randint(0, 10**6))
                    for number in range(len(cuts))
                    if chance.random() < 0.7
                ),
            ),
        )
        for case in cases
    )


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(some(1, of=4)))
def test_any_cuts_prove_what_the_slow_reading_says_and_nothing_below_the_best_plan(part: int) -> None:
    num_cuts = num_cliques = 0
    for seed in range(part * 100, part * 100 + 100):
        problem, chance = random_problem(seed), random.Random(seed)
        facts = enumerate_columns(problem)
        best = best_plan(problem, facts)
        if best is None:
            continue
        cliques = tuple(clique for clique, is_one in _drawn(chance, problem, facts, 4) if is_one)
        cuts = _random_cuts(chance, problem, facts, len(cliques))
        tiers = tuple(best.values)
        cases = random_cases(problem, facts, best.chosen, tiers, price_scale=SCALE_OF_PRICES, seed=seed)
        priced = _with_prices(chance, cases, cuts)
        certificate = Certificate(price_scale=SCALE_OF_PRICES, cases=priced, cuts=cuts, cliques=cliques)
        expected = bounds_of(problem, facts, certificate, best.values)
        plan = sound_plan(problem, facts, best.chosen, cases=priced, bounds=expected)
        report = check_plan(problem, replace(plan, certificate=certificate), columns_of(problem, facts))
        assert report.violations == (), (seed, report.violations)
        assert [tier.bound for tier in report.tiers] == [Decimal(expected[tier]) / SCALE[tier] for tier in tiers], seed
        for tier in tiers:
            sign = -1 if tier in LEAST else 1
            assert sign * expected[tier] >= sign * best.values[tier], (seed, tier)
        num_cuts += len(cuts)
        num_cliques += sum(row.kind == "clique" for cut in cuts for row in cut.rows)
    assert num_cuts > 50
    assert num_cliques > 10


def _crowd() -> Problem:
    """Return three people for three jobs, of whom a resource lets one and a half work: one."""
    return build.problem(
        candidates=[build.candidate(f"C{n}") for n in (1, 2, 3)],
        vacancies=[build.vacancy(f"V{n}") for n in (1, 2, 3)],
        resources=[build.resource("R1", "4.5")],
        pairs=[
            build.pair(f"C{n}", f"V{n}", resource_id="R1", resource_use=Decimal(use))
            for n, use in ((1, "3"), (2, "3"), (3, "3.5"))
        ],
        policy=build.policy(tiers=("placements",)),
    )


def _checked(cuts: tuple[Any, ...], price: Any = 500_000, entity_id: str = "1", scale: int = 3) -> Any:
    problem = _crowd()
    facts = enumerate_columns(problem)
    best = best_plan(problem, facts)
    assert best is not None
    case = Case(tier="placements", fixed=(), prices=(PricedRow(kind="cut", entity_id=entity_id, price=price),))
    certificate = Certificate(price_scale=scale, cases=(case,), cuts=cuts)
    plan = sound_plan(problem, facts, best.chosen, bounds={"placements": best.values["placements"]})
    return check_plan(problem, replace(plan, certificate=certificate), columns_of(problem, facts))


ONE = Cut(divisor=6, unit=1, rows=(counted("resource", "R1", 1),))  # 6, 6 and 7 of 9 steps: three times one person


def test_a_cut_proves_what_no_prices_of_its_limits_do() -> None:
    assert _checked((ONE,)).violations == ()
    assert _checked((ONE,), price=0).violations != ()


def test_a_cut_may_count_those_before_it() -> None:
    half = Cut(divisor=2, unit=1, rows=(counted("resource", "R1", 1),))  # 3, 3 and 3 of 4
    of_half = Cut(divisor=3, unit=1, rows=(counted("cut", "1"),))  # twice one person

    assert _checked((half, of_half), entity_id="2", scale=2).violations == ()


@pytest.mark.parametrize(
    "cut",
    [
        replace(ONE, divisor=0),
        replace(ONE, divisor=-6),
        replace(ONE, unit=0),
        replace(ONE, unit=-1),
        replace(ONE, divisor=6.0),  # type: ignore[arg-type]
        replace(ONE, rows=(counted("resource", "R1", 0),)),
        replace(ONE, rows=(counted("resource", "R1", -1),)),
        replace(ONE, rows=(counted("resource", "R1", True),)),
        replace(ONE, rows=(counted("resource", "R1"), counted("resource", "R1"))),
        replace(ONE, rows=(counted("resource", "R2"),)),
        replace(ONE, rows=(counted("resource", "R1"), counted("cut", "1"))),
        replace(ONE, rows=(counted("resource", "R1"), counted("cut", "2"))),
        replace(ONE, rows=(counted("resource", "R1"), counted("clique", "1"))),
        replace(ONE, rows=(counted("resource", "R1"), counted("held", "placements"))),
        replace(ONE, rows=(counted("resource", "R1"), counted("participation", "C1"))),
        replace(ONE, rows=(counted("resource", "R1"), counted("candidate", "C9"))),
        replace(ONE, rows=(counted("resource", "R1"), counted("once", "C1|V9"))),
        replace(ONE, rows=(counted("resource", "R1"), counted("once", "C1"))),
        replace(ONE, rows=(counted("resource", "R1"), counted("most", "vacancy|V1"))),
        replace(ONE, rows=(counted("resource", "R1", 2**62),)),
        replace(ONE, rows=(counted("candidate", "C1", 2**62),)),
        replace(ONE, rows=(counted("once", "C1|V1", 2**70),)),
    ],
)
def test_what_is_no_cut_is_refused(cut: Cut) -> None:
    sentences = [one.message for one in _checked((cut,)).violations]
    assert any(sentence.startswith("Cut 1 must ") for sentence in sentences), sentences


def test_no_more_cuts_are_read_than_anybody_needs_and_none_is_priced_that_is_not_there() -> None:
    assert _checked((ONE,) * MAX_CUTS).violations == ()
    assert _checked((ONE,) * (MAX_CUTS + 1)).violations != ()
    assert _checked((ONE,), entity_id="2").violations != ()
    assert _checked((ONE,), price=-1).violations != ()


def test_a_clique_is_believed_where_nobody_can_have_two_of_its_things_and_only_there() -> None:
    num_believed = num_refused = 0
    for seed in range(120):
        problem, chance = random_problem(seed, has_pins=False), random.Random(seed)
        facts = enumerate_columns(problem)
        best = best_plan(problem, facts)
        if best is None:
            continue
        plan = sound_plan(problem, facts, best.chosen)
        for clique, is_one in _drawn(chance, problem, facts, 3):
            certificate = replace(plan.certificate, cliques=(clique,))
            report = check_plan(problem, replace(plan, certificate=certificate), columns_of(problem, facts))
            faults = [one.message for one in report.violations if one.message.startswith("Clique 1 must ")]
            assert bool(faults) is not is_one, (seed, clique)
            num_believed += is_one
            num_refused += not is_one
    assert num_believed > 30
    assert num_refused > 30


@pytest.mark.parametrize(
    "clique",
    [
        Clique(candidate_id="C9", columns=(), made=(), missing=()),
        Clique(candidate_id="C1", columns=(OwnColumn(vacancy_id="V1", cohort_ids=()),), made=(), missing=()),
    ],
)
def test_nobody_else_has_cliques(clique: Clique) -> None:
    """C1 may take one place: what such a person has one of at most is a `candidate` of a cut."""
    problem = _crowd()
    facts = enumerate_columns(problem)
    plan = sound_plan(problem, facts, ())
    certificate = replace(plan.certificate, cliques=(clique,))
    report = check_plan(problem, replace(plan, certificate=certificate), columns_of(problem, facts))
    assert any(one.message.startswith("Clique 1 must ") for one in report.violations)
