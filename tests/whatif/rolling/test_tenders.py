"""Contracts that are announced over the year, or come to nothing: like the problem's, and known to nobody before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from matcher.features import build_columns
from matcher.problem import Problem
from matcher.solve import solve
from matcher.whatif.rolling import POLICIES, Announcements, Arrivals, PolicyName, roll
from matcher.whatif.rolling.policies import decided
from matcher.whatif.rolling.roll import really, year_of
from matcher.whatif.rolling.tenders import Work, work_of
from matcher.whatif.rolling.worlds import WEEK, calendar_of, world
from tests import builders as b
from tests.strategies import random_problem
from tests.whatif.rolling.test_roll import quarter, task_of

FIRST, WEEKS = date(2026, 9, 7), 50


def contracts(num: int = 20) -> Problem:
    """Return contracts with a vacancy each, one of which has dates of its own."""
    names = [f"T{number:02d}" for number in range(num)]
    return b.problem(
        candidates=[b.candidate()],
        contracts=[
            b.contract(name, start_date="2026-12-01", end_date="2027-05-31", obligation_quantity=Decimal(1))
            for name in names
        ],
        vacancies=[
            *(b.vacancy(f"V{name}", contract_id=name) for name in names),
            b.vacancy("own", contract_id="T00", start_date="2026-12-08", latest_start_date="2026-12-20"),
        ],
        vacancy_skills=[b.required_skill("VT00")],
    )


def work(problem: Problem, replication: int = 0, futures: int = 1, **fields: float) -> Work:
    announcements = Announcements(**{"known": 0.5, "lead_weeks": 8} | fields)  # type: ignore[arg-type]
    return work_of(problem, FIRST, WEEKS, announcements, 0, replication, futures)


def test_contracts_that_come_are_like_one_with_all_dates_moved() -> None:
    """Start, end and the vacancies' own dates by the same number of days, so that it begins a lead after its week."""
    problem = contracts()
    made = work(problem)
    given = {contract.contract_id for contract in problem.contracts}
    new = {contract.contract_id: contract for contract in made.contracts if contract.contract_id not in given}

    assert new
    for vacancy in made.vacancies:
        contract = new.get(vacancy.contract_id or "")
        if contract is not None:
            assert contract.start_date == FIRST + timedelta(weeks=made.week[vacancy.vacancy_id] + 8)
            assert contract.end_date == contract.start_date + (date(2027, 5, 31) - date(2026, 12, 1))
            if vacancy.vacancy_id.endswith(" own"):
                assert vacancy.start_date == contract.start_date + timedelta(days=7)
                assert vacancy.latest_start_date == contract.start_date + timedelta(days=19)
    like_first = [name for name in made.week if name.endswith(" VT00")]
    assert {skill.vacancy_id for skill in made.skills} == {"VT00", *like_first}


def test_as_many_contracts_are_there_as_the_problem_has() -> None:
    """On the average over years, those known on the first day and those that are announced together; in futures too."""
    problem = contracts()
    years = [work(problem, year) for year in range(150)]
    known = [sum(week == 0 and made.future[name] == 0 for name, week in made.week.items()) for made in years]
    whole = []
    for future in (0, 1):
        announced = [
            len({name.split()[2] for name, of in made.future.items() if of == future and name.startswith("new")})
            for made in years
        ]
        whole.append(np.mean(announced))

    assert np.mean(known) == pytest.approx(10.5, abs=4 * np.sqrt(20 * 0.25 / 150) + 0.5)
    # Whoever is announced in the last weeks would begin too late: a week of 42 is lost to the rounding of weeks.
    assert whole == pytest.approx([10 * 41 / 42] * 2, abs=4 * np.sqrt(10 / 150))


def test_contracts_come_to_nothing_before_they_begin_and_promised_ones_never() -> None:
    """As often as is said, in any week from the announcement on; what somebody accepted stays."""
    problem = contracts(40)
    held = replace(problem, decisions=(b.decision("C1", "VT01", "accepted"),))
    years = [work(held, year, dropped=0.4) for year in range(40)]
    fell = []
    for made in years:
        assert made.week["VT01"] == 0
        assert made.dropped["VT01"] == WEEKS
        for name, week in made.week.items():
            if week < WEEKS and name not in ("VT01", "own") and not name.endswith(" own"):
                begins = 12 if week == 0 else week + 8
                fell.append(made.dropped[name] < WEEKS)
                assert made.dropped[name] == WEEKS or week <= made.dropped[name] < begins

    assert np.mean(fell) == pytest.approx(0.4, abs=4 * np.sqrt(0.24 / len(fell)))
    assert set(work(problem, dropped=0.0).dropped.values()) == {WEEKS}


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_takes_what_is_there_when_it_is_there(policy: PolicyName) -> None:
    """No column before its contract is announced, none of a contract that came to nothing, none that is imagined."""
    problem = quarter()
    calendar = calendar_of(build_columns(problem))
    announcements = Announcements(known=0.4, dropped=0.5, lead_weeks=3)
    for replication in range(3):
        year = year_of(
            task_of(
                problem,
                calendar,
                Arrivals(known=0.4),
                seed=3,
                replication=replication,
                num_futures=2,
                announcements=announcements,
            )
        )
        chosen = decided(year, policy)
        vacancy = year.rows.vacancy[chosen]
        real, own = really(year)
        assert len(chosen) > 3
        assert (year.work_future[vacancy] == 0).all()
        assert (year.dropped[vacancy] == year.num_weeks).all()
        begins = (year.columns.start_day[chosen] - year.first_day) // WEEK
        assert (year.announced[vacancy] <= begins).all()
        assert set(chosen.tolist()) <= set(real.tolist())
        _accepted(problem, year.columns.limits, own, chosen, real, replication, calendar, announcements)


def _accepted(problem, limits, own, chosen, real, replication, calendar, announcements) -> None:  # type: ignore[no-untyped-def]
    """Have the checker pass a plan of the real year in which everybody is pinned where the policy placed them."""
    made = world(problem, calendar, Arrivals(known=0.4), 3, replication, 0, announcements)
    is_gone = {
        name
        for name, of in zip(sorted(v.vacancy_id for v in made.problem.vacancies), made.dropped.tolist(), strict=True)
        if of < calendar.num_weeks
    }
    there = tuple(v for v in made.problem.vacancies if v.vacancy_id not in is_gone)
    skills = tuple(s for s in made.problem.vacancy_skills if s.vacancy_id not in is_gone)
    pins = tuple(
        b.decision(limits.candidate_ids[own.candidate[e]], limits.vacancy_ids[own.vacancy[e]])
        for e in np.searchsorted(real, chosen)
    )
    plan = solve(replace(made.problem, vacancies=there, vacancy_skills=skills, quotas=(), decisions=pins)).plan
    assert {(pin.candidate_id, pin.vacancy_id) for pin in pins} <= {
        (entry.candidate_id, entry.vacancy_id) for entry in plan.assignments
    }


def test_a_seat_used_for_nothing_stays_used_and_is_not_needed_again() -> None:
    """Whoever was trained for a contract that came to nothing takes another place without a second seat."""
    problem = b.problem(
        candidates=[b.candidate("C1", available_from="2026-08-01")],
        contracts=[b.contract("T1", obligation_quantity=Decimal(1)), b.contract("T2", start_date="2026-11-02")],
        vacancies=[b.vacancy("V1", contract_id="T1"), b.vacancy("V2", contract_id="T2")],
        vacancy_skills=[b.required_skill("V1"), b.required_skill("V2")],
        courses=[b.course(skills=["forklift"])],
        cohorts=[b.cohort(seats=1, start_date="2026-08-03", end_date="2026-08-20")],
        policy=b.policy(tiers=("shortfall", "placements")),
    )
    announcements = Announcements(dropped=0.5)
    calendar = calendar_of(build_columns(problem), until_begun=True)
    placed = {}
    for replication in range(20):
        year = year_of(
            task_of(
                problem,
                calendar,
                Arrivals(known=1),
                seed=0,
                replication=replication,
                num_futures=1,
                announcements=announcements,
            )
        )
        lost = tuple((year.dropped < year.num_weeks).tolist())
        placed[lost] = [len(decided(year, policy)) for policy in POLICIES]

    assert placed[False, False] == placed[True, False] == placed[False, True] == [1, 1, 1]
    assert placed[True, True] == [0, 0, 0]


def test_no_way_of_deciding_beats_hindsight_whatever_comes_to_nothing() -> None:
    """With placements alone as the aim none reaches more than the bound; and what is owed is what was there to do."""
    done = roll(
        quarter(("placements",)),
        replications=3,
        seed=2,
        arrivals=Arrivals(known=0.4),
        announcements=Announcements(known=0.5, dropped=0.3, lead_weeks=3),
        num_futures=2,
    )
    for one in done.policies:
        for year, best in zip(one.years, done.hindsight, strict=True):
            assert year.placements <= best.placements_bound
            assert best.outcome.placements > 0


@pytest.mark.parametrize("seed", [4, 6, 13, 39])
def test_whatever_rules_a_problem_mixes_its_years_keep_them(seed: int) -> None:
    """Several placements, quotas, resources, scored pairs: exact rows judge every year, or it fails."""
    problem = random_problem(seed, max_candidates=8, max_vacancies=6, max_cohorts=5)
    done = roll(
        problem,
        replications=2,
        seed=seed,
        arrivals=Arrivals(known=0.6),
        announcements=Announcements(known=0.6, dropped=0.4, lead_weeks=2),
        num_futures=2,
    )

    assert [len(one.years) for one in done.policies] == [2, 2, 2]


@pytest.mark.parametrize("fields", [{"known": 1.1}, {"dropped": -0.1}, {"lead_weeks": 0}])
def test_announcements_keep_to_their_range(fields: dict[str, float]) -> None:
    """A share is a share, and a contract is announced before it begins."""
    with pytest.raises(ValueError, match="Shares of contracts must be 0 to 1"):
        Announcements(**fields)  # type: ignore[arg-type]
