"""Courses, cohorts and the money for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from matcher.problem import Budget, Candidate, Cohort, Course, Enrolment, SkillLevel
from tests.drawn.chance import SKILLS, Chance


class Training(Chance):
    """Draws courses, cohorts, enrolments and budgets."""

    def course(self, number: int) -> Course:
        pick = self.chance
        rank = pick.randrange(len(SKILLS))
        level = pick.randint(1, 3)
        granted = [SkillLevel(skill=SKILLS[rank], level=level)]
        if rank + 1 < len(SKILLS) and self.is_rare(0.3):
            granted.append(SkillLevel(skill=SKILLS[rank + 1], level=pick.randint(1, 2)))
        presumed = [SkillLevel(skill=skill, level=pick.randint(1, 2)) for skill in self.some(SKILLS[:rank], 1)]
        if level > 1 and self.is_rare(0.4):
            presumed.append(SkillLevel(skill=SKILLS[rank], level=level - 1))
        return Course(
            course_id=f"U{number}",
            completion_rate=pick.choice((Decimal(1), Decimal("0.9"), Decimal("0.75"), Decimal("0.333"))),
            skills=tuple(granted),
            prerequisites=tuple(presumed) if self.is_rare(0.6) else (),
        )

    def cohort(self, number: int, courses: Sequence[Course]) -> Cohort:
        pick = self.chance
        first = pick.choice((date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)))
        begin = first if self.is_rare(0.6) else self.near(first)
        end = self.near(first + timedelta(days=pick.choice((30, 31, 61))))
        seats = pick.choice((0, 1, 1, 2, 3))
        return Cohort(
            cohort_id=f"K{number}",
            course_id=pick.choice(courses).course_id,
            start_date=begin,
            end_date=max(begin, end),
            seats=seats,
            min_participants=pick.randint(0, seats),
            cost_per_seat=pick.choice((Decimal(0), Decimal(100), Decimal("99.5"), Decimal("33.335"))),
            fixed_cost=pick.choice((Decimal(0), Decimal(0), Decimal(50))),
            budget_id=pick.choice((None, "B0", "B0", "B1")),
            municipality=self.place() if self.is_rare(0.5) else None,
            status="running"
            if self.is_rare(0.1)
            else "optional"
            if self.is_rare(0.4)
            else "cancelled"
            if self.is_rare(0.08)
            else "planned",
        )

    def enrolments(self, candidates: Sequence[Candidate], cohorts: Sequence[Cohort]) -> list[Enrolment]:
        if self.is_rare(0.4):
            return []
        return [
            Enrolment(candidate_id=candidate.candidate_id, cohort_id=cohort.cohort_id)
            for candidate in candidates
            for cohort in cohorts
            if self.is_rare(0.06)
        ]

    def budgets(self, cohorts: Sequence[Cohort], enrolments: Sequence[Enrolment]) -> list[Budget]:
        """Return two budgets at, just above or just below what promises take and a seat or two cost."""
        budgets = []
        for budget_id in ("B0", "B1"):
            own = [cohort for cohort in cohorts if cohort.budget_id == budget_id]
            amount = sum((cohort.fixed_cost for cohort in own if not self.is_optional(cohort)), Decimal(0))
            for cohort in own:
                amount += cohort.cost_per_seat * sum(row.cohort_id == cohort.cohort_id for row in enrolments)
            for cohort in self.some(own, 2):
                amount += cohort.cost_per_seat * self.chance.randint(0, 2)
                amount += cohort.fixed_cost * self.is_optional(cohort)
            amount += self.chance.choice((Decimal(0), Decimal(0), Decimal("-0.01"), Decimal("0.01"), Decimal(500)))
            budgets.append(Budget(budget_id=budget_id, amount=max(Decimal(0), amount)))
        return budgets

    def is_optional(self, cohort: Cohort) -> bool:
        return cohort.status == "optional"
