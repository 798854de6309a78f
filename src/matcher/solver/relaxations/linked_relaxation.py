"""The relaxation of a tier with links to optional cohorts, added as long as it breaks some.

Where there are very many columns, links and columns are found in the same rounds. Links without the columns that they
call for make a relaxation look worse than it is, and columns without links better. So each round adds what its plan
breaks and what its prices miss, leaves out what they make hopeless, and begins again from the last basis, in which a
new link holds nothing yet.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, bound_from
from matcher.solver.model.rows import MANY_COLUMNS
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.cliques import violated_cliques
from matcher.solver.relaxations.cohorts import CLOSE, LinkedProgramme, Links, grown_bound, violated_links
from matcher.solver.relaxations.lowering import lowered
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.relaxed import End, Relaxed, is_low, value_of
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.sifting import next_columns, stands_still
from matcher.solver.relaxations.tier_task import TierTask

ROUNDS = 40
FIRST_CLOSE = 1e-4  # of the relaxation without links, which is far from the one with them


def relax_linked(
    task: TierTask,
    links: Links,
    start: IntArray,
    gap: float,
    stop: StopSignal,
    end: End | None = None,
    enough: int | None = None,
    useful: float = np.inf,
) -> tuple[TierTask, Relaxed]:
    """Solve the relaxation of a tier, adding links as long as it breaks some; see `relax`.

    Returns
    -------
    task : TierTask
        With the links.
    relaxed : Relaxed
    """
    task = links.grown_task(task)
    gains_rows = bool((task.rows.cohort >= 0).any()) or bool(task.rows.conflicts)
    relaxed = relax(task, start, max(gap, FIRST_CLOSE) if gains_rows else gap, stop, end, useful)
    if relaxed.is_feasible and useful < np.inf and value_of(task, relaxed) >= useful:
        return task, relaxed
    relaxed = lowered(task, relaxed, stop, enough)
    if not relaxed.is_feasible or relaxed.bound is None or not gains_rows or is_low(relaxed.bound, enough):
        return task, relaxed
    if task.rows.num_columns > MANY_COLUMNS and not task.held and relaxed.end is not None:
        return _sifted(task, links, relaxed, max(gap, CLOSE), stop)
    if len(relaxed.chosen) == task.rows.num_columns and not _is_broken(task, relaxed.chosen, relaxed.x, relaxed.others):
        return task, replace(relaxed, end=None)
    known = relaxed.bound
    try:
        programme = LinkedProgramme(task, links, relaxed.chosen, relaxed.end)
        part = programme.solve({}, stop)
    except Interrupted:
        part = None
    task = links.grown_task(task)
    known = grown_bound(known, task.rows)
    if part is None:
        return task, replace(relaxed, bound=known)
    best = min(grown_bound(part.bound, task.rows), known, key=lambda bound: bound.scaled)
    end = relaxed.end if task.rows.num_columns > MANY_COLUMNS else None  # a small one is found again in no time
    found = Relaxed(bound=best, chosen=programme.chosen, x=part.x, others=part.others, is_feasible=True, end=end)
    return task, lowered(task, found, stop, enough)


def _sifted(task: TierTask, links: Links, relaxed: Relaxed, gap: float, stop: StopSignal) -> tuple[TierTask, Relaxed]:
    """Solve the relaxation of a tier with links from where the one without them ended; see `relax_linked`.

    Parameters
    ----------
    task : TierTask
        With the links found before, and nothing held.
    links : Links
        Gain those found here.
    relaxed : Relaxed
        Without the links that are still to be found; with a bound and the basis at its end.
    gap : float
        Relative distance between relaxation and bound that is good enough, where no link is broken.
    stop : StopSignal
    """
    assert relaxed.bound is not None
    assert relaxed.end is not None
    best, end, chosen, basis = relaxed.bound, relaxed.end, relaxed.end.chosen, relaxed.end.basis
    x, others, solved = relaxed.x, relaxed.others, relaxed.chosen
    people, history = task.rows.people(), [(np.inf, np.inf)]
    for _ in range(ROUNDS):
        found = violated_links(task, solved, x, others)
        if links.add(found, violated_cliques(task.rows, solved, x, others)):
            task = links.grown_task(task)
            best = grown_bound(best, task.rows)
            begin = End(chosen=chosen, basis=basis).with_rows(len(task.rows.limit), len(people))
            basis = begin.basis
        restricted = RestrictedProgramme(task, chosen, people)
        solver = LinearSolver(restricted.programme, basis)
        try:
            outcome = solver.solve(stop, "dual")
        except Interrupted:
            break
        if outcome.status == "infeasible":
            break
        value, (x, others), solved, basis = restricted.value(outcome), restricted.split(outcome.x), chosen, solver.basis
        end = End(chosen=chosen, first_column=restricted.first_column, basis=basis)
        bound = bound_from(task.rows, task.tier, restricted.prices(outcome), task.held, task.taken)
        best = min(best, bound, key=lambda one: one.scaled)
        is_near = best.scaled / PRICE_SCALE - value <= gap * abs(value)
        history.append((value, best.scaled / PRICE_SCALE))
        if stands_still(history) or (is_near and not _is_broken(task, solved, x, others)):
            break
        after = next_columns(task, bound, restricted, x, basis)
        basis = None if basis is None else basis.moved(restricted.first_column, chosen, after)
        chosen = after
    return task, replace(relaxed, bound=best, chosen=solved, x=x, others=others, end=end)


def _is_broken(task: TierTask, solved: IntArray, x: FloatArray, others: FloatArray) -> bool:
    """Tell whether a fractional plan breaks a link or a clique."""
    return len(violated_links(task, solved, x, others)) > 0 or bool(violated_cliques(task.rows, solved, x, others))


__all__ = ["relax_linked"]
