"""What a simulated plan comes to, and two such plans under the same luck."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from matcher.columns import SHORTFALL_SCALE, IntArray
from matcher.whatif.assumptions import Assumptions
from matcher.whatif.intervals import Estimate, mean
from matcher.whatif.simulation.needs import CohortNeed, ContractNeed
from matcher.whatif.simulation.reaction import Refilled


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractOutcome:
    """What becomes of one contract's obligation.

    Parameters
    ----------
    contract_id : str
    required, planned : Decimal
        What is owed, and what the plan delivers where nothing goes wrong; in the contract's unit.
    met : Estimate
        Chance that the obligation is met by the planned people alone.
    delivered : Estimate
        Mean, in the contract's unit.
    need : ContractNeed
    """

    contract_id: str
    required: Decimal
    planned: Decimal
    met: Estimate
    delivered: Estimate
    need: ContractNeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What becomes of a plan.

    Parameters
    ----------
    problem_hash, plan_hash : str
    seed, replications : int
    sure : float
        The chance that is wanted of each promise.
    assumptions : Assumptions
    num_planned : int
        Placements of the plan.
    begun, lasting : Estimate
        Mean number of people who begin to work, and whose placement lasts.
    shortfall : Estimate
        Mean person equivalents of what is owed and not delivered.
    planned_shortfall : Decimal
        The same where nothing goes wrong.
    all_met : Estimate
        Chance that every obligation is met that the plan meets where nothing goes wrong.
    contracts : tuple of ContractOutcome
        Those that owe something.
    cohorts : tuple of CohortNeed
        Those that the plan uses.
    begun_by_replication, lasting_by_replication : tuple of int
    shortfall_by_replication : tuple of int
        Hundred-millionths of a person equivalent.
    full_time_by_replication : tuple of int
        Lasting placements with a wage, in hundredths of a person of full time.
    refilled : Refilled or None
        What becomes of the plan under the same luck when open places are filled again; ``None`` where it was not asked.
    """

    problem_hash: str
    plan_hash: str
    seed: int
    replications: int
    sure: float
    assumptions: Assumptions
    num_planned: int
    begun: Estimate
    lasting: Estimate
    shortfall: Estimate
    planned_shortfall: Decimal
    all_met: Estimate
    contracts: tuple[ContractOutcome, ...]
    cohorts: tuple[CohortNeed, ...]
    begun_by_replication: tuple[int, ...]
    lasting_by_replication: tuple[int, ...]
    shortfall_by_replication: tuple[int, ...]
    full_time_by_replication: tuple[int, ...]
    refilled: Refilled | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDifference:
    """By how much a plan does better or worse than another under the same luck: means of the differences."""

    begun: Estimate
    lasting: Estimate
    shortfall: Estimate


def differences(one: Simulation, other: Simulation) -> PlanDifference:
    """Return what `other` adds to `one`, both under the same luck.

    Raises
    ------
    ValueError
        When they do not share seed, assumptions and number of replications.
    """
    if (one.seed, one.replications, one.assumptions) != (other.seed, other.replications, other.assumptions):
        raise ValueError("Simulations must share seed, replications and assumptions to be compared.")

    def added(name: str) -> IntArray:
        ours: IntArray = np.array(getattr(other, name), dtype=np.int64) - np.array(getattr(one, name), dtype=np.int64)
        return ours

    return PlanDifference(
        begun=mean(added("begun_by_replication")),
        lasting=mean(added("lasting_by_replication")),
        shortfall=mean(added("shortfall_by_replication") / SHORTFALL_SCALE),
    )
