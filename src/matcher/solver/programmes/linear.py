"""Linear programmes by GLOP, which go on from where they ended after each change; by HiGHS where it breaks down.

OR-Tools' types stop here and in the modules beside this one. GLOP is used through MathOpt's incremental solver and its
messages: after a change of bounds or new rows it goes on from the last basis, and no value passes through a Python
dictionary.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from ortools.math_opt import model_pb2, model_update_pb2, parameters_pb2, result_pb2
from ortools.math_opt.core.python import solver as mathopt

from matcher.errors import SolverFailure
from matcher.solver.programmes.glop import QUICK_COLUMNS, Algorithm, solved_by_glop
from matcher.solver.programmes.highs import solved_by_highs
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.messages import dense, put, put_matrix
from matcher.solver.programmes.programme import Basis, FloatArray, LinearOutcome, Programme

NO_SOLUTION = (result_pb2.TERMINATION_REASON_INFEASIBLE, result_pb2.TERMINATION_REASON_INFEASIBLE_OR_UNBOUNDED)


class LinearSolver:
    """GLOP on one programme that may change its bounds and gain columns and rows between solves.

    Parameters
    ----------
    programme : Programme
    start : Basis, optional
        Where the first solve begins.
    """

    __slots__ = (
        "_basis",
        "_blocks",
        "_high",
        "_low",
        "_lower",
        "_num_rows",
        "_objective",
        "_solver",
        "_start",
        "_upper",
    )

    def __init__(self, programme: Programme, start: Basis | None = None) -> None:
        self._start = start
        self._basis: Any = None
        self._num_rows = programme.matrix.shape[0]
        self._low, self._high = programme.low, programme.high
        self._lower, self._upper = programme.lower.copy(), programme.upper.copy()
        self._objective = programme.objective.copy()
        self._blocks = [programme.matrix]
        self._solver = self._fresh()

    def _fresh(self) -> Any:
        """Return a solver of the present programme that knows no basis."""
        return mathopt.new(parameters_pb2.SOLVER_TYPE_GLOP, self._model(), parameters_pb2.SolverInitializerProto())

    def _model(self) -> Any:
        model = model_pb2.ModelProto()
        columns, rows = np.arange(len(self._lower)), np.arange(self._num_rows)
        integers = np.zeros(len(columns), dtype=bool)
        put(model.variables, ids=columns, lower_bounds=self._lower, upper_bounds=self._upper, integers=integers)
        put(model.linear_constraints, ids=rows, lower_bounds=self._low, upper_bounds=self._high)
        put_matrix(model.linear_constraint_matrix, self.matrix)
        model.objective.maximize = True
        used = np.flatnonzero(self._objective)
        put(model.objective.linear_coefficients, ids=used, values=self._objective[used])
        return model

    @property
    def matrix(self) -> Any:
        """Return all rows over all variables."""
        return self._blocks[0] if len(self._blocks) == 1 else sp.hstack(self._blocks, format="csr")

    @property
    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Return the least and the most of every variable."""
        return self._lower, self._upper

    @property
    def limits(self) -> tuple[FloatArray, FloatArray]:
        """Return the least and the most of every row."""
        return self._low, self._high

    @property
    def basis(self) -> Basis | None:
        """Return where the last solve ended, if it ended at an optimum."""
        if self._basis is None:
            return None
        return Basis(
            rows=np.array(self._basis.constraint_status.values, dtype=np.int8),
            variables=np.array(self._basis.variable_status.values, dtype=np.int8),
        )

    @property
    def is_fresh(self) -> bool:
        """Tell whether the next solve begins without a basis."""
        return self._basis is None and self._start is None

    def set_bounds(self, lower: FloatArray, upper: FloatArray) -> None:
        """Change the bounds of the variables."""
        self.set_all(lower, upper, self._low, self._high)

    def set_limits(self, low: FloatArray, high: FloatArray) -> None:
        """Change the limits of the rows."""
        self.set_all(self._lower, self._upper, low, high)

    def set_all(self, lower: FloatArray, upper: FloatArray, low: FloatArray, high: FloatArray) -> None:
        """Change the bounds of the variables and the limits of the rows."""
        update, is_other = model_update_pb2.ModelUpdateProto(), False
        variables, rows = update.variable_updates, update.linear_constraint_updates
        for field, now, then in (
            (variables.lower_bounds, lower, self._lower),
            (variables.upper_bounds, upper, self._upper),
            (rows.lower_bounds, low, self._low),
            (rows.upper_bounds, high, self._high),
        ):
            moved = np.flatnonzero(now != then)
            if len(moved):
                put(field, ids=moved, values=now[moved])
                is_other = True
        if is_other:
            self._update(update)
        self._lower, self._upper, self._low, self._high = lower.copy(), upper.copy(), low.copy(), high.copy()

    def begin_from(self, start: Basis) -> None:
        """Let the next solve begin from a basis instead of where the last one ended."""
        self._start = start

    def set_objective(self, objective: FloatArray) -> None:
        """Change the objective."""
        moved = np.flatnonzero(objective != self._objective)
        if len(moved):
            update = model_update_pb2.ModelUpdateProto()
            put(update.objective_updates.linear_coefficients, ids=moved, values=objective[moved])
            self._update(update)
        self._objective = objective.copy()

    def add_columns(self, objective: FloatArray, matrix: Any, upper: FloatArray) -> None:
        """Append variables with lower bound 0; `matrix` is (m, k)."""
        begin, lower = self.basis or self._start, np.zeros(len(objective))
        self._blocks.append(matrix)
        self._lower, self._upper = np.r_[self._lower, lower], np.r_[self._upper, upper]
        self._objective = np.r_[self._objective, objective]
        # GLOP forgets its basis where it gains columns. One that is told of it goes on, in a tenth of the steps.
        self._solver, self._basis = self._fresh(), None
        self._start = None if begin is None else begin.grown(columns=len(objective))

    def add_rows(self, matrix: Any, low: FloatArray, high: FloatArray) -> None:
        """Append rows; `matrix` is (k, n)."""
        update = model_update_pb2.ModelUpdateProto()
        rows = np.arange(self._num_rows, self._num_rows + len(low))
        put(update.new_linear_constraints, ids=rows, lower_bounds=low, upper_bounds=high)
        put_matrix(update.linear_constraint_matrix_updates, matrix, first_row=self._num_rows)
        self._update(update)
        self._blocks = [sp.vstack([self.matrix, matrix], format="csr")]
        self._num_rows += len(low)
        self._start = None if self._start is None else self._start.grown(rows=len(low))
        self._low, self._high = np.r_[self._low, low], np.r_[self._high, high]

    def _update(self, update: Any) -> None:
        if not self._solver.update(update):
            raise SolverFailure("GLOP refused an update that it documents as supported.")

    def solve(self, stop: StopSignal, algorithm: Algorithm) -> LinearOutcome:
        """Solve from the last basis, if there is one.

        Parameters
        ----------
        stop : StopSignal
        algorithm : str
            ``dual``, unless only the objective has changed: variables have two bounds, so that even new columns leave
            the last basis dual feasible.

        Raises
        ------
        Interrupted
            When the stop signal became due before the solve ended.
        SolverFailure
            When GLOP answers anything but optimal or infeasible, and HiGHS has no answer either.
        """
        reason = None
        other: Algorithm = "primal" if algorithm == "dual" else "dual"
        attempts = (
            (algorithm, parameters_pb2.EMPHASIS_OFF),
            (algorithm, parameters_pb2.EMPHASIS_MEDIUM),
            (other, parameters_pb2.EMPHASIS_OFF),
        )
        for attempt, (way, presolve) in enumerate(attempts):
            stop.check()
            if attempt:
                self._solver = self._fresh()  # the simplex lost its way: begin again without its last basis
            start = None if attempt else self._start
            shape = self._num_rows, len(self._lower)
            result = solved_by_glop(self._solver, shape, stop, algorithm=way, presolve=presolve, start=start)
            self._start = self._basis = None
            if result is None:
                continue
            reason = result.termination.reason
            if reason == result_pb2.TERMINATION_REASON_OPTIMAL:
                self._basis = _basis_of(result)
                return self._outcome(result)
            if attempt and result.solutions and reason == result_pb2.TERMINATION_REASON_IMPRECISE:
                return self._outcome(result)  # good enough: no bound and no plan is believed without exact arithmetic
            if reason in NO_SOLUTION:
                return _infeasible()
        stop.check()
        outcome = self._by_another_library(stop)
        if outcome is not None:
            return outcome
        stop.check()
        raise SolverFailure(f"GLOP ended with reason {reason} on {self._num_rows} rows x {len(self._lower)} columns.")

    def _by_another_library(self, stop: StopSignal) -> LinearOutcome | None:
        """Return HiGHS's answer to a small programme; the next solve is GLOP's again, and begins where HiGHS ended."""
        result = self._asked_elsewhere(stop)
        if result is None:
            return None
        self._solver = self._fresh()
        if result.termination.reason in NO_SOLUTION:
            return _infeasible()
        self._basis = _basis_of(result)
        self._start = self.basis
        return self._outcome(result)

    def other_outcome(self, stop: StopSignal) -> LinearOutcome | None:
        """Return HiGHS's optimum of a small programme, and go on as if nothing had been asked."""
        result = self._asked_elsewhere(stop)
        return None if result is None or result.termination.reason in NO_SOLUTION else self._outcome(result)

    def _asked_elsewhere(self, stop: StopSignal) -> Any:
        is_small = max(len(self._lower), self._num_rows) <= QUICK_COLUMNS
        return solved_by_highs(self._model(), stop) if is_small else None

    def _outcome(self, result: Any) -> LinearOutcome:
        solution = result.solutions[0]
        return LinearOutcome(
            status="optimal",
            value=solution.primal_solution.objective_value,
            x=dense(solution.primal_solution.variable_values, len(self._lower)),
            duals=dense(solution.dual_solution.dual_values, self._num_rows),
        )


def _infeasible() -> LinearOutcome:
    return LinearOutcome(status="infeasible", value=-np.inf, x=np.empty(0), duals=np.empty(0))


def _basis_of(result: Any) -> Any:
    solution = result.solutions[0]
    return solution.basis if solution.HasField("basis") else None
