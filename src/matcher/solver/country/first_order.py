"""Relaxations of a whole country by a first-order method: a rough plan and rough prices from nothing.

A simplex walks through hundreds of thousands of corners; PDLP multiplies by the matrix instead. Its solutions are
never quite feasible nor quite optimal, which does not matter here: prices are rounded to integers and bound every plan
whatever they are. Source: Applegate et al. (2021), Practical large-scale linear programming using primal-dual hybrid
gradient, Advances in Neural Information Processing Systems 34.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from matcher.solver.country.scaled import Rough, Scaled
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.programme import Programme
from matcher.solver.programmes.rough import solve_roughly


def rough_solution(scaled: Scaled, iterations: int, threads: int, stop: StopSignal) -> Rough:
    """Return a rough solution of a relaxation.

    Parameters
    ----------
    scaled : Scaled
    iterations : int
    threads : int
        Change nothing but the time.
    stop : StopSignal
        Whose time limit is kept.
    """
    rows, number, num_rows = scaled.rows, scaled.rows.num_columns, len(scaled.in_use)
    people = np.flatnonzero(np.bincount(rows.candidate, minlength=rows.num_owners) > 1)
    person_at = np.full(rows.num_owners, -1, dtype=np.int64)
    person_at[people] = np.arange(len(people))
    own = np.flatnonzero(person_at[rows.candidate] >= 0)
    shape = (len(people), number + len(scaled.size))
    persons = sp.csr_matrix((np.ones(len(own)), (person_at[rows.candidate[own]], own)), shape=shape)
    high = np.r_[scaled.high, np.ones(len(people))]
    is_equation = np.r_[scaled.is_equation, np.zeros(len(people), dtype=bool)]
    programme = Programme(
        objective=np.r_[scaled.objective, scaled.worth],
        matrix=sp.vstack([sp.hstack([scaled.matrix, scaled.beside]), persons], format="csc"),
        low=np.where(is_equation, high, -np.inf),
        high=high,
        lower=np.r_[np.zeros(number), scaled.lower],
        upper=np.r_[np.ones(number), scaled.upper],
    )
    x, duals = solve_roughly(programme, iterations, threads, stop)
    return scaled.rough(x[:number], x[number:], duals[:num_rows])
