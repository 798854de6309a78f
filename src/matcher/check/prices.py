"""Reads the prices of one case of a certificate: each must stand for a limit that exists, once, with the right sign."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

import numpy as np

from matcher.check.difference import NO_DIFFERENCE, DifferenceLimits
from matcher.check.quantities import SeatSum, seat_sums
from matcher.check.steps import ObligationStep
from matcher.columns import Limits
from matcher.plan import Case, PricedRow

SEVERAL_KINDS = (
    "placements",
    "pair",
    "extent",
    "enrolment",
    "enrolment_used",
    "enrolled",
    "enrolled_most",
    "trainings",
    "overlap",
    "study",
)
REFUNDING = ("pin", "vacancy", "budget_seats")  # whose prices may be negative


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """The prices of one case by kind and position; what is not listed costs nothing.

    Parameters
    ----------
    vacancy, seat, enrolment_min, budget, obligation, obligation_step : dict of position to int
    quota_min, quota_max, quota_min_share, quota_max_share, resource : dict of position to int
    budget_seats : dict of SeatSum to int
    participation : dict of position to int
        What each candidate pays for a placement in a case that packs resources.
    several : dict of (kind, id) to int
        Of the rows of candidates with several placements.
    trainings_total : dict of 0 to int
    cut : dict of position to int
    pin : dict of (candidate position, vacancy position) to int
        May be negative, as those of vacancies may, of sums of seats, and of seats in cohorts that are not optional,
        which then count by the fewest.
    link : dict of (candidate position, cohort position) to int
    vacancy_link : dict of (vacancy position, cohort position) to int
    obligation_link : dict of (contract position, cohort position) to int
    held : dict of tier to int
    differ : dict of number of the plan differed from, the first being 0, to int
    worst : dict of tier to int
    """

    vacancy: dict[int, int] = field(default_factory=dict)
    seat: dict[int, int] = field(default_factory=dict)
    budget_seats: dict[SeatSum, int] = field(default_factory=dict)
    enrolment_min: dict[int, int] = field(default_factory=dict)
    budget: dict[int, int] = field(default_factory=dict)
    obligation: dict[int, int] = field(default_factory=dict)
    obligation_step: dict[int, int] = field(default_factory=dict)
    quota_min: dict[int, int] = field(default_factory=dict)
    quota_max: dict[int, int] = field(default_factory=dict)
    quota_min_share: dict[int, int] = field(default_factory=dict)
    quota_max_share: dict[int, int] = field(default_factory=dict)
    resource: dict[int, int] = field(default_factory=dict)
    participation: dict[int, int] = field(default_factory=dict)
    several: dict[tuple[str, str], int] = field(default_factory=dict)
    trainings_total: dict[int, int] = field(default_factory=dict)
    cut: dict[int, int] = field(default_factory=dict)
    pin: dict[tuple[int, int], int] = field(default_factory=dict)
    link: dict[tuple[int, int], int] = field(default_factory=dict)
    vacancy_link: dict[tuple[int, int], int] = field(default_factory=dict)
    obligation_link: dict[tuple[int, int], int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    differ: dict[int, int] = field(default_factory=dict)
    worst: dict[str, int] = field(default_factory=dict)


class PriceReader:
    """Turns priced rows into price lists, for one set of limits.

    Parameters
    ----------
    limits : Limits
    steps : mapping of contract position to ObligationStep
    difference : DifferenceLimits
    several : collection of (kind, id)
        The rows of candidates with several placements.
    """

    __slots__ = ("_is_optional", "rows")

    def __init__(
        self,
        limits: Limits,
        steps: Mapping[int, ObligationStep],
        difference: DifferenceLimits = NO_DIFFERENCE,
        several: Collection[tuple[str, str]] = (),
    ) -> None:
        self._is_optional = limits.is_optional
        self.rows: dict[str, Mapping[str, object]] = {
            "vacancy": _places(limits.vacancy_ids),
            "seat": _places(limits.cohort_ids),
            "budget_seats": {one.entity_id: one for one in seat_sums(limits)},
            "budget": _places(limits.budget_ids),
            "obligation": _places(limits.contract_ids),
            "obligation_step": {limits.contract_ids[contract]: contract for contract in steps},
            "resource": _places(limits.resource_ids),
            "participation": _places(limits.candidate_ids),
            "pin": _pins(limits),
            "enrolment_min": {limits.cohort_ids[k]: k for k in np.flatnonzero(limits.least_enrolment).tolist()},
            "link": _Links(_places(limits.candidate_ids), limits),
            "vacancy_link": _Links(_places(limits.vacancy_ids), limits),
            "obligation_link": _Links(
                {limits.contract_ids[t]: t for t in np.flatnonzero(limits.required > 0).tolist()}, limits
            ),
            "differ": {str(number + 1): number for number in range(len(difference.avoided))},
            "worst": {tier: tier for tier in difference.worst},
        }
        for kind, stated in (
            ("quota_min", limits.quota_min),
            ("quota_max", limits.quota_max),
            ("quota_min_share", limits.quota_min_share),
            ("quota_max_share", limits.quota_max_share),
        ):
            places = _places(limits.quota_ids).items()
            self.rows[kind] = {quota_id: place for quota_id, place in places if stated[place] >= 0}
        if limits.trainings_total >= 0:
            self.rows["trainings_total"] = {"all": 0}
        for kind in SEVERAL_KINDS:
            self.rows[kind] = {entity_id: (kind, entity_id) for own, entity_id in several if own == kind}

    def read(self, case: Case, earlier_tiers: Sequence[str]) -> tuple[PriceList, list[str]]:
        """Return the prices of a case, and one sentence for every price that is not allowed."""
        prices, faults = PriceList(), []
        held = {tier: tier for tier in earlier_tiers}
        for kind, group in groupby(case.prices, attrgetter("kind")):  # mostly those of one kind stand side by side
            rows = held if kind == "held" else self.rows.get(kind, {})
            own = _of_kind(prices, kind) if rows else {}
            priced = list(group)
            if _take_all(priced, rows, own, may_refund=kind in REFUNDING):
                continue
            for row in priced:
                fault = _fault(row, rows, own) or (self._fault_of_sign(row, rows) if row.price < 0 else None)
                if fault is None:
                    own[rows[row.entity_id]] = row.price
                else:
                    faults.append(f"Price of {row.kind} {row.entity_id!r} in tier {case.tier!r} must {fault}.")
        return prices, faults

    def _fault_of_sign(self, row: PricedRow, rows: Mapping[str, object]) -> str | None:
        if row.kind in REFUNDING:
            return None
        place = rows[row.entity_id]
        is_count = row.kind == "seat" and isinstance(place, int) and not self._is_optional[place]
        return None if is_count else "not be negative"


class _Links(Mapping[str, object]):
    """Every candidate, vacancy or contract with every optional cohort, ``owner|cohort``: too many to write down."""

    def __init__(self, owners: Mapping[str, int], limits: Limits) -> None:
        self._owners = owners
        self._cohorts = {limits.cohort_ids[k]: k for k in np.flatnonzero(limits.is_optional).tolist()}

    def __getitem__(self, entity_id: str) -> tuple[int, int]:
        parts = entity_id.split("|")
        for cut in range(1, len(parts)):  # ids may have bars of their own: the first reading that exists counts
            owner, cohort = "|".join(parts[:cut]), "|".join(parts[cut:])
            if owner in self._owners and cohort in self._cohorts:
                return self._owners[owner], self._cohorts[cohort]
        raise KeyError(entity_id)

    def __iter__(self) -> Iterator[str]:
        return (f"{owner}|{cohort}" for owner in self._owners for cohort in self._cohorts)

    def __len__(self) -> int:
        return len(self._owners) * len(self._cohorts)


def _of_kind(prices: PriceList, kind: str) -> dict[object, int]:
    found: dict[object, int] = prices.several if kind in SEVERAL_KINDS else getattr(prices, kind)  # type: ignore[assignment]
    return found


def _take_all(
    priced: Sequence[PricedRow], rows: Mapping[str, object], own: dict[object, int], *, may_refund: bool
) -> bool:
    """Take prices of one kind where each may be taken as it stands, none otherwise; tell whether they were taken."""
    amounts = list(map(attrgetter("price"), priced))
    if set(map(type, amounts)) != {int} or (min(amounts) < 0 and not may_refund):
        return False
    try:
        taken = dict(zip(map(rows.__getitem__, map(attrgetter("entity_id"), priced)), amounts, strict=True))
    except KeyError:
        return False
    if len(taken) < len(priced) or not own.keys().isdisjoint(taken):
        return False
    own.update(taken)
    return True


def _fault(row: PricedRow, rows: Mapping[str, object], own: Mapping[object, int]) -> str | None:
    if row.entity_id not in rows:
        return "stand for a limit of the problem, an earlier tier or what sets an alternative apart"
    if rows[row.entity_id] in own:
        return "stand once in a case"
    if type(row.price) is not int:
        return f"be an integer, got {type(row.price).__name__}"
    return None


def _places(ids: Sequence[str]) -> dict[str, int]:
    return {entity_id: place for place, entity_id in enumerate(ids)}


def _pins(limits: Limits) -> dict[str, tuple[int, int]]:
    pairs = zip(limits.pinned_candidate.tolist(), limits.pinned_vacancy.tolist(), strict=True)
    return {f"{limits.candidate_ids[c]}|{limits.vacancy_ids[v]}": (c, v) for c, v in pairs}
