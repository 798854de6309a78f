"""What a question is asked about, how hard it is worked on, and how whoever waits hears of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

from matcher.engine import Threads
from matcher.errors import LimitReached
from matcher.languages import Phrases
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.solver import StopSignal
from matcher.store import Pieces
from matcher.whatif import Asking, Study
from matcher.whatif.kept import StudyProgress

# Says what was found in one language; nothing is worked out by that.
Telling = Callable[[Phrases], Study]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPlan:
    """A plan with which the one that is asked about is compared.

    Parameters
    ----------
    plan_id : int
    name : str
        Of its scenario; empty for a plan that is for people.
    problem : Problem
        That it answers.
    plan : Plan
    """

    plan_id: int
    name: str
    problem: Problem
    plan: Plan

    def title(self, say: Phrases) -> str:
        """Return how it is called."""
        title = say.text("Plan {number}", number=self.plan_id)
        return f"{title} ({self.name})" if self.name else title


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a question is asked about.

    Parameters
    ----------
    problem : Problem
        With the changes that were asked for.
    plan : Plan
        The one that was named: of this problem where nothing is changed.
    others : sequence of OtherPlan
        Compared with it.
    """

    problem: Problem
    plan: Plan
    others: Sequence[OtherPlan] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How a question is worked on.

    Parameters
    ----------
    gap : float
        Relative gap that is good enough.
    seed : int
        Of the integer solver, or of the draws.
    solve_time_limit_s : float or None
        Of each single solve.
    stop : StopSignal
        Of the whole.
    note : callable
        Told how far it is.
    """

    gap: float
    seed: int
    solve_time_limit_s: float | None
    stop: StopSignal
    note: Callable[[Pieces], None]

    def hear(self, progress: StudyProgress) -> None:
        """Tell how far it is; raises `LimitReached` where it is to end, since half a study answers nothing."""
        self.note(Pieces(pieces_done=progress.done, pieces=progress.total))
        if self.stop.is_due:
            raise LimitReached

    def part(self, place: int, count: int) -> Effort:
        """Return the effort of one of several equal parts, which are told of as one."""

        def note(pieces: Pieces) -> None:
            done = place * pieces.pieces + pieces.pieces_done
            self.note(Pieces(pieces_done=done, pieces=count * pieces.pieces))

        return replace(self, note=note)

    def engine(self) -> Threads:
        """Return what several pieces are worked on at a time."""
        return Threads(os.cpu_count() or 1)

    def asking(self) -> Asking:
        """Return how questions are answered that are solved again and again."""
        return Asking(
            gap=self.gap,
            seed=self.seed,
            time_limit_s=self.solve_time_limit_s,
            engine=self.engine(),
            on_progress=self.hear,
            stop=self.stop,
        )


class Question(Protocol):
    """A question about a problem and its plan, with everything that it depends on."""

    kind: ClassVar[str]
    """Also the kind of its jobs."""
    has_changes: ClassVar[bool]
    """Whether it can be asked about a problem with something changed, whose plan nobody has made."""

    def require_askable(self, problem: Problem) -> None:
        """Raise `InvalidInput` where it cannot be asked about a problem; quickly, and before anybody waits for it."""
        ...

    def answered(self, ground: Ground, effort: Effort) -> Telling:
        """Work it out."""
        ...
