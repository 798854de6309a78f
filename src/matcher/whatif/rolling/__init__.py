"""People come one by one: what is lost by deciding without knowing who will, and how little of it has to be."""

from matcher.whatif.rolling.policies import POLICIES, PolicyName
from matcher.whatif.rolling.roll import PolicyShare, Rolling, roll
from matcher.whatif.rolling.worlds import Arrivals

__all__ = ["POLICIES", "Arrivals", "PolicyName", "PolicyShare", "Rolling", "roll"]
