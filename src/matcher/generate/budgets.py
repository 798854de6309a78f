"""Sets the budgets: all promises already given, and a part of what the open seats would cost."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from matcher.generate.sizes import Profile
from matcher.generate.training import Training
from matcher.problem import Budget, Enrolment

ROUNDED_TO = 1000  # kronor


def set_budgets(profile: Profile, training: Training, enrolments: tuple[Enrolment, ...]) -> tuple[Budget, ...]:
    """Return the budgets that the cohorts name, in order of their ids."""
    enrolled = Counter(enrolment.cohort_id for enrolment in enrolments)
    amounts: dict[str, Decimal] = {}
    for cohort in training.cohorts:
        promised = enrolled[cohort.cohort_id]
        is_open = cohort.status != "running"
        due = cohort.fixed_cost if promised or cohort.status != "optional" else Decimal(0)
        open_seats = Decimal((cohort.seats - promised) * profile.budget_percent * is_open) / 100
        name = str(cohort.budget_id)
        amounts[name] = amounts.get(name, Decimal(0)) + (promised + open_seats) * cohort.cost_per_seat + due
    return tuple(
        Budget(budget_id=name, amount=-(-amount // ROUNDED_TO) * ROUNDED_TO) for name, amount in sorted(amounts.items())
    )
