"""What a placement is worth, who competes for it, and what a place costs the plan when it is somebody else's."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from matcher.errors import InvalidInput
from matcher.explain import PlanReading, Reading, to_document
from matcher.explain.proofs import (
    Again,
    Prover,
    Ranker,
    Regret,
    ranking_lines,
    regret,
    regret_lines,
    why_not_lines,
    without_others,
)
from matcher.languages import LANGUAGES, phrases
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.solve import solve
from tests import builders as b
from tests.languages.strict import strict_phrases
from tests.strategies import random_problem

EN = phrases("en")
CANARIES = ("canary-anna", "canary-bo", "canary-cleo")


def contested(**tables: Any) -> Problem:
    """Return a problem in which three people can have one place and one of them another, by scores."""
    given: dict[str, Any] = {
        "candidates": [b.candidate(name) for name in CANARIES],
        "vacancies": [b.vacancy("V1"), b.vacancy("V2")],
        "pairs": [
            b.pair("canary-anna", "V1", "0.9"),
            b.pair("canary-bo", "V1", "0.7"),
            b.pair("canary-bo", "V2", "0.4"),
            b.pair("canary-cleo", "V1", "0.6"),
        ],
    }
    return b.problem(**given | tables)


def asked(problem: Problem) -> tuple[Again, PlanReading]:
    made: Plan = solve(problem, gap=0.0).plan
    return Again(problem, made), PlanReading(Reading(problem), made)


def regret_of(problem: Problem, candidate_id: str, vacancy_id: str) -> Regret:
    again, reading = asked(problem)
    return regret(again, reading, candidate_id, vacancy_id, Ranker(again))


def test_the_regret_is_what_the_best_plan_without_the_pair_lacks() -> None:
    """Without Anna at V1, Bo moves there and V2 stays open, or Cleo takes V1: 0.9 + 0.4 becomes 0.6 + 0.4."""
    found = regret_of(contested(), "canary-anna", "V1")

    assert found.loss is not None
    assert found.loss.is_exact
    assert [(aim.aim, aim.found) for aim in found.loss.aims if aim.found] == [("placements", Decimal("0.3"))]
    assert found.next_places == ()
    assert [placed.candidate_id for placed in found.next_people] == ["canary-cleo"]
    assert not found.stays_open


def test_who_competes_is_named_with_what_it_costs() -> None:
    """Cleo at V1 costs 0.3, Bo there 0.6, because V2 then stays open."""
    found = regret_of(contested(), "canary-anna", "V1")

    assert [(one.candidate_id, one.least.amount, one.is_exact) for one in found.rivals] == [
        ("canary-cleo", Decimal("0.3"), True),
        ("canary-bo", Decimal("0.6"), True),
    ]
    assert [one.placed_at for one in found.rivals] == [(), ("V2",)]


def test_a_place_nobody_else_can_have_stays_open() -> None:
    """Bo is the only one for V2."""
    found = regret_of(contested(), "canary-bo", "V2")

    assert found.stays_open
    assert found.next_people == ()


def test_the_price_of_a_decision_is_a_negative_regret() -> None:
    """Cleo is pinned to V1, which gives up 0.3: the regret says what the decision costs."""
    found = regret_of(contested(decisions=[b.decision("canary-cleo", "V1")]), "canary-cleo", "V1")

    assert found.decision == "pinned"
    assert found.loss is not None
    assert found.loss.rank == (0, 0, Decimal("-0.3"), 0)
    assert "0.3 more placements expected to last" in "\n".join(regret_lines(found, EN))


def test_a_pair_that_the_plan_does_not_have_has_no_regret() -> None:
    """Asking for one is refused with what to do."""
    with pytest.raises(InvalidInput, match="must be placed at vacancy 'V1' in this plan"):
        regret_of(contested(), "canary-cleo", "V1")


def test_an_alternative_is_no_measure() -> None:
    """What an alternative gives up was chosen, so nothing follows from what it loses."""
    problem = contested()
    made = solve(problem).plan
    from matcher.whatif import alternatives

    (other,) = alternatives(problem, made, count=1, differ_by=1, within=Decimal("0.9")).found
    with pytest.raises(ValueError, match="must be the best one"):
        Again(problem, other.plan)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_candidate_reads_of_others_that_there_are_some(language: Any) -> None:
    """No line and no value of what a candidate is told names another, in either language."""
    say = strict_phrases(language)
    for me in ("canary-anna", "canary-bo"):
        vacancy = "V1" if me == "canary-anna" else "V2"
        found = without_others(regret_of(contested(), me, vacancy), me)
        told = "\n".join([*regret_lines(found, say), repr(to_document(found, say))])
        assert me in told
        assert not any(other in told for other in CANARIES if other != me)


def test_the_list_for_a_place_is_complete_and_ordered() -> None:
    """Everybody who could have the place and has it not, the least loss first; who is free is a reserve."""
    problem = contested()
    again, reading = asked(problem)
    found = Ranker(again).ranking("V1")

    assert [entry.candidate_id for entry in found.entries] == ["canary-cleo", "canary-bo"]
    assert found.entries[0].displaced == ("canary-anna",)
    lines = list(ranking_lines(found, reading.reading, EN))
    assert lines[2] == "  1  canary-cleo: 0.3 fewer placements expected to last"
    assert lines[3] == "     without a place in this plan: a reserve; instead of canary-anna"


def test_who_is_decided_elsewhere_cannot_have_the_place() -> None:
    """Bo is pinned to V2 and may take one placement: no plan gives V1, and none is made up."""
    problem = contested(decisions=[b.decision("canary-bo", "V2")])
    again, reading = asked(problem)
    found = Ranker(again).ranking("V1")

    assert [entry.candidate_id for entry in found.entries] == ["canary-cleo"]
    assert found.num_impossible == 1
    assert "1 more person is eligible, but no plan" in list(ranking_lines(found, reading.reading, EN))[-1]


def test_a_place_that_nobody_else_could_have_is_told_as_such() -> None:
    """Instead of a heading above nothing."""
    problem = b.problem(candidates=[b.candidate("C1")], vacancies=[b.vacancy("V1")])
    again, reading = asked(problem)

    lines = list(ranking_lines(Ranker(again).ranking("V1"), reading.reading, EN))
    assert lines[1:] == ["Nobody else could have this place."]


def test_a_doubt_is_said_between_two_numbers_until_it_is_solved_again() -> None:
    """Where prices and exchanges do not meet, both ends are told; solving again closes them."""
    problem = contested()
    again, reading = asked(problem)
    entry = replace(
        Ranker(again).ranking("V1").entries[0],
        least=replace(Ranker(again).ranking("V1").entries[0].least, amount=Decimal("0.1")),
    )
    found = replace(Ranker(again).ranking("V1"), entries=(entry,))

    assert not entry.is_exact
    assert "between 0.1 and 0.3 fewer placements expected to last" in list(ranking_lines(found, reading.reading, EN))[2]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_nothing_made_for_a_candidate_names_another_whatever_the_problem_mixes(seed: int) -> None:
    """Regrets and reasons of every candidate of random problems, as text and as document, in both languages."""
    problem = with_canaries(random_problem(seed, max_candidates=4, max_vacancies=3, max_cohorts=4, has_pins=False))
    again, reading = asked(problem)
    prover = Prover(again, reading)
    names = [row.candidate_id for row in problem.candidates]
    for me in names:
        placed = [row.vacancy_id for row in reading.of_candidate.get(me, ())]
        found = [regret(again, reading, me, vacancy_id, prover.ranker) for vacancy_id in placed]
        reason = prover.why_not_placed(me)
        for language in LANGUAGES:
            say = strict_phrases(language)
            told = [line for one in found for line in regret_lines(without_others(one, me), say)]
            told += [repr(to_document(without_others(one, me), say)) for one in found]
            if reason is not None:
                told += why_not_lines(without_others(reason, me), say)
                told.append(repr(to_document(without_others(reason, me), say)))
            assert not any(other in line for line in told for other in names if other != me)


def with_canaries(problem: Problem) -> Problem:
    """Return the problem with names for candidates that stand in no other text."""
    tables: dict[str, Any] = {
        table: tuple(replace(row, candidate_id=f"canary-{row.candidate_id}-sings") for row in getattr(problem, table))
        for table in ("candidates", "candidate_skills", "decisions", "enrolments", "pairs")
    }
    return replace(problem, **tables)
