"""What a candidate can take together, set by set: as the slow reading says, and no further than it is written down."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from matcher.check.best import NEVER
from matcher.check.in_play import ColumnsInPlay, all_in_play
from matcher.check.limits import read_limits
from matcher.check.possible import OwnSets, own_sets
from matcher.check.reading import read
from matcher.check.sets import Enrolments, Sets
from matcher.columns import Columns, IntArray, Limits
from matcher.problem import Problem
from tests import builders as build
from tests.check.plans import columns_of
from tests.oracles.columns import ColumnKey, enumerate_columns
from tests.oracles.several import Together
from tests.strategies import random_problem


def test_the_sets_are_those_of_the_slow_reading() -> None:
    sizes = set()
    for problem in (random_problem(seed) for seed in range(150)):
        facts = enumerate_columns(problem)
        columns, limits = _read(problem)
        together = Together(problem, facts)
        for place, candidate in enumerate(problem.candidates):
            if candidate.max_placements == 1:
                continue
            own = _own(columns, limits, limits.candidate_ids.index(candidate.candidate_id))
            keys = [_key(columns, column) for column in own.columns.tolist()]
            assert own.sets is not None
            found = {frozenset(keys[one] for one in members) for part in own.sets for members in part.tolist()}
            mine = [key for key in facts if key[0] == candidate.candidate_id]
            assert found == {frozenset(bundle) for bundle in together.bundles(candidate, mine) if bundle}, place
            assert sum(len(part) for part in own.sets) == len(found)
            sizes |= {len(one) for one in found}
    assert sizes == {1, 2, 3}


@pytest.mark.parametrize(
    ("fields", "cohorts", "needs", "fit"),
    [
        ({"start_date": "2026-01-30"}, {}, (), False),
        ({"start_date": "2026-01-31"}, {}, (), True),
        ({"start_date": "2026-01-30", "extent_percent": 40}, {}, (), True),  # 60 and 40
        ({"start_date": "2026-01-30", "extent_percent": 41}, {}, (), False),
        ({"start_date": "2025-12-01"}, {}, (), False),  # without an end
        ({"start_date": "2025-12-02", "duration_months": 1}, {}, (), True),  # until 31 December
        ({"start_date": "2025-12-03", "duration_months": 1}, {}, (), False),
        ({"start_date": None, "duration_months": 1}, {}, (), False),  # on any day
        ({}, {"K1": ("2026-01-30", "2026-02-28")}, ("K1",), False),
        ({}, {"K1": ("2026-01-31", "2026-02-28")}, ("K1",), True),
        ({}, {"K1": ("2025-12-01", "2026-01-01")}, ("K1",), False),
        ({}, {"K1": ("2025-12-01", "2025-12-31")}, ("K1",), True),
        ({}, {"K1": ("2026-02-01", "2026-03-01"), "K2": ("2026-03-02", "2026-03-31")}, ("K1", "K2"), True),
    ],
)
def test_a_day_decides_what_fits_beside_a_job(
    fields: dict[str, Any], cohorts: dict[str, tuple[str, str]], needs: tuple[str, ...], fit: bool
) -> None:
    """The first job lasts from 1 to 30 January, for 60 or 100 percent; nobody trains or works elsewhere meanwhile."""
    part = 60 if "extent_percent" in fields else 100
    problem = build.problem(
        candidates=[build.candidate("C1", max_placements=2, max_trainings=2, available_from="2025-01-01")],
        vacancies=[
            build.vacancy("V1", start_date="2026-01-01", duration_months=1, extent_percent=part),
            build.vacancy("V2", **{"start_date": "2026-06-01"} | fields),
        ],
        courses=[build.course("U1")],
        cohorts=[build.cohort(name, start_date=begin, end_date=end) for name, (begin, end) in cohorts.items()],
        pairs=[build.pair("C1", "V1"), build.pair("C1", "V2", cohort_ids=needs)],
    )
    columns, limits = _read(problem)
    assert [len(part) for part in _own(columns, limits, 0).sets or ()] == ([2, 1] if fit else [2])


@pytest.mark.parametrize(("placements", "has_sets"), [(1, False), (2, True), (4, True), (5, False)])
def test_who_takes_two_to_four_places_has_sets(placements: int, has_sets: bool) -> None:
    problem = build.problem(
        candidates=[build.candidate("C1", max_placements=placements)],
        vacancies=[build.vacancy("V1")],
        pairs=[build.pair("C1", "V1")],
    )
    assert bool(Sets(*_read(problem), {}).people) is has_sets


def test_who_has_too_many_sets_has_none_written_down() -> None:
    problem = next(one for one in map(random_problem, range(60)) if _most_sets(one) > 3)
    columns, limits = _read(problem)
    for candidate in np.flatnonzero(limits.placements > 1).tolist():
        number = sum(len(part) for part in _own(columns, limits, candidate).sets or ())
        assert _own(columns, limits, candidate, most=number).sets is not None
        assert number == 0 or _own(columns, limits, candidate, most=number - 1).sets is None


def test_however_few_are_looked_at_at_once_all_sets_are_written_down_up_to_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A set that was left out could be the best one, and a bound without it would be too good."""
    num_people = 0
    for problem in map(random_problem, range(150)):
        columns, limits = _read(problem)
        for candidate in np.flatnonzero(limits.placements > 1).tolist():
            expected = _own(columns, limits, candidate).sets or []
            number = sum(len(part) for part in expected)
            for cells in (1, 20):
                monkeypatch.setattr("matcher.check.possible.CELLS", cells)
                found = _own(columns, limits, candidate, most=number).sets or []
                assert [part.tolist() for part in found] == [part.tolist() for part in expected]
                assert number == 0 or _own(columns, limits, candidate, most=number - 1).sets is None
            monkeypatch.undo()
            num_people += number > 3
    assert num_people > 10


def test_sets_are_written_down_in_the_order_of_candidates_as_long_as_they_are_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = next(one for one in map(random_problem, range(200)) if len(_numbers(one)) > 2 and min(_numbers(one)) > 1)
    columns, limits = _read(problem)
    numbers = _numbers(problem)
    people = [one for one in np.flatnonzero(limits.placements > 1).tolist() if (columns.candidate == one).any()]
    assert Sets(columns, limits, _enrolments(columns, limits)).people == frozenset(people)
    monkeypatch.setattr("matcher.check.sets.MOST_IN_ALL", sum(numbers[:2]))
    assert Sets(columns, limits, _enrolments(columns, limits)).people == frozenset(people[:2])
    monkeypatch.setattr("matcher.check.sets.MOST_OF_ONE", max(numbers) - 1)
    monkeypatch.setattr("matcher.check.sets.MOST_IN_ALL", 10**6)
    few = [one for one, number in zip(people, numbers, strict=True) if number < max(numbers)]
    assert Sets(columns, limits, _enrolments(columns, limits)).people == frozenset(few)


def test_the_best_set_of_each_is_the_best_that_a_case_leaves() -> None:
    """Whatever columns and enrolments it fixes, and whatever columns others have excluded: as a loop over sets says."""
    told: Counter[str] = Counter()
    for seed in range(300):
        problem, chance = random_problem(seed), random.Random(seed)
        columns, limits = _read(problem)
        numbers = _enrolments(columns, limits)
        sets = Sets(columns, limits, numbers)
        play = all_in_play(columns, np.ones(len(limits.resource_ids), np.int64))
        play = play.only(np.array([chance.random() < 0.9 for _ in range(len(columns))], np.bool_))
        own = [place for place, who in enumerate(play.candidate.tolist()) if who in sets.people]
        if not own:
            continue
        here = {place: chance.random() < 0.4 for place in own if chance.random() < 0.15}
        ranges = {
            ("enrolment", one): chance.choice(((0, 0), (1, 1))) for one in numbers.values() if chance.random() < 0.3
        }
        values = np.array([chance.randint(-50, 100) for _ in range(len(play.position))], np.int64)
        reduced = np.array([chance.randint(-60, 20) for _ in numbers], np.int64)
        found = sets.best(values, play, here, Enrolments(reduced=reduced, ranges=ranges))
        assert found is not None
        best, with_column = 0, dict.fromkeys(own, NEVER)
        for who in sets.people:
            worths = {(): 0} | _worths(_own(columns, limits, who), play, values, reduced, numbers)
            left = [
                (worth, one)
                for one, worth in worths.items()
                if _is_left(one, who, _own(columns, limits, who), play, here, ranges, numbers)
            ]
            mine = max((worth for worth, _ in left), default=NEVER)
            best = NEVER if NEVER in (mine, best) else best + mine
            for worth, one in left:
                for place in one:
                    with_column[place] = max(with_column[place], worth - mine)
            told["left"] += bool(left)
            told["nothing left"] += not left
        assert found.total == best, seed
        lost = dict(zip(found.place.tolist(), found.lost.tolist(), strict=True))
        assert set(lost) == set(own)
        assert set(found.never) == {place for place, worth in with_column.items() if worth == NEVER}, seed
        assert all(lost[place] == worth for place, worth in with_column.items() if worth != NEVER), seed
        told["enrolled"] += any(least for least, _ in ranges.values()) and best != NEVER
    assert told["left"] > 30
    assert told["nothing left"] > 10
    assert told["enrolled"] > 5


def _worths(
    own: OwnSets, play: ColumnsInPlay, values: IntArray, reduced: IntArray, numbers: Mapping[tuple[int, int], int]
) -> dict[tuple[int, ...], int]:
    """Return what each set is worth whose columns are in play, by their places there."""
    place_of = {position: place for place, position in enumerate(play.position.tolist())}
    found = {}
    for members in (members for part in own.sets or () for members in part.tolist()):
        positions = [int(own.columns[one]) for one in members]
        if all(position in place_of for position in positions):
            places = tuple(place_of[position] for position in positions)
            needed = sum(int(reduced[number]) for number in _needed(own, members, numbers))
            found[places] = sum(int(values[place]) for place in places) + needed
    return found


def _needed(own: OwnSets, members: Sequence[int], numbers: Mapping[tuple[int, int], int]) -> set[int]:
    cohorts = [cohort for at, cohort in enumerate(own.cohorts.tolist()) if any(own.needs[one, at] for one in members)]
    return {numbers[own.candidate, cohort] for cohort in cohorts}


def _is_left(
    places: tuple[int, ...],
    who: int,
    own: OwnSets,
    play: ColumnsInPlay,
    here: Mapping[int, bool],
    ranges: Mapping[tuple[str, int], tuple[int, int]],
    numbers: Mapping[tuple[int, int], int],
) -> bool:
    """Tell whether a case leaves a set to a person."""
    members = np.searchsorted(own.columns, play.position[list(places)]).tolist()
    needed = _needed(own, members, numbers)
    mine = {place: taken for place, taken in here.items() if play.candidate[place] == who}
    asked = [(number, ranges.get(("enrolment", number), (0, 1))) for (one, _), number in numbers.items() if one == who]
    return all((place in places) is taken for place, taken in mine.items() if taken or place in places) and all(
        low <= int(number in needed) <= high for number, (low, high) in asked
    )


def _read(problem: Problem) -> tuple[Columns, Limits]:
    columns = columns_of(problem)
    return columns, read_limits(read(problem, None), columns.limits.quota_group)


def _own(columns: Columns, limits: Limits, candidate: int, most: int = 10**6) -> OwnSets:
    cohorts = sorted(cohort for one, cohort in _enrolments(columns, limits) if one == candidate)
    return own_sets(columns, limits, candidate, np.array(cohorts, dtype=np.int64), most)


def _enrolments(columns: Columns, limits: Limits) -> dict[tuple[int, int], int]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for column in range(len(columns)):
        entries = columns.route_entries(column)
        new = columns.routes.cohort[entries][columns.routes.is_new[entries]]
        if limits.placements[columns.candidate[column]] > 1:
            found[int(columns.candidate[column])] |= set(new.tolist())
    pairs = [(one, cohort) for one, cohorts in sorted(found.items()) for cohort in sorted(cohorts)]
    return {pair: number for number, pair in enumerate(pairs)}


def _key(columns: Columns, column: int) -> ColumnKey:
    limits = columns.limits
    return (
        limits.candidate_ids[columns.candidate[column]],
        limits.vacancy_ids[columns.vacancy[column]],
        columns.route(column),
    )


def _numbers(problem: Problem) -> list[int]:
    """Return how many sets everybody has who may take several placements and has columns."""
    columns, limits = _read(problem)
    several = [one for one in np.flatnonzero(limits.placements > 1).tolist() if (columns.candidate == one).any()]
    return [sum(len(part) for part in _own(columns, limits, one).sets or ()) for one in several]


def _most_sets(problem: Problem) -> int:
    return max(_numbers(problem), default=0)
