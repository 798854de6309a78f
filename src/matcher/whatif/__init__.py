"""What would be if: plans other than the best one."""

from matcher.whatif.alternatives import Alternative, Alternatives, TierLoss, alternatives

__all__ = ["Alternative", "Alternatives", "TierLoss", "alternatives"]
