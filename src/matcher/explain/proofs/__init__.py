"""What is said after solving again: regrets, opportunity costs, proven reasons and repairs."""

from matcher.explain.proofs.again import Again, TimeIsUp
from matcher.explain.proofs.audience import Audience, without_others
from matcher.explain.proofs.causes import Cause, Causes, causes, input_changes
from matcher.explain.proofs.losses import AimLoss, Loss, loss_between
from matcher.explain.proofs.ranked import FirstLoss, Ranked, Ranking
from matcher.explain.proofs.ranking import Ranker
from matcher.explain.proofs.reasons import Prover
from matcher.explain.proofs.regret import NextPlace, Regret, regret
from matcher.explain.proofs.repairs import Repair, repairs
from matcher.explain.proofs.texts import (
    cause_lines,
    cost_text,
    ranking_lines,
    regret_lines,
    repair_lines,
    why_not_lines,
)
from matcher.explain.proofs.why_not import Competition, Counterfactual, WhyNot

__all__ = [
    "Again",
    "AimLoss",
    "Audience",
    "Cause",
    "Causes",
    "Competition",
    "Counterfactual",
    "FirstLoss",
    "Loss",
    "NextPlace",
    "Prover",
    "Ranked",
    "Ranker",
    "Ranking",
    "Regret",
    "Repair",
    "TimeIsUp",
    "WhyNot",
    "cause_lines",
    "causes",
    "cost_text",
    "input_changes",
    "loss_between",
    "ranking_lines",
    "regret",
    "regret_lines",
    "repair_lines",
    "repairs",
    "why_not_lines",
    "without_others",
]
