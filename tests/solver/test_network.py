"""Pure assignment: whichever algorithm fits, its plan is worth as much as SciPy's, and its prices prove it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from matcher.columns import IntArray
from matcher.solver.relaxations import network

SHAPES = [(1, 1), (1, 7), (7, 1), (6, 6), (12, 12), (9, 14), (25, 8), (40, 40)]
ALGORITHMS = [network._dense, network._augmenting, network._push_relabel, network._flow]


def drawn_market(seed: int, shape: tuple[int, int], share: float, largest: int, most_positions: int) -> network._Market:
    """Draw pairs with ties where `largest` is small; the last person always has one."""
    random = np.random.default_rng(seed)
    exists = random.random(shape) < share
    exists[-1, random.integers(shape[1])] = True
    candidate, vacancy = np.nonzero(exists)
    worth = random.integers(0, largest + 1, len(candidate))
    worth[-1] = max(1, worth[-1])
    positions = random.integers(0 if most_positions > 1 else 1, most_positions + 1, shape[1])
    return network._Market.of(candidate, vacancy, worth, positions)


def best_worth(market: network._Market) -> int:
    """Return the greatest worth, by SciPy on a matrix of positions."""
    matrix = np.zeros((market.num_candidates, len(market.positions)))
    matrix[market.candidate, market.vacancy] = market.worth
    wide = np.repeat(matrix, market.positions, axis=1)
    i, j = linear_sum_assignment(wide, maximize=True)
    return int(wide[i, j].sum())


def is_plan(market: network._Market, taken: IntArray) -> bool:
    """Tell whether nobody is placed twice and no vacancy is overfull."""
    placed = np.bincount(market.candidate[taken], minlength=1)
    filled = np.bincount(market.vacancy[taken], minlength=len(market.positions))
    return bool(placed.max() <= 1 and (filled <= market.positions).all())


@pytest.mark.parametrize("share", [0.03, 0.15, 0.6, 1.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_first_proven_plan_is_worth_as_much_as_scipys(shape: tuple[int, int], share: float) -> None:
    for seed in range(12):
        largest, most_positions = [2, 90, 100_000_000][seed % 3], [1, 1, 3][seed // 4]
        market = drawn_market(seed, shape, share, largest, most_positions)
        proven = network._proven(market)
        assert proven is not None
        taken, price = proven
        assert is_plan(market, taken)
        worth = int(market.worth[taken].sum())
        assert worth == best_worth(market)
        # Weak duality: what the prices take in and what is left to everybody at their best.
        left = np.zeros(market.num_candidates, dtype=np.int64)
        np.maximum.at(left, market.candidate, market.worth - price[market.vacancy])
        assert worth == int(left.sum() + (price * market.positions).sum())


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("largest", [3, 900, 10_000_000_000])
def test_each_algorithm_finds_the_best_of_the_plans_that_it_considers(
    algorithm: network.Algorithm, largest: int
) -> None:
    found = 0
    for seed in range(60):
        market = drawn_market(seed, (15, 15), [0.1, 0.3, 1.0][seed % 3], largest, 1)
        if algorithm in (network._augmenting, network._push_relabel) and (market.places < 1).any():
            continue
        taken = algorithm(market)
        if taken is None:
            continue
        found += 1
        assert is_plan(market, taken)
        if algorithm in (network._dense, network._flow):
            assert int(market.worth[taken].sum()) == best_worth(market)
        else:
            assert len(taken) == 15
    assert found >= 20


def test_a_plan_that_is_not_the_best_has_no_prices() -> None:
    market = network._Market.of(
        np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([5, 4, 4, 5]), np.array([1, 1])
    )
    assert network._vacancy_prices(market, np.array([0, 3])) is not None
    assert network._vacancy_prices(market, np.array([1, 2])) is None
    assert network._vacancy_prices(market, np.array([0])) is None


def test_a_perfect_plan_that_costs_more_than_it_brings_is_not_taken() -> None:
    # Both placed are worth 1 + 1; one of them alone is worth 9.
    market = network._Market.of(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([1, 0, 9]), np.array([1, 1]))
    perfect = network._push_relabel(market)
    assert perfect is not None
    assert network._vacancy_prices(market, perfect) is not None  # 0 + 9: the perfect plan is the best here
    worse = network._Market.of(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([9, 1, 3]), np.array([1, 1]))
    perfect = network._push_relabel(worse)
    assert perfect is not None
    assert int(worse.worth[perfect].sum()) == 4
    assert network._vacancy_prices(worse, perfect) is None


def test_vacancies_without_positions_take_nobody() -> None:
    market = drawn_market(1, (4, 3), 1.0, 5, 1)
    closed = network._Market.of(market.candidate, market.vacancy, market.worth, np.zeros(3, dtype=np.int64))
    assert [algorithm.__name__ for algorithm in closed.algorithms()] == ["_flow"]
    taken = network._flow(closed)
    assert taken is not None
    assert len(taken) == 0
    assert network._vacancy_prices(closed, taken) is not None


def test_worth_beyond_the_digits_of_floating_point_is_left_to_the_flow() -> None:
    market = drawn_market(1, (6, 6), 1.0, 2**52, 1)
    assert not market.is_exact
    assert network._dense not in list(market.algorithms())
    assert network._augmenting not in list(market.algorithms())
