"""Who may enter which cohort: the rules of docs/model.md section 2 about a cohort and a candidate, no vacancy."""

from __future__ import annotations

from functools import cache

import numpy as np

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.block import Block
from matcher.features.chains import OPEN_ENTRY, Catalogue
from matcher.features.given import Given


def entry_table(given: Given, block: Block, last_day: IndexArray, catalogue: Catalogue) -> BoolArray:
    """Return who of a block may enter each cohort while bringing some of its prerequisites; bool (B, entries).

    The rules of routes 2, 4 and 5, and 3 as far as it concerns the cohorts in which a candidate is already enrolled.
    """
    training = given.training
    table = np.empty((len(block), catalogue.num_entries), np.bool_)
    table[:, OPEN_ENTRY] = True
    door = _Door(given, block)
    for entry in catalogue.entries:
        is_open, enrolled = door.of_course(entry.course, entry.cohorts)
        able = is_open
        for need in entry.brought:
            able = able & (last_day[need][:, np.newaxis] >= training.start[entry.cohorts])
        table[:, entry.first : entry.first + len(entry.cohorts)] = able | enrolled
    return table


class _Door:
    """Which cohorts would take each candidate of a block anew, prerequisites apart, and who is in them already."""

    def __init__(self, given: Given, block: Block) -> None:
        self._training, self._people, self._enrolments = given.training, block.people, block.enrolments
        self._km = given.places.km
        self._reaching = cache(self._who_reaches)
        self._of_course: dict[int, tuple[BoolArray, BoolArray]] = {}

    def _who_reaches(self, place: int) -> BoolArray:
        people = self._people
        reaching: BoolArray = self._km[people.place, place] <= people.max_distance_km
        return reaching

    def of_course(self, course: int, cohorts: IntArray) -> tuple[BoolArray, BoolArray]:
        """Return who may enter and who is enrolled, for some cohorts of one course; bool (B, k) each."""
        known = self._of_course.get(course)
        if known is None:
            enrolled = self._enrolled(cohorts)
            known = self._of_course[course] = (self._open(cohorts), enrolled)
        return known

    def _enrolled(self, cohorts: IntArray) -> BoolArray:
        place = np.full(len(self._training.course), -1, np.int64)
        place[cohorts] = np.arange(len(cohorts))
        column = place[self._enrolments.cohort]
        table = np.zeros((len(self._people), len(cohorts)), np.bool_)
        table[self._enrolments.candidate[column >= 0], column[column >= 0]] = True
        return table

    def _open(self, cohorts: IntArray) -> BoolArray:
        training = self._training
        is_open: BoolArray = training.start[cohorts] >= self._people.available_from[:, np.newaxis]
        for column, place in enumerate(training.place[cohorts].tolist()):
            is_open[:, column] &= self._reaching(place)
        is_open[:, training.is_running[cohorts]] = False
        # A promised cohort closes every other that overlaps it.
        candidate, promised = self._enrolments.candidate, self._enrolments.cohort
        overlaps = training.start[cohorts] <= training.end[promised][:, np.newaxis]
        overlaps &= training.end[cohorts] >= training.start[promised][:, np.newaxis]
        row, closed = np.nonzero(overlaps)
        is_open[candidate[row], closed] = False
        return is_open
