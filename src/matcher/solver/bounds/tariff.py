"""What prices mean for a column that no row knows: it earns and pays by its traits.

Rows stand over the columns that a solve holds. All others are priced from what they are: where they lead, through
which cohorts, what they deliver, for which quotas they count (docs/model.md section 6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.columns import BoolArray, Columns, IntArray, Routes
from matcher.errors import SolverFailure
from matcher.solver.bounds.bound import PRICE_SCALE, Prices
from matcher.solver.model.assembly import whole_share
from matcher.solver.model.divisors import Divisors
from matcher.solver.model.links import CUT, LINK_KINDS, OBLIGATION_LINK, TOGETHER
from matcher.solver.model.paid_seats import KIND as PAID_SEATS
from matcher.solver.model.paid_seats import seat_groups
from matcher.solver.model.rows import LEAD, Rows
from matcher.solver.model.several import PERSONAL

# Rows that only columns meet which a solve holds anyway (`matcher.solver.pools.pool`).
OF_ENROLMENTS = ("enrolment", "enrolment_used", "enrolled", "enrolled_most")
OF_HELD_COLUMNS = ("pin", "differ", *OF_ENROLMENTS, TOGETHER, CUT, *PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What each trait adds to the reduced value of a column, in `PRICE_SCALE`-ths of the tier's integers.

    Parameters
    ----------
    by_vacancy : int64 (V,)
    per_unit : int64 (V,)
        For a hundredth of the contract's unit, by vacancy.
    by_route : int64 (R,)
        For its new seats.
    by_group : dict of bit to int64 (V,)
        For members, by vacancy.
    by_resource : int64 (R + 1,)
        Per millionth; the last entry, for no resource, is 0.
    steps : int64 (R + 1,)
        Millionths in which resources are counted.
    links : tuple of (kind, cohort, prices by owner)
        Those of contracts for a hundredth of the unit.
    per_weight, per_cost, per_lottery : int
    """

    by_vacancy: IntArray
    per_unit: IntArray
    by_route: IntArray
    by_group: dict[int, IntArray]
    by_resource: IntArray
    steps: IntArray
    links: tuple[tuple[int, int, IntArray], ...]
    per_weight: int
    per_cost: int
    per_lottery: int

    def values(self, columns: Columns) -> IntArray:
        """Return the reduced values of some columns; int64 (n,)."""
        values: IntArray = self.by_vacancy[columns.vacancy]
        for factor, amounts in (
            (self.per_weight, columns.weight),
            (self.per_cost, columns.cost),
            (self.per_lottery, columns.lottery),
        ):
            if factor:
                values += np.int64(factor) * amounts
        if self.by_route.any():
            values += self.by_route[columns.route_idx]
        if self.per_unit.any():
            values += self.per_unit[columns.vacancy] * columns.units
        for bit, by_member in self.by_group.items():
            values += by_member[columns.vacancy] * ((columns.group_bits >> bit) & 1)
        if self.by_resource.any():
            values += self.by_resource[columns.resource] * (columns.resource_use // self.steps[columns.resource])
        for kind, cohort, by_owner in self.links:
            owner = columns.candidate if kind == 0 else columns.vacancy
            linked = np.flatnonzero(by_owner[owner])
            linked = linked[_takes(columns.routes, cohort)[columns.route_idx[linked]]]
            values[linked] += by_owner[owner[linked]] * (columns.units[linked] if kind == OBLIGATION_LINK else 1)
        return values


def _takes(routes: Routes, cohort: int) -> BoolArray:
    """Tell which routes take a new seat in a cohort; bool (R,)."""
    takes = np.zeros(len(routes), dtype=bool)
    takes[np.repeat(np.arange(len(routes)), routes.length)[routes.is_new & (routes.cohort == cohort)]] = True
    return takes


def tariff_of(
    rows: Rows, routes: Routes, tier: str, prices: Prices, earlier: Sequence[str], divisors: Divisors
) -> Tariff:
    """Return what prices mean for columns that stand in no row.

    Parameters
    ----------
    rows : Rows
        Which the prices are of.
    routes : Routes
        Of all columns.
    tier : str
    prices : Prices
    earlier : sequence of str
        The tiers that are held.
    divisors : Divisors
        Of all columns.
    """
    paid = _Paid(rows, divisors)
    paid.factors[tier] += PRICE_SCALE
    for name, price in zip(earlier, prices.held, strict=True):
        paid.factors[name] += price
    for row in np.flatnonzero(prices.rows).tolist():
        paid.add(row, int(prices.rows[row]))
    limits = rows.limits
    has_budget = limits.budget_of_cohort >= 0
    paid.by_cohort[has_budget] -= (limits.seat_cost * paid.by_budget[limits.budget_of_cohort])[has_budget]
    until = np.append(0, np.cumsum(np.where(routes.is_new, paid.by_cohort[routes.cohort], 0)))
    return Tariff(
        by_vacancy=paid.by_vacancy,
        per_unit=np.append(paid.per_unit, 0)[limits.contract_of_vacancy],
        by_route=until[routes.start[1:]] - until[routes.start[:-1]],
        by_group=paid.by_group,
        by_resource=np.append(paid.by_resource, 0),
        steps=np.append(np.maximum(divisors.resource, 1), 1),
        links=tuple((kind, cohort, by_owner) for (kind, cohort), by_owner in sorted(paid.links.items())),
        per_weight=paid.factors["placements"] + paid.factors[LEAD],
        per_cost=-paid.factors["cost"],
        per_lottery=-paid.factors["tie_break"],
    )


class _Paid:
    """Collects what each kind of row means for the traits of columns."""

    def __init__(self, rows: Rows, divisors: Divisors) -> None:
        limits = rows.limits
        self._rows, self._divisors = rows, divisors
        self.factors: Counter[str] = Counter()
        self.by_vacancy = np.zeros(len(limits.vacancy_ids), dtype=np.int64)
        self.by_cohort = np.zeros(len(limits.cohort_ids), dtype=np.int64)
        self.by_budget = np.zeros(len(limits.budget_ids), dtype=np.int64)
        self.by_resource = np.zeros(len(limits.resource_ids), dtype=np.int64)
        self.per_unit = np.zeros(len(limits.contract_ids), dtype=np.int64)
        self.by_group: dict[int, IntArray] = {}
        self.links: dict[tuple[int, int], IntArray] = {}
        self._cohort_at = {name: place for place, name in enumerate(limits.cohort_ids)}
        self._contract_at = {name: place for place, name in enumerate(limits.contract_ids)}
        self._quota_at = {name: place for place, name in enumerate(limits.quota_ids)}
        self._first_seat = len(limits.vacancy_ids)
        self._first_budget = rows.kinds.index("budget") if len(limits.budget_ids) else 0
        self._groups = {group.entity_id: group.cohorts for group in seat_groups(limits)}
        self._first_resource = rows.kinds.index("resource") if len(limits.resource_ids) else 0

    def add(self, row: int, price: int) -> None:
        """Note the price of one row."""
        kind, entity_id = self._rows.kinds[row], self._rows.entity_ids[row]
        if kind == "vacancy":
            self.by_vacancy[row] -= price
        elif kind == "seat":
            self.by_cohort[row - self._first_seat] -= price
        elif kind == "budget":
            self.by_budget[row - self._first_budget] += price
        elif kind == PAID_SEATS:
            self.by_cohort[self._groups[entity_id]] -= price
        elif kind == "enrolment_min":
            self.by_cohort[self._cohort_at[entity_id]] += price
        elif kind == "trainings_total":
            self.by_cohort -= price
        elif kind == "obligation":
            self.per_unit[self._contract_at[entity_id]] += price
        elif kind == "obligation_step":
            contract = self._contract_at[entity_id]
            remainder = int(self._rows.limits.required[contract]) % int(self._divisors.units[contract])
            self.per_unit[contract] += remainder * price
        elif kind == "resource":
            self.by_resource[row - self._first_resource] -= price
        elif kind == "worst":
            self.factors[entity_id] += price
        elif kind in LINK_KINDS:
            self._add_link(row, price)
        elif kind.startswith("quota_"):
            self._add_quota(kind, self._quota_at[entity_id], price)
        elif kind not in OF_HELD_COLUMNS:
            raise SolverFailure(f"Columns that are not held cannot be priced by a row of kind {kind!r}.")

    def _add_quota(self, kind: str, quota: int, price: int) -> None:
        limits = self._rows.limits
        covered = limits.quota_covers[quota]
        by_member = self.by_group.setdefault(int(limits.quota_group[quota]), np.zeros_like(self.by_vacancy))
        sign = -1 if "max" in kind else 1
        if kind.endswith("share"):
            share = int((limits.quota_min_share if sign > 0 else limits.quota_max_share)[quota])
            per_placement, per_member = whole_share(share)
            self.by_vacancy[covered] -= sign * per_placement * price
            price *= per_member
        by_member[covered] += sign * price

    def _add_link(self, row: int, price: int) -> None:
        rows = self._rows
        kind, owner, cohort = rows.links[row - len(rows.kinds)].tolist()
        if kind == OBLIGATION_LINK:  # all who come to the contract earn, but for those who come through the cohort
            self.per_unit[owner] += price
            by_vacancy = self.links.setdefault((kind, cohort), np.zeros_like(self.by_vacancy))
            by_vacancy[rows.limits.contract_of_vacancy == owner] -= price
            return
        names = rows.limits.candidate_ids if kind == 0 else rows.limits.vacancy_ids
        by_owner = self.links.setdefault((kind, cohort), np.zeros(len(names), dtype=np.int64))
        by_owner[owner] -= price
