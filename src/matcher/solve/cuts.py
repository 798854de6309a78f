"""The cuts of a certificate, in ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.plan import Clique, CountedRow, Cut, OwnColumn
from matcher.solver import CUT, TOGETHER, Rows, SolvedCut


def written_cuts(
    columns: Columns, rows: Rows, prices: Sequence[IntArray]
) -> tuple[tuple[Cut, ...], tuple[Clique, ...]]:
    """Return all cuts up to the last that some case prices, for each may be made of those before, and their cliques.

    Parameters
    ----------
    columns : Columns
    rows : Rows
        With all cuts that were found.
    prices : sequence of int64 (R,)
        Of every case; those that were written before some rows were found have fewer.
    """
    places = [row for row, kind in enumerate(rows.kinds) if kind == CUT]
    is_priced = np.zeros(len(rows.kinds), dtype=bool)
    for own in prices:
        is_priced[: len(own)] |= own != 0
    last = max((number for number, row in enumerate(places) if is_priced[row]), default=-1)
    cuts = rows.cuts[: last + 1]
    counted = sorted({row for cut in cuts for row in cut.rows.tolist() if rows.kinds[row] == TOGETHER})
    number_of = {row: number for number, row in enumerate(counted, start=1)}
    entries = rows.matrix.tocsr()[counted]
    cliques = (_clique(columns, rows, row, entries[place]) for place, row in enumerate(counted))
    return tuple(_written(rows, cut, number_of) for cut in cuts), tuple(cliques)


def _clique(columns: Columns, rows: Rows, row: int, entries: Any) -> Clique:
    place, number = entries.indices, rows.num_columns
    who = rows.limits.candidate_ids[int(rows.links[row - len(rows.kinds), 1])]
    names = [rows.entity_ids[rows.row_of_variable[other]] for other in (place[place >= number] - number).tolist()]
    cohorts = [name.removeprefix(f"{who}|") for name in names]
    is_made = (entries.data[place >= number] > 0).tolist()
    return Clique(
        candidate_id=who,
        columns=tuple(
            OwnColumn(vacancy_id=rows.limits.vacancy_ids[columns.vacancy[column]], cohort_ids=columns.route(column))
            for column in rows.origin[np.sort(place[place < number])].tolist()
        ),
        made=tuple(sorted(name for name, made in zip(cohorts, is_made, strict=True) if made)),
        missing=tuple(sorted(name for name, made in zip(cohorts, is_made, strict=True) if not made)),
    )


def _written(rows: Rows, cut: SolvedCut, number_of: Mapping[int, int]) -> Cut:
    limits = rows.limits
    counted = [
        ("clique", str(number_of[row]), times) if row in number_of else (rows.kinds[row], rows.entity_ids[row], times)
        for row, times in _pairs(cut.rows, cut.row_times)
    ]
    counted += [("candidate", limits.candidate_ids[one], times) for one, times in _pairs(cut.people, cut.person_times)]
    counted += [
        ("once", f"{limits.candidate_ids[candidate]}|{limits.vacancy_ids[vacancy]}", times)
        for (candidate, vacancy), times in zip(cut.pairs.tolist(), cut.pair_times.tolist(), strict=True)
    ]
    for other, times in _pairs(cut.others, cut.other_times):
        row = rows.row_of_variable[other]
        counted.append(("most", f"{rows.kinds[row]}|{rows.entity_ids[row]}", times))
    return Cut(
        divisor=cut.divisor,
        unit=cut.unit,
        rows=tuple(CountedRow(kind=kind, entity_id=entity_id, times=times) for kind, entity_id, times in counted),
    )


def _pairs(places: IntArray, times: IntArray) -> Sequence[tuple[int, int]]:
    return list(zip(places.tolist(), times.tolist(), strict=True))


__all__ = ["written_cuts"]
