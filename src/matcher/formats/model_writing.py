"""Writes the integer model of one tier as MPS or LP, so that anybody can solve it with another solver."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.formats.integer_model import IntegerModel, integer_model
from matcher.formats.whole_files import write_text

_TERMS_PER_LINE = 8


def export_mps(
    columns: Columns,
    tier: str,
    path: str | os.PathLike[str],
    held: Mapping[str, int] | None = None,
    *,
    counts_obligations: bool = True,
) -> None:
    """Write the model of one tier in free MPS.

    The comments on top say which id has which position; the variable ``x12_34_5`` is candidate 12 in vacancy 34 by
    cohort 5. The objective is minimised; `placements`, an aim of most, is negated.

    Parameters
    ----------
    columns : Columns
    tier : str
        ``shortfall``, ``placements``, ``cost`` or ``tie_break``.
    path : str or path
    held : mapping of earlier tier to value, optional
        In the tiers' integer units (docs/model.md section 5).
    counts_obligations : bool
        False where the policy leaves the tier `shortfall` out: it then counts hard minimum counts alone.

    Raises
    ------
    InvalidInput
        For an unknown tier, or where the file cannot be written.
    """
    model = integer_model(columns, tier, held, counts_obligations=counts_obligations)
    write_text(Path(path), chain(_legend(columns, tier, "*"), _mps(model, tier)))


def export_lp(
    columns: Columns,
    tier: str,
    path: str | os.PathLike[str],
    held: Mapping[str, int] | None = None,
    *,
    counts_obligations: bool = True,
) -> None:
    """Write the model of one tier in the LP format; parameters and names as for `export_mps`."""
    model = integer_model(columns, tier, held, counts_obligations=counts_obligations)
    write_text(Path(path), chain(_legend(columns, tier, "\\"), _lp(model)))


def _legend(columns: Columns, tier: str, mark: str) -> Iterator[str]:
    limits = columns.limits
    yield f"{mark} Tier {tier}, minimised, in its integer unit. x<candidate>_<vacancy>_<cohort>... by position:\n"
    for word, ids in (
        ("candidate", limits.candidate_ids),
        ("vacancy", limits.vacancy_ids),
        ("cohort", limits.cohort_ids),
        ("budget", limits.budget_ids),
        ("contract (shortfall, obligation)", limits.contract_ids),
        ("quota", limits.quota_ids),
        ("resource", limits.resource_ids),
    ):
        for position, identifier in enumerate(ids):
            yield f"{mark} {word} {position} is {identifier}\n"


def _mps(model: IntegerModel, tier: str) -> Iterator[str]:
    yield f"NAME matcher_{tier}\nROWS\n N objective\n"
    for name, is_equation in zip(model.row_names, model.is_equation.tolist(), strict=True):
        yield f" {'E' if is_equation else 'L'} {name}\n"
    yield "COLUMNS\n MARKER0 'MARKER' 'INTORG'\n"
    start = _starts(model.variable, len(model.variable_names))
    rows, values, costs, names = model.row.tolist(), model.value.tolist(), model.objective.tolist(), model.row_names
    for number, variable in enumerate(model.variable_names):
        lines = [f" {variable} objective {costs[number]}\n"]
        for entry in range(start[number], start[number + 1]):
            lines.append(f" {variable} {names[rows[entry]]} {values[entry]}\n")
        yield "".join(lines)
    yield " MARKER1 'MARKER' 'INTEND'\nRHS\n"
    for name, bound in zip(model.row_names, model.rhs.tolist(), strict=True):
        yield f" RHS {name} {bound}\n" if bound else ""
    yield "BOUNDS\n"
    for name, most in zip(model.variable_names, model.upper.tolist(), strict=True):
        yield f" UP BOUND {name} {most}\n"
    yield "ENDATA\n"


def _lp(model: IntegerModel) -> Iterator[str]:
    names = model.variable_names
    costs = [(value, name) for value, name in zip(model.objective.tolist(), names, strict=True) if value]
    yield f"Minimize\n objective: {_sum(costs or [(0, names[0])] if names else [])}\nSubject To\n"
    by_row = np.argsort(model.row, kind="stable")
    start, bounds = _starts(model.row[by_row], len(model.row_names)), model.rhs.tolist()
    entries, values = model.variable[by_row].tolist(), model.value[by_row].tolist()
    for number, (row, is_equation) in enumerate(zip(model.row_names, model.is_equation.tolist(), strict=True)):
        span = range(start[number], start[number + 1])
        terms = [(values[entry], names[entries[entry]]) for entry in span]
        if terms or bounds[number] < 0 or (is_equation and bounds[number]):
            yield f" {row}: {_sum(terms or [(0, names[0])])} {'=' if is_equation else '<='} {bounds[number]}\n"
    yield "Bounds\n"
    for name, most in zip(names, model.upper.tolist(), strict=True):
        yield f" 0 <= {name} <= {most}\n"
    yield "General\n"
    for name in names:
        yield f" {name}\n"
    yield "End\n"


def _starts(positions: IntArray, count: int) -> list[int]:
    """Return where each position begins in a sorted array of positions, and where the last one ends."""
    starts: list[int] = np.searchsorted(positions, np.arange(count + 1)).tolist()
    return starts


def _sum(terms: Iterable[tuple[int, str]]) -> str:
    """Return terms with signs, broken into short lines, as readers of the format expect."""
    words = [f"{'+' if value >= 0 else '-'} {abs(value)} {name}" for value, name in terms]
    lines = [" ".join(words[begin : begin + _TERMS_PER_LINE]) for begin in range(0, len(words), _TERMS_PER_LINE)]
    return "\n  ".join(lines)
