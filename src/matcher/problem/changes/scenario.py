"""A scenario: changes that belong together, under a name."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.problem.changes.change import Change, applied_in_order
from matcher.problem.problem import Problem
from matcher.problem.rules_of_fields import Checks


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Changes that are made together.

    Parameters
    ----------
    name : str
        By which the scenario is called in tables.
    changes : tuple of Change
        In the order in which they are made; none means the problem as it is.
    """

    name: str
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        """Raise `InvalidInput` where the name is none."""
        checks = Checks("scenarios", None)
        checks.text("name", self.name)
        checks.raise_if_any()

    def applied(self, problem: Problem) -> Problem:
        """Return the problem with all changes; raises `InvalidInput` with all that is wrong with them."""
        return applied_in_order(problem, self.changes)

    def and_then(self, other: Scenario) -> Scenario:
        """Return both as one: the other's changes are made to what this one's have left."""
        return Scenario(name=f"{self.name} + {other.name}", changes=self.changes + other.changes)
