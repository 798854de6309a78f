"""What candidates with several placements add to a bound: the best of the sets that each can take together.

docs/model.md section 6, "Several placements". Who has too many such sets is bounded by rows alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.check.best import NEVER, BestSets, Fixed
from matcher.check.in_play import ColumnsInPlay
from matcher.check.possible import OwnSets, own_sets
from matcher.check.quantities import Quantity, Range
from matcher.columns import BoolArray, Columns, IndexArray, IntArray, Limits

LARGEST_SET = 4  # columns: of people who may take more placements there are countless sets
MOST_OF_ONE = 100_000  # sets of one candidate
MOST_IN_ALL = 6_000_000  # sets, in the order of candidates; who has too many counts as MOST_OF_ONE
LARGEST = 2.0**61  # of what any set is worth, added up in size


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolments:
    """What a case says of enrolments.

    Parameters
    ----------
    reduced : int64 (E,) or None
        Reduced values; ``None`` where some are too large.
    ranges : mapping of Quantity to Range
        What is fixed.
    """

    reduced: IntArray | None
    ranges: Mapping[Quantity, Range]


class Sets:
    """All sets of the candidates who have few enough, and the enrolments that each needs.

    Parameters
    ----------
    columns : Columns
    limits : Limits
        By the checker's own reading.
    numbers : mapping of (candidate, cohort) to int
        Of all new enrolments that some column needs.

    Attributes
    ----------
    people, enrolments : frozenset of int
        These candidates, and the numbers of their enrolments.
    """

    __slots__ = (
        "_begin",
        "_columns",
        "_member",
        "_need",
        "_numbers",
        "_of_need",
        "_person_of_column",
        "_person_of_number",
        "_person_of_set",
        "enrolments",
        "people",
    )

    def __init__(self, columns: Columns, limits: Limits, numbers: Mapping[tuple[int, int], int]) -> None:
        known = _known(columns, limits, numbers)
        sets = [one for own in known for one in own.sets or ()]
        self._numbers = np.array([numbers[own.candidate, k] for own in known for k in own.cohorts.tolist()], np.int64)
        self.people = frozenset(own.candidate for own in known)
        self.enrolments = frozenset(self._numbers.tolist())
        self._columns = _joined([own.columns for own in known])
        self._person_of_column = _repeated([len(own.columns) for own in known])
        self._person_of_number = _repeated([len(own.cohorts) for own in known])
        self._person_of_set = _repeated([sum(len(one) for one in own.sets or ()) for own in known])
        size = np.repeat([one.shape[1] for one in sets], [len(one) for one in sets]).astype(np.int64)
        self._begin = np.cumsum(np.r_[0, size])[:-1]
        member, of_need, need = [], [], []
        columns_before = numbers_before = sets_before = 0
        for own in known:
            for one in own.sets or ():
                which, cohort = np.nonzero(own.needs[one].any(axis=1))
                member.append((one.ravel() + columns_before).astype(np.int32))
                of_need.append(which + sets_before)
                need.append(cohort + numbers_before)
                sets_before += len(one)
            columns_before += len(own.columns)
            numbers_before += len(own.cohorts)
        self._member, self._of_need, self._need = _joined(member), _joined(of_need), _joined(need)

    def best(self, values: IntArray, play: ColumnsInPlay, here: Fixed, enrolments: Enrolments) -> BestSets | None:
        """Return what these candidates contribute to a case; ``None`` where that does not fit into 64 bits.

        Parameters
        ----------
        values : int64 (n,)
            Reduced values of the columns in play.
        play : ColumnsInPlay
        here : dict of place in play to bool
            Columns that are fixed in or out.
        enrolments : Enrolments
        """
        if enrolments.reduced is None or not self.people:
            return None
        place = np.searchsorted(play.position, self._columns)
        is_open = place < len(play.position)
        is_open[is_open] = play.position[place[is_open]] == self._columns[is_open]
        inside, worth = np.flatnonzero(is_open), np.zeros(len(place), dtype=np.int64)
        worth[inside] = values[place[inside]]
        must = np.zeros(len(place), dtype=bool)
        for column, is_taken in here.items():
            at = inside[np.searchsorted(place[inside], column) :][:1]
            if len(at) and place[at[0]] == column:
                must[at], is_open[at] = is_taken, is_taken
        value, asked = self._values(worth, is_open, must, enrolments.reduced, enrolments.ranges)
        if value is None:
            return None
        best = np.where(asked == 0, 0, NEVER)
        np.maximum.at(best, self._person_of_set, value)
        with_column = np.full(len(place), NEVER)
        np.maximum.at(with_column, self._member, np.repeat(value, np.diff(np.r_[self._begin, len(self._member)])))
        never = place[inside[with_column[inside] == NEVER]]
        return BestSets(
            people=self.people,
            total=NEVER if (best == NEVER).any() else int(sum(best.tolist())),
            place=place[inside],
            lost=(with_column - best[self._person_of_column])[inside],
            never=tuple(never.tolist()),
        )

    def have_one_at_most(self, columns: IntArray, made: IntArray, missing: IntArray) -> bool:
        """Tell whether no set of one candidate has more than one of some columns, enrolments, and missing enrolments.

        Parameters
        ----------
        columns : int64 (n,)
            Positions, all of that candidate.
        made, missing : int64 (m,)
            Numbers of enrolments of the same.
        """
        place = np.searchsorted(self._columns, columns)
        of_number = {number: at for at, number in enumerate(self._numbers.tolist())}
        counts = np.zeros(len(self._columns), dtype=np.int64)
        counts[place] = 1
        needs = np.zeros(len(self._numbers), dtype=np.int64)
        needs[[of_number[number] for number in made.tolist()]] = 1
        needs[[of_number[number] for number in missing.tolist()]] = -1
        owners = np.r_[self._person_of_column[place], self._person_of_number[np.flatnonzero(needs)]]
        if len(missing) > 1 or not len(owners) or not len(self._begin):
            return len(missing) <= 1  # where nothing at all can be taken, this is what the empty set says
        value = np.add.reduceat(counts[self._member], self._begin)
        np.add.at(value, self._of_need, needs[self._need])
        own = self._person_of_set == owners[0]
        return bool((value[own] + len(missing) <= 1).all())

    def _values(
        self,
        worth: IntArray,
        is_open: BoolArray,
        must: BoolArray,
        reduced: IntArray,
        ranges: Mapping[Quantity, Range],
    ) -> tuple[IntArray | None, IntArray]:
        """Return what each set is worth, `NEVER` where the case does not leave it, and how much it asks of each person.

        No values where some sum could be too large.
        """
        need = reduced[self._numbers]
        fixed = [ranges.get(("enrolment", number), (0, 1)) for number in self._numbers.tolist()]
        least, most = (np.array([one[end] for one in fixed], dtype=np.int64) for end in (0, 1))
        asked = np.bincount(self._person_of_column, must, len(self.people)).astype(np.int64)
        asked += np.bincount(self._person_of_number, least, len(self.people)).astype(np.int64)
        sizes = np.bincount(self._person_of_number, np.abs(need.astype(np.float64)), len(self.people))
        longest = int(np.diff(np.r_[self._begin, len(self._member)]).max(initial=0))
        if float(sizes.max(initial=0.0)) + longest * float(np.abs(worth).max(initial=0)) >= LARGEST:
            return None, asked
        if not len(self._begin):
            return self._begin, asked
        value = np.add.reduceat(worth[self._member], self._begin)
        np.add.at(value, self._of_need, need[self._need])
        has = np.add.reduceat(must[self._member].astype(np.int64), self._begin)
        np.add.at(has, self._of_need, least[self._need])
        stays = (has == asked[self._person_of_set]) & np.logical_and.reduceat(is_open[self._member], self._begin)
        stays[self._of_need[most[self._need] == 0]] = False
        return np.where(stays, value, NEVER), asked


def _known(columns: Columns, limits: Limits, numbers: Mapping[tuple[int, int], int]) -> list[OwnSets]:
    """Return the candidates whose sets are written down."""
    cohorts: defaultdict[int, list[int]] = defaultdict(list)
    for candidate, cohort in numbers:
        cohorts[candidate].append(cohort)
    found, left = [], MOST_IN_ALL
    for candidate in np.flatnonzero((limits.placements > 1) & (limits.placements <= LARGEST_SET)).tolist():
        own = own_sets(columns, limits, candidate, np.array(sorted(cohorts[candidate]), dtype=np.int64), MOST_OF_ONE)
        left -= MOST_OF_ONE if own.sets is None else sum(len(one) for one in own.sets)
        if left < 0:
            break
        if own.sets is not None and len(own.columns):
            found.append(own)
    return found


def _joined(parts: Sequence[IntArray] | Sequence[IndexArray]) -> IndexArray:
    return np.concatenate(parts).astype(np.int32) if parts else np.empty(0, dtype=np.int32)


def _repeated(numbers: Sequence[int]) -> IndexArray:
    return np.repeat(np.arange(len(numbers), dtype=np.int32), numbers)
