"""What the limits of a problem are worth at the prices of a case: the part of its bound that no column changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from matcher.check.cases import Fixed
from matcher.check.difference import DifferenceLimits
from matcher.check.prices import PriceList
from matcher.check.quantities import Quantity
from matcher.check.steps import ObligationStep, spendable
from matcher.columns import IntArray, Limits

COUNTED = ("vacancy", "seat", "budget_seats")


class LimitsWorth:
    """What limits are worth in one case after another.

    Parameters
    ----------
    limits : Limits
    uppers : mapping of Quantity to int
        The most of every quantity that a case may fix.
    variables : collection of Quantity
        Those that are variables: their worth is not counted here.
    resource : int64 (R,)
        The limits of resources, in steps of what columns use.
    steps : mapping of int to ObligationStep
        By contract.
    difference : DifferenceLimits
    """

    __slots__ = ("_budget", "_difference", "_limits", "_most", "_resource", "_steps", "_variables")

    def __init__(
        self,
        *,
        limits: Limits,
        uppers: Mapping[Quantity, int],
        variables: Collection[Quantity],
        resource: IntArray,
        steps: Mapping[int, ObligationStep],
        difference: DifferenceLimits,
    ) -> None:
        self._limits, self._resource, self._steps, self._difference = limits, resource, steps, difference
        self._budget = spendable(limits)
        self._variables = variables
        self._most: dict[str, dict[int, int]] = {kind: {} for kind in COUNTED}
        for one, most in uppers.items():
            if one[0] in self._most:  # of what counts by itself: an optional cohort's seats come with opening it
                self._most[one[0]][one[1]] = 0 if one in variables else most

    def of_case(self, prices: PriceList, fixed: Fixed, held: Mapping[str, int]) -> int:
        """Return what all limits are worth at most.

        Parameters
        ----------
        prices : PriceList
        fixed : Fixed
            What the case fixes.
        held : mapping of tier to int
            What earlier aims have reached.
        """
        limits = self._limits
        sums = {one.place: price for one, price in prices.budget_seats.items()}
        return (
            self._of_counts("vacancy", prices.vacancy, fixed)
            + self._of_counts("seat", prices.seat, fixed)
            + self._of_counts("budget_seats", sums, fixed)
            + _paid(prices.budget, self._budget)
            - _paid(prices.obligation, limits.required)
            - sum(price * int(limits.required[contract]) for (contract, _), price in prices.obligation_link.items())
            - sum(price * self._steps[contract].least for contract, price in prices.obligation_step.items())
            - _paid(prices.quota_min, limits.quota_min)
            + _paid(prices.quota_max, limits.quota_max)
            + _paid(prices.resource, self._resource)
            + prices.trainings_total.get(0, 0) * limits.trainings_total
            + sum(prices.pin.values())
            - sum(price * held[tier] for tier, price in prices.held.items())
            + sum(price * self._difference.most[number] for number, price in prices.differ.items())
            - sum(price * self._difference.worst[tier] for tier, price in prices.worst.items())
        )

    def _of_counts(self, kind: str, prices: Mapping[int, int], fixed: Fixed) -> int:
        """Return what placements in vacancies, or seats, pay at most: a negative price counts by the fewest."""
        most = self._most[kind]
        total = sum([price * most[place] for place, price in prices.items() if price > 0])
        for quantity, (fewest, highest) in fixed.items():
            place = quantity[1]
            if quantity[0] == kind and place in prices and quantity not in self._variables:
                price = prices[place]
                total += price * (highest - most[place] if price > 0 else fewest)
        return total


def _paid(prices: Mapping[int, int], limits: IntArray) -> int:
    return sum(price * int(limits[place]) for place, price in prices.items())
