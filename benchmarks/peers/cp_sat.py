"""CP-SAT on the whole model: one boolean per column, all coefficients integers."""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.peers.method import Answer, Task
from benchmarks.peers.whole_model import WholeModel

WORKERS = 2  # more than there are cores make it several times slower


class CpSat:
    """CP-SAT with two workers."""

    def __init__(self, task: Task) -> None:
        self.model = WholeModel.of(task)
        self.built, self.variables = _built(self.model)
        self.solver = cp_model.CpSolver()
        self.solver.parameters.num_workers = WORKERS
        self.solver.parameters.max_time_in_seconds = task.time_limit_s
        self.solver.parameters.relative_gap_limit = task.gap

    def run(self) -> None:
        """Solve."""
        self.status = self.solver.solve(self.built)

    def answer(self) -> Answer:
        """Return what was found; without a solution the solver's values must not be read."""
        name = {"message": self.solver.status_name(self.status)}
        if self.status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return self.model.answer("limit", None, None, name)
        x = np.array([self.solver.value(variable) for variable in self.variables], dtype=np.float64)
        is_done = self.status == cp_model.OPTIMAL
        return self.model.answer("done" if is_done else "limit", x, self.solver.best_objective_bound, name)


def _built(model: WholeModel) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    built = cp_model.CpModel()
    variables = [
        built.new_bool_var("") if upper == 1 else built.new_int_var(0, upper, "") for upper in model.upper.tolist()
    ]
    starts, at, value = model.matrix.indptr, model.matrix.indices, model.matrix.data
    for row, high in enumerate(model.high.tolist()):
        span = slice(starts[row], starts[row + 1])
        expression = cp_model.LinearExpr.weighted_sum([variables[v] for v in at[span]], value[span].tolist())
        if np.isfinite(model.low[row]):
            built.add(expression == int(high))
        else:
            built.add(expression <= int(high))
    built.maximize(cp_model.LinearExpr.weighted_sum(variables, model.worth.tolist()))
    return built, variables
