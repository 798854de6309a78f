"""SCIP, HiGHS and CP-SAT on one integer programme; what they answer is believed only after exact arithmetic."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy.sparse as sp
from ortools.linear_solver.python import model_builder_helper as mbh
from ortools.sat.python import cp_model
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.oracles.integer_programme import Programme, Row, Unsolvable, Unverified, worth

INFEASIBLE, LIMIT = 2, 1  # scipy's status
Status = Literal["optimal", "infeasible", "limit"]
FloatArray = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a solver says of an aim.

    Parameters
    ----------
    status : str
        ``optimal``, ``infeasible``, or ``limit`` where its time ended before either was known.
    value : int or None
        At the optimum, verified in integers.
    x : tuple of int
        A solution that reaches it.
    """

    status: Status
    value: int | None = None
    x: tuple[int, ...] = ()


# Programme, aim, sign (1 least, -1 most), seconds, and a solution to begin with.
Solver = Callable[[Programme, Row, int, float, Sequence[int]], Answer]


def highs(programme: Programme, aim: Row, sign: int, time_limit_s: float, hint: Sequence[int] = ()) -> Answer:
    """Ask HiGHS, as SciPy has it. It takes no hint, and stops at a relative gap of 1e-4 unless told not to."""
    arrays = _Arrays.of(programme, aim, sign)
    failed = ""
    for presolve in (True, False):
        result = milp(
            arrays.objective,
            constraints=[LinearConstraint(arrays.matrix, arrays.low, arrays.high)] if len(arrays.low) else [],
            bounds=Bounds(0, arrays.upper),
            integrality=np.ones(len(arrays.upper)),
            options={"mip_rel_gap": 0.0, "time_limit": time_limit_s, "presolve": presolve},
        )
        if result.status == INFEASIBLE:
            return Answer(status="infeasible")
        if result.status == LIMIT:
            return Answer(status="limit")
        if result.status != 0 or result.x is None:
            failed = result.message
            continue
        try:
            return arrays.verified(programme, aim, result.x, result.mip_dual_bound)
        except Unverified as error:
            failed = str(error)
    raise Unverified(failed)


def scip(programme: Programme, aim: Row, sign: int, time_limit_s: float, hint: Sequence[int] = ()) -> Answer:
    """Ask SCIP."""
    arrays = _Arrays.of(programme, aim, sign)
    failed = ""
    for parameters in ("", "presolving/maxrounds = 0\n"):
        model: Any = mbh.ModelBuilderHelper()
        model.fill_model_from_sparse_data(
            np.zeros(len(arrays.upper)), arrays.upper, arrays.objective, arrays.low, arrays.high, arrays.matrix
        )
        for variable in range(len(arrays.upper)):
            model.set_var_integrality(variable, True)
        for variable, value in enumerate(hint):
            model.add_hint(variable, value)
        solver: Any = mbh.ModelSolverHelper("scip")
        solver.enable_output(False)
        solver.set_solver_specific_parameters(f"limits/gap = 0.0\nnumerics/feastol = 1e-09\n{parameters}")
        solver.set_time_limit_in_seconds(time_limit_s)
        solver.solve(model)
        status = solver.status()
        if status == mbh.SolveStatus.INFEASIBLE:
            return Answer(status="infeasible")
        if status in (mbh.SolveStatus.FEASIBLE, mbh.SolveStatus.NOT_SOLVED):
            return Answer(status="limit")
        if status != mbh.SolveStatus.OPTIMAL:
            failed = f"SCIP ended with {status}"
            continue
        try:
            return arrays.verified(programme, aim, solver.variable_values(), solver.best_objective_bound())
        except Unverified as error:
            failed = str(error)
    raise Unverified(failed)


def cp_sat(programme: Programme, aim: Row, sign: int, time_limit_s: float, hint: Sequence[int] = ()) -> Answer:
    """Ask CP-SAT, which computes in integers throughout."""
    model = cp_model.CpModel()
    variables = [model.new_int_var(0, upper, "") for upper in programme.uppers]

    def total(row: Row) -> Any:
        return cp_model.LinearExpr.weighted_sum([variables[number] for number in row], list(row.values()))

    for row, low, high in programme.reduced_rows():
        model.add_linear_constraint(
            total(row),
            cp_model.INT32_MIN * 2**20 if low is None else low,
            cp_model.INT32_MAX * 2**20 if high is None else high,
        )
    step = math.gcd(*aim.values()) or 1
    if aim:
        model.minimize(sign * total({variable: amount // step for variable, amount in aim.items()}))
    for number, value in enumerate(hint):
        model.add_hint(variables[number], value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = time_limit_s
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Answer(status="infeasible")
    if status in (cp_model.UNKNOWN, cp_model.FEASIBLE):  # the values of an unknown outcome are raw memory
        return Answer(status="limit")
    if status != cp_model.OPTIMAL:
        raise Unverified(solver.status_name())
    x = tuple(solver.value(variable) for variable in variables)
    if not programme.keeps(x):
        raise Unverified("a solution breaks a row")
    value = worth(aim, x)
    if aim and round(solver.best_objective_bound) * step != sign * value:
        raise Unverified("bound and value disagree")
    return Answer(status="optimal", value=value, x=x)


SOLVERS: dict[str, Solver] = {"SCIP": scip, "HiGHS": highs, "CP-SAT": cp_sat}


def optimum(
    solver: Solver, programme: Programme, aim: Row, sign: int, time_limit_s: float, hint: Sequence[int]
) -> Answer:
    """Return what a solver says; programmes that no solver need be asked about are answered here."""
    if not programme.uppers:
        return Answer(status="optimal", value=0) if programme.keeps(()) else Answer(status="infeasible")
    try:
        return solver(programme, aim, sign, time_limit_s, hint)
    except Unsolvable:
        return Answer(status="infeasible")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrays:
    """A programme and an aim, to be made small, as floating-point arrays; numbers without a common divisor."""

    objective: FloatArray
    upper: FloatArray
    matrix: Any
    low: FloatArray
    high: FloatArray
    step: int
    sign: int

    @classmethod
    def of(cls, programme: Programme, aim: Row, sign: int) -> _Arrays:
        rows = programme.reduced_rows()
        step = math.gcd(*aim.values()) or 1
        objective = np.zeros(len(programme.uppers))
        for variable, amount in aim.items():
            objective[variable] = sign * amount / step
        place = np.repeat(np.arange(len(rows)), [len(row) for row, _, _ in rows])
        variables = [variable for row, _, _ in rows for variable in row]
        amounts = np.array([amount for row, _, _ in rows for amount in row.values()], float)
        return cls(
            objective=objective,
            upper=np.array(programme.uppers, float),
            matrix=sp.csr_matrix((amounts, (place, variables)), shape=(len(rows), len(programme.uppers))),
            low=np.array([-np.inf if low is None else low for _, low, _ in rows], float),
            high=np.array([np.inf if high is None else high for _, _, high in rows], float),
            step=step,
            sign=sign,
        )

    def verified(self, programme: Programme, aim: Row, solution: Any, bound: float) -> Answer:
        """Return the rounded solution's value, where it keeps the rows and the bound leaves no room for a better."""
        x = tuple(round(value) for value in solution)
        if not programme.keeps(x):
            raise Unverified("a rounded solution breaks a row")
        value = worth(aim, x)
        if abs(bound * self.step - self.sign * value) >= self.step:
            raise Unverified("bound and value disagree")
        return Answer(status="optimal", value=value, x=x)
