"""HiGHS on the whole model: through SciPy, and through OR-Tools' MathOpt. Both are told the gap; 1e-4 is its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.peers.method import Answer, Task
from benchmarks.peers.whole_model import WholeModel
from matcher.columns import WEIGHT_SCALE

DONE, LIMIT = 0, 1  # SciPy's statuses


class BySciPy:
    """`scipy.optimize.milp`."""

    def __init__(self, task: Task) -> None:
        self.task, self.model = task, WholeModel.of(task)
        model = self.model
        self.constraint = LinearConstraint(model.matrix.astype(np.float64), model.low, model.high)

    def run(self) -> None:
        """Solve."""
        self.result = milp(
            -self.model.worth / WEIGHT_SCALE,
            constraints=self.constraint,
            bounds=Bounds(0, self.model.upper.astype(np.float64)),
            integrality=np.ones(len(self.model.upper)),
            options={"mip_rel_gap": self.task.gap, "time_limit": self.task.time_limit_s},
        )

    def answer(self) -> Answer:
        """Return what was found."""
        result: Any = self.result
        bound = result.get("mip_dual_bound")
        is_known = bound is not None and np.isfinite(bound)
        return self.model.answer(
            "done" if result.status == DONE else "limit" if result.status == LIMIT else "failed",
            result.x,
            -float(bound) * WEIGHT_SCALE if is_known else None,
            {"message": result.message},
        )


class ByMathOpt:
    """OR-Tools' MathOpt, the model given as one message of arrays."""

    def __init__(self, task: Task) -> None:
        from ortools.math_opt import parameters_pb2

        self.task, self.model = task, WholeModel.of(task)
        self.message = _message(self.model)
        self.parameters = parameters_pb2.SolveParametersProto(relative_gap_tolerance=task.gap)
        self.parameters.time_limit.FromMilliseconds(int(1000 * task.time_limit_s))

    def run(self) -> None:
        """Solve."""
        from ortools.math_opt import callback_pb2, model_parameters_pb2, parameters_pb2
        from ortools.math_opt.core.python import solver

        self.result = solver.solve(
            self.message,
            parameters_pb2.SOLVER_TYPE_HIGHS,
            parameters_pb2.SolverInitializerProto(),
            self.parameters,
            model_parameters_pb2.ModelSolveParametersProto(),
            None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            None,
        )

    def answer(self) -> Answer:
        """Return what was found."""
        from ortools.math_opt import result_pb2

        ended = self.result.termination
        is_done = ended.reason == result_pb2.TERMINATION_REASON_OPTIMAL
        x = None
        if len(self.result.solutions):
            values = self.result.solutions[0].primal_solution.variable_values
            x = np.zeros(len(self.model.upper))
            x[np.array(values.ids, dtype=np.int64)] = np.array(values.values)
        return self.model.answer("done" if is_done else "limit", x, ended.objective_bounds.dual_bound, {})


def _message(model: WholeModel) -> Any:
    from ortools.math_opt import model_pb2

    message = model_pb2.ModelProto()
    number = len(model.upper)
    message.variables.ids.extend(range(number))
    message.variables.lower_bounds.extend([0.0] * number)
    message.variables.upper_bounds.extend(model.upper.astype(float))
    message.variables.integers.extend([True] * number)
    message.linear_constraints.ids.extend(range(len(model.high)))
    message.linear_constraints.lower_bounds.extend(model.low)
    message.linear_constraints.upper_bounds.extend(model.high)
    entries = sp.csr_matrix(model.matrix)
    entries.sort_indices()
    entries = entries.tocoo()
    message.linear_constraint_matrix.row_ids.extend(entries.row)
    message.linear_constraint_matrix.column_ids.extend(entries.col)
    message.linear_constraint_matrix.coefficients.extend(entries.data.astype(float))
    message.objective.maximize = True
    worthy = np.flatnonzero(model.worth)
    message.objective.linear_coefficients.ids.extend(worthy)
    message.objective.linear_coefficients.values.extend(model.worth[worthy].astype(float))
    return message
