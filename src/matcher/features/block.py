"""A block of candidates: all that is given about them, cut out of the whole, so that memory stays bounded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.arrays import FloatArray
from matcher.features.given import Given
from matcher.features.people import Enrolments, People

LARGEST_BLOCK = 1 << 15
BLOCK_BYTES = 1 << 27  # of the tables by candidate and need, group or entry into a cohort (about three each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """B candidates.

    Parameters
    ----------
    members : int64 (B,)
        Their positions, rising.
    position : int64 (C,)
        Position in the block of every candidate, -1 for those who are not in it.
    people : People
    enrolments : Enrolments
        By position in the block.
    member_until : int32 (S, B)
        As in `Given`.
    group_last_day : int32 (G, B)
        As in `Memberships.last_day`.
    reaches : bool (P + 1,)
        Whether anybody reaches the place.
    """

    members: IntArray
    position: IntArray
    people: People
    enrolments: Enrolments
    member_until: IndexArray
    group_last_day: IndexArray
    reaches: BoolArray

    def __len__(self) -> int:
        """Return the number of candidates."""
        return len(self.members)


def block_of(given: Given, members: IntArray) -> Block:
    """Return a block of some candidates, whose positions are given rising."""
    position = np.full(len(given.people), -1, np.int64)
    position[members] = np.arange(len(members))
    people = given.people.block(members)
    return Block(
        members=members,
        position=position,
        people=people,
        enrolments=given.enrolments.block(position),
        member_until=given.member_until[:, members],
        group_last_day=given.memberships.last_day[:, members],
        reaches=_reached_places(given.places.km, people),
    )


def _reached_places(km: FloatArray, people: People) -> BoolArray:
    farthest = np.full(len(km), -1.0)
    np.maximum.at(farthest, people.place, people.max_distance_km)
    reached: BoolArray = np.any(km <= farthest[:, np.newaxis], axis=0)
    return reached


def divided(given: Given, threads: int) -> list[IntArray]:
    """Return the members of each block: neighbours together, so that a block sees few vacancies and cohorts.

    Codes of municipalities begin with their county, so that neighbours in order are mostly neighbours on the map.
    """
    per_candidate = 4 * (len(given.needs) + len(given.work.group_sets)) + 3 * len(given.training.cohort_ids)
    largest = min(LARGEST_BLOCK, max(1, BLOCK_BYTES // max(1, per_candidate)))
    num_blocks = max(-(-len(given.people) // largest), min(threads, len(given.people)), 1)
    by_place = np.argsort(given.people.place, kind="stable")
    return [np.sort(members) for members in np.array_split(by_place, num_blocks)]
