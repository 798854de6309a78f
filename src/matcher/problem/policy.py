"""The policy: what a municipality wants from a plan, as data and never as constants in code."""

from __future__ import annotations

import copyreg
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from matcher.problem.rules_of_fields import Checks

Tier = Literal["shortfall", "placements", "cost", "changes", "tie_break"]
TIERS: tuple[Tier, ...] = ("shortfall", "placements", "cost", "changes", "tie_break")
MAX_ROUTE_LENGTH = 3

Amounts = Mapping[str, Decimal]

# A policy travels to other processes with its problem, and Python alone does not know how to send a read-only mapping.
copyreg.pickle(MappingProxyType, lambda amounts: (_read_only, (dict(amounts),)))


def _read_only(amounts: dict[str, Decimal]) -> MappingProxyType[str, Decimal]:
    return MappingProxyType(amounts)


def _frozen(**amounts: str) -> Amounts:
    return _read_only({name: Decimal(amount) for name, amount in amounts.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePrior:
    """What is believed about lasting placements before a municipality has its own history.

    The chance that a placement lasts is ``1 / (1 + exp(-z))`` with ``z`` the sum below. Nothing in it looks at
    target group, sex, age, origin or health. The level is set so that a trained person in an ordinary placement
    lasts with a chance near one half, as followed up for vocational adult education (Skolverket: "just over half"
    established the year after); docs/model.md gives the sources.

    Parameters
    ----------
    intercept : float
    nice_share : float
        Times the weighted share of nice-to-have skills held on the start day, 0 to 1.
    per_10_km : float
        Times the distance between home and work in tens of km, at most 10 of them.
    apprenticeship, internship : float
        Added for that form.
    part_time : float
        Times the share of full time that is missing, 0 to 1.
    """

    intercept: float = 0.1
    nice_share: float = 0.8
    per_10_km: float = -0.08
    apprenticeship: float = 0.1
    internship: float = -0.4
    part_time: float = -0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Order of the aims, weights and horizons.

    Parameters
    ----------
    name : str
    tiers : tuple of str
        Aims in lexicographic order; the known ones are `TIERS`. An aim that is left out is not pursued.
    max_route_length : int
        Most cohorts in one route, 0 to 3.
    shortfall_weight : mapping
        Person equivalents per unit that is not delivered: ``required``, ``dialogue`` multiply the unit's own
        weight; ``hard_quota`` is per person missing from a hard minimum, ``breach`` per promise that is broken.
    unit_weight : mapping
        Person equivalents of one ``persons``, ``person_months``, ``hours`` or ``credit``.
    hours_per_month : Decimal
        Working hours of a full-time month.
    credit : mapping
        Credit per full-time month by target group; the best group of a candidate counts.
    priority_per_year : Decimal
        Added weight per year out of work.
    priority_max_years : Decimal
        Years beyond this add nothing more.
    max_trainings_total : int or None
        Most new enrolments in a plan, of everybody together; ``None`` means no limit.
    lateness_per_week : Decimal
        Share of the weight that a week's wait after the vacancy's start takes away, 0 to 1.
    outcome : OutcomePrior
    """

    name: str = "default"
    tiers: tuple[Tier, ...] = TIERS
    max_route_length: int = MAX_ROUTE_LENGTH
    shortfall_weight: Amounts = field(
        default_factory=lambda: _frozen(required="1", dialogue="0.25", hard_quota="10", breach="10")
    )
    unit_weight: Amounts = field(
        default_factory=lambda: _frozen(persons="1", person_months="0.08333333", hours="0.00050505", credit="1")
    )
    hours_per_month: Decimal = Decimal(165)
    credit: Amounts = field(default_factory=dict)
    priority_per_year: Decimal = Decimal("0.1")
    priority_max_years: Decimal = Decimal(3)
    max_trainings_total: int | None = None
    lateness_per_week: Decimal = Decimal(0)
    outcome: OutcomePrior = field(default_factory=OutcomePrior)

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this policy."""
        checks = Checks("policy", None)
        checks.text("name", self.name)
        for tier in self.tiers:
            checks.one_of("tiers", tier, TIERS)
        checks.entries("tiers", self.tiers)
        if not self.tiers:
            checks.add("missing_value", "tiers", None, "name at least one tier", f"Choose from {', '.join(TIERS)}.")
        checks.in_range("max_route_length", self.max_route_length, 0, MAX_ROUTE_LENGTH)
        for table, known in (("shortfall_weight", _SHORTFALL_KEYS), ("unit_weight", _UNIT_KEYS)):
            amounts: Amounts = getattr(self, table)
            for name, amount in amounts.items():
                checks.amount(f"{table}.{name}", amount, 0, 10**6)
            for name in known.symmetric_difference(amounts):
                checks.one_of(f"{table}.{name}", name if name in amounts else "", known)
        checks.groups("credit", tuple(self.credit))
        for group, amount in self.credit.items():
            checks.amount(f"credit.{group}", amount, 0, 10**6)
        checks.amount("hours_per_month", self.hours_per_month, 1, 744)
        checks.amount("priority_per_year", self.priority_per_year, 0, 10)
        checks.amount("priority_max_years", self.priority_max_years, 0, 50)
        checks.in_range("max_trainings_total", self.max_trainings_total, 0, 10**9)
        checks.amount("lateness_per_week", self.lateness_per_week, 0, 1)
        for name in OutcomePrior.__slots__:
            checks.in_range(f"outcome.{name}", getattr(self.outcome, name), -50, 50)
        checks.raise_if_any()


_SHORTFALL_KEYS = frozenset({"required", "dialogue", "hard_quota", "breach"})
_UNIT_KEYS = frozenset({"persons", "person_months", "hours", "credit"})
