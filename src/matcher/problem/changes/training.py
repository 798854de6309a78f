"""Changes of training: cohorts that are added, moved, cancelled or changed, and the money that pays for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from matcher.problem.changes.change import Change
from matcher.problem.changes.draft import Draft, moved
from matcher.problem.training import Budget, Cohort, CohortStatus, Course


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCourse(Change):
    """A course that is not taught yet."""

    kind: ClassVar[str] = "add_course"
    course: Course

    def edit(self, draft: Draft) -> None:
        """Add the row."""
        draft.add("courses", (self.course,))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCohort(Change):
    """One more cohort of a course."""

    kind: ClassVar[str] = "add_cohort"
    cohort: Cohort

    def edit(self, draft: Draft) -> None:
        """Add the row, of a course and paid from a budget that are there."""
        draft.find("courses", self.cohort.course_id)
        if self.cohort.budget_id is not None:
            draft.find("budgets", self.cohort.budget_id)
        draft.add("cohorts", (self.cohort,))


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCohort(Change):
    """One more cohort like one that is there, with nobody enrolled yet.

    Parameters
    ----------
    cohort_id : str
        Of the new one.
    like : str
        Id of the one that it resembles.
    start_date : date or None
        ``None`` means on the same days; it takes as long as the other.
    seats : int or None
        ``None`` means as many.
    """

    kind: ClassVar[str] = "copy_cohort"
    cohort_id: str
    like: str
    start_date: date | None = None
    seats: int | None = None

    def edit(self, draft: Draft) -> None:
        """Add the copy; a cohort that runs or was cancelled becomes one that is planned."""
        other: Cohort | None = draft.find("cohorts", self.like, "like")
        if other is None:
            return
        start = self.start_date or other.start_date
        copied = replace(
            other,
            cohort_id=self.cohort_id,
            start_date=start,
            end_date=start + (other.end_date - other.start_date),
            seats=other.seats if self.seats is None else self.seats,
            status="optional" if other.status == "optional" else "planned",
        )
        draft.add("cohorts", (copied,))


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCohort(Change):
    """A cohort that begins earlier or later and takes as long as before: exactly one of the two is given."""

    kind: ClassVar[str] = "move_cohort"
    cohort_id: str
    start_date: date | None = None
    days: int | None = None

    def edit(self, draft: Draft) -> None:
        """Move both of its dates."""
        cohort: Cohort | None = draft.find("cohorts", self.cohort_id)
        if cohort is None:
            return
        days = draft.day(self.start_date, self.days, cohort.start_date)
        if days is not None:
            draft.change(
                "cohorts",
                self.cohort_id,
                start_date=moved(cohort.start_date, days),
                end_date=moved(cohort.end_date, days),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCohort(Change):
    """A cohort that is not held; seats promised in it are broken promises."""

    kind: ClassVar[str] = "cancel_cohort"
    cohort_id: str

    def edit(self, draft: Draft) -> None:
        """Set its status."""
        draft.change("cohorts", self.cohort_id, status="cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSeats(Change):
    """A cohort with more or fewer seats: exactly one of `seats` and `by` (how many more) is given."""

    kind: ClassVar[str] = "change_seats"
    cohort_id: str
    seats: int | None = None
    by: int | None = None

    def edit(self, draft: Draft) -> None:
        """Set its seats; a smallest enrolment above them comes down with them."""
        cohort: Cohort | None = draft.find("cohorts", self.cohort_id)
        if cohort is None:
            return
        seats = draft.amount("seats", self.seats, self.by, cohort.seats)
        if seats is not None:
            least = min(cohort.min_participants, max(0, seats))
            draft.change("cohorts", self.cohort_id, seats=seats, min_participants=least)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCohort(Change):
    """A cohort on other terms; what is ``None`` stays as it is."""

    kind: ClassVar[str] = "change_cohort"
    cohort_id: str
    min_participants: int | None = None
    cost_per_seat: Decimal | None = None
    fixed_cost: Decimal | None = None
    budget_id: str | None = None
    municipality: str | None = None
    status: CohortStatus | None = None

    def edit(self, draft: Draft) -> None:
        """Set what is given."""
        if self.budget_id is not None:
            draft.find("budgets", self.budget_id)
        names = ("min_participants", "cost_per_seat", "fixed_cost", "budget_id", "municipality", "status")
        draft.change("cohorts", self.cohort_id, **given(self, names))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddBudget(Change):
    """One more budget."""

    kind: ClassVar[str] = "add_budget"
    budget: Budget

    def edit(self, draft: Draft) -> None:
        """Add the row."""
        draft.add("budgets", (self.budget,))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBudget(Change):
    """A budget with more or less money: exactly one of `amount` and `by` is given, in kronor."""

    kind: ClassVar[str] = "change_budget"
    budget_id: str
    amount: Decimal | None = None
    by: Decimal | None = None

    def edit(self, draft: Draft) -> None:
        """Set its amount."""
        budget: Budget | None = draft.find("budgets", self.budget_id)
        if budget is None:
            return
        amount = draft.amount("amount", self.amount, self.by, budget.amount)
        if amount is not None:
            draft.change("budgets", self.budget_id, amount=amount)


def given(change: Change, names: tuple[str, ...]) -> dict[str, Any]:
    """Return those of a change's values that are not ``None``."""
    return {name: getattr(change, name) for name in names if getattr(change, name) is not None}
