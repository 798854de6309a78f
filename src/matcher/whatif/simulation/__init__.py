"""What becomes of a plan: drop-out, refusals, late contracts, drawn again and again; and what stepping in adds."""

from matcher.whatif.simulation.needs import CohortNeed, ContractNeed
from matcher.whatif.simulation.outcome import ContractOutcome, PlanDifference, Simulation, differences
from matcher.whatif.simulation.reaction import REACTIONS, Reaction, Refilled, RefilledContract
from matcher.whatif.simulation.replications import simulate

__all__ = [
    "REACTIONS",
    "CohortNeed",
    "ContractNeed",
    "ContractOutcome",
    "PlanDifference",
    "Reaction",
    "Refilled",
    "RefilledContract",
    "Simulation",
    "differences",
    "simulate",
]
