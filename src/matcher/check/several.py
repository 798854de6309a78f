"""Candidates with several placements, as the certificate sees them: their rows, their enrolments, what both can add.

docs/model.md section 6, "Several placements". A seat serves every placement of a candidate, so an enrolment is a
variable of its own (0 or 1), and so is the number of such enrolments in a cohort.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from matcher.check.overflow import TOO_LARGE, size_of
from matcher.check.possible import FOREVER
from matcher.check.prices import SEVERAL_KINDS, PriceList
from matcher.check.quantities import Quantity, Range, Uppers
from matcher.check.rates import sum_prices
from matcher.check.sets import Sets
from matcher.columns import Columns, IntArray, Limits, Routes

RowName = tuple[str, str]  # kind and id


@dataclass(slots=True, kw_only=True)
class _Row:
    """``columns + enrolments + enrolled <= limit``: coefficients by column, by enrolment and by cohort."""

    limit: int
    columns: dict[int, int] = field(default_factory=dict)
    enrolments: dict[int, int] = field(default_factory=dict)
    enrolled: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taker:
    """One column of a candidate with several placements.

    Parameters
    ----------
    column, vacancy, extent : int
    first, last : int
        Days of the placement; `first` is 0 where it has no date, and then it may be on any day.
    cohorts : tuple of int
        Newly entered.
    """

    column: int
    vacancy: int
    extent: int
    first: int
    last: int
    cohorts: tuple[int, ...]


class SeveralPlacements:
    """Rows and variables for the candidates with several placements.

    Parameters
    ----------
    columns : Columns
    limits : Limits
        By the checker's own reading.
    """

    __slots__ = ("_columns", "_enrolment_ids", "_enrolments", "_limits", "_most", "rows", "sets")

    def __init__(self, columns: Columns, limits: Limits) -> None:
        self._columns, self._limits = columns, limits
        self._enrolments: dict[tuple[int, int], int] = {}
        self._enrolment_ids: list[str] = []
        self._most: dict[int, int] = {}
        self.rows: dict[RowName, _Row] = {}
        for candidate in np.flatnonzero(limits.placements > 1).tolist():
            takers = list(_takers(columns, limits, candidate))
            if takers:
                self._add_candidate(candidate, takers)
        self._add_cohorts()
        self.sets = Sets(columns, limits, self._enrolments)

    def _add_candidate(self, candidate: int, takers: list[_Taker]) -> None:
        limits = self._limits
        name, most = limits.candidate_ids[candidate], int(limits.placements[candidate])
        self.rows["placements", name] = _Row(limit=most, columns={taker.column: 1 for taker in takers})
        by_vacancy: defaultdict[int, list[_Taker]] = defaultdict(list)
        by_cohort: defaultdict[int, list[_Taker]] = defaultdict(list)
        for taker in takers:
            by_vacancy[taker.vacancy].append(taker)
            for cohort in taker.cohorts:
                by_cohort[cohort].append(taker)
        for vacancy, own in by_vacancy.items():
            if len(own) > 1:
                pair = f"{name}|{limits.vacancy_ids[vacancy]}"
                self.rows["pair", pair] = _Row(limit=1, columns={taker.column: 1 for taker in own})
        self._add_days(name, int(limits.candidate_extent[candidate]), takers)
        for cohort in sorted(by_cohort):
            self._enrolments[candidate, cohort] = len(self._enrolment_ids)
            self._enrolment_ids.append(f"{name}|{limits.cohort_ids[cohort]}")
        for cohort, own in by_cohort.items():
            self._add_enrolment(self._enrolments[candidate, cohort], cohort, own, most)
        self._add_training(candidate, takers, sorted(by_cohort), most)

    def _add_days(self, name: str, able: int, takers: list[_Taker]) -> None:
        first, last, extent = (
            np.array([getattr(taker, trait) for taker in takers], np.int64) for trait in ("first", "last", "extent")
        )
        for day in np.unique(first).tolist():
            lasting = (first == 0) | ((day > 0) & (first <= day) & (day <= last))
            if int(extent[lasting].sum()) > able:
                label = date.fromordinal(day).isoformat() if day else "open"
                used = {takers[place].column: takers[place].extent for place in np.flatnonzero(lasting).tolist()}
                self.rows["extent", f"{name}|{label}"] = _Row(limit=able, columns=used)

    def _add_enrolment(self, enrolment: int, cohort: int, own: list[_Taker], most: int) -> None:
        name = self._enrolment_ids[enrolment]
        together = min(most, len({taker.vacancy for taker in own}))
        ones = {taker.column: 1 for taker in own}
        self.rows["enrolment", name] = _Row(limit=0, columns=ones, enrolments={enrolment: -together})
        if self._limits.least_enrolment[cohort]:
            minus = dict.fromkeys(ones, -1)
            self.rows["enrolment_used", name] = _Row(limit=0, columns=minus, enrolments={enrolment: 1})

    def _add_training(self, candidate: int, takers: list[_Taker], cohorts: list[int], most: int) -> None:
        limits = self._limits
        place = {cohort: self._enrolments[candidate, cohort] for cohort in cohorts}
        allowed = int(limits.trainings[candidate])
        if len(cohorts) > allowed:
            ones = dict.fromkeys(place.values(), 1)
            self.rows["trainings", limits.candidate_ids[candidate]] = _Row(limit=allowed, enrolments=ones)
        for cohort in cohorts:
            begin, end = int(limits.cohort_start[cohort]), int(limits.cohort_end[cohort])
            running = [one for one in cohorts if limits.cohort_start[one] <= begin <= limits.cohort_end[one]]
            if len(running) > 1:
                ones = {place[one]: 1 for one in running}
                self.rows["overlap", self._enrolment_ids[place[cohort]]] = _Row(limit=1, enrolments=ones)
            during = [taker for taker in takers if 0 < taker.first <= end and taker.last >= begin]
            if during:
                together = min(most, len({taker.vacancy for taker in during}))
                self.rows["study", self._enrolment_ids[place[cohort]]] = _Row(
                    limit=together,
                    columns={taker.column: 1 for taker in during},
                    enrolments={place[cohort]: together},
                )

    def _add_cohorts(self) -> None:
        by_cohort: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for (_, cohort), enrolment in self._enrolments.items():
            by_cohort[cohort][enrolment] = 1
        for cohort, ones in by_cohort.items():
            name = self._limits.cohort_ids[cohort]
            self._most[cohort] = min(len(ones), int(self._limits.seats[cohort]))
            self.rows["enrolled", name] = _Row(limit=0, enrolments=ones, enrolled={cohort: -1})
            if self._limits.least_enrolment[cohort]:
                minus = dict.fromkeys(ones, -1)
                self.rows["enrolled_most", name] = _Row(limit=0, enrolments=minus, enrolled={cohort: 1})

    def uppers(self) -> Uppers:
        """Return the variables that a case may fix, and the most that each can be."""
        return {
            "enrolment": {name: (("enrolment", place), 1) for place, name in enumerate(self._enrolment_ids)},
            "enrolled": {
                self._limits.cohort_ids[cohort]: (("enrolled", cohort), most) for cohort, most in self._most.items()
            },
        }

    def seat_costs(self) -> list[int]:
        """Return what one enrolment in each cohort costs."""
        return [int(self._limits.seat_cost[cohort]) for cohort in self._most]

    def worth(self, prices: PriceList) -> int:
        """Return what the limits of the priced rows pay."""
        return sum(price * self.rows[name].limit for name, price in prices.several.items())

    def charges(self, prices: PriceList) -> tuple[IntArray | None, float]:
        """Return what every column pays for the rows, int64 (N,), and the largest of these sums added up in size.

        ``None`` where no row has a price.
        """
        if not prices.several:
            return None, 0.0
        charged = np.zeros(len(self._columns), np.int64)
        sizes = np.zeros(len(self._columns))
        for name, price in prices.several.items():
            used = self.rows[name].columns
            columns, amounts = list(used), np.array(list(used.values()), np.int64)
            sizes[columns] += size_of(price) * np.abs(amounts)
            if columns and float(sizes.max()) < TOO_LARGE:  # a row of enrolments alone may have any price
                charged[columns] += price * amounts
        return charged, float(sizes.max(initial=0))

    def enrolments(self, prices: PriceList, paid: Mapping[Quantity, int]) -> IntArray | None:
        """Return the reduced values of the enrolments, int64 (E,); ``None`` where some do not fit into 64 bits.

        `paid` is what variables pay for cuts.
        """
        reduced = self._reduced_enrolments(prices)
        for (kind, enrolment), amount in paid.items():
            if kind == "enrolment":
                reduced[enrolment] -= amount
        if max(map(abs, reduced.values()), default=0) >= TOO_LARGE:
            return None
        return np.array([reduced[one] for one in range(len(self._enrolment_ids))], np.int64)

    def _reduced_enrolments(self, prices: PriceList) -> defaultdict[int, int]:
        reduced: defaultdict[int, int] = defaultdict(int)
        for name, price in prices.several.items():
            for enrolment, amount in self.rows[name].enrolments.items():
                reduced[enrolment] -= price * amount
        return reduced

    def clique(self, candidate: int, columns: Sequence[int], made: Sequence[int], missing: Sequence[int]) -> bool:
        """Tell whether a candidate, all of whose sets are known, never has two of some columns and enrolments.

        Parameters
        ----------
        candidate : int
        columns : sequence of int
            Positions.
        made, missing : sequence of int
            Numbers of enrolments that are made, and of those that are not.
        """
        if candidate not in self.sets.people:
            return False
        own = (np.array(part, dtype=np.int64) for part in (columns, made, missing))
        return self.sets.have_one_at_most(*own)

    def enrolment_of(self, candidate: int, cohort: int) -> int | None:
        """Return the number of an enrolment; ``None`` where no column needs it."""
        return self._enrolments.get((candidate, cohort))

    def reduced(self, prices: PriceList, per_krona: int) -> defaultdict[Quantity, int]:
        """Return the reduced values of enrolments and of their numbers by cohort; `per_krona` as in `gains`."""
        reduced: defaultdict[Quantity, int] = defaultdict(int)
        in_sums = sum_prices(prices, self._limits)
        for cohort in self._most:
            per_seat = prices.seat.get(cohort, 0) + prices.trainings_total.get(0, 0) + in_sums[cohort]
            per_seat -= prices.enrolment_min.get(cohort, 0)
            per_ore = prices.budget.get(int(self._limits.budget_of_cohort[cohort]), 0) + per_krona
            reduced["enrolled", cohort] = -per_seat - per_ore * int(self._limits.seat_cost[cohort])
        for name, price in prices.several.items():
            for cohort, amount in self.rows[name].enrolled.items():
                reduced["enrolled", cohort] -= price * amount
        for enrolment, value in self._reduced_enrolments(prices).items():
            reduced["enrolment", enrolment] = value
        return reduced

    def gains(
        self,
        prices: PriceList,
        per_krona: int,
        fixed: Mapping[Quantity, Range],
        paid: Mapping[Quantity, int],
        *,
        has_sets: bool,
    ) -> int:
        """Return the sum of the best ``reduced value x variable`` of enrolments and their numbers by cohort.

        Parameters
        ----------
        prices : PriceList
        per_krona : int
            What an öre counts in the aims.
        fixed : mapping of Quantity to Range
        paid : mapping of Quantity to int
            For cuts.
        has_sets : bool
            Whether the enrolments of those whose sets are known are counted with these.
        """
        reduced = self.reduced(prices, per_krona)
        for quantity, amount in paid.items():
            if quantity[0] in ("enrolment", "enrolled"):
                reduced[quantity] -= amount
        counted = self.sets.enrolments if has_sets else ()
        gain = 0
        for quantity, value in reduced.items():
            if quantity[0] == "enrolment" and quantity[1] in counted:
                continue
            upper = 1 if quantity[0] == "enrolment" else self._most[quantity[1]]
            least, most = fixed.get(quantity, (0, upper))
            gain += max(value * least, value * most)
        return gain


def _takers(columns: Columns, limits: Limits, candidate: int) -> Iterator[_Taker]:
    begin, end = columns.of_candidate(candidate)
    for column in range(begin, end):
        vacancy, first = int(columns.vacancy[column]), int(columns.start_day[column])
        days = int(limits.duration_days[vacancy])
        entries = columns.route_entries(column)
        route = zip(columns.routes.cohort[entries].tolist(), columns.routes.is_new[entries].tolist(), strict=True)
        yield _Taker(
            column=column,
            vacancy=vacancy,
            extent=int(limits.vacancy_extent[vacancy]),
            first=first,
            last=FOREVER if days < 0 or not first else first + days - 1,
            cohorts=tuple(cohort for cohort, is_new in route if is_new),
        )


def without_their_seats(columns: Columns, limits: Limits) -> Columns:
    """Return the columns where those of candidates with several placements take no seat and pay for none.

    Their enrolments are variables that do.
    """
    if not (limits.placements > 1).any():
        return columns
    several = limits.placements[columns.candidate] > 1
    routes = columns.routes
    entry_cost = np.where(routes.is_new, limits.seat_cost[routes.cohort], 0)
    until = np.concatenate(([0], np.cumsum(entry_cost)))
    route_cost = until[routes.start[1:]] - until[routes.start[:-1]]
    return replace(
        columns,
        cost=columns.cost.astype(np.int64) - np.where(several, route_cost[columns.route_idx], 0),
        route_idx=np.where(several, len(routes), columns.route_idx).astype(np.int32),
        routes=Routes(start=np.append(routes.start, routes.start[-1]), cohort=routes.cohort, is_new=routes.is_new),
    )


__all__ = ["SEVERAL_KINDS", "SeveralPlacements", "without_their_seats"]
