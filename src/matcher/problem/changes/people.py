"""Changes of people: candidates who come, leave, learn something or are available otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from matcher.problem.changes.change import Change
from matcher.problem.changes.draft import Draft, did_you_mean
from matcher.problem.changes.training import given
from matcher.problem.people import Candidate, HeldSkill

MOST_ADDED = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCandidate(Change):
    """One more candidate with the skills that the person holds."""

    kind: ClassVar[str] = "add_candidate"
    candidate: Candidate
    skills: tuple[HeldSkill, ...] = ()

    def edit(self, draft: Draft) -> None:
        """Add the rows."""
        draft.add("candidates", (self.candidate,))
        draft.add("candidate_skills", self.skills)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreCandidates(Change):
    """So many more candidates like one who is there, or like those of a target group.

    The new ones have the skills of those whom they resemble, and none of their decisions and seats. Of a group, every
    member is taken in turn where more are wanted than it has, and members spread evenly over the list of ids where
    fewer are, so that the mix is that of the group and the same each time.

    Parameters
    ----------
    count : int
        1 to 100 000.
    like : str or None
        Id of a candidate. Exactly one of `like` and `group` is given.
    group : str or None
    available_from : date or None
        ``None`` means like those whom they resemble.
    """

    kind: ClassVar[str] = "more_candidates"
    count: int
    like: str | None = None
    group: str | None = None
    available_from: date | None = None

    def edit(self, draft: Draft) -> None:
        """Add the copies under new ids: that of the one whom they resemble, ``+`` and a number."""
        models = self._models(draft)
        if not 1 <= self.count <= MOST_ADDED:
            must, remedy = f"have a count from 1 to {MOST_ADDED}", "Write a number within that range."
            draft.note("out_of_range", "count", self.count, must, remedy)
        elif models:
            self._copy(models, draft)

    def _models(self, draft: Draft) -> list[Candidate]:
        if (self.like is None) == (self.group is None):
            must, remedy = "have either like or group", "Name one candidate, or a target group."
            draft.note("missing_value", "like", None, must, remedy)
            return []
        if self.like is not None:
            candidate = draft.find("candidates", self.like, "like")
            return [candidate] if candidate else []
        rows = draft.rows("candidates")
        members = [row for row in rows if any(membership.group == self.group for membership in row.groups)]
        if not members:
            known = sorted({membership.group for row in rows for membership in row.groups})
            must = f"name a group that some candidate belongs to ({', '.join(known[:20]) or 'nobody has one'})"
            remedy = f"Correct the name.{did_you_mean(self.group or '', known)}"
            draft.note("unknown_id", "group", self.group, must, remedy)
        return sorted(members, key=lambda row: row.candidate_id)

    def _copy(self, models: list[Candidate], draft: Draft) -> None:
        taken = {row.candidate_id for row in draft.rows("candidates")}
        ids_by_model: dict[str, list[str]] = {}
        people = []
        for number in range(self.count):
            model = models[number * len(models) // self.count if self.count <= len(models) else number % len(models)]
            own = ids_by_model.setdefault(model.candidate_id, [])
            new_id = next(name for name in _names(model.candidate_id, len(own) + 1) if name not in taken)
            taken.add(new_id)
            own.append(new_id)
            available_from = self.available_from or model.available_from
            people.append(replace(model, candidate_id=new_id, available_from=available_from))
        draft.add("candidates", people)
        for table in ("candidate_skills", "pairs"):
            draft.add(
                table,
                [
                    replace(row, candidate_id=new_id)
                    for row in draft.rows(table)
                    for new_id in ids_by_model.get(row.candidate_id, ())
                ],
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveCandidate(Change):
    """A candidate who has left, with all that was decided about the person."""

    kind: ClassVar[str] = "remove_candidate"
    candidate_id: str

    def edit(self, draft: Draft) -> None:
        """Leave out every row of the person."""
        if draft.find("candidates", self.candidate_id) is not None:
            for table in ("candidates", "candidate_skills", "decisions", "enrolments", "pairs"):
                draft.keep(table, lambda row: row.candidate_id != self.candidate_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveSkill(Change):
    """A skill or licence that a candidate holds as stated, in the place of what the person held of it before."""

    kind: ClassVar[str] = "give_skill"
    candidate_id: str
    skill: str
    level: int = 1
    valid_until: date | None = None

    def edit(self, draft: Draft) -> None:
        """Add the row."""
        if draft.find("candidates", self.candidate_id) is None:
            return
        held = HeldSkill(
            candidate_id=self.candidate_id, skill=self.skill, level=self.level, valid_until=self.valid_until
        )
        draft.keep("candidate_skills", lambda row: (row.candidate_id, row.skill) != (self.candidate_id, self.skill))
        draft.add("candidate_skills", (held,))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCandidate(Change):
    """A candidate on other terms; what is ``None`` stays as it is."""

    kind: ClassVar[str] = "change_candidate"
    candidate_id: str
    available_from: date | None = None
    available_until: date | None = None
    max_distance_km: float | None = None
    extent_percent: int | None = None
    occupations: tuple[str, ...] | None = None
    max_placements: int | None = None
    max_trainings: int | None = None

    def edit(self, draft: Draft) -> None:
        """Set what is given."""
        names = (
            "available_from",
            "available_until",
            "max_distance_km",
            "extent_percent",
            "occupations",
            "max_placements",
            "max_trainings",
        )
        draft.change("candidates", self.candidate_id, **given(self, names))


def _names(candidate_id: str, first: int) -> Iterator[str]:
    return (f"{candidate_id}+{number}" for number in range(first, first + MOST_ADDED))
