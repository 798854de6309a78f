"""The columns that still count in a case, as arrays of the same length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from matcher.columns import BoolArray, Columns, IndexArray, IntArray, NarrowArray, Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsInPlay:
    """The columns that no earlier aim excludes, as arrays of the same length.

    Parameters
    ----------
    position : int64 (n,)
        Where each stands among all columns; ascending.
    candidate, vacancy, route_idx, weight, cost, units, group_bits, lottery
        As in `Columns`.
    resource : int32 (n,)
        As in `Columns`.
    resource_use : int64 (n,)
        In steps of what divides all uses of the resource.
    is_published : bool (n,)
        Whether the published plan has the column.
    routes : Routes
    """

    position: IntArray
    candidate: IndexArray
    vacancy: IndexArray
    route_idx: IndexArray
    weight: NarrowArray
    cost: NarrowArray
    units: NarrowArray
    group_bits: NarrowArray
    lottery: NarrowArray
    resource: IndexArray
    resource_use: IntArray
    is_published: BoolArray
    routes: Routes

    def only(self, kept: BoolArray) -> ColumnsInPlay:
        """Return the columns for which `kept` is true."""
        if bool(kept.all()):
            return self
        return self.at(np.flatnonzero(kept))  # of many columns mostly few are left

    def at(self, place: IntArray) -> ColumnsInPlay:
        """Return the columns that stand at ascending places among these."""
        names = [field.name for field in fields(self) if field.name != "routes"]
        return ColumnsInPlay(**{name: getattr(self, name)[place] for name in names}, routes=self.routes)


def all_in_play(
    columns: Columns, resource_step: IntArray, published: Sequence[int] = (), first: int = 0
) -> ColumnsInPlay:
    """Return every column, its use of a resource in steps of so many millionths.

    The published plan has the columns at the positions `published`; the first of all these columns stands at `first`.
    """
    per_step = np.append(resource_step, 1)  # position -1 reads the last entry: no resource
    is_published = np.zeros(len(columns), np.bool_)
    is_published[list(published)] = True
    return ColumnsInPlay(
        position=np.arange(first, first + len(columns)),
        candidate=columns.candidate,
        vacancy=columns.vacancy,
        route_idx=columns.route_idx,
        weight=columns.weight,
        cost=columns.cost,
        units=columns.units,
        group_bits=columns.group_bits,
        lottery=columns.lottery,
        resource=columns.resource,
        resource_use=columns.resource_use // per_step[columns.resource] if len(resource_step) else columns.resource_use,
        is_published=is_published,
        routes=columns.routes,
    )


def order_by_vacancy(vacancy: IndexArray, num_vacancies: int) -> IntArray:
    """Return the order that sorts columns by vacancy, and leaves those of one as they are."""
    short = vacancy.astype(np.uint16) if num_vacancies <= 2**16 else vacancy  # sorts much faster
    return np.argsort(short, kind="stable")
