"""People: candidates and the skills they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from matcher.problem.rules_of_fields import Checks, is_identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMembership:
    """A target group that a candidate belongs to, perhaps only until a day.

    Parameters
    ----------
    group : str
        Name of the target group, for example ``"youth"``.
    until : date or None
        Last day on which the candidate counts as a member; ``None`` means without end.
    """

    group: str
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the membership holds on `day`."""
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person who may be prepared and placed; known to the core by a pseudonym only.

    Parameters
    ----------
    candidate_id : str
        Pseudonym.
    available_from : date
        First day on which a course or a job may begin.
    groups : tuple of GroupMembership
        Target groups, each perhaps with a last day.
    municipality : str or None
        Code of the municipality where the person lives.
    max_distance_km : float or None
        Longest way to a workplace or a course; ``None`` means no limit.
    extent_percent : int
        How much the person can work, 1 to 100.
    max_placements : int
        Most vacancies in a plan, at least 1; together they must fit into the extent on every day.
    occupations : tuple of str
        SSYK 2012 codes that the person accepts; a code of fewer than four digits stands for its
        whole group; empty means every occupation.
    max_trainings : int or None
        Most cohorts in which this plan may use the person; ``None`` means the policy's route length.
    months_out_of_work : int
        Counts for priority only, never as a forecast.
    available_until : date or None
        Last day on which a job may begin (a residence permit that ends, for example).
    """

    candidate_id: str
    available_from: date
    groups: tuple[GroupMembership, ...] = ()
    municipality: str | None = None
    max_distance_km: float | None = None
    extent_percent: int = 100
    max_placements: int = 1
    occupations: tuple[str, ...] = ()
    max_trainings: int | None = None
    months_out_of_work: int = 0
    available_until: date | None = None

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this candidate."""
        checks = Checks("candidates", self.candidate_id)
        checks.identifier("candidate_id", self.candidate_id)
        checks.day("available_from", self.available_from)
        checks.day("available_until", self.available_until)
        checks.text("municipality", self.municipality)
        checks.not_before("available_until", self.available_until, "available_from", self.available_from)
        checks.in_range("extent_percent", self.extent_percent, 1, 100)
        checks.in_range("max_distance_km", self.max_distance_km, 0, 40_000)
        checks.in_range("max_placements", self.max_placements, 1, 100)
        checks.in_range("max_trainings", self.max_trainings, 0, 100)
        checks.in_range("months_out_of_work", self.months_out_of_work, 0, 1200)
        if self.groups:
            checks.groups("groups", [membership.group for membership in self.groups])
            for membership in self.groups:
                checks.day("groups", membership.until)
        checks.entries("occupations", self.occupations)
        if self.max_distance_km is not None and self.municipality is None:
            checks.add(
                "missing_value",
                "municipality",
                None,
                "have a municipality when max_distance_km is given",
                "Fill in where the candidate lives, or leave max_distance_km empty.",
            )
        checks.raise_if_any()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSkill:
    """A skill that a candidate holds.

    Parameters
    ----------
    candidate_id, skill : str
        Who holds what.
    level : int
        1 to 9; a requirement is met by the same level or a higher one.
    valid_until : date or None
        Last day on which it is valid (a licence that expires); ``None`` means without end.
    """

    candidate_id: str
    skill: str
    level: int = 1
    valid_until: date | None = None

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this skill."""
        if (
            is_identifier(self.candidate_id)
            and is_identifier(self.skill)
            and 1 <= self.level <= 9
            and self.valid_until is None
        ):
            return  # by far the most frequent case: a million rows are read in this form
        checks = Checks("candidate_skills", self.candidate_id)
        checks.identifier("candidate_id", self.candidate_id)
        checks.identifier("skill", self.skill)
        checks.in_range("level", self.level, 1, 9)
        checks.day("valid_until", self.valid_until)
        checks.raise_if_any()
