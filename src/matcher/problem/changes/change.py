"""What every change has in common: it is made to a problem, and says what is wrong with itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from matcher.errors import Fault, InvalidInput
from matcher.problem.changes.draft import Draft
from matcher.problem.problem import Problem


class Change(ABC):
    """One thing that is otherwise than in the given problem, in the words of those who plan.

    Each kind is a frozen dataclass of its own. Changes are made one after the other, each to what those before it have
    left, so that a vacancy can be added to a contract that was added just before.
    """

    __slots__ = ()
    kind: ClassVar[str]

    def applied(self, problem: Problem) -> Problem:
        """Return the problem with this change.

        Raises
        ------
        InvalidInput
            With everything that is wrong with the change, or with the problem that it would make.
        """
        return applied_in_order(problem, (self,))

    @abstractmethod
    def edit(self, draft: Draft) -> None:
        """Make the change to a draft; what is wrong with it is raised, or noted in the draft."""


def applied_in_order(problem: Problem, changes: Sequence[Change]) -> Problem:
    """Return a problem with several changes, made in order.

    Parameters
    ----------
    problem : Problem
    changes : sequence of Change

    Raises
    ------
    InvalidInput
        With the faults of all changes together, each with its position among them as `Fault.row`; where they have
        none, with those of the problem that they make.
    """
    draft = Draft(problem)
    faults: list[Fault] = []
    for number, change in enumerate(changes):
        try:
            change.edit(draft)
        except InvalidInput as error:
            draft.faults += error.faults
        faults += [replace(fault, table="changes", row=number, entity_id=change.kind) for fault in draft.take_faults()]
    if faults:
        raise InvalidInput(faults)
    return draft.problem()
