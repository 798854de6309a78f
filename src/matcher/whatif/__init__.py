"""What would be if: plans other than the best one, and what becomes of a plan when things go wrong."""

from matcher.whatif.alternatives import Alternative, Alternatives, TierLoss, alternatives
from matcher.whatif.assumptions import Assumptions, read_assumptions
from matcher.whatif.simulation import Simulation, simulate
from matcher.whatif.study import Study

__all__ = [
    "Alternative",
    "Alternatives",
    "Assumptions",
    "Simulation",
    "Study",
    "TierLoss",
    "alternatives",
    "read_assumptions",
    "simulate",
]
