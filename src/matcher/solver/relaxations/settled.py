"""Whom no cohort can move, and where they leave room, as a relaxation says of those who are placed without training."""

from __future__ import annotations

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.model.rows import Rows
from matcher.solver.relaxations.relaxed import Relaxed

WHOLE = 1e-6


def trains(rows: Rows, columns: IntArray) -> BoolArray:
    """Tell which columns take a seat in a cohort."""
    seats = rows.matrix[:, columns].tocsr()[rows.seats]
    found: BoolArray = np.diff(seats.tocsc().indptr) > 0
    return found


def settled_people(rows: Rows, root: Relaxed, trained: IntArray) -> tuple[BoolArray, BoolArray, IntArray]:
    """Return whom cohorts cannot move, where they leave room, and the columns that they keep.

    `trained` are the columns by which people may come to a place through a cohort.
    """
    num_vacancies = len(rows.limits.vacancy_ids)
    whole = root.chosen[root.x >= 1 - WHOLE]
    broken = root.chosen[(root.x > WHOLE) & (root.x < 1 - WHOLE)]
    is_touched = np.zeros(num_vacancies, dtype=bool)
    is_touched[rows.vacancy[np.r_[trained, broken]]] = True
    may_move = np.zeros(rows.num_owners, dtype=bool)
    may_move[rows.candidate[broken]] = True
    stays = ~trains(rows, whole) & ~is_touched[rows.vacancy[whole]] & ~may_move[rows.candidate[whole]]
    settled = whole[stays]
    is_settled = np.zeros(rows.num_owners, dtype=bool)
    is_settled[rows.candidate[settled]] = True
    filled = np.bincount(rows.vacancy[settled], minlength=num_vacancies)
    return is_settled, rows.limit[:num_vacancies] > filled, settled


__all__ = ["WHOLE", "settled_people", "trains"]
