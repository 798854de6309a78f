"""Training: courses, the cohorts in which they run, and the budgets that pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from matcher.problem.rules_of_fields import Checks

CohortStatus = Literal["running", "planned", "optional", "cancelled"]
COHORT_STATUSES = ("running", "planned", "optional", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillLevel:
    """A skill at a level, as a course grants or presumes it.

    Parameters
    ----------
    skill : str
    level : int
        1 to 9.
    """

    skill: str
    level: int = 1

    def __str__(self) -> str:
        """Return it as files write it; the level 1 stands there only where the id has a colon, too."""
        return f"{self.skill}:{self.level}" if self.level != 1 or ":" in self.skill else self.skill


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is taught.

    Parameters
    ----------
    course_id : str
    title : str or None
    completion_rate : Decimal
        Share of starters who finish, above 0 and at most 1.
    skills : tuple of SkillLevel
        Granted on completion, from the day after the cohort ends.
    prerequisites : tuple of SkillLevel
        Held, or granted by an earlier cohort of the route, on the day the cohort starts.
    """

    course_id: str
    title: str | None = None
    completion_rate: Decimal = Decimal(1)
    skills: tuple[SkillLevel, ...] = ()
    prerequisites: tuple[SkillLevel, ...] = ()

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this course."""
        checks = Checks("courses", self.course_id)
        checks.identifier("course_id", self.course_id)
        checks.text("title", self.title)
        checks.amount("completion_rate", self.completion_rate, Decimal("0.0001"), 1)
        for field, levels in (("skills", self.skills), ("prerequisites", self.prerequisites)):
            checks.entries(field, [entry.skill for entry in levels])
            for entry in levels:
                checks.in_range(field, entry.level, 1, 9)
        checks.raise_if_any()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """One occasion on which a course runs.

    Parameters
    ----------
    cohort_id, course_id : str
    start_date, end_date : date
        First and last day; a job may begin, and a next cohort start, the day after the last.
    seats : int
    min_participants : int
        Smallest enrolment with which an optional cohort runs.
    cost_per_seat, fixed_cost : Decimal
        Kronor; the fixed cost falls due once if the cohort runs.
    budget_id : str or None
        The budget that pays; ``None`` means nobody's limit.
    municipality : str or None
        Where it is held; ``None`` means within everybody's reach.
    status : str
        ``running``: has begun, open only to people already enrolled; ``planned``: will run;
        ``optional``: runs if the plan opens it.
    """

    cohort_id: str
    course_id: str
    start_date: date
    end_date: date
    seats: int
    min_participants: int = 0
    cost_per_seat: Decimal = Decimal(0)
    fixed_cost: Decimal = Decimal(0)
    budget_id: str | None = None
    municipality: str | None = None
    status: CohortStatus = "planned"

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this cohort."""
        checks = Checks("cohorts", self.cohort_id)
        checks.identifier("cohort_id", self.cohort_id)
        checks.identifier("course_id", self.course_id)
        checks.day("start_date", self.start_date)
        checks.day("end_date", self.end_date)
        checks.not_before("end_date", self.end_date, "start_date", self.start_date)
        checks.in_range("seats", self.seats, 0, 1_000_000)
        checks.in_range("min_participants", self.min_participants, 0, 1_000_000)
        checks.amount("cost_per_seat", self.cost_per_seat, 0, 10**9)
        checks.amount("fixed_cost", self.fixed_cost, 0, 10**9)
        checks.text("budget_id", self.budget_id)
        checks.text("municipality", self.municipality)
        checks.one_of("status", self.status, COHORT_STATUSES)
        if 0 <= self.seats < self.min_participants:
            checks.add(
                "limit_order",
                "min_participants",
                self.min_participants,
                f"have min_participants at most its {self.seats} seats",
                "Lower min_participants or add seats.",
            )
        checks.raise_if_any()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Money for training.

    Parameters
    ----------
    budget_id : str
    amount : Decimal
        Kronor.
    """

    budget_id: str
    amount: Decimal

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this budget."""
        checks = Checks("budgets", self.budget_id)
        checks.identifier("budget_id", self.budget_id)
        checks.amount("amount", self.amount, 0, 10**12)
        checks.raise_if_any()
