"""People and what they can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from matcher.problem import Candidate, GroupMembership, HeldSkill
from tests.drawn.chance import DISTANCES_KM, GROUPS, MUNICIPALITIES, SKILLS, START, Chance


class People(Chance):
    """Draws candidates and their skills."""

    def candidates(self, count: int) -> list[Candidate]:
        people = [self.candidate(number) for number in range(count)]
        for number in range(1, count):
            if self.is_rare(0.15):  # twins make ties
                people[number] = replace(people[number - 1], candidate_id=people[number].candidate_id)
        return people

    def candidate(self, number: int) -> Candidate:
        pick = self.chance
        home = pick.choice(MUNICIPALITIES).municipality
        available = (
            self.near(START)
            if self.is_rare(0.3)
            else pick.choice((date(2026, 1, 1), date(2026, 4, 1), date(2026, 5, 1)))
        )
        return Candidate(
            candidate_id=f"C{number}",
            available_from=available,
            groups=tuple(
                GroupMembership(group=group, until=self.near(START, 2) if self.is_rare(0.4) else None)
                for group in self.some(GROUPS, 2)
            ),
            municipality=None if (far := self.is_rare(0.4)) and self.is_rare(0.5) else home,
            max_distance_km=None if far else pick.choice(DISTANCES_KM),
            extent_percent=pick.choice((100, 100, 100, 100, 75, 50)),
            occupations=pick.choice(((), (), (), (), ("51",), ("5132", "7"), ("8344", "5"))),
            max_placements=pick.choice((1, 2, 2, 3)) if self.has_several and self.is_rare(0.5) else 1,
            max_trainings=pick.choice((None, None, None, 0, 1, 2, 5)),
            months_out_of_work=pick.choice((0, 0, 5, 12, 30, 60)),
            available_until=max(available, self.near(START, 3)) if self.is_rare(0.1) else None,
        )

    def held_skills(self, candidates: Sequence[Candidate]) -> list[HeldSkill]:
        return [
            HeldSkill(
                candidate_id=candidate.candidate_id,
                skill=skill,
                level=self.chance.randint(1, 3),
                valid_until=self.near(START, 2) if self.is_rare(0.3) else None,
            )
            for candidate in candidates
            for skill in self.some(SKILLS, 3)
        ]
