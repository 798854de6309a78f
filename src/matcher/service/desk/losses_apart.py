"""What a large plan loses without each of its placements, solved again in a process of its own beside the pages."""

from __future__ import annotations

import os
from functools import lru_cache

from matcher.engine import Processes
from matcher.explain.proofs import Regret
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.report import RunFacts
from matcher.service.desk.desk import Desk
from matcher.service.desk.losses import Losses
from matcher.store import Session, Store, load_plan, load_snapshot, plan_of, run_of

IDLE_S = 120.0  # somebody reads what it costs, decides, and opens the next one
NICENESS = 5  # pages are answered before costs are worked out


def losses_apart(address: str, plan_id: int) -> Losses:
    """Return the losses of a stored plan, worked out in a process that ends when nobody has asked for a while.

    Parameters
    ----------
    address : str
        Of the database, its password included; handed over within the machine's memory.
    plan_id : int
    """
    solving = _Apart(address, plan_id)
    return Losses(solving.loss, solving.rest, IDLE_S)


def read_plan(session: Session, plan_id: int) -> tuple[Problem, Plan, Plan | None]:
    """Return the problem of a stored plan, the plan, and the published one against which it counts its changes."""
    run = run_of(session, plan_of(session, plan_id).run_id)
    told = None if run.published_plan_id is None else load_plan(session, run.published_plan_id)
    return load_snapshot(session, run.problem_hash), load_plan(session, plan_id), told


class _Apart:
    """One process that has read a plan, and solves its problem again; used from one thread."""

    def __init__(self, address: str, plan_id: int) -> None:
        self._address, self._plan_id = address, plan_id
        self._engine: Processes | None = None

    def loss(self, candidate_id: str, vacancy_id: str) -> Regret:
        """Return what the plan loses without one of its placements."""
        if self._engine is None:
            self._engine = Processes(1)
        return self._engine.map(_loss, [(self._address, self._plan_id, candidate_id, vacancy_id)])[0]

    def rest(self) -> None:
        """End the process, and give its memory back."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None


def _loss(asked: tuple[str, int, str, str]) -> Regret:
    address, plan_id, candidate_id, vacancy_id = asked
    return _desk_of(address, plan_id).loss(candidate_id, vacancy_id)


@lru_cache(maxsize=1)
def _desk_of(address: str, plan_id: int) -> Desk:
    """Return the desk of a plan, read once in the life of the process."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    with Store(address, is_writer=False) as store, store.reading() as session:
        problem, plan, told = read_plan(session, plan_id)
        day = session.now.date()
    return Desk(problem, plan, RunFacts(is_checked=True), day, published=told, plan_id=plan_id)
