"""The quantities beside columns that a case of a certificate may fix: placements, enrolments, and variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from matcher.columns import Limits

Quantity = tuple[str, int]  # kind and position
Range = tuple[int, int]  # both ends included
Uppers = Mapping[str, Mapping[str, tuple[Quantity, int]]]  # by kind and id; the least is 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatSum:
    """The new enrolments in all cohorts of one budget whose seat costs at least so much.

    Parameters
    ----------
    place : int
        Where it stands among the sums of its problem.
    entity_id : str
        The budget's id, a bar, and that cost in öre.
    budget, least_cost : int
    most : int
        The seats of these cohorts.
    """

    place: int
    entity_id: str
    budget: int
    least_cost: int
    most: int


def seat_sums(limits: Limits) -> tuple[SeatSum, ...]:
    """Return the sums of seats that a case may bound: one for every budget and every cost of a seat that it pays."""
    cohorts = list(zip(limits.budget_of_cohort.tolist(), limits.seat_cost.tolist(), limits.seats.tolist(), strict=True))
    return tuple(
        SeatSum(
            place=place,
            entity_id=f"{limits.budget_ids[budget]}|{least_cost}",
            budget=budget,
            least_cost=least_cost,
            most=sum(seats for own, cost, seats in cohorts if own == budget and cost >= least_cost),
        )
        for place, (budget, least_cost) in enumerate(sorted({(own, cost) for own, cost, _ in cohorts if own >= 0}))
    )


def read_uppers(limits: Limits) -> Uppers:
    """Return every quantity that a case may fix, and the most that it can be in any plan.

    The kind ``vacancy`` stands for the placements in a vacancy, ``seat`` for the new enrolments in a cohort that is not
    optional, ``budget_seats`` for those in all dear cohorts of a budget (`SeatSum`); the kind of a limit stands for the
    variable that relaxes it: a shortfall, persons missing, persons in excess, or (``seat`` once more) an optional
    cohort that opens (1) or not (0).
    """
    quotas = range(len(limits.quota_ids))
    soft = [quota for quota in quotas if limits.quota_price[quota] >= 0]
    above = {quota: max(0, most_placements(quota, limits) - int(limits.quota_max[quota])) for quota in soft}
    return {
        "vacancy": _named("vacancy", limits.vacancy_ids, enumerate(limits.positions.tolist())),
        "seat": _named("seat", limits.cohort_ids, enumerate(np.where(limits.is_optional, 1, limits.seats).tolist())),
        "budget_seats": {one.entity_id: (("budget_seats", one.place), one.most) for one in seat_sums(limits)},
        "obligation": _named("obligation", limits.contract_ids, enumerate(limits.required.tolist())),
        "quota_min": _named(
            "quota_min",
            limits.quota_ids,
            ((quota, int(limits.quota_min[quota])) for quota in quotas if limits.quota_min[quota] >= 0),
        ),
        "quota_max": _named(
            "quota_max", limits.quota_ids, ((quota, above[quota]) for quota in soft if limits.quota_max[quota] >= 0)
        ),
        "quota_min_share": _named(
            "quota_min_share",
            limits.quota_ids,
            ((quota, most_placements(quota, limits)) for quota in soft if limits.quota_min_share[quota] >= 0),
        ),
        "quota_max_share": _named(
            "quota_max_share",
            limits.quota_ids,
            ((quota, most_placements(quota, limits)) for quota in soft if limits.quota_max_share[quota] >= 0),
        ),
    }


def _named(kind: str, ids: tuple[str, ...], uppers: Iterable[tuple[int, int]]) -> dict[str, tuple[Quantity, int]]:
    return {ids[place]: ((kind, place), upper) for place, upper in uppers}


def most_placements(quota: int, limits: Limits) -> int:
    """Return the most placements that a plan can have in a quota's scope."""
    positions = int(limits.positions[limits.quota_covers[quota]].sum())
    return min(positions, int(limits.placements.sum()))
