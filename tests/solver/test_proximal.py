"""A country's relaxation to the last digits, and plans mended where they lose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from matcher.column_blocks import WholeColumns
from matcher.columns import WEIGHT_SCALE, IntArray
from matcher.features import build_columns
from matcher.generate import generate
from matcher.solver import Asked, ColumnSource, Rows, StopSignal, pool_of
from matcher.solver.bounds.bound import PRICE_SCALE, bound_from
from matcher.solver.country import choices, corners, country, curvature
from matcher.solver.country.choices import Crowd, nearest
from matcher.solver.country.corners import first_columns
from matcher.solver.country.curvature import Curve, Moves
from matcher.solver.country.first_order import rough_solution
from matcher.solver.country.mending import _Surroundings, mended
from matcher.solver.country.proximal import _Descent, sharpened
from matcher.solver.country.regions import Improver
from matcher.solver.country.scaled import Rough, Scaled, prices_of
from matcher.solver.model.rows import LEAD
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.tier_task import TierTask

NEVER = StopSignal()  # becomes due


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Return the rows of a town over all its columns, with a country's lead."""
    pool = pool_of(ColumnSource(WholeColumns(columns=build_columns(generate("demo", 1)))), set())
    asked = Asked(policy_tiers=("shortfall", "placements"), gap=0.0, seed=0, stop=NEVER, report=lambda *_: None)
    return country._Country(asked).rows_of(pool)


@pytest.fixture(scope="module")
def scaled(rows: Rows) -> Scaled:
    """Return the relaxation of its lead."""
    return Scaled.of(rows, LEAD, float(WEIGHT_SCALE), np.full(len(rows.limit), np.nan))


@pytest.fixture(scope="module")
def sharp(scaled: Scaled) -> Rough:
    """Return where both methods end."""
    rough = rough_solution(scaled, 400, 1, NEVER)
    return sharpened(scaled, rough, 1e-8, 1, NEVER)


def test_the_relaxation_is_that_of_a_simplex(rows: Rows, sharp: Rough) -> None:
    """The prices bound plans as closely as those of a corner, to a millionth, and never more closely."""
    exact = relax(TierTask(rows=rows, tier=LEAD), np.empty(0, np.int64), 1e-9, NEVER)
    assert exact.bound is not None
    prices = prices_of(rows, LEAD, float(WEIGHT_SCALE), sharp)
    bound = bound_from(rows, LEAD, prices, ()).scaled
    assert -1e-9 <= (bound - exact.bound.scaled) / abs(exact.bound.scaled) <= 1e-6


def test_a_rough_solution_is_the_same_on_any_number_of_threads(scaled: Scaled) -> None:
    """To the last bit: sums are taken in the same parts."""
    one, three = (rough_solution(scaled, 60, threads, NEVER) for threads in (1, 3))
    assert (one.x == three.x).all()
    assert (one.rows == three.rows).all()


def test_from_no_prices_at_all_it_is_the_same_relaxation(rows: Rows, scaled: Scaled, sharp: Rough) -> None:
    """Where the first-order method has not been asked, the way is longer and ends in the same place."""
    nothing = Rough(x=np.zeros(rows.num_columns), others=np.zeros(len(rows.upper)), rows=np.zeros(len(rows.limit)))
    found = sharpened(scaled, nothing, 1e-8, 1, NEVER)
    one, other = (
        bound_from(rows, LEAD, prices_of(rows, LEAD, float(WEIGHT_SCALE), rough), ()).scaled for rough in (found, sharp)
    )
    assert one == pytest.approx(other, rel=1e-6)


def test_near_the_end_a_longer_reach_leads_to_the_same_prices(rows: Rows, scaled: Scaled, sharp: Rough) -> None:
    """However far a point may lie from the last one at first, what is found in the end is the relaxation."""
    found = sharpened(scaled, sharp, 1e-8, 1, NEVER, 64.0)
    one, other = (
        bound_from(rows, LEAD, prices_of(rows, LEAD, float(WEIGHT_SCALE), rough), ()).scaled for rough in (found, sharp)
    )
    assert one == pytest.approx(other, rel=1e-7)


def test_what_people_choose_is_nearest_to_what_they_wish(scaled: Scaled) -> None:
    """No corner of what a person may take lies on the other side: the inequality by which a projection is known."""
    crowd = Crowd(scaled, 1)
    (people,) = crowd.pieces
    wish = np.random.default_rng(3).normal(0.1, 0.5, len(scaled.objective))
    x, is_full, given_up = nearest(wish, people.person, np.zeros(len(people.starts)))
    beyond = wish - x
    own = np.add.reduceat(beyond * x, scaled.starts)
    assert (x >= 0).all()
    assert (np.add.reduceat(x, scaled.starts) <= 1 + 1e-12).all()
    assert (np.maximum.reduceat(beyond, scaled.starts).clip(min=0) <= own + 1e-9).all()
    assert 0 < is_full.sum() < len(is_full)
    assert (np.add.reduceat(x, scaled.starts)[is_full] >= 1 - 1e-12).all()
    for guess in (given_up, 1.1 * given_up, 0.5 * given_up, given_up + 100):
        assert nearest(wish, people.person, guess)[0] == pytest.approx(x, abs=1e-12)


def test_what_moves_is_what_a_projection_on_a_simplex_leaves() -> None:
    """Of each person who takes one in all the mean is taken away; whoever takes less moves freely."""
    person = np.array([0, 0, 1, 1, 1, 2, 2, 2, 2])
    uses = np.random.default_rng(5).normal(size=(11, 4)) * (np.arange(44).reshape(11, 4) % 3 > 0)
    moves = Moves(matrix=sp.csr_matrix(uses), person=person, count=np.bincount(person))
    between = np.eye(11)
    between[:9, :9] -= (person[:, np.newaxis] == person) / np.bincount(person)[person]
    whole = uses.T @ between @ uses
    prices = np.array([1.0, -2.0, 0.5, 3.0])
    assert moves.times(prices) == pytest.approx(whole @ prices)
    two = Moves.together([moves, moves])
    assert two.times(prices) == pytest.approx(2 * whole @ prices)
    assert two.diagonal() == pytest.approx(2 * moves.diagonal())
    one = Moves(matrix=sp.csr_matrix(np.eye(11)), person=person, count=np.bincount(person))
    assert one.diagonal() == pytest.approx(between.diagonal())


def test_a_direction_solves_what_the_curve_says(scaled: Scaled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Conjugate gradients find what a dense solver finds, and leave alone what may not move."""
    monkeypatch.setattr(curvature, "CLOSE", 1e-10)
    lots = np.random.default_rng(6)
    crowd, x = Crowd(scaled, 1), np.zeros(len(scaled.objective))
    curve = Curve(crowd.moves(crowd.chosen(lots.random(len(scaled.high)), x, 0.5)), scaled.beside[:, :5], 2)
    right, may_move = lots.normal(size=len(scaled.high)), lots.random(len(scaled.high)) < 0.7
    found = curve.solved(right, may_move, 0.1)
    assert not found[~may_move].any()
    assert (curve.times(found) + 0.1 * found)[may_move] == pytest.approx(right[may_move], abs=1e-6)


def test_the_curve_is_that_of_the_slope(scaled: Scaled) -> None:
    """Moving the prices a little changes what is used of the limits as the second derivatives say."""
    lots = np.random.default_rng(4)
    crowd, x = Crowd(scaled, 1), np.zeros(len(scaled.objective))
    prices = lots.random(len(scaled.high))
    direction = lots.normal(size=len(prices))
    (here,) = crowd.chosen(prices, x, 0.5)
    there, back = (crowd.chosen(prices + length * direction, x, 0.5)[0] for length in (1e-7, -1e-7))
    assert here.is_full.any()
    curve = Curve(crowd.moves([here]), scaled.beside[:, :0], 1)
    assert (back.used - there.used) / 2e-7 == pytest.approx(0.5 * curve.times(direction), rel=1e-4, abs=1e-4)


def test_the_slope_is_that_of_the_value(scaled: Scaled) -> None:
    """Moving any price a little changes the dual's value as its slope says."""
    lots = np.random.default_rng(1)
    start = Rough(
        x=np.zeros(len(scaled.objective)), others=np.zeros(len(scaled.size)), rows=np.zeros(len(scaled.rows.limit))
    )
    descent = _Descent(scaled, start, 1)
    prices = lots.random(len(scaled.high))
    direction = lots.normal(size=len(prices))
    here, length = descent._answer(prices), 1e-6
    there, back = descent._answer(prices + length * direction), descent._answer(prices - length * direction)
    assert (there.value - back.value) / (2 * length) == pytest.approx(float(here.slope @ direction), rel=1e-4)


def test_threads_and_pieces_change_nothing(scaled: Scaled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks at people piece by piece sees what they choose together, to the bit on any number of threads."""
    lots = np.random.default_rng(2)
    prices, x = lots.random(len(scaled.high)), lots.random(len(scaled.objective)) / 100
    whole = Crowd(scaled, 1)
    assert len(whole.pieces) == 1
    monkeypatch.setattr(choices, "PIECE", 500)
    one, three = Crowd(scaled, 1), Crowd(scaled, 3)
    assert len(one.pieces) > 3
    (together,), *apart = (crowd.chosen(prices, x, 2.0) for crowd in (whole, one, three))
    for pieces in apart:
        assert np.concatenate([piece.x for piece in pieces]) == pytest.approx(together.x)
        assert sum(piece.used for piece in pieces) == pytest.approx(together.used)
        assert sum(piece.value for piece in pieces) == pytest.approx(together.value)
    assert one.best(prices) == three.best(prices) == pytest.approx(whole.best(prices))
    none = scaled.beside[:, :0]
    curves = [Curve(one.moves(apart[0]), none, 1), Curve(three.moves(apart[1]), none, 3)]
    right, every = lots.normal(size=len(prices)), np.ones(len(prices), dtype=bool)
    assert (curves[0].solved(right, every, 0.5) == curves[1].solved(right, every, 0.5)).all()
    assert curves[0].times(prices) == pytest.approx(Curve(whole.moves([together]), none, 1).times(prices))


def test_time_that_is_over_leaves_the_prices_of_the_start(scaled: Scaled, sharp: Rough) -> None:
    """A limit of time is kept, and what was known is not lost."""
    found = sharpened(scaled, sharp, 1e-8, 1, StopSignal(0.0))
    assert (found.rows == sharp.rows).all()


def test_a_plan_is_mended_where_it_loses(rows: Rows, sharp: Rough) -> None:
    """From nobody placed but where people have decided, a town's plan comes within a thousandth of its bound."""
    bound = bound_from(rows, LEAD, prices_of(rows, LEAD, float(WEIGHT_SCALE), sharp), ())
    improver = Improver(rows=rows, tier=LEAD, unit=WEIGHT_SCALE, bound=bound, seed=0, stop=NEVER)
    poor = rows.completed(greedy_columns(rows, np.empty(0, np.int64)))
    found = mended(improver, poor, 1e-6)
    assert rows.is_feasible(found)
    assert rows.value(LEAD, found) > rows.value(LEAD, poor)
    assert bound.slack(rows.value(LEAD, found)) <= 1e-3 * abs(bound.scaled)
    assert (mended(replace(improver, threads=2), poor, 1e-6) == found).all()
    due = replace(improver, stop=StopSignal(0.0))
    assert (mended(due, poor, 1e-6) == poor).all()


def test_prices_that_have_run_away_still_fit_into_what_columns_are_reckoned_in(rows: Rows) -> None:
    """Where the columns held cannot keep a limit, its dual grows for ever; the bound stays one, however poor."""
    duals = np.where(rows.is_equation, -1e30, 1e30)
    nothing = Rough(x=np.zeros(rows.num_columns), others=np.zeros(len(rows.upper)), rows=duals)
    with np.errstate(all="raise"):
        prices = prices_of(rows, LEAD, float(WEIGHT_SCALE), nothing)
    bound = bound_from(rows, LEAD, prices, ())
    matrix = rows.matrix[:, : rows.num_columns].tocsc()
    for column in range(0, rows.num_columns, 97):
        own = slice(*matrix.indptr[column : column + 2].tolist())
        price = prices.rows[matrix.indices[own]].tolist()
        paid = sum(use * each for use, each in zip(matrix.data[own].tolist(), price, strict=True))
        assert bound.reduced[column] == int(rows.objectives[LEAD][column]) * PRICE_SCALE - paid
    by_hand = rows.completed(greedy_columns(rows))
    assert bound.slack(rows.value(LEAD, by_hand)) >= 0


def test_a_corner_is_found_alike_on_any_number_of_threads(
    rows: Rows, sharp: Rough, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts far from each other are solved at one time, and every one of them gets its people whole."""
    monkeypatch.setattr(corners, "PEOPLE", (40, 80))
    monkeypatch.setattr(corners, "WHOLE", 0.6)
    asked: list[int] = []
    parts = corners._parts

    def counted(improver: Improver, columns: IntArray, most: int) -> list[IntArray]:
        asked.append(len(parts(improver, columns, most)))
        return parts(improver, columns, most)

    monkeypatch.setattr(corners, "_parts", counted)
    bound = bound_from(rows, LEAD, prices_of(rows, LEAD, float(WEIGHT_SCALE), sharp), ())
    improver = Improver(rows=rows, tier=LEAD, unit=WEIGHT_SCALE, bound=bound, seed=0, stop=NEVER)
    half = sharp.x * 0.5  # as if a first-order method had ended early: everybody is in parts
    first = first_columns(improver, half)
    assert asked[0] >= 4
    assert (first == first_columns(replace(improver, threads=2), half)).all()
    x = rows.completed(greedy_columns(rows, first))
    assert rows.is_feasible(x)
    assert bound.slack(rows.value(LEAD, x)) <= 0.01 * abs(bound.scaled)


def test_a_corner_leaves_few_in_parts_and_the_integer_solver_nobody(rows: Rows, sharp: Rough) -> None:
    """What comes out is nearly the relaxation, and every person of it takes one column alone."""
    bound = bound_from(rows, LEAD, prices_of(rows, LEAD, float(WEIGHT_SCALE), sharp), ())
    improver = Improver(rows=rows, tier=LEAD, unit=WEIGHT_SCALE, bound=bound, seed=0, stop=NEVER)
    corner = corners._cornered(
        improver, np.where(sharp.x > corners.SOME, sharp.x, 0.0), corners._near(improver), rows.num_owners
    )
    is_broken = (corner > 0) & (corner < 1)
    assert is_broken.sum() <= 0.2 * (corner > 0).sum()
    found = corners._decided(improver, corner)
    assert set(found.tolist()) == {0.0, 1.0}
    assert np.bincount(rows.candidate[found > 0]).max() == 1


def test_without_time_a_first_plan_is_what_the_relaxation_takes(rows: Rows, sharp: Rough) -> None:
    """What is whole comes first, so that filling in that order keeps it."""
    bound = bound_from(rows, LEAD, prices_of(rows, LEAD, float(WEIGHT_SCALE), sharp), ())
    improver = Improver(rows=rows, tier=LEAD, unit=WEIGHT_SCALE, bound=bound, seed=0, stop=StopSignal(0.0))
    taken = sharp.x[first_columns(improver, sharp.x)]
    assert len(taken) == (sharp.x > corners.SOME).sum()
    assert (np.diff(taken) <= 0).all()


def test_around_a_place_people_come_with_all_that_they_have_in_the_plan(rows: Rows, sharp: Rough) -> None:
    """Otherwise a region would be decided as if its people were free, who are not."""
    bound = bound_from(rows, LEAD, prices_of(rows, LEAD, float(WEIGHT_SCALE), sharp), ())
    improver = Improver(rows=rows, tier=LEAD, unit=WEIGHT_SCALE, bound=bound, seed=0, stop=NEVER)
    by_hand = rows.completed(greedy_columns(rows))
    around, lots = _Surroundings(improver, by_hand), np.random.default_rng(0)
    taken = np.flatnonzero(by_hand[: rows.num_columns])
    for row in (rows.kinds.index("budget"), rows.kinds.index("seat")):
        region = around.columns(False, row, 40, lots)
        people = np.unique(rows.candidate[region])
        assert 20 <= len(people) <= 40
        assert np.isin(taken[np.isin(rows.candidate[taken], people)], region).all()


def test_the_time_of_a_part_ends_with_the_whole() -> None:
    """A part has a share of what is left; who stops it stops the whole, and the other way round."""
    whole = StopSignal(100.0)
    part = whole.share(0.5)
    assert part.remaining_s == pytest.approx(50, abs=1)
    assert StopSignal(1000.0, within=whole).remaining_s == pytest.approx(100, abs=1)
    assert StopSignal(0.0, within=whole).is_due
    assert not whole.is_due
    part.by_person = True
    assert whole.is_due
    assert whole.by_person
    other = StopSignal()
    other.by_memory = True
    assert other.share(0.5).is_due
    assert other.share(0.5).remaining_s is None
