"""What a tender can promise is what trying all plans says: so many can be delivered, and not one more."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from matcher.check import check_plan
from matcher.errors import ContradictoryDecisions, InvalidInput
from matcher.features import build_columns
from matcher.problem import Problem, fingerprint
from matcher.whatif.halving import Halving, Verdict
from matcher.whatif.tender import Requirement, requirement_of
from matcher.whatif.tender_terms import Tender
from tests import builders as b
from tests.amounts import some
from tests.drawn.chance import START
from tests.oracles.alternatives import all_plans
from tests.oracles.brute_force import TooLarge
from tests.oracles.columns import enumerate_columns
from tests.strategies import random_problem
from tests.whatif.drawn_changes import NUM_INSTANCES, without_promises

NUM_PARTS = some(2, of=4)
SPAN_DAYS = 60


@pytest.mark.slow
@pytest.mark.parametrize("part", range(NUM_PARTS))
def test_every_answer_is_what_trying_all_plans_gives(part: int) -> None:
    """The largest number and the earliest day, and everything beyond them is too much."""
    num_compared = num_some = num_proven = 0
    for seed in range(part, NUM_INSTANCES, NUM_PARTS):
        draw = random.Random(seed)
        problem = with_tender(seed, draw)
        by, wanted = START + timedelta(days=draw.choice((0, 14, 40))), draw.randint(1, 2)
        group = draw.choice((None, "youth", "disabled"))
        try:
            expected = expected_answers(problem, group, by, wanted)
            horizon = START + timedelta(days=SPAN_DAYS)
            study = requirement_of(problem, "tender", by=by, quantity=wanted, groups=[group], horizon=horizon)
        except (ContradictoryDecisions, TooLarge):
            continue
        (largest,), (earliest,) = study.largest, study.earliest
        # Where prices leave the base open by a trifle, an answer may be cautious, says so, and is never too bold.
        assert largest.quantity == expected[0] or not largest.is_proven, seed
        assert (largest.quantity or 0) <= expected[0], seed
        assert earliest.by == expected[1] or not earliest.is_proven, seed
        assert earliest.by is None or (expected[1] is not None and earliest.by >= expected[1]), seed
        num_proven += largest.is_proven and earliest.is_proven
        for answer in (largest, earliest):
            assert_delivers(answer, seed)
        num_compared += 1
        num_some += bool(largest.quantity)
    assert num_compared > NUM_INSTANCES // NUM_PARTS // 3
    assert num_some
    assert num_proven > 0.98 * num_compared


def with_tender(seed: int, draw: random.Random) -> Problem:
    """Return a random problem that a tender of two positions joins."""
    problem = without_promises(
        random_problem(seed, max_candidates=3, max_vacancies=2, max_cohorts=3, is_ready_scored=False)
    )
    tiers = ("shortfall", *(tier for tier in problem.policy.tiers if tier != "shortfall"))
    skills = [b.required_skill("tender-V", "forklift")] if draw.random() < 0.6 else []
    return replace(
        problem,
        policy=replace(problem.policy, tiers=tiers),
        contracts=(*problem.contracts, b.contract("tender", start_date=START, status="tendered")),
        vacancies=(*problem.vacancies, b.vacancy("tender-V", 2, contract_id="tender")),
        vacancy_skills=(*problem.vacancy_skills, *skills),
    )


def expected_answers(problem: Problem, group: str | None, by: date, wanted: int) -> tuple[int, date | None]:
    """Return the largest number by a day, and the earliest day for a number, by trying every plan for every day."""
    tender = Tender(problem, "tender")
    groups = () if group is None else (group,)
    owed = owed_to_others(tender.without())

    def most(day: date) -> int:
        return max(deliverable(tender.published(groups, 1, day), owed), default=0)

    days = [START + timedelta(days=number) for number in range(SPAN_DAYS + 1)]
    reached = {day: most(day) for day in {by, *tender.days(days[-1])}}
    in_order = [reached[day] for day in sorted(reached)]
    assert in_order == sorted(in_order)  # more time is never worse
    return reached[by], min((day for day, number in reached.items() if number >= wanted), default=None)


def owed_to_others(problem: Problem) -> int:
    plans = all_plans(replace(problem, policy=owing(problem)), enumerate_columns(problem))
    if not plans:
        raise ContradictoryDecisions([])
    return min(values["shortfall"] for _, values in plans)


def deliverable(problem: Problem, owed: int) -> set[int]:
    """Return how many the tender gets in the plans that leave others owed no more than `owed`.

    The tender owes one person here: where it gets one, all that is left owed is owed to others.
    """
    facts = enumerate_columns(problem)
    plans = all_plans(replace(problem, policy=owing(problem)), facts)
    delivered = (
        (sum(facts[key].units > 0 for key in chosen if key[1] == "tender-V"), values) for chosen, values in plans
    )
    return {number for number, values in delivered if number and values["shortfall"] <= owed}


def owing(problem: Problem) -> object:
    return replace(problem.policy, tiers=("shortfall",))


def assert_delivers(answer: Requirement, seed: int) -> None:
    """Check the plan of an answer with the independent checker, against the problem of the answer."""
    if answer.plan is None:
        return
    assert answer.problem is not None
    assert answer.plan.problem_hash == fingerprint(answer.problem), seed
    assert check_plan(answer.problem, answer.plan, build_columns(answer.problem)).is_sound, seed
    own = [entry for entry in answer.plan.shortfalls if entry.contract_id == "tender"]
    assert sum(entry.delivered for entry in own) >= (answer.quantity or 0), seed


def town() -> Problem:
    """Return three young people, one of whom another contract needs, and a course that ends in September."""
    return b.problem(
        candidates=[
            b.candidate("C1", groups=["youth"]),
            b.candidate("C2", groups=["youth", "disabled"]),
            b.candidate("C3", groups=["youth"], available_from="2026-10-05"),
        ],
        candidate_skills=[b.held_skill("C1", "cooking")],
        contracts=[
            b.contract("T1", obligation_quantity=Decimal(1)),
            b.contract("tender", status="tendered", end_date="2027-08-31"),
        ],
        vacancies=[b.vacancy("V1", contract_id="T1"), b.vacancy("V2", 3, contract_id="tender")],
        vacancy_skills=[b.required_skill("V1", "cooking")],
    )


def test_others_keep_what_they_are_owed() -> None:
    """The cook is promised elsewhere, so one of the two who are there can be promised."""
    study = requirement_of(town(), "tender", by=date(2026, 9, 1), groups=["youth", "disabled", None])

    assert [(each.group, each.quantity, each.is_proven) for each in study.largest] == [
        ("youth", 1, True),
        ("disabled", 1, True),
        (None, 1, True),
    ]
    assert study.owed.value == 0
    assert {verdict.verdict for verdict in study.largest[0].tried} == {"yes", "no"}


def test_the_earliest_day_is_when_enough_can_begin() -> None:
    """Two can begin when the third person is available; three never can."""
    study = requirement_of(town(), "tender", quantity=2)
    assert [(each.by, each.quantity) for each in study.earliest] == [(date(2026, 10, 5), 2)]
    plan = study.earliest[0].plan
    assert plan is not None
    assert {entry.candidate_id for entry in plan.assignments} == {"C1", "C2", "C3"}

    (never,) = requirement_of(town(), "tender", quantity=3).earliest
    assert (never.by, never.quantity, never.plan, never.is_proven) == (None, None, None, True)


def test_months_are_promised_in_months() -> None:
    """A contract that counts person-months is asked about in these."""
    given = town()
    contracts = tuple(
        replace(row, obligation_unit="person_months") if row.contract_id == "tender" else row for row in given.contracts
    )
    vacancies = (given.vacancies[0], replace(given.vacancies[1], duration_months=Decimal("4.5")))

    study = requirement_of(replace(given, contracts=contracts, vacancies=vacancies), "tender", by=date(2026, 12, 1))

    assert (study.unit, study.largest[0].quantity) == ("person_months", 9)


def test_people_of_the_tender_may_help_others_without_being_traded_for_them() -> None:
    """A course that runs only with two people serves another contract too: then less is owed to it than without."""
    given = b.problem(
        candidates=[b.candidate("C1", available_from="2026-04-01"), b.candidate("C2", available_from="2026-04-01")],
        contracts=[
            b.contract("T1", obligation_quantity=Decimal(1)),
            b.contract("tender", status="tendered"),
        ],
        vacancies=[b.vacancy("V1", contract_id="T1"), b.vacancy("V2", 2, contract_id="tender")],
        vacancy_skills=[b.required_skill("V1", "forklift"), b.required_skill("V2", "forklift")],
        courses=[b.course(skills=["forklift"])],
        cohorts=[b.cohort(seats=2, min_participants=2, status="optional")],
    )

    study = requirement_of(given, "tender", by=date(2026, 9, 1))

    assert study.owed.value == 1
    assert (study.largest[0].quantity, study.largest[0].is_proven) == (2, True)


def test_vacancies_that_begin_later_are_no_way_to_fill_it_in_time() -> None:
    """They are left out of the tender as it would be published by that day."""
    given = town()
    late = (*given.vacancies, b.vacancy("V3", contract_id="tender", start_date="2026-12-01"))
    tender = Tender(replace(given, vacancies=late), "tender")

    assert [row.vacancy_id for row in tender.published((), 1, date(2026, 11, 1)).vacancies] == ["V1", "V2"]
    assert len(tender.published((), 1, date(2026, 12, 1)).vacancies) == 3
    assert tender.most() == 4


@pytest.mark.parametrize(
    ("change", "must"),
    [
        ({"contract_id": "tendre"}, "Did you mean 'tender'"),
        ({"by": date(2026, 8, 31)}, r"by on or after its start \(2026-09-01\)"),
        ({"horizon": date(2026, 8, 31)}, "horizon on or after"),
        ({"contract_id": "closed"}, "be open"),
        ({"contract_id": "empty"}, "have a vacancy with a start date"),
        ({"contract_id": "light"}, "weighs more than nothing"),
    ],
)
def test_what_cannot_be_asked_about_is_refused(change: dict[str, object], must: str) -> None:
    """With what to do about it."""
    given = town()
    more = [
        b.contract("closed", status="ended"),
        b.contract("empty"),
        b.contract("light", obligation_unit="hours", end_date="2027-08-31"),
    ]
    weights = {**given.policy.unit_weight, "hours": Decimal(0)}
    problem = replace(
        given,
        contracts=(*given.contracts, *more),
        vacancies=(*given.vacancies, b.vacancy("V4", contract_id="light")),
        policy=replace(given.policy, unit_weight=weights),
    )

    with pytest.raises(InvalidInput, match=must):
        requirement_of(problem, **{"contract_id": "tender", "by": date(2026, 9, 1), **change})  # type: ignore[arg-type]


def test_ready_scored_problems_have_no_days_to_ask_about() -> None:
    """Their pairs hold whatever the dates."""
    given = b.problem(candidates=[b.candidate()], contracts=[b.contract()], vacancies=[b.vacancy()], pairs=[b.pair()])

    with pytest.raises(InvalidInput, match="where dates decide"):
        requirement_of(given, "T1", by=date(2026, 9, 1))


@pytest.mark.parametrize("last_yes", range(-1, 10))
@pytest.mark.parametrize("num_open", [0, 1, 3])
def test_halving_finds_the_last_yes(last_yes: int, num_open: int) -> None:
    """And says that it is proven only where what follows is no."""

    def ask(position: int) -> Verdict:
        if position <= last_yes:
            return "yes"
        return "open" if position <= last_yes + num_open else "no"

    halving = Halving(ask)
    found, is_proven = halving.last_yes(range(10))

    assert found == (None if last_yes < 0 else last_yes)
    assert is_proven == (num_open == 0 or last_yes == 9)
    assert len(halving.tried) <= 5
