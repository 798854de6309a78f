"""Cuts of a certificate: read as the slow reading does, kept by every plan, and refused where they are none."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from matcher.check import check_plan, prepare
from matcher.check.bound import BoundReader
from matcher.check.cut_sums import CutRow
from matcher.check.cuts import MAX_CUTS
from matcher.check.overflow import TOO_LARGE
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
HALF = TOO_LARGE // 2
OF_VACANCIES = (
    "vacancy",
    "obligation",
    "obligation_step",
    "vacancy_link",
    "obligation_link",
    "quota_min",
    "pin",
    "once",
)


def counted(kind: str, entity_id: str, times: int = 1) -> CountedRow:
    return CountedRow(kind=kind, entity_id=entity_id, times=times)


def drawn_cliques(
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


def random_cuts(
    chance: random.Random,
    problem: Problem,
    facts: Mapping[ColumnKey, Column],
    num_cliques: int,
    most: int = 3,
    kinds: Collection[str] | None = None,
) -> tuple[Cut, ...]:
    """Return up to so many cuts of any limits, or of some kinds alone, of cliques, and of cuts before them."""
    model = BoundModel(problem, facts)
    names = list(model.rows)
    names += [("candidate", row.candidate_id) for row in problem.candidates]
    names += [("once", "|".join(key[:2])) for key in facts]
    names += [("most", "|".join(name.split(" ", 1))) for name in model.variables]
    names = (
        sorted({name for name in names if kinds is None or name[0] in kinds})
        + [("clique", str(number + 1)) for number in range(num_cliques)] * 3
    )
    cuts: list[Cut] = []
    for number in range(chance.randint(1, most)):
        drawn = set(chance.sample(names, min(len(names), chance.randint(1, 6))))
        drawn |= {("cut", str(before + 1)) for before in range(number) if chance.random() < 1 / (number + 1)}
        rows = chance.sample(sorted(drawn), len(drawn))
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
        cliques = tuple(clique for clique, is_one in drawn_cliques(chance, problem, facts, 4) if is_one)
        cuts = random_cuts(chance, problem, facts, len(cliques))
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


def _crowd(bar: str = "") -> Problem:
    """Return three people for three jobs, of whom a resource lets one and a half work: one."""
    return build.problem(
        candidates=[build.candidate(f"C{bar}{n}") for n in (1, 2, 3)],
        vacancies=[build.vacancy(f"V{bar}{n}") for n in (1, 2, 3)],
        resources=[build.resource("R1", "4.5")],
        pairs=[
            build.pair(f"C{bar}{n}", f"V{bar}{n}", resource_id="R1", resource_use=Decimal(use))
            for n, use in ((1, "3"), (2, "3"), (3, "3.5"))
        ],
        policy=build.policy(tiers=("placements",)),
    )


def _checked(
    cuts: tuple[Any, ...],
    price: Any = 500_000,
    entity_id: str = "1",
    scale: int = 3,
    problem: Problem | None = None,
) -> Any:
    problem = problem or _crowd()
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


def test_a_cut_may_count_a_pair_whose_ids_have_bars_of_their_own() -> None:
    with_pair = replace(ONE, rows=(*ONE.rows, counted("once", "C|2|V|2", 2)))  # 6, 8 and 7 of 11 steps

    assert _checked((with_pair,), scale=1, problem=_crowd("|")).violations == ()
    assert _checked((replace(with_pair, rows=(*ONE.rows, counted("once", "C|2|V|1|2"))),)).violations != ()


@pytest.mark.parametrize(
    "cut",
    [
        replace(ONE, divisor=0),
        replace(ONE, divisor=-6),
        replace(ONE, unit=0),
        replace(ONE, unit=-1),
        replace(ONE, divisor=6.0),  # type: ignore[arg-type]
        replace(ONE, divisor=2**62),
        replace(ONE, divisor=10**400),
        replace(ONE, unit=2**62),
        replace(ONE, unit=10**400),
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
        replace(ONE, rows=(counted("resource", "R1"), counted("most", "nowhere|V1"))),
        replace(ONE, rows=(counted("resource", "R1", 2**62),)),
        replace(ONE, rows=(counted("candidate", "C1", 2**62),)),
        replace(ONE, rows=(counted("once", "C1|V1", 2**70),)),
        replace(ONE, rows=(counted("resource", "R1"), counted("candidate", "C1", 10**400))),
    ],
)
def test_what_is_no_cut_is_refused(cut: Cut) -> None:
    sentences = [one.message for one in _checked((cut,)).violations]
    assert any(sentence.startswith("Cut 1 must ") for sentence in sentences), sentences


@pytest.mark.parametrize(
    "rows", list(permutations([("cut", "1"), ("candidate", "C1"), ("once", "C1|V1"), ("vacancy", "V1")], 2))
)
def test_what_one_column_counts_in_two_limits_is_too_large_together(rows: tuple[tuple[str, str], ...]) -> None:
    """A quarter of that twice, as what the limits leave counts as much; a quarter and an eighth are not."""
    of_three = (counted("once", "C1|V1"), counted("candidate", "C1"), counted("vacancy", "V1"))
    first = Cut(divisor=2, unit=1, rows=of_three)  # once C1 at V1
    for times, is_refused in ((HALF // 2, True), (HALF // 4, False)):
        both = Cut(divisor=1, unit=1, rows=(counted(*rows[0], HALF // 2), counted(*rows[1], times)))
        sentences = [one.message for one in _checked((first, both)).violations]
        assert any("64 bits" in sentence for sentence in sentences) is is_refused, sentences


def _rows_read(problem: Problem, certificate: Certificate, facts: Mapping[ColumnKey, Column]) -> list[CutRow]:
    prepared = prepare(problem, columns_of(problem, facts))
    assert prepared.lookup is not None
    reader = BoundReader(
        lookup=prepared.lookup, limits=prepared.limits, certificate=certificate, counts_obligations=True
    )
    assert reader._faults_of_cuts == []
    return reader._cuts


@pytest.mark.parametrize("of_vacancies", [True, False])
def test_any_cut_counts_in_every_column_what_the_slow_reading_says(of_vacancies: bool) -> None:
    """Also where all limits are of some vacancies, whose columns alone are then looked through."""
    num_compared = num_left_alone = 0
    for seed in range(150):
        problem, chance = random_problem(seed), random.Random(seed)
        facts = enumerate_columns(problem)
        cliques = tuple(clique for clique, is_one in drawn_cliques(chance, problem, facts, 4) if is_one)
        kinds = OF_VACANCIES if of_vacancies else None
        cuts = random_cuts(chance, problem, facts, len(cliques), most=6, kinds=kinds)
        certificate = Certificate(price_scale=1, cases=(), cuts=cuts, cliques=cliques)
        model = BoundModel(problem, facts, cuts=cuts, cliques=cliques)
        read = _rows_read(problem, certificate, facts)
        assert len(read) == len(cuts)
        for number, row in enumerate(read, start=1):
            slow = model.rows["cut", str(number)]
            uses = [slow.uses.get(key, 0) for key in sorted(facts)]
            assert row.places.tolist() == [place for place, amount in enumerate(uses) if amount], (seed, number)
            assert row.counts.tolist() == [amount for amount in uses if amount], (seed, number)
            assert row.size == max(map(abs, uses), default=0)
            assert row.limit == slow.limit
            assert sorted(row.variables.values()) == sorted(-amount for amount in slow.slacks.values() if amount)
            num_compared += len(row.places)
            num_left_alone += len(facts) - len(row.places)
    assert num_compared > 200
    assert num_left_alone > 500


def test_no_column_counts_in_a_cut_of_nothing_and_a_cut_of_a_cut_alone_counts_as_it_does() -> None:
    problem = _crowd()
    facts = enumerate_columns(problem)
    one = Cut(divisor=2, unit=1, rows=(counted("resource", "R1", 1),))  # 3, 3 and 3 of 4
    cuts = (Cut(divisor=2, unit=1, rows=()), one, replace(one, rows=(counted("cut", "2"),), divisor=3))
    empty, first, second = _rows_read(problem, Certificate(price_scale=1, cases=(), cuts=cuts), facts)

    assert (empty.places.tolist(), empty.counts.tolist(), empty.variables, empty.limit, empty.size) == (
        [],
        [],
        {},
        0,
        0,
    )
    assert (first.places.tolist(), first.counts.tolist(), first.limit) == ([0, 1, 2], [3, 3, 3], 4)
    assert (second.places.tolist(), second.counts.tolist(), second.limit) == ([0, 1, 2], [2, 2, 2], 2)


def test_a_column_whose_counts_cancel_out_does_not_count() -> None:
    """What C1 delivers, a hundred hundredths of a placement, is as much as the pair counts, with the other sign."""
    problem = build.problem(
        candidates=[build.candidate("C1"), build.candidate("C2")],
        vacancies=[build.vacancy("V1", positions=2, contract_id="T1")],
        contracts=[build.contract("T1", obligation_quantity=Decimal(2), obligation_unit="persons")],
    )
    facts = enumerate_columns(problem)
    cut = Cut(divisor=1000, unit=1, rows=(counted("obligation", "T1"), counted("once", "C1|V1", 100)))
    (row,) = _rows_read(problem, Certificate(price_scale=1, cases=(), cuts=(cut,)), facts)

    assert (row.places.tolist(), row.counts.tolist(), row.limit, row.size) == ([1], [-100], -100, 100.0)
    assert BoundModel(problem, facts, cuts=(cut,)).rows["cut", "1"].uses == dict(
        zip(sorted(facts), (0, -100), strict=True)
    )


def test_no_more_cuts_are_read_than_anybody_needs_and_none_is_priced_that_is_not_there() -> None:
    assert _checked((ONE,) * MAX_CUTS).violations == ()
    assert _checked((ONE,) * (MAX_CUTS + 1)).violations != ()
    assert _checked((ONE,), entity_id="2").violations != ()
    assert _checked((ONE,), price=-1).violations != ()


def test_cuts_of_cuts_do_not_grow_without_end() -> None:
    """In what no column uses no column counts, and each cut of a cut could be 2^61 times as large as that."""
    times, divisor = 2**61, 3 * 2**60  # two thirds of a divisor
    unused = replace(_crowd(), resources=(*_crowd().resources, build.resource("R2", 7)))
    first = Cut(divisor=divisor, unit=1, rows=(counted("resource", "R2", times),))
    second = Cut(divisor=divisor, unit=1, rows=(counted("cut", "1", times),))
    (row,) = _rows_read(unused, Certificate(price_scale=1, cases=(), cuts=(first,)), enumerate_columns(unused))

    assert (row.places.tolist(), row.limit) == ([], 4_666_666 * 2**60)
    said = [one.message for one in _checked((first, second), problem=unused).violations]
    assert "Cut 2 must keep its limit, and what variables count in it, below 2^124 in size." in said


def _sentences(cuts: tuple[Cut, ...]) -> list[str]:
    return [one.message for one in _checked(cuts).violations if one.message.startswith("Cut ")]


def test_what_the_rows_of_all_cuts_count_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut of all cuts before it would be as long as they are together, and the next one twice as long."""
    people = Cut(divisor=2, unit=1, rows=tuple(counted("candidate", f"C{n}") for n in (1, 2, 3)))  # a column each
    cuts = (
        people,
        replace(people, rows=(counted("cut", "1", 3), counted("resource", "R1"))),
    )  # 3, and 3 of the resource
    said = "must not bring what the rows of all cuts count to more than"
    for most, number in ((2, 1), (3, 2), (5, 2), (6, None)):
        monkeypatch.setattr("matcher.check.cuts.MAX_COUNTED", most)
        expected = [] if number is None else [f"Cut {number} {said} {most} columns and variables."]
        assert _sentences(cuts) == expected, most

    monkeypatch.setattr("matcher.check.cuts.MAX_COUNTED", 2)
    too_long = replace(people, rows=(*people.rows, counted("candidate", "C9")))  # not read to its end
    assert _sentences((too_long,)) == [f"Cut 1 {said} 2 columns and variables."]


def test_limits_of_some_vacancies_are_looked_for_in_their_columns_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """One column here, for the sum and for what it leaves; a resource may be used anywhere, by all three."""
    of_vacancy, of_resource = (
        Cut(divisor=4, unit=1, rows=(counted(kind, name, 5),)) for kind, name in (("vacancy", "V2"), ("resource", "R1"))
    )
    said = "must not bring what is looked through for the limits of all cuts to more than"
    for cuts, needed in (
        ((of_vacancy,), 2),
        ((of_vacancy,) * 2, 4),
        ((of_resource,), 6),
        ((of_vacancy, of_resource), 8),
    ):
        monkeypatch.setattr("matcher.check.cuts.MAX_LOOKED_THROUGH", needed)
        assert _sentences(cuts) == []
        monkeypatch.setattr("matcher.check.cuts.MAX_LOOKED_THROUGH", needed - 1)
        assert _sentences(cuts) == [f"Cut {len(cuts)} {said} {needed - 1} columns."]


def test_rows_of_people_with_several_places_are_looked_for_in_all_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = _crowd()
    problem = replace(problem, candidates=(replace(problem.candidates[0], max_placements=2), *problem.candidates[1:]))
    cut = Cut(divisor=4, unit=1, rows=(counted("placements", "C1"),))  # what the row leaves counts nothing
    for most, is_refused in ((2, True), (3, False)):
        monkeypatch.setattr("matcher.check.cuts.MAX_LOOKED_THROUGH", most)
        said = [one.message for one in _checked((cut,), problem=problem).violations]
        assert any(one.startswith("Cut 1 must not bring what is looked through") for one in said) is is_refused


@pytest.mark.parametrize("seed", [1, 28])  # problems that have every limit of people with several placements
@pytest.mark.parametrize("amount", [2**63, 10**59, 10**400], ids=["64 bits", "60 digits", "no float"])
def test_no_amount_is_so_large_that_it_cannot_be_read(seed: int, amount: int) -> None:
    """Whatever a limit costs, or a cut that counts it however often, also where no column counts in either."""
    problem = random_problem(seed)
    facts, columns = enumerate_columns(problem), columns_of(problem)
    best = best_plan(problem, facts)
    assert best is not None
    plan = sound_plan(problem, facts, best.chosen, bounds=best.values)
    one_of_each = dict(sorted(BoundModel(problem, facts).rows))
    assert one_of_each.keys() >= {"enrolled", "extent", "overlap", "placements", "trainings", "vacancy"}
    for name in one_of_each.items():
        nothing = Cut(divisor=2**61, unit=1, rows=(counted(*name),))
        many = Cut(divisor=1, unit=1, rows=(counted(*name, amount),))
        many_times_nothing = Cut(divisor=1, unit=1, rows=(counted("cut", "1", amount),))
        for cuts in ((), (nothing,), (many,), (nothing, many_times_nothing)):
            kind, entity_id = ("cut", str(len(cuts))) if cuts else name
            price = PricedRow(kind=kind, entity_id=entity_id, price=amount)
            cases = tuple(Case(tier=tier, fixed=(), prices=(price,)) for tier in best.values)
            certificate = Certificate(price_scale=1000, cases=cases, cuts=cuts)
            for tier in check_plan(problem, replace(plan, certificate=certificate), columns).tiers:
                sign = -1 if tier.name in LEAST else 1
                least = sign * best.values[tier.name]
                assert tier.bound is None or sign * tier.bound * SCALE[tier.name] >= least, name


def test_a_clique_is_believed_where_nobody_can_have_two_of_its_things_and_only_there() -> None:
    num_believed = num_refused = 0
    for seed in range(120):
        problem, chance = random_problem(seed, has_pins=False), random.Random(seed)
        facts = enumerate_columns(problem)
        best = best_plan(problem, facts)
        if best is None:
            continue
        plan = sound_plan(problem, facts, best.chosen)
        for clique, is_one in drawn_cliques(chance, problem, facts, 3):
            certificate = replace(plan.certificate, cliques=(clique,))
            report = check_plan(problem, replace(plan, certificate=certificate), columns_of(problem, facts))
            faults = [one.message for one in report.violations if one.message.startswith("Clique 1 must ")]
            assert bool(faults) is not is_one, (seed, clique)
            num_believed += is_one
            num_refused += not is_one
    assert num_believed > 30
    assert num_refused > 30


def test_a_clique_names_what_is_there_and_names_it_once() -> None:
    """One thing alone is a clique of whoever may take several places, and none with itself or with what is nowhere."""
    num_spoilt = 0
    for seed in range(120):
        problem = random_problem(seed, has_pins=False)
        facts, columns = enumerate_columns(problem), columns_of(problem)
        plan = sound_plan(problem, facts, ())
        for key in facts:
            if next(one for one in problem.candidates if one.candidate_id == key[0]).max_placements == 1:
                continue
            own, nowhere = OwnColumn(vacancy_id=key[1], cohort_ids=key[2]), OwnColumn(vacancy_id="V9", cohort_ids=())
            one = Clique(candidate_id=key[0], columns=(own,), made=(), missing=())
            none = replace(one, columns=())
            cohort = tuple(sorted(facts[key].new_cohorts)[:1])
            cliques = [
                replace(one, candidate_id="C99"),
                replace(one, columns=(own, nowhere)),
                replace(one, columns=(own, own)),
            ]
            cliques += [replace(none, made=("K99",)), replace(none, missing=("K99",))]
            cliques += [replace(none, made=cohort * 2), replace(none, made=cohort, missing=cohort)] if cohort else []
            for clique, is_spoilt in ((one, False), (none, False), *((spoilt, True) for spoilt in cliques)):
                certificate = replace(plan.certificate, cliques=(clique,))
                report = check_plan(problem, replace(plan, certificate=certificate), columns)
                faults = [fault for fault in report.violations if fault.message.startswith("Clique 1 must ")]
                assert bool(faults) is is_spoilt, (seed, clique)
                num_spoilt += is_spoilt
            break
    assert num_spoilt > 30


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
