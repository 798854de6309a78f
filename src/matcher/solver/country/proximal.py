"""Relaxations of a whole country to the last digits: proximal points, each found by Newton's method on its dual.

A proximal point is the best plan in parts of people that does not move far from the last one: a square of the distance
is taken off, divided by twice a `reach` that grows. Its dual is smooth, and has one variable per limit: people choose
by themselves, each by a projection on a simplex. The second derivatives concern only columns that are partly taken;
these tie so few limits together that factors of the matrix are hardly larger than itself, and a step costs less than
looking at all columns once. Near the end few proximal points are needed, as a linear programme's come to rest after
finitely many (Rockafellar 1976, Monotone operators and the proximal point algorithm, SIAM Journal on Control and
Optimization 14(5)).
Source: Li, Sun and Toh (2020), An asymptotically superlinearly convergent semismooth Newton augmented Lagrangian method
for linear programming, SIAM Journal on Optimization 30(3); here with bounds on the prices instead of slack variables,
by projected Newton steps (Bertsekas 1982, SIAM Journal on Control and Optimization 20(2)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.solver.country.choices import Chosen, Crowd
from matcher.solver.country.curvature import Curve, product
from matcher.solver.country.scaled import Rough, Scaled
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.programme import FloatArray

FIRST_REACH, LAST_REACH = 1.0, 20_000.0  # a small one lets prices that are far off go far in one step
GROWTH = 4.0  # of the reach, once Newton's method has kept up with it
POINTS = 40
STEPS = 8  # of Newton's method for one point, which need not be exact
NOT_FOUND = 0.5  # of a point that was found: what one tells on which Newton's method gave up
SETTLED = 0.02  # of how far a point has moved: what limits may be off where it is found
DAMPING, LEAST_DAMPING, MOST_DAMPING = 1e-3, 1e-6, 1e4
LENGTHS = (1.0, 0.4)  # of one step
MORE, LESS = 30.0, 2.0  # times as much damping where no length gains, and where the first does
ENOUGH = 1e-4  # of what a step promises at first: what it must gain


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What people choose at some prices: `value` of the dual, and its `slope`.

    Parameters
    ----------
    value : float
    slope : float64 (S,)
    chosen : list of Chosen
        By piece of people.
    others : float64 (X,)
    """

    value: float
    slope: FloatArray
    chosen: list[Chosen]
    others: FloatArray

    @property
    def x(self) -> FloatArray:
        """What is taken of every column; float64 (N,)."""
        return np.concatenate([np.zeros(0), *(piece.x for piece in self.chosen)])


def sharpened(
    scaled: Scaled, start: Rough, gap: float, threads: int, stop: StopSignal, reach: float = FIRST_REACH
) -> Rough:
    """Return a nearly exact solution of a relaxation, with the best prices that were met.

    Parameters
    ----------
    scaled : Scaled
    start : Rough
    gap : float
        Of the bound: once two proximal points make it better by less, the last is taken; those that were not found
        count half.
    threads : int
        Change nothing but the time.
    stop : StopSignal
    reach : float
        At first: the larger, the less far the prices have to go.
    """
    descent = _Descent(scaled, start, threads, reach)
    best, best_prices, few = np.inf, descent.prices, 0.0
    for _ in range(POINTS):
        is_found = descent.next_point(stop)
        gained = best - descent.bound
        if gained > 0:
            best, best_prices = descent.bound, descent.prices
        few = few + (1.0 if is_found else NOT_FOUND) if gained <= gap * abs(best) else 0.0
        if few >= 2 or stop.is_due or descent.reach > LAST_REACH:
            break
        if is_found:
            descent.reach *= GROWTH
    return scaled.rough(descent.x, descent.others, best_prices)


class _Descent:
    """Goes from one proximal point to the next."""

    def __init__(self, scaled: Scaled, start: Rough, threads: int, reach: float = FIRST_REACH) -> None:
        self._scaled = scaled
        self._crowd, self._threads = Crowd(scaled, threads), threads
        self._beside = scaled.beside.T.tocsr()
        x, self.others, duals = scaled.begin(start)
        self.x = x.clip(0, 1)
        self.prices = np.where(scaled.is_equation, duals, duals.clip(min=0))
        self.reach, self._damping, self.bound = reach, DAMPING, np.inf

    def next_point(self, stop: StopSignal) -> bool:
        """Go to the next proximal point, or towards it; tell whether it was found."""
        here, is_found = self._answer(self.prices), False
        for _ in range(STEPS):
            if stop.is_due:
                break
            pull = self._pull(here)
            if np.abs(pull).sum() <= SETTLED * np.abs(here.x - self.x).sum() + 1e-6:
                is_found = True
                break
            here = self._step(here)
        self.x, self.others, self.bound = here.x, here.others, self._bound()
        return is_found

    def _pull(self, here: _Answer) -> FloatArray:
        """Return by how much each limit is off: exceeded, or not used up although it has a price."""
        idle = np.minimum(here.slope, self.prices * self.reach)
        pull: FloatArray = np.where((here.slope > 0) & ~self._scaled.is_equation, idle, here.slope)
        return pull

    def _step(self, here: _Answer) -> _Answer:
        """Take one of Newton's steps that gains: more damping holds back what is hardly tied and goes too far."""
        is_equation, tried = self._scaled.is_equation, self._damping
        may_move = is_equation | (self.prices > 0) | (here.slope < 0)
        curve, right = self._curve(here), here.slope / -self.reach
        while tried <= MOST_DAMPING:
            direction = curve.solved(right, may_move, tried)
            for length in LENGTHS:
                prices = self.prices + length * direction
                prices = np.where(is_equation, prices, prices.clip(min=0))
                there = self._answer(prices)
                if there.value <= here.value + ENOUGH * product(here.slope, prices - self.prices):
                    self._damping = max(tried / LESS, LEAST_DAMPING) if length == 1.0 else tried
                    self.prices = prices
                    return there
            tried *= MORE
        self._damping = MOST_DAMPING
        return here

    def _answer(self, prices: FloatArray) -> _Answer:
        scaled, reach = self._scaled, self.reach
        chosen = self._crowd.chosen(prices, self.x, reach)
        gain = scaled.worth - self._beside @ prices
        others = np.clip(self.others + reach * gain, scaled.lower, scaled.upper)
        far = others - self.others
        return _Answer(
            value=product(scaled.high, prices)
            + sum(piece.value for piece in chosen)
            + product(gain, others)
            - product(far, far) / (2 * reach),
            slope=scaled.high - sum((piece.used for piece in chosen), scaled.beside @ others),
            chosen=chosen,
            others=others,
        )

    def _bound(self) -> float:
        """Return what the prices prove of the relaxation, whatever its distance from anything."""
        scaled = self._scaled
        gain = scaled.worth - self._beside @ self.prices
        best = self._crowd.best(self.prices) + float(np.maximum(gain * scaled.lower, gain * scaled.upper).sum())
        return scaled.constant + product(scaled.high, self.prices) + best

    def _curve(self, here: _Answer) -> Curve:
        """Return the second derivatives of the dual, for a reach of one: what moves where a price moves."""
        is_inside = (here.others > self._scaled.lower) & (here.others < self._scaled.upper)
        beside = self._scaled.beside[:, np.flatnonzero(is_inside)]
        return Curve(self._crowd.moves(here.chosen), beside, self._threads)
