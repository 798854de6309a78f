"""Random assignment problems with costs from 1 to 10 000, one dense and one sparse: no algorithm is best on both."""

from functools import partial

import numpy as np

from benchmarks.convert.assignment import Costs, best_of_cost, problem_from
from benchmarks.instance import Instance
from matcher.problem import Problem

SEED = 20260901
LARGEST_COST = 10_000


def draw_costs(size: int, pairs_each: int, seed: int) -> Costs:
    """Draw a problem in which everybody can be placed: one hidden matching and `pairs_each` - 1 more pairs a person.

    `RandomState` is used because its stream is frozen: the same seed gives the same problem under every numpy.
    """
    random = np.random.RandomState(seed)
    if pairs_each >= size:
        left, right = np.divmod(np.arange(size * size), size)
    else:
        hidden = random.permutation(size) + size * np.arange(size)
        others = random.randint(0, size, size * (pairs_each - 1)) + size * np.repeat(np.arange(size), pairs_each - 1)
        left, right = np.divmod(np.unique(np.r_[hidden, others]), size)
    return Costs(size=size, left=left, right=right, cost=random.randint(1, LARGEST_COST + 1, len(left)))


def _problem(size: int, pairs_each: int) -> Problem:
    return problem_from(draw_costs(size, pairs_each, SEED))


def _instance(name: str, title: str, size: int, pairs_each: int, least_cost: int) -> Instance:
    return Instance(
        name=name,
        title=title,
        kind="assignment",
        make=partial(_problem, size, pairs_each),
        best={"placements": best_of_cost(size, least_cost)},  # by SciPy, which the tests ask again
        seed=SEED,
        most_rounds=1,  # drawing takes longer than solving, and each run repeats what is quick
    )


INSTANCES = (
    _instance("dense800", "800 x 800, all pairs", 800, 800, 16_816),
    _instance("sparse5000", "5 000 x 5 000, 20 pairs each", 5000, 20, 3_997_797),
)
