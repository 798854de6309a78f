"""Years that might come: like the problem's people, no more and no fewer on the average, each in its week."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from matcher.features import build_columns
from matcher.problem import Problem
from matcher.whatif.rolling.worlds import Arrivals, Calendar, World, acting_days, calendar_of, world
from tests import builders as b

CALENDAR = Calendar(first_day=date(2026, 9, 7), num_weeks=50)


def people(num: int = 40, **tables: object) -> Problem:
    """Return people who each have something that ends."""
    ids = [f"C{number:02d}" for number in range(num)]
    return b.problem(
        **{
            "candidates": [
                b.candidate(name, available_until="2027-06-01", groups=["youth:2027-03-01", "disabled"]) for name in ids
            ],
            "candidate_skills": [b.held_skill(name, valid_until="2027-01-10") for name in ids],
            "vacancies": [b.vacancy()],
        }
        | tables
    )


def made(problem: Problem, known: float = 0.5, per_month: float | None = None, seed: int = 0, year: int = 0) -> World:
    return world(problem, CALENDAR, Arrivals(known=known, per_month=per_month), seed, year, 2)


def test_people_who_come_are_like_somebody_with_all_dates_moved() -> None:
    """Permit, membership and licence end as long after the first day as those of the person whom they are like."""
    problem = people()
    start = problem.candidates[0].available_from
    found = made(problem)
    skills = {row.candidate_id: row for row in found.problem.candidate_skills}
    comers = [one for one in found.problem.candidates if one.candidate_id.startswith("new ")]

    assert comers
    for one in comers:
        moved = one.available_from - start
        assert one.available_until == date(2027, 6, 1) + moved
        assert {member.group: member.until for member in one.groups} == {
            "youth": date(2027, 3, 1) + moved,
            "disabled": None,
        }
        assert skills[one.candidate_id].valid_until == date(2027, 1, 10) + moved


def test_positions_follow_the_sorted_ids() -> None:
    """Week and future of each person stand where the columns have the person; whoever is known comes in week 0."""
    found = made(people())
    ids = build_columns(found.problem).limits.candidate_ids

    assert len(ids) == len(found.week) == len(found.future)
    for name, week, future in zip(ids, found.week.tolist(), found.future.tolist(), strict=True):
        one = next(each for each in found.problem.candidates if each.candidate_id == name)
        if name.startswith("C"):
            assert (week, future) == (0, 0)
        else:
            assert future == int(name.split()[1])
            assert one.available_from == CALENDAR.first_day + timedelta(weeks=week)
            assert 1 <= week < CALENDAR.num_weeks


@pytest.mark.slow
def test_as_many_come_as_are_said_to() -> None:
    """On the average over years; spread over the weeks; and in every imagined future as in the real one."""
    years = [made(people(), known=0, per_month=20.0, year=year) for year in range(60)]
    wanted = 20 * 49 * 7 / 30.4375  # whoever comes in the last week is too late for any decision

    for future in range(3):
        number = [int((one.future == future).sum()) for one in years]
        assert np.mean(number) == pytest.approx(wanted, abs=4 * (wanted / len(years)) ** 0.5)
        assert np.var(number) == pytest.approx(wanted, rel=0.6)
    weeks = np.concatenate([one.week[one.future == 0] for one in years])
    assert weeks.mean() == pytest.approx(25, abs=0.7)


def test_the_known_are_as_many_as_said_and_those_with_promises_always_among_them() -> None:
    """A promise was made to somebody who is known."""
    problem = people(
        decisions=[b.decision("C07", "V1", "accepted")],
        courses=[b.course()],
        cohorts=[b.cohort()],
        enrolments=[b.enrolment("C09", "K1")],
    )
    shares = []
    for year in range(100):
        names = {one.candidate_id for one in made(problem, known=0.3, year=year).problem.candidates}
        assert {"C07", "C09"} <= names
        shares.append(sum(name.startswith("C") for name in names - {"C07", "C09"}) / 38)

    assert np.mean(shares) == pytest.approx(0.3, abs=4 * (0.21 / 3800) ** 0.5)
    everybody = made(problem, known=1)
    assert [one.candidate_id for one in everybody.problem.candidates] == [f"C{number:02d}" for number in range(40)]


def test_years_and_futures_differ_and_the_same_seed_gives_the_same() -> None:
    """No imagined future is the real year, and nothing depends on what was drawn before."""
    one, again, other = made(people()), made(people()), made(people(), seed=1)

    def comers(given: World, future: int) -> list[int]:
        return given.week[given.future == future].tolist()

    assert one.problem == again.problem
    assert comers(one, 0) != comers(other, 0)
    assert comers(one, 0) != comers(one, 1)
    assert comers(one, 1) != comers(one, 2)


def test_a_column_is_decided_when_its_first_cohort_or_its_job_begins() -> None:
    """Who needs a course is decided on before it; who was promised its seat, before the job."""
    problem = b.problem(
        candidates=[b.candidate(name, available_from="2026-04-01") for name in ("A", "B", "C")],
        candidate_skills=[b.held_skill("A")],
        vacancies=[b.vacancy(positions=3)],
        vacancy_skills=[b.required_skill()],
        courses=[b.course(skills=["forklift"])],
        cohorts=[b.cohort()],
        enrolments=[b.enrolment("C", "K1")],
    )
    columns = build_columns(problem)
    days = [date.fromordinal(day) for day in acting_days(columns).tolist()]

    assert days == [date(2026, 9, 1), date(2026, 5, 1), date(2026, 9, 1)]
    assert calendar_of(columns) == Calendar(first_day=date(2026, 5, 1), num_weeks=18)


def test_places_without_dates_are_refused() -> None:
    """Without days there is no order in which people come."""
    problem = b.problem(candidates=[b.candidate()], vacancies=[b.vacancy(start_date=None)], pairs=[b.pair()])

    with pytest.raises(ValueError, match="Every place must have a date"):
        calendar_of(build_columns(problem))


def test_years_in_which_nobody_could_have_a_place_are_refused() -> None:
    """That is no matter of dates, and is not said to be one."""
    problem = b.problem(candidates=[b.candidate()], vacancies=[b.vacancy()], vacancy_skills=[b.required_skill()])

    with pytest.raises(ValueError, match="Somebody must be eligible"):
        calendar_of(build_columns(problem))


def test_scored_pairs_go_with_people_and_come_with_those_like_them() -> None:
    """Nobody who is not there keeps a pair, and whoever comes has those of the one whom the newcomer is like."""
    scores = {f"C{number:02d}": Decimal(number) / 100 for number in range(40)}
    pairs = [b.pair(name, "V1", score) for name, score in scores.items()]
    found = made(people(pairs=pairs, candidate_skills=[]), known=0.5)
    there = {one.candidate_id for one in found.problem.candidates}
    comers = [pair for pair in found.problem.pairs if pair.candidate_id.startswith("new ")]

    assert {pair.candidate_id for pair in found.problem.pairs} == there
    assert comers
    assert {pair.score for pair in comers} <= set(scores.values())
    assert all(pair.score == scores[pair.candidate_id] for pair in found.problem.pairs if pair not in comers)


@pytest.mark.parametrize(("known", "per_month"), [(-0.1, None), (1.1, None), (0.5, -1.0)])
def test_arrivals_keep_to_their_range(known: float, per_month: float | None) -> None:
    """A share is a share, and nobody un-arrives."""
    with pytest.raises(ValueError, match="known share must be 0 to 1"):
        Arrivals(known=known, per_month=per_month)
