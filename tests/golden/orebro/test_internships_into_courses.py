"""Which of Örebro's internships should become courses: as many as there are jobs for what is learnt in them."""

from __future__ import annotations

from decimal import Decimal

from matcher.problem import Problem, RequiredSkill, Vacancy
from matcher.problem.changes import AddVacancy, ChangePositions, ChangeSeats, Scenario
from matcher.whatif.scenarios import ScenarioOutcome, compare_scenarios
from tests.golden.orebro.test_vivalla import first_year

NEW_JOBS = 4
MOST = 6


def with_jobs() -> Problem:
    """Return the first year with four more jobs on the site in spring, which need what an internship teaches."""
    jobs = Vacancy(
        vacancy_id="jobb-nya",
        positions=NEW_JOBS,
        contract_id="vivalla",
        occupation="9310",
        start_date=first_year().problem.vacancies[0].start_date,
        duration_months=Decimal(12),
    )
    needs = RequiredSkill(vacancy_id="jobb-nya", skill="building_site")
    return AddVacancy(vacancy=jobs, skills=(needs,)).applied(first_year().problem)


def turned(number: int) -> Scenario:
    """Return so many internships made seats of the six-month course that leads to a job."""
    return Scenario(
        name=f"{number} turned",
        changes=(
            ChangePositions(vacancy_id="praktik-bygge", by=-number),
            ChangeSeats(cohort_id="praktik-ht13", by=number),
        ),
    )


def outcomes() -> list[ScenarioOutcome]:
    return list(compare_scenarios(with_jobs(), [turned(number) for number in range(1, MOST + 1)]).outcomes)


def test_as_many_should_become_courses_as_there_are_jobs_after_them() -> None:
    """Each of the first four makes an internship a job that is likelier to last; from the fifth on a place is lost."""
    found = outcomes()

    lasting = [value(each, "placements") for each in found]
    assert lasting[: NEW_JOBS + 1] == sorted(lasting[: NEW_JOBS + 1])
    assert len(set(lasting[: NEW_JOBS + 1])) == NEW_JOBS + 1
    owed = [value(each, "shortfall") for each in found]
    assert owed == [0] * (NEW_JOBS + 1) + [1, 2]  # each seat beyond the jobs leaves one of the 22 places empty
    best = max(found, key=lambda each: (-value(each, "shortfall"), value(each, "placements")))
    assert best.scenario == f"{NEW_JOBS} turned"


def test_the_place_goes_from_internship_to_job_and_nobody_loses_one() -> None:
    """With four turned, as many people have a place as before, four more of them in jobs."""
    base, four = outcomes()[0], outcomes()[NEW_JOBS]

    assert base.plan is not None
    assert four.plan is not None
    assert len(four.plan.assignments) == len(base.plan.assignments)
    assert jobs_of(four) == jobs_of(base) + NEW_JOBS
    assert {one.kind for one in four.affected} <= {"moved", "other_route"}


def value(outcome: ScenarioOutcome, tier: str) -> Decimal:
    assert outcome.plan is not None
    return next(each.value for each in outcome.plan.tiers if each.name == tier)


def jobs_of(outcome: ScenarioOutcome) -> int:
    assert outcome.plan is not None
    return sum(entry.vacancy_id.startswith("jobb") for entry in outcome.plan.assignments)
