"""Small linear programmes by HiGHS, where GLOP's arithmetic breaks down on them.

GLOP can end without any solution, whatever the algorithm and the presolve, on a programme as small as 27 rows and 37
variables whose coefficients lie between 1e-10 and 2e2. HiGHS answers it, and its answer is trusted no further than
GLOP's: no bound and no plan is believed without exact arithmetic.
"""

from __future__ import annotations

from typing import Any

from ortools.math_opt import callback_pb2, model_parameters_pb2, parameters_pb2, result_pb2
from ortools.math_opt.core.python import solver as mathopt
from pybind11_abseil.status import StatusNotOk

from matcher.solver.programmes.limits import StopSignal

MOST_ITERATIONS = 100_000
ANSWERS = (
    result_pb2.TERMINATION_REASON_OPTIMAL,
    result_pb2.TERMINATION_REASON_INFEASIBLE,
    result_pb2.TERMINATION_REASON_INFEASIBLE_OR_UNBOUNDED,
)


def solved_by_highs(model: Any, stop: StopSignal) -> Any:
    """Return HiGHS's result for a model, from no basis and on one thread; None where it does not decide it.

    Parameters
    ----------
    model : ModelProto
    stop : StopSignal
        Whose time limit is kept. A person who wants to stop waits until it ends.
    """
    parameters = parameters_pb2.SolveParametersProto()
    parameters.lp_algorithm = parameters_pb2.LP_ALGORITHM_DUAL_SIMPLEX
    parameters.iteration_limit = MOST_ITERATIONS
    parameters.highs.int_options["threads"] = 1
    parameters.highs.string_options["parallel"] = "off"
    if stop.remaining_s is not None:
        parameters.time_limit.FromMilliseconds(max(1, int(1000 * stop.remaining_s)))
    try:
        solver = mathopt.new(parameters_pb2.SOLVER_TYPE_HIGHS, model, parameters_pb2.SolverInitializerProto())
        result = solver.solve(
            parameters,
            model_parameters_pb2.ModelSolveParametersProto(),
            None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            None,
        )
    except StatusNotOk:
        return None
    return result if result.termination.reason in ANSWERS else None
