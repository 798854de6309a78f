"""Deciding now for futures that might come: what is due is taken unless it is worth more later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.columns import IntArray
from matcher.errors import ContradictoryDecisions
from matcher.features import build_columns
from matcher.problem import Problem
from matcher.solver import Rows, assemble_rows, decided_now
from tests import builders as b
from tests.oracles.brute_force import TooLarge, best_plan
from tests.oracles.columns import enumerate_columns
from tests.strategies import random_problem

NOBODY: IntArray = np.zeros(0, dtype=np.int64)


def scored(*pairs: tuple[str, str, str], positions: int = 1) -> Rows:
    """Return the rows of pairs with scores, in one vacancy each."""
    people = sorted({person for person, _, _ in pairs})
    places = sorted({place for _, place, _ in pairs})
    problem = b.problem(
        candidates=[b.candidate(person) for person in people],
        vacancies=[b.vacancy(place, positions) for place in places],
        pairs=[b.pair(*pair) for pair in pairs],
    )
    return assemble_rows(build_columns(problem))


def columns(*numbers: int) -> IntArray:
    return np.array(numbers, dtype=np.int64)


def test_a_place_is_kept_for_somebody_better_who_will_surely_come() -> None:
    """In every future a better person comes: the place is held back. In none: it is given away."""
    rows = scored(("A", "V", "0.5"), ("B", "V", "0.9"))

    assert decided_now(rows, "placements", columns(0), NOBODY, [columns(1)] * 3, NOBODY).tolist() == []
    assert decided_now(rows, "placements", columns(0), NOBODY, [NOBODY] * 3, NOBODY).tolist() == [0]


@pytest.mark.parametrize(("num_better", "taken"), [(1, [0]), (2, [])])
def test_a_place_is_kept_when_waiting_is_worth_more_on_the_average(num_better: int, taken: list[int]) -> None:
    """0.5 now against 0.9 in one or two of three futures: 0.3 is less, 0.6 is more."""
    rows = scored(("A", "V", "0.5"), ("B", "V", "0.9"))
    futures = [columns(1)] * num_better + [NOBODY] * (3 - num_better)

    assert decided_now(rows, "placements", columns(0), NOBODY, futures, NOBODY).tolist() == taken


def test_a_person_is_held_back_for_a_better_place_later() -> None:
    """Who could begin at a poor place now waits for the good one, unless somebody else needs no waiting for it."""
    rows = scored(("A", "V", "0.4"), ("A", "W", "0.9"), ("B", "W", "0.95"))

    assert decided_now(rows, "placements", columns(0), columns(1), [NOBODY], NOBODY).tolist() == []
    assert decided_now(rows, "placements", columns(0), columns(1, 2), [NOBODY], NOBODY).tolist() == [0]


def test_what_is_decided_stays_decided() -> None:
    """A place that was given away is not taken back, however good the person who could have it now."""
    rows = scored(("A", "V", "0.5"), ("B", "V", "0.9"))

    assert decided_now(rows, "placements", columns(1), NOBODY, [NOBODY], columns(0)).tolist() == [0]
    assert decided_now(rows, "placements", NOBODY, NOBODY, [NOBODY], columns(0)).tolist() == [0]


def test_equal_people_do_not_all_wait_for_the_same_place() -> None:
    """Three alike, one good place later and two poor ones now: two begin now."""
    pairs = [(person, place, score) for person in "ABC" for place, score in (("V", "0.4"), ("W", "0.9"))]
    rows = scored(*pairs)
    rows = replace(rows, limit=np.where(np.arange(len(rows.limit)) == 0, 2, rows.limit))
    decided = decided_now(rows, "placements", columns(0, 2, 4), columns(1, 3, 5), [NOBODY] * 4, NOBODY)

    assert len(decided) == 2


def without_pins(problem: Problem) -> Problem:
    return replace(problem, decisions=tuple(row for row in problem.decisions if row.decision == "forbidden"))


def test_when_everything_is_due_now_the_decision_keeps_every_limit_and_is_nearly_the_best() -> None:
    """Whatever rules random problems mix: feasible in exact integers, and on the average close to trying all plans."""
    shares = []
    for seed in range(150):
        problem = without_pins(random_problem(seed, max_candidates=5, max_vacancies=4, max_cohorts=2))
        # Hard minimum counts come before placements in the oracle; here nothing else is to decide.
        problem = replace(problem, quotas=(), policy=replace(problem.policy, tiers=("placements",)))
        found = build_columns(problem)
        if not len(found):
            continue
        rows = assemble_rows(found, counts_obligations=False)
        decided = decided_now(rows, "placements", np.arange(len(found)), NOBODY, [NOBODY], NOBODY)
        x = rows.completed(decided)
        assert rows.is_feasible(x), seed
        try:
            best = best_plan(problem, enumerate_columns(problem))
        except (ContradictoryDecisions, TooLarge):
            continue
        assert best is not None
        value, most = rows.value("placements", x), best.values["placements"]
        assert value <= most, seed
        if most > 0:
            shares.append(value / most)

    assert len(shares) > 60
    assert np.mean(shares) > 0.9
