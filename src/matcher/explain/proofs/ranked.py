"""Who could have a place, and what the best plan loses by it: what a ranking says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

PROMISES = "promises"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLoss:
    """The first aim in which something is lost, and how much; what is lost or gained in later aims counts less.

    Parameters
    ----------
    aim : str or None
        ``None`` where nothing is lost; ``promises`` where accepted pairs are given up.
    amount : Decimal
        In the aim's unit; 0 where nothing is lost.
    """

    aim: str | None
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Somebody who could have a place, and what the best plan loses by it.

    Parameters
    ----------
    candidate_id : str or None
        ``None`` where the one who is told is not to know.
    cohort_ids : tuple of str
        The route that loses least, as far as is known.
    placed_at : tuple of str
        Vacancies that the candidate has in the plan; empty for a reserve.
    least : FirstLoss
        No plan that gives the candidate the place loses less.
    most : FirstLoss or None
        A plan is known that loses no more; ``None`` where none is known.
    displaced : tuple of str
        Who has a place in the plan and none in that plan.
    """

    candidate_id: str | None
    cohort_ids: tuple[str, ...]
    placed_at: tuple[str, ...]
    least: FirstLoss
    most: FirstLoss | None
    displaced: tuple[str | None, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Tell whether both ends are the same, so that this is the opportunity cost."""
        return self.least == self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Everybody who could have a vacancy and has it not, the least loss first.

    Parameters
    ----------
    vacancy_id : str
    open : int
        Positions that nobody has.
    entries : tuple of Ranked
    num_impossible : int
        People who are eligible, and whom no plan can give the place beside people's decisions.
    is_interrupted : bool
        Whether time ended before the first were solved again.
    num_left_out : int
        Eligible people who are not in the list, since only so many were asked for: each loses at least as much as those
        in it are proven to.
    """

    vacancy_id: str
    open: int
    entries: tuple[Ranked, ...]
    num_impossible: int
    is_interrupted: bool = False
    num_left_out: int = 0
