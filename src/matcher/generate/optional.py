"""Makes a share of the planned cohorts optional, for trials of what a plan would open."""

from __future__ import annotations

from dataclasses import replace

from matcher.generate.draws import Draws
from matcher.generate.training import Training

# Own assumptions: a teacher and a room cost as much as a quarter of the seats, and half of the seats must be taken.
FIXED_PERCENT = 25
LEAST_PERCENT = 50
ROUNDED_TO = 1000  # kronor


def with_optional_cohorts(training: Training, percent: int, seed: int) -> Training:
    """Return the training in which so many percent of the planned cohorts run only if the plan opens them.

    Such a cohort has a fixed cost and a smallest enrolment. Which ones they are does not change anything else that is
    drawn.
    """
    draws = Draws(seed, "optional cohorts")
    cohorts = []
    for cohort in training.cohorts:
        is_chosen = draws.happens(10 * percent)
        if is_chosen and cohort.status == "planned":
            full = cohort.cost_per_seat * cohort.seats
            cohort = replace(
                cohort,
                status="optional",
                min_participants=cohort.seats * LEAST_PERCENT // 100,
                fixed_cost=full * FIXED_PERCENT // 100 // ROUNDED_TO * ROUNDED_TO,
            )
        cohorts.append(cohort)
    return replace(training, cohorts=tuple(cohorts))
