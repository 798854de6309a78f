"""Parts of the columns, block by block, and their joining into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from matcher.columns import BoolArray, Columns, IndexArray, IntArray, Limits
from matcher.features.arrays import ragged
from matcher.features.block import Block
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


def part_of(found: Found, block: Block, accounts: Accounts, weight: IntArray) -> Part:
    """Return a part from what was found in a block."""
    route = accounts.route(found)
    return Part(
        candidate=block.members[found.candidate].astype(np.int32),
        vacancy=found.vacancy.astype(np.int32),
        route_length=route.length,
        route_cohort=route.cohort,
        route_is_new=route.is_new,
        weight=weight,
        cost=accounts.costs(found, route),
        units=accounts.units(found),
        start_day=found.start_day,
        group_bits=accounts.group_bits(found),
        lottery=accounts.lottery(found),
    )


def joined(limits: Limits, parts: Sequence[Part]) -> Columns:
    """Return the columns of all parts in order of candidates; each candidate's are consecutive in one block's parts."""
    arrays = {field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Part)}
    length = arrays.pop("route_length")
    route_start = np.concatenate([[0], np.cumsum(length)])
    if np.any(arrays["candidate"][1:] < arrays["candidate"][:-1]):
        order = np.argsort(arrays["candidate"], kind="stable")
        entry, _ = ragged(route_start[order], length[order])
        for name, array in arrays.items():
            arrays[name] = array[entry if name in ("route_cohort", "route_is_new") else order]
        route_start = np.concatenate([[0], np.cumsum(length[order])])
    return Columns(
        limits=limits,
        route_start=route_start,
        # Only pairs state what they use; one number stands for all, so that millions of columns cost no memory.
        resource=np.broadcast_to(np.int32(-1), len(arrays["candidate"])),
        resource_use=np.broadcast_to(np.int64(0), len(arrays["candidate"])),
        **arrays,
    )
