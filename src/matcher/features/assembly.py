"""Parts of the columns, block by block, and their joining into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from matcher.columns import BoolArray, Columns, IndexArray, IntArray, Limits
from matcher.features.routes import Found
from matcher.features.worth import Accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some consecutive columns; the fields are those of `Columns`, but for the lengths of routes."""

    candidate: IndexArray
    vacancy: IndexArray
    route_length: IntArray
    route_cohort: IndexArray
    route_is_new: BoolArray
    weight: IntArray
    cost: IntArray
    units: IntArray
    start_day: IndexArray
    group_bits: IntArray
    lottery: IntArray


def part_of(found: Found, first: int, accounts: Accounts, cohorts: IndexArray, weight: IntArray) -> Part:
    """Return a part from what was found in the block that begins with candidate `first`."""
    is_new = accounts.is_new(found, cohorts)
    taken = (cohorts >= 0).T
    return Part(
        candidate=(found.candidate + first).astype(np.int32),
        vacancy=found.vacancy.astype(np.int32),
        route_length=taken.sum(axis=1),
        route_cohort=cohorts.T[taken],
        route_is_new=is_new.T[taken],
        weight=weight,
        cost=accounts.costs(found, cohorts, is_new),
        units=accounts.units(found),
        start_day=found.start_day,
        group_bits=accounts.group_bits(found),
        lottery=accounts.lottery(found),
    )


def joined(limits: Limits, parts: Sequence[Part]) -> Columns:
    """Return the columns of all parts, which are given in order and not empty."""
    arrays = {field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Part)}
    route_start = np.concatenate([[0], np.cumsum(arrays.pop("route_length"))])
    return Columns(limits=limits, route_start=route_start, **arrays)
