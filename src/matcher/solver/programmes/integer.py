"""Mixed-integer programmes by SCIP, through OR-Tools' model builder."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from ortools.linear_solver.python import model_builder_helper as mbh

from matcher.columns import BoolArray
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.programme import IntegerOutcome, Programme
from matcher.solver.programmes.watch import watch

FEW_CUTS = "separating/zerohalf/freq = -1\nseparating/aggregation/freq = -1\n"


def solve_integer(
    programme: Programme,
    is_integer: BoolArray,
    stop: StopSignal,
    *,
    gap: float,
    seed: int,
    node_limit: int,
    has_few_cuts: bool = False,
) -> IntegerOutcome:
    """Solve a mixed-integer programme by SCIP with one thread.

    Parameters
    ----------
    programme : Programme
    is_integer : bool (n,)
    stop : StopSignal
    gap : float
        Relative gap at which to stop.
    seed, node_limit : int
        The node limit ends the search at the same place on every machine, as a time limit would not.
    has_few_cuts : bool
        Whether cuts that are put together from several rows are left out: where one node is enough they are a third of
        the time.
    """
    stop.check()
    model: Any = mbh.ModelBuilderHelper()
    bounds = (programme.lower, programme.upper, programme.objective, programme.low, programme.high)
    model.fill_model_from_sparse_data(*bounds, sp.csr_matrix(programme.matrix))
    model.set_maximize(True)
    for column in np.flatnonzero(is_integer):
        model.set_var_integrality(int(column), True)
    solver: Any = mbh.ModelSolverHelper("scip")
    solver.enable_output(False)
    solver.set_solver_specific_parameters(
        f"limits/gap = {gap!r}\nlimits/totalnodes = {node_limit}\nnumerics/feastol = 1e-09\nlimits/memory = 4000\n"
        f"randomization/randomseedshift = {seed % 2**31}\n"
        "misc/catchctrlc = FALSE\n"  # else SCIP takes Ctrl-C from the whole process, whoever it was meant for
        + (FEW_CUTS if has_few_cuts else "")
    )
    if stop.remaining_s is not None:
        solver.set_time_limit_in_seconds(max(stop.remaining_s, 0.001))
    watch(lambda: solver.solve(model), solver.interrupt_solve, stop)
    status = solver.status()
    if status in (mbh.SolveStatus.OPTIMAL, mbh.SolveStatus.FEASIBLE):
        return IntegerOutcome(
            x=solver.variable_values(),
            bound=solver.best_objective_bound(),
            is_finished=status == mbh.SolveStatus.OPTIMAL,
        )
    return IntegerOutcome(x=None, bound=np.inf, is_finished=status == mbh.SolveStatus.INFEASIBLE)
