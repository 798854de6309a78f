"""The changes that the page of scenarios offers, in words that name what they change."""

from __future__ import annotations

from matcher.languages import Phrases, group_name
from matcher.problem import Problem
from matcher.problem.changes import (
    Change,
    ChangeBudget,
    ChangeSeats,
    CopyCohort,
    LoseContract,
    MoreCandidates,
    MoveContract,
)
from matcher.report.studies.changes import change_text


def change_words(change: Change, problem: Problem, say: Phrases) -> str:
    """Return a change in words; one that the page does not offer with the names of its fields."""
    if isinstance(change, ChangeSeats) and change.by is not None:
        course = _course(change.cohort_id, problem)
        more = say.plural("{count} more seat in {course}", "{count} more seats in {course}", change.by, course=course)
        fewer = say.plural(
            "{count} seat fewer in {course}", "{count} seats fewer in {course}", -change.by, course=course
        )
        return more if change.by > 0 else fewer
    if isinstance(change, CopyCohort):
        return say.text("One more course like {course}", course=_course(change.like, problem))
    if isinstance(change, ChangeBudget) and change.by is not None:
        amount = say.number(abs(change.by), most=0)
        if change.by > 0:
            return say.text("{amount} kr more in budget {budget}", amount=amount, budget=change.budget_id)
        return say.text("{amount} kr less in budget {budget}", amount=amount, budget=change.budget_id)
    if isinstance(change, MoreCandidates) and change.group is not None:
        group = group_name(change.group, say)
        return say.plural(
            "{count} more person like {group}", "{count} more people like {group}", change.count, group=group
        )
    if isinstance(change, MoveContract) and change.days is not None:
        contract = _contract(change.contract_id, problem)
        later = say.plural(
            "{contract} begins {count} day later",
            "{contract} begins {count} days later",
            change.days,
            contract=contract,
        )
        earlier = say.plural(
            "{contract} begins {count} day earlier",
            "{contract} begins {count} days earlier",
            -change.days,
            contract=contract,
        )
        return later if change.days > 0 else earlier
    if isinstance(change, LoseContract):
        return say.text("{contract} falls away", contract=_contract(change.contract_id, problem))
    return change_text(change, say)


def _course(cohort_id: str, problem: Problem) -> str:
    courses = {course.course_id: course.title or course.course_id for course in problem.courses}
    found = next((cohort for cohort in problem.cohorts if cohort.cohort_id == cohort_id), None)
    return cohort_id if found is None else f"{courses[found.course_id]} ({cohort_id})"


def _contract(contract_id: str, problem: Problem) -> str:
    found = next((contract for contract in problem.contracts if contract.contract_id == contract_id), None)
    return contract_id if found is None or not found.title else f"{found.title} ({contract_id})"
