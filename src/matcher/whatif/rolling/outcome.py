"""What years decided week by week come to, in shares of hindsight."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from matcher.whatif.intervals import Estimate
from matcher.whatif.rolling.policies import PolicyName
from matcher.whatif.rolling.tenders import Announcements
from matcher.whatif.rolling.worlds import Arrivals, Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOutcome:
    """What one way of deciding reached in one year.

    Parameters
    ----------
    placed : int
    placements : Decimal
        Expected lasting placements, with the policy's weights.
    shortfall : Decimal or None
        Person equivalents; ``None`` where the problem's policy does not pursue it.
    """

    placed: int
    placements: Decimal
    shortfall: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HindsightYear:
    """The best plan of a year, had everybody been known from the start.

    Parameters
    ----------
    outcome : YearOutcome
    placements_bound : Decimal
        No plan that owes as little reaches more.
    shortfall_bound : Decimal or None
        No plan leaves less undelivered.
    owed : Decimal
        Person equivalents that all contracts owe.
    """

    outcome: YearOutcome
    placements_bound: Decimal
    shortfall_bound: Decimal | None
    owed: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyShare:
    """What a way of deciding reaches, in shares of hindsight.

    Parameters
    ----------
    policy : str
    years : tuple of YearOutcome
    placements : Estimate
        Mean over the years of placements as a share of hindsight's bound.
    delivered : Estimate or None
        The same of what is owed and delivered.
    """

    policy: PolicyName
    years: tuple[YearOutcome, ...]
    placements: Estimate
    delivered: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolling:
    """Years decided week by week.

    Parameters
    ----------
    problem_hash : str
    seed, replications, num_futures : int
    arrivals : Arrivals
    announcements : Announcements
    calendar : Calendar
    hindsight : tuple of HindsightYear
    policies : tuple of PolicyShare
    gained : Estimate
        Mean over the years of what looking ahead adds to deciding by hand, in shares of hindsight's placements.
    """

    problem_hash: str
    seed: int
    replications: int
    num_futures: int
    arrivals: Arrivals
    announcements: Announcements
    calendar: Calendar
    hindsight: tuple[HindsightYear, ...]
    policies: tuple[PolicyShare, ...]
    gained: Estimate
