"""Decisions of people that leave no plan: which ones, and which limit stands between them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import Columns, IntArray, Limits
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.model.rows import Rows
from matcher.solver.model.several import OTHER, PERSONAL
from matcher.solver.programmes.integer import solve_integer
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.programme import FloatArray, Programme

EXACT = 0.0
WATCHED = (
    *PERSONAL,
    *("vacancy", "seat", "budget", "resource", "quota_max", "trainings_total", "enrolment", "enrolled"),
)


class InfeasiblePins(Exception):
    """No plan keeps every pinned and accepted pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinConflict:
    """One decision that cannot stand, and why.

    Parameters
    ----------
    candidate_id, vacancy_id : str
    kind : str
        ``no_column``: the pair itself is not eligible; ``candidate``: the person is already pinned elsewhere; else
        the kind of the limit that is used up (as in a certificate), or ``together`` where no single one is.
    entity_id : str or None
        Of the limit.
    others : tuple of (str, str)
        The pairs (candidate, vacancy) that stand in its way.
    """

    candidate_id: str
    vacancy_id: str
    kind: str
    entity_id: str | None
    others: tuple[tuple[str, str], ...]


def pin_conflicts(columns: Columns, yielding: Collection[tuple[str, str]] = ()) -> tuple[PinConflict, ...]:
    """Return a conflict for every pin outside one largest set of pins that can stand together.

    Empty where all can; shares of groups and smallest enrolments are not considered, for they can depend on everybody
    else.

    Parameters
    ----------
    columns : Columns
    yielding : collection of (candidate id, vacancy id)
        Pins that give way to the others: none of these is left out for any number of them.
    """
    limits = columns.limits
    pins = list(zip(limits.pinned_candidate.tolist(), limits.pinned_vacancy.tolist(), strict=True))
    if not pins:
        return ()
    rows = assemble_rows(_of_the_pinned(columns))
    own = [rows.columns_of(i, j) for i, j in pins]
    conflicts = [
        _conflict(limits, pin, "no_column", None, ()) for pin, found in zip(pins, own, strict=True) if not len(found)
    ]
    if _stand_together(rows, np.array([found[0] for found in own if len(found)], dtype=np.int64)):
        return tuple(conflicts)
    choice = np.concatenate([*own, np.empty(0, np.int64)]).astype(np.int64)
    pin_of = np.repeat(np.arange(len(pins)), [len(found) for found in own])
    names = [(limits.candidate_ids[i], limits.vacancy_ids[j]) for i, j in pins]
    worth = np.array([1 if name in yielding else len(pins) for name in names], dtype=np.float64)
    kept = _largest_set(rows, choice, pin_of, worth)
    standing = {int(pin_of[position]) for position in kept}
    for position, pin in enumerate(pins):
        if position not in standing and len(own[position]):
            conflicts.append(_explained(rows, pin, own[position], [pins[other] for other in standing], choice[kept]))
    return tuple(conflicts)


def _of_the_pinned(columns: Columns) -> Columns:
    """Return the columns of those who are pinned: no others decide whether pins can stand together."""
    is_pinned = np.zeros(len(columns.limits.candidate_ids), dtype=bool)
    is_pinned[columns.limits.pinned_candidate] = True
    return columns.some(np.flatnonzero(is_pinned[columns.candidate]))


def _watched(rows: Rows) -> IntArray:
    """Return the hard limits that pins alone can break."""
    hard = np.array([kind in WATCHED for kind in rows.kinds], dtype=bool)
    hard[rows.row_of_variable[(rows.cohort < 0) & (rows.stage == OTHER)]] = False
    return np.flatnonzero(hard)


def _stand_together(rows: Rows, chosen: IntArray) -> bool:
    """Tell whether columns of different pins keep every limit that pins alone can break, as they mostly do."""
    x = rows.completed(chosen)
    is_within = (rows.matrix @ x <= rows.limit)[_watched(rows)]
    taken = np.bincount(rows.candidate[chosen], minlength=1)
    return bool(is_within.all() and (taken <= 1).all() and (x[rows.num_columns :] <= rows.upper).all())


def _largest_set(rows: Rows, choice: IntArray, pin_of: IntArray, worth: FloatArray) -> IntArray:
    """Return positions in `choice` of the set of pins that is worth most and keeps every hard limit."""
    if not len(choice):
        return np.empty(0, dtype=np.int64)
    watched = _watched(rows)
    opening = rows.num_columns + np.flatnonzero((rows.cohort >= 0) | (rows.stage != OTHER))
    one = np.ones(len(choice))
    people, person = np.unique(rows.candidate[choice], return_inverse=True)
    matrix = sp.vstack(
        [
            rows.matrix[watched][:, np.r_[choice, opening]].astype(np.float64),
            _beside(sp.csr_matrix((one, (pin_of, np.arange(len(choice))))), len(opening)),
            _beside(sp.csr_matrix((one, (person, np.arange(len(choice))))), len(opening)),
        ],
        format="csr",
    )
    high = np.r_[rows.limit[watched].astype(np.float64), np.ones(int(pin_of.max()) + 1 + len(people))]
    every = np.ones(len(choice) + len(opening))
    programme = Programme(
        objective=np.r_[worth[pin_of], np.zeros(len(opening))],
        matrix=matrix,
        low=np.full(len(high), -np.inf),
        high=high,
        lower=0 * every,
        upper=np.r_[one, rows.upper[opening - rows.num_columns]],
    )
    outcome = solve_integer(programme, every.astype(bool), StopSignal(), gap=EXACT, seed=0, node_limit=100_000)
    return np.empty(0, dtype=np.int64) if outcome.x is None else np.flatnonzero(outcome.x[: len(choice)] > 0.5)


def standing_pins(
    columns: Columns, pairs: Sequence[tuple[str, str]], stop: StopSignal
) -> frozenset[tuple[str, str]] | None:
    """Return a largest set of pairs that some plan keeps beside all pins, every limit considered.

    Parameters
    ----------
    columns : Columns
        Whose pins the pairs are not among.
    pairs : sequence of (candidate id, vacancy id)
    stop : StopSignal

    Returns
    -------
    set of pairs, or None
        ``None`` where there is no plan at all.

    Raises
    ------
    Interrupted
        When the search ends before any plan is found, or that there is none.
    """
    rows, limits = assemble_rows(columns), columns.limits
    candidate_at = {name: position for position, name in enumerate(limits.candidate_ids)}
    vacancy_at = {name: position for position, name in enumerate(limits.vacancy_ids)}
    own = [rows.columns_of(candidate_at[candidate], vacancy_at[vacancy]) for candidate, vacancy in pairs]
    number, (num_rows, num_variables) = len(pairs), rows.matrix.shape
    people, person = np.unique(rows.candidate, return_inverse=True)
    pair_of = np.repeat(np.arange(number), [len(found) for found in own])
    keeps = sp.csr_matrix(
        (-np.ones(len(pair_of)), (pair_of, np.concatenate([*own, np.empty(0, np.int64)]).astype(np.int64))),
        shape=(number, num_variables),
    )
    persons = sp.csr_matrix(
        (np.ones(rows.num_columns), (person, np.arange(rows.num_columns))), shape=(len(people), num_variables)
    )
    matrix = sp.vstack(
        [
            _beside(sp.diags(1.0 / rows.scale) @ rows.matrix.astype(np.float64), number),
            _beside(persons, number),
            sp.hstack([keeps, sp.identity(number)]),
        ],
        format="csr",
    )
    high = np.r_[rows.limit / rows.scale, np.ones(len(people)), np.zeros(number)]
    low = np.full(len(high), -np.inf)
    low[:num_rows][rows.is_equation] = high[:num_rows][rows.is_equation]
    upper = np.r_[np.ones(rows.num_columns), rows.upper.astype(np.float64), np.ones(number)]
    programme = Programme(
        objective=np.r_[np.zeros(num_variables), np.ones(number)],
        matrix=matrix,
        low=low,
        high=high,
        lower=0 * upper,
        upper=upper,
    )
    outcome = solve_integer(programme, np.ones(len(upper), dtype=bool), stop, gap=EXACT, seed=0, node_limit=100_000)
    if outcome.x is None and not outcome.is_finished:
        raise Interrupted
    if outcome.x is None:
        return None
    return frozenset(pair for pair, kept in zip(pairs, outcome.x[num_variables:], strict=True) if kept > 0.5)


def _beside(matrix: Any, number: int) -> Any:
    """Return a matrix with so many empty columns on its right."""
    return sp.hstack([matrix, sp.csr_matrix((matrix.shape[0], number))])


def _explained(
    rows: Rows,
    pin: tuple[int, int],
    own: IntArray,
    standing: list[tuple[int, int]],
    kept: IntArray,
) -> PinConflict:
    for other in standing:
        if other[0] == pin[0] and rows.limits.placements[pin[0]] == 1:
            return _conflict(rows.limits, pin, "candidate", rows.limits.candidate_ids[pin[0]], (other,))
    watched = _watched(rows)
    before = rows.matrix @ rows.completed(kept)
    for column in own:
        after = rows.completed(np.append(kept, column))
        opened = rows.num_columns + np.flatnonzero(rows.cohort >= 0)
        after[opened] = np.minimum(after[opened], 1)  # a cohort opens once, however many ask for a seat
        activity = rows.matrix @ after
        broken = watched[(activity > rows.limit)[watched] & (activity > before)[watched]]
        if len(broken):
            row = int(broken[0])
            share = rows.matrix[[row], :][:, kept].toarray().ravel() > 0
            others = tuple((int(rows.person[taken]), int(rows.vacancy[taken])) for taken in kept[share])
            return _conflict(rows.limits, pin, rows.kinds[row], rows.entity_ids[row], others)
    return _conflict(rows.limits, pin, "together", None, tuple(standing))


def _conflict(
    ids: Limits, pin: tuple[int, int], kind: str, entity_id: str | None, others: tuple[tuple[int, int], ...]
) -> PinConflict:
    return PinConflict(
        candidate_id=ids.candidate_ids[pin[0]],
        vacancy_id=ids.vacancy_ids[pin[1]],
        kind=kind,
        entity_id=entity_id,
        others=tuple((ids.candidate_ids[i], ids.vacancy_ids[j]) for i, j in others),
    )
