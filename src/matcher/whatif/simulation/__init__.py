"""What becomes of a plan: drop-out, refusals, late contracts, drawn again and again."""

from matcher.whatif.simulation.needs import CohortNeed, ContractNeed
from matcher.whatif.simulation.replications import ContractOutcome, PlanDifference, Simulation, differences, simulate

__all__ = [
    "CohortNeed",
    "ContractNeed",
    "ContractOutcome",
    "PlanDifference",
    "Simulation",
    "differences",
    "simulate",
]
