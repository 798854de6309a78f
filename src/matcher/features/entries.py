"""Who may enter which cohort: the rules of docs/model.md section 2 about a cohort and a candidate, no vacancy."""

from __future__ import annotations

import numpy as np

from matcher.columns import BoolArray, IndexArray
from matcher.features.block import Block
from matcher.features.chains import OPEN_ENTRY, Catalogue
from matcher.features.given import Given


def entry_table(given: Given, block: Block, last_day: IndexArray, catalogue: Catalogue) -> BoolArray:
    """Return who of a block may enter each cohort while bringing some of its prerequisites; bool (B, entries).

    The rules of routes 2, 4 and 5, and 3 as far as it concerns the cohorts in which a candidate is already enrolled.
    """
    training = given.training
    enrolled = block.enrolments.table(len(block), len(training.cohort_ids))
    is_open = _open_cohorts(given, block, enrolled)
    table = np.empty((len(block), catalogue.num_entries), np.bool_)
    table[:, OPEN_ENTRY] = True
    for entry in catalogue.entries:
        cohorts = training.cohorts_of_course[entry.course]
        able = is_open[:, cohorts]
        for need in entry.brought:
            able &= last_day[need][:, np.newaxis] >= training.start[cohorts]
        table[:, entry.first : entry.first + len(cohorts)] = able | enrolled[:, cohorts]
    return table


def _open_cohorts(given: Given, block: Block, enrolled: BoolArray) -> BoolArray:
    """Return which cohorts would take each candidate anew, prerequisites apart; bool (B, K)."""
    training, people = given.training, block.people
    is_open = training.start >= people.available_from[:, np.newaxis]
    is_open &= given.places.km[people.place][:, training.place] <= people.max_distance_km[:, np.newaxis]
    is_open[:, training.is_running] = False
    for cohort in np.flatnonzero(enrolled.any(axis=0)):
        overlapping = (training.start <= training.end[cohort]) & (training.end >= training.start[cohort])
        is_open[np.ix_(enrolled[:, cohort], overlapping)] = False
    return is_open
