"""SCIP on the whole model, built from arrays by OR-Tools' ModelBuilder."""

from __future__ import annotations

from typing import Any

from ortools.linear_solver.python import model_builder_helper as mbh

from benchmarks.peers.method import Answer, Task
from benchmarks.peers.whole_model import WholeModel
from matcher.columns import WEIGHT_SCALE


class Scip:
    """SCIP with one thread, as the wheel has it."""

    def __init__(self, task: Task) -> None:
        self.model = WholeModel.of(task)
        model: Any = self.model
        self.built: Any = mbh.ModelBuilderHelper()
        self.built.fill_model_from_sparse_data(
            0.0 * model.upper,
            1.0 * model.upper,
            model.worth / WEIGHT_SCALE,
            model.low,
            model.high,
            1.0 * model.matrix,
        )
        self.built.set_maximize(True)
        for variable in range(len(model.upper)):
            self.built.set_var_integrality(variable, True)
        self.solver: Any = mbh.ModelSolverHelper("scip")
        self.solver.enable_output(False)
        self.solver.set_solver_specific_parameters(f"limits/gap = {task.gap!r}\n")
        self.solver.set_time_limit_in_seconds(task.time_limit_s)

    def run(self) -> None:
        """Solve."""
        self.solver.solve(self.built)

    def answer(self) -> Answer:
        """Return what was found."""
        status = self.solver.status()
        if status not in (mbh.SolveStatus.OPTIMAL, mbh.SolveStatus.FEASIBLE):
            return self.model.answer("limit", None, None, {"message": str(status)})
        return self.model.answer(
            "done" if status == mbh.SolveStatus.OPTIMAL else "limit",
            self.solver.variable_values(),
            self.solver.best_objective_bound() * WEIGHT_SCALE,
            {"message": str(status)},
        )
