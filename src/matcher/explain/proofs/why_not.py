"""What is told of a candidate without a place, or an open position: codes, conditions and competition as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from matcher.explain.facts import RuleCount, VacancyName
from matcher.explain.proofs.ranked import FirstLoss
from matcher.explain.proofs.regret import NextPlace
from matcher.explain.proofs.smallest import Condition, ReasonCode

Code = Literal[ReasonCode, "closed", "no_eligible", "competed_out", "draw", "unproven"]
ORDER: tuple[ReasonCode, ...] = get_args(ReasonCode)
SCARCE: tuple[ReasonCode, ...] = ORDER[1:7]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """A change after which the plan made again grants what the plan does not.

    Parameters
    ----------
    code : str
    condition : Condition
    places : tuple of NextPlace
        Where the candidate is placed then.
    filled : int
        How many more positions of the vacancy are filled then.
    """

    code: ReasonCode
    condition: Condition
    places: tuple[NextPlace, ...] = ()
    filled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Competition:
    """What the plan would lose by giving a place after all, and who would give way.

    Parameters
    ----------
    vacancy : VacancyName
        The place that would cost least.
    candidate_id : str or None
        Who would have it.
    least, most : FirstLoss
        Of all places that could be given: the two ends of what the cheapest loses.
    displaced : tuple of str
        Who would have no place.
    """

    vacancy: VacancyName
    candidate_id: str | None
    least: FirstLoss
    most: FirstLoss
    displaced: tuple[str | None, ...]

    @property
    def is_exact(self) -> bool:
        """Tell whether both ends are the same."""
        return self.least == self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why a candidate is not placed, or a vacancy not filled, proven by solving again.

    Parameters
    ----------
    candidate_id, vacancy_id : str or None
        Whom or what this is about: one of the two.
    code : str
        The first of the closed list that is borne out; ``unproven`` where none is.
    excluded : tuple of RuleCount
        Where no pair is eligible: by which rule first.
    competition : Competition or None
        Where something could be given at a loss.
    counterfactuals : tuple of Counterfactual
        Each the smallest of its kind: one step less does not do.
    is_interrupted : bool
        Whether time ended before everything was tried.
    """

    candidate_id: str | None
    vacancy_id: str | None
    code: Code
    excluded: tuple[RuleCount, ...] = ()
    competition: Competition | None = None
    counterfactuals: tuple[Counterfactual, ...] = ()
    is_interrupted: bool = False
