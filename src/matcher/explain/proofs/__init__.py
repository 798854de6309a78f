"""What is said after solving again: regrets, opportunity costs, proven reasons and repairs."""

from matcher.explain.proofs.again import Again, TimeIsUp
from matcher.explain.proofs.audience import Audience, without_others
from matcher.explain.proofs.losses import AimLoss, Loss, loss_between
from matcher.explain.proofs.ranking import FirstLoss, Ranked, Ranker, Ranking
from matcher.explain.proofs.regret import NextPlace, Regret, regret
from matcher.explain.proofs.texts import ranking_lines, regret_lines

__all__ = [
    "Again",
    "AimLoss",
    "Audience",
    "FirstLoss",
    "Loss",
    "NextPlace",
    "Ranked",
    "Ranker",
    "Ranking",
    "Regret",
    "TimeIsUp",
    "loss_between",
    "ranking_lines",
    "regret",
    "regret_lines",
    "without_others",
]
