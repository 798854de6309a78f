"""What would be if: other plans, other problems, and what becomes of a plan when things go wrong."""

from matcher.whatif.alternatives import Alternative, Alternatives, TierLoss, alternatives
from matcher.whatif.answers import Asking
from matcher.whatif.assumptions import Assumptions, read_assumptions
from matcher.whatif.frontier import Frontier, frontier_of
from matcher.whatif.rolling import Announcements, Arrivals, Rolling, roll
from matcher.whatif.scenarios import ScenarioMatrix, compare_scenarios
from matcher.whatif.simulation import Simulation, simulate
from matcher.whatif.society import (
    SimulatedValue,
    SocietyAssumptions,
    SocietyValue,
    read_society,
    simulated_value,
    society_value,
    society_values,
)
from matcher.whatif.study import Study
from matcher.whatif.tender import RequirementStudy, requirement_of
from matcher.whatif.worth import WORTH_KINDS, WorthStudy, things_to_value, value_of, world_of

__all__ = [
    "WORTH_KINDS",
    "Alternative",
    "Alternatives",
    "Announcements",
    "Arrivals",
    "Asking",
    "Assumptions",
    "Frontier",
    "RequirementStudy",
    "Rolling",
    "ScenarioMatrix",
    "SimulatedValue",
    "Simulation",
    "SocietyAssumptions",
    "SocietyValue",
    "Study",
    "TierLoss",
    "WorthStudy",
    "alternatives",
    "compare_scenarios",
    "frontier_of",
    "read_assumptions",
    "read_society",
    "requirement_of",
    "roll",
    "simulate",
    "simulated_value",
    "society_value",
    "society_values",
    "things_to_value",
    "value_of",
    "world_of",
]
