"""What every measured method has in common: it is prepared, runs while the clock ticks, and answers afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol

from matcher.problem import Problem

GAP = 1e-6

Status = Literal["done", "limit", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a method is asked.

    Parameters
    ----------
    problem : Problem
    held : mapping of tier to int
        Values of earlier tiers that a model of the tier ``placements`` must keep, in the tiers' integers.
    time_limit_s : float
    gap : float
        Relative gap that is good enough; the same for all.
    """

    problem: Problem
    held: Mapping[str, int] = field(default_factory=dict)
    time_limit_s: float = 300.0
    gap: float = GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class TierAnswer:
    """What a method says about one tier.

    Parameters
    ----------
    value : Decimal
        Recomputed from the plan in exact integers, as plans print it.
    claimed_gap : float or None
        What the method says without proof.
    certified_gap : float or None
        What the checker confirmed; ``None`` where there is no certificate.
    """

    value: Decimal
    claimed_gap: float | None = None
    certified_gap: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a method reached.

    Parameters
    ----------
    status : str
        ``done`` only when the method says that it ended within the gap, or has no gap to reach.
    tiers : mapping of tier to TierAnswer
    num_columns : int
    parts : mapping of str to float
        Seconds of the run's parts.
    not_counted : tuple of str
        Parts that do not belong to what is compared.
    facts : mapping of str to str
        What else is worth keeping.
    note : str
        One sentence where something is to be said.
    """

    status: Status
    num_columns: int
    tiers: Mapping[str, TierAnswer] = field(default_factory=dict)
    parts: Mapping[str, float] = field(default_factory=dict)
    not_counted: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


class Method(Protocol):
    """A prepared method: constructed from a `Task` before the clock starts."""

    def run(self) -> None:
        """Do all that is measured."""

    def answer(self) -> Answer:
        """Return what the run reached; no longer measured."""
