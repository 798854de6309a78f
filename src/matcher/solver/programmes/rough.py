"""Rough solutions of very large linear programmes, by PDLP's first-order iterations."""

from __future__ import annotations

import numpy as np
from ortools.pdlp import solvers_pb2 as pdlp_pb2
from ortools.pdlp.python import pdlp

from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.programme import FloatArray, Programme

SHARDS = 32  # parts that sums are taken in, whatever the number of threads
ROUGHLY = 1e-6  # relative residuals at which first-order iterations are of no more use


def solve_roughly(
    programme: Programme, iterations: int, threads: int, stop: StopSignal
) -> tuple[FloatArray, FloatArray]:
    """Return values and duals after some iterations of PDLP, which hardly ever are those of an exact optimum.

    Parameters
    ----------
    programme : Programme
    iterations : int
    threads : int
        Change nothing: sums are taken in the same parts.
    stop : StopSignal
        Whose time limit is kept.
    """
    quadratic = pdlp.QuadraticProgram()
    quadratic.resize_and_initialize(programme.matrix.shape[1], programme.matrix.shape[0])
    quadratic.objective_vector = -programme.objective  # PDLP minimises, so its duals have the other sign
    quadratic.constraint_matrix = programme.matrix
    quadratic.constraint_lower_bounds, quadratic.constraint_upper_bounds = programme.low, programme.high
    quadratic.variable_lower_bounds, quadratic.variable_upper_bounds = programme.lower, programme.upper
    parameters = pdlp_pb2.PrimalDualHybridGradientParams()
    parameters.num_threads, parameters.num_shards = threads, SHARDS
    parameters.termination_criteria.iteration_limit = iterations
    parameters.termination_criteria.simple_optimality_criteria.eps_optimal_relative = ROUGHLY
    parameters.termination_criteria.simple_optimality_criteria.eps_optimal_absolute = ROUGHLY
    if stop.remaining_s is not None:
        parameters.termination_criteria.time_sec_limit = stop.remaining_s
    result = pdlp.primal_dual_hybrid_gradient(quadratic, parameters)
    return np.array(result.primal_solution), -np.array(result.dual_solution)
