"""What contracts were owed and got in years decided week by week, counted by hand from who was placed where."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from matcher.features import build_columns
from matcher.problem import Problem
from matcher.whatif.rolling import Announcements, Arrivals, roll
from matcher.whatif.rolling.policies import decided
from matcher.whatif.rolling.roll import year_of
from matcher.whatif.rolling.worlds import World, calendar_of, world
from tests.whatif.rolling.test_roll import quarter, task_of

SEED, YEARS, FUTURES = 2, 2, 1
ARRIVALS = Arrivals(known=0.4)
ANNOUNCEMENTS = Announcements(known=0.5, dropped=0.3, lead_weeks=3)


def short_of_people() -> Problem:
    """Return jobs for which there are too few people, without quotas: shortfall is what contracts lack, and no more."""
    problem = quarter()
    kept = {candidate.candidate_id for candidate in problem.candidates[:14]}
    return replace(
        problem,
        candidates=problem.candidates[:14],
        candidate_skills=tuple(skill for skill in problem.candidate_skills if skill.candidate_id in kept),
        quotas=(),
    )


def owed_by_hand(made: World, num_weeks: int) -> dict[str, Decimal]:
    """Return what each contract is owed that was announced in the year and did not come to nothing."""
    place = {name: j for j, name in enumerate(sorted(one.vacancy_id for one in made.problem.vacancies))}
    came = {
        vacancy.contract_id
        for vacancy in made.problem.vacancies
        for j in (place[vacancy.vacancy_id],)
        if made.work_future[j] == 0 and made.announced[j] < num_weeks and made.dropped[j] == num_weeks
    }
    return {
        contract.contract_id: contract.obligation_quantity or Decimal(0)
        for contract in made.problem.contracts
        if contract.contract_id in came
    }


def test_what_contracts_are_owed_and_get_is_what_is_counted_by_hand() -> None:
    """Contracts that never came, or came to nothing, owe nothing; every other lacks whoever was not placed in it."""
    problem = short_of_people()
    calendar = calendar_of(build_columns(problem), until_begun=True)
    done = roll(
        problem,
        replications=YEARS,
        seed=SEED,
        arrivals=ARRIVALS,
        announcements=ANNOUNCEMENTS,
        num_futures=FUTURES,
    )
    num_gone, shares = 0, {one.policy: [] for one in done.policies}  # type: ignore[var-annotated]
    for replication, best in enumerate(done.hindsight):
        task = task_of(
            problem,
            calendar,
            ARRIVALS,
            seed=SEED,
            replication=replication,
            num_futures=FUTURES,
            announcements=ANNOUNCEMENTS,
        )
        made = world(problem, calendar, ARRIVALS, SEED, replication, FUTURES, ANNOUNCEMENTS)
        owed, year = owed_by_hand(made, calendar.num_weeks), year_of(task)
        contract_of = {vacancy.vacancy_id: vacancy.contract_id for vacancy in made.problem.vacancies}
        num_gone += len(made.problem.contracts) - len(owed)

        assert best.owed == sum(owed.values())
        assert best.shortfall_bound is not None
        for one in done.policies:
            ids = year.columns.limits.vacancy_ids
            chosen = decided(year, one.policy)
            placed = Counter(contract_of[ids[j]] for j in year.columns.vacancy[chosen].tolist())
            lacking = sum(max(Decimal(0), quantity - placed[name]) for name, quantity in owed.items())
            reached = one.years[replication]
            assert (reached.placed, reached.shortfall) == (len(chosen), lacking)
            assert set(placed) <= set(owed)
            assert best.shortfall_bound <= lacking
            shares[one.policy].append(float((best.owed - lacking) / (best.owed - best.shortfall_bound)))

    assert num_gone > 0
    for one in done.policies:
        assert one.delivered is not None
        assert one.delivered.value == pytest.approx(np.mean(shares[one.policy]))
        assert 0 < one.delivered.value <= 1
    assert min(share for own in shares.values() for share in own) < 1
