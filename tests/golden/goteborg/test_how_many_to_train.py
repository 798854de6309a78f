"""How many had to begin the lorry course so that seventeen drivers start in June?"""

from __future__ import annotations

from functools import cache

import pytest
from scipy.stats import binom

from matcher.whatif.assumptions import Assumptions
from matcher.whatif.simulation import Simulation, simulate
from tests.golden.goteborg.test_waste_trucks import COHORT, eighteen_people

RATE = 0.9  # of the invented course
WANTED = 0.9


@cache
def simulated() -> Simulation:
    story = eighteen_people()
    return simulate(story.problem, story.plan, replications=4000, seed=23, sure=WANTED)


def on_the_way() -> float:
    """Return the chance that one trained driver begins, whose contract is not late."""
    given = Assumptions()
    return RATE * (1 - float(given.refusal)) * (1 - float(given.no_show))


def test_seventeen_seats_do_not_make_seventeen_drivers() -> None:
    """Each gets through with a chance of five in six; that all seventeen do is less likely than one in ten."""
    assert on_the_way() == pytest.approx(0.829, abs=0.001)
    done = simulated()

    assert done.num_planned == 17
    assert done.begun.low <= 17 * on_the_way() <= done.begun.high + 0.2  # a few more give up while a contract is late
    assert done.all_met.high < 0.1


def test_twenty_three_have_to_begin_for_seventeen_to_start() -> None:
    """With nine chances in ten: six more than there were seats, as the binomial distribution says too."""
    (cohort,) = simulated().cohorts
    exact = next(more for more in range(20) if binom.sf(16, 17 + more, on_the_way()) >= WANTED)

    assert (cohort.cohort_id, cohort.planned, cohort.seats) == (COHORT, 17, 17)
    assert (cohort.needed, exact) == (6, 6)
    assert cohort.chances[5].high < WANTED < cohort.chances[6].low


def test_each_supplier_alone_would_need_nearly_as_many() -> None:
    """Three drivers in reserve for each supplier make nine; shared between the three, six do."""
    done = simulated()

    assert [one.need.needed for one in done.contracts] == [3, 3, 3]
    assert sum(one.need.needed or 0 for one in done.contracts) > (done.cohorts[0].needed or 0)


def test_one_person_is_there_to_be_in_reserve() -> None:
    """It is the eighteenth, for every supplier; whoever else is needed has still to be found."""
    assert {one.need.candidate_ids for one in simulated().contracts} == {("G18",)}
