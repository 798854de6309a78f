"""Parts of the columns, block by block, and their joining in order of candidates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.columns import Columns, IndexArray, IntArray, Limits, NarrowArray, Routes
from matcher.features.arrays import narrowed
from matcher.features.block import Block
from matcher.features.route_keys import RouteKeys
from matcher.features.routes import Found
from matcher.features.worth import Accounts

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """All columns of some candidates, sorted by candidate, vacancy and route.

    Parameters
    ----------
    arrays : dict of str to array (n,)
        As in `Columns`, by name; ``route_idx`` refers to `route_keys`.
    route_keys : int64 (r,)
        Distinct and rising, see `RouteKeys`.
    """

    arrays: Arrays
    route_keys: IntArray

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.arrays["candidate"])

    @property
    def nbytes(self) -> int:
        """The memory that the arrays take; bytes."""
        return self.route_keys.nbytes + sum(array.nbytes for array in self.arrays.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some consecutive columns of one block, their routes still by the block's own numbers.

    Parameters
    ----------
    arrays : dict of str to array (n,)
        As in `Part`, but for the routes.
    chain : int32 (n,)
        Position in the block's `Chains`.
    differing : int64 (d,)
        The columns whose route holds promised seats.
    keys : int64 (d,)
        Of their routes.
    """

    arrays: Arrays
    chain: IndexArray
    differing: IntArray
    keys: IntArray


def piece_of(found: Found, block: Block, accounts: Accounts, weight: IntArray) -> Piece:
    """Return what was found in a block, with everything that columns carry."""
    promised = accounts.promised(found)
    return Piece(
        arrays={
            "candidate": block.members[found.candidate].astype(np.int32),
            "vacancy": found.vacancy.astype(np.int32),
            "weight": narrowed(weight),
            "cost": narrowed(accounts.costs(found, promised)),
            "units": narrowed(accounts.units(found)),
            "start_day": found.start_day,
            "group_bits": accounts.group_bits(found),
            "lottery": accounts.lottery(found),
            **accounts.resources(found),
        },
        chain=found.chain.astype(np.int32),
        differing=promised.column,
        keys=promised.keys,
    )


def part_of(pieces: Sequence[Piece], chain_keys: IntArray) -> Part:
    """Return the pieces of one block, which follow one another, as one part.

    Parameters
    ----------
    pieces : sequence of Piece
        At least one.
    chain_keys : int64 (N,)
        Of the block's chains where all seats are new.
    """
    # The pieces are emptied on the way, so that nothing is held twice.
    names = list(pieces[0].arrays)
    arrays = {name: np.concatenate([piece.arrays.pop(name) for piece in pieces]) for name in names}
    number = np.concatenate([piece.chain for piece in pieces])
    first = np.cumsum([0, *(len(piece.chain) for piece in pieces[:-1])])
    differing = np.concatenate([begin + piece.differing for begin, piece in zip(first, pieces, strict=True)])
    others, which = np.unique(np.concatenate([piece.keys for piece in pieces]), return_inverse=True)
    number[differing] = len(chain_keys) + which
    arrays["route_idx"], route_keys = _those_in_use(number, np.concatenate([chain_keys, others]))
    return Part(arrays=arrays, route_keys=route_keys)


def _those_in_use(number: IndexArray, keys: IntArray) -> tuple[IndexArray, IntArray]:
    """Return the routes of all columns renumbered in order of their keys, and the keys that occur."""
    is_used = np.zeros(len(keys), np.bool_)
    is_used[number] = True
    used = np.flatnonzero(is_used)
    used = used[np.argsort(keys[used])]
    place = np.zeros(len(keys), np.int32)
    place[used] = np.arange(len(used))
    return place[number], keys[used]


class RouteTable:
    """The routes of several parts as one table.

    Parameters
    ----------
    keys_of_parts : iterable of int64 array
    """

    def __init__(self, keys_of_parts: Iterable[IntArray]) -> None:
        nothing = np.empty(0, np.int64)
        self.keys: IntArray = np.unique(np.concatenate([nothing, *keys_of_parts]))

    def positions(self, keys: IntArray) -> IndexArray:
        """Return where some keys stand in the table; int32."""
        return np.searchsorted(self.keys, keys).astype(np.int32)


class Gathering:
    """Puts the columns of some consecutive candidates in order, from parts that hold some candidates each.

    Parameters
    ----------
    counts : int64 (C,)
        Columns of each candidate of these.
    first_candidate : int
        Position of the first of them.
    """

    def __init__(self, counts: IntArray, first_candidate: int) -> None:
        self._starts = np.cumsum(counts) - counts
        self._first_candidate = first_candidate
        self.size = int(counts.sum())

    def place_of(self, candidate: IndexArray) -> slice | NarrowArray:
        """Return where the columns of a part belong, whose candidates are given; each one's are all in one part."""
        if not len(candidate):
            return slice(0, 0)
        begins = np.flatnonzero(np.r_[True, candidate[1:] != candidate[:-1]])
        shift = self._starts[candidate[begins] - self._first_candidate] - begins
        if len(np.unique(shift)) == 1:  # they stay together
            return slice(int(shift[0]), int(shift[0]) + len(candidate))
        dtype = np.int32 if self.size <= np.iinfo(np.int32).max else np.int64
        place: NarrowArray = np.repeat(shift.astype(dtype), np.diff(np.r_[begins, len(candidate)]))
        place += np.arange(len(candidate)).astype(dtype)
        return place

    def gathered(self, parts: Sequence[Arrays], positions: Sequence[IndexArray]) -> Arrays:
        """Return the arrays of all parts in order; the parts are emptied on the way, so that nothing is held twice.

        Parameters
        ----------
        parts : sequence of dict of str to array
        positions : sequence of int32 arrays
            Of each part's routes among all.
        """
        places = [self.place_of(part["candidate"]) for part in parts]
        dtypes = dtypes_of(parts)
        arrays: Arrays = {}
        for name, dtype in dtypes.items():  # one after another: the columns of a part are spread over the whole
            arrays[name] = np.empty(self.size, dtype)
            for part, place, position in zip(parts, places, positions, strict=True):
                values = part.pop(name)
                arrays[name][place] = position[values] if name == "route_idx" else values
        return arrays


def dtypes_of(parts: Iterable[Arrays]) -> dict[str, np.dtype[Any]]:
    """Return the narrowest dtypes that hold the arrays of all parts."""
    found: dict[str, np.dtype[Any]] = {}
    for arrays in parts:
        for name, array in arrays.items():
            found[name] = np.promote_types(found.get(name, array.dtype), array.dtype)
    return found


def counts_of(parts: Iterable[Part], num_candidates: int) -> IntArray:
    """Return how many columns each candidate has; int64 (C,)."""
    counts = np.zeros(num_candidates, np.int64)
    for part in parts:
        counts += np.bincount(part.arrays["candidate"], minlength=num_candidates)
    return counts


def joined(limits: Limits, parts: list[Part], keys: RouteKeys) -> Columns:
    """Return the columns of all parts in order; the list is emptied on the way, so that nothing is held twice."""
    table = RouteTable(part.route_keys for part in parts)
    gathering = Gathering(counts_of(parts, len(limits.candidate_ids)), 0)
    positions = [table.positions(part.route_keys) for part in parts]
    arrays = gathering.gathered([part.arrays for part in parts], positions)
    parts.clear()
    return columns_of(limits, keys.routes(table.keys), arrays)


def columns_of(limits: Limits, routes: Routes, arrays: Arrays) -> Columns:
    """Return the columns that some arrays make up."""
    # Where nothing uses any resource one number stands for all, so that millions of columns cost no memory.
    size = len(arrays["candidate"])
    unused: Arrays = {
        "resource": np.broadcast_to(np.int32(-1), size),
        "resource_use": np.broadcast_to(np.int64(0), size),
    }
    return Columns(limits=limits, routes=routes, **(unused | arrays))
