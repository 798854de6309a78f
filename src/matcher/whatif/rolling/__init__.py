"""People and contracts come one by one: what is lost by deciding without knowing, and how little of it has to be."""

from matcher.whatif.rolling.outcome import PolicyShare, Rolling
from matcher.whatif.rolling.policies import POLICIES, PolicyName
from matcher.whatif.rolling.roll import roll
from matcher.whatif.rolling.tenders import Announcements
from matcher.whatif.rolling.worlds import Arrivals

__all__ = ["POLICIES", "Announcements", "Arrivals", "PolicyName", "PolicyShare", "Rolling", "roll"]
