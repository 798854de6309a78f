"""One solve by GLOP: from which basis, by which algorithm, within how many steps and how much time."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal

import numpy as np
from ortools.math_opt import callback_pb2, model_parameters_pb2, parameters_pb2
from ortools.util.python import pybind_solve_interrupter
from pybind11_abseil.status import StatusNotOk

from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.messages import put
from matcher.solver.programmes.programme import Basis
from matcher.solver.programmes.watch import watch

Algorithm = Literal["primal", "dual"]

# Beyond so many steps the simplex goes round in circles (seen: three million on 42 rows): another way begins afresh.
FREE_ITERATIONS, ITERATIONS_PER_LINE = 10_000, 20
QUICK_COLUMNS = 6_000  # a simplex on so few takes milliseconds: not worth a thread of its own


def solved_by_glop(
    solver: Any, shape: tuple[int, int], stop: StopSignal, *, algorithm: Algorithm, presolve: int, start: Basis | None
) -> Any:
    """Return GLOP's result for the programme that a solver has; None where its arithmetic breaks down.

    Parameters
    ----------
    solver : mathopt.Solver
        Which knows the basis of its last solve.
    shape : (int, int)
        Rows and columns of the programme.
    stop : StopSignal
    algorithm : str
    presolve : Emphasis
    start : Basis, optional
        Where to begin instead of where the last solve ended.
    """
    num_rows, num_columns = shape
    parameters, beginning = _parameters(num_rows + num_columns, stop, algorithm, presolve), _beginning(start)
    interrupter = pybind_solve_interrupter.PySolveInterrupter()
    answer: list[Any] = []

    def work() -> None:
        with suppress(StatusNotOk):  # how GLOP says that its arithmetic broke down
            answer.append(
                solver.solve(parameters, beginning, None, callback_pb2.CallbackRegistrationProto(), None, interrupter)
            )

    if num_columns <= QUICK_COLUMNS:
        work()
    else:
        watch(work, interrupter.interrupt, stop)
    return answer[0] if answer else None


def _parameters(num_lines: int, stop: StopSignal, algorithm: Algorithm, presolve: int) -> Any:
    parameters = parameters_pb2.SolveParametersProto()
    parameters.presolve = presolve
    parameters.iteration_limit = FREE_ITERATIONS + ITERATIONS_PER_LINE * num_lines
    parameters.lp_algorithm = (
        parameters_pb2.LP_ALGORITHM_DUAL_SIMPLEX if algorithm == "dual" else parameters_pb2.LP_ALGORITHM_PRIMAL_SIMPLEX
    )
    if stop.remaining_s is not None:
        parameters.time_limit.FromMilliseconds(max(1, int(1000 * stop.remaining_s)))
    return parameters


def _beginning(start: Basis | None) -> Any:
    parameters = model_parameters_pb2.ModelSolveParametersProto()
    if start is not None:
        begin = parameters.initial_basis
        put(begin.constraint_status, ids=np.arange(len(start.rows)), values=start.rows)
        put(begin.variable_status, ids=np.arange(len(start.variables)), values=start.variables)
    return parameters
