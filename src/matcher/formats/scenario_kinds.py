"""The kinds of changes that a scenario file may name: which keys each has, and which change they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from matcher.formats.kinds import DATE, DECIMAL, ID, INTEGER, SKILLS, WORD, Kind
from matcher.formats.schema import Column
from matcher.formats.tables import TABLES
from matcher.problem import HeldSkill, RequiredSkill
from matcher.problem.changes import (
    AddBudget,
    AddCandidate,
    AddCohort,
    AddContract,
    AddCourse,
    AddQuota,
    AddRequirement,
    AddVacancy,
    CancelCohort,
    Change,
    ChangeBudget,
    ChangeCandidate,
    ChangeCohort,
    ChangeObligation,
    ChangePolicy,
    ChangePositions,
    ChangeQuota,
    ChangeResource,
    ChangeSeats,
    CopyCohort,
    DropQuota,
    DropRequirement,
    ForbidPair,
    GiveSkill,
    LoseContract,
    LowerRequirement,
    MoreCandidates,
    MoveCohort,
    MoveContract,
    MoveVacancy,
    PinPair,
    RemoveCandidate,
    WithdrawDecision,
)

Make = Callable[[Mapping[str, Any]], Change]

_TABLE_BY_NAME = {table.name: table for table in TABLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeKind:
    """One kind of change.

    Parameters
    ----------
    name : str
    meaning : str
    columns : tuple of Column
        Its keys beside ``kind``; empty for ``change_policy``, whose keys are those of policy.toml.
    make : callable
        From the values of the keys that are given to the change; raises `InvalidInput`.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    make: Make


def _key(name: str, kind: Kind, example: str, meaning: str, *, is_required: bool = False) -> Column:
    return Column(name=name, kind=kind, example=example, meaning=meaning, is_required=is_required)


def _id(name: str, example: str, meaning: str) -> Column:
    return _key(name, ID, example, meaning, is_required=True)


def _columns(table: str, *names: str) -> tuple[Column, ...]:
    """Return columns of a table as keys that may be left out."""
    columns = _TABLE_BY_NAME[table].column_by_name
    return tuple(replace(columns[name], is_required=False, meaning=f"As in `{table}`.") for name in names)


def _row(change: Callable[..., Change], field: str, table: str) -> ChangeKind:
    """Return the kind of a change that adds one row of a table, with the table's own columns as keys."""
    described = _TABLE_BY_NAME[table]
    return ChangeKind(
        name=f"add_{field}",
        meaning=f"A row of `{table}`, with its columns.",
        columns=described.columns,
        make=lambda values: change(**{field: described.row_type(**values)}),
    )


def _change(change: type[Change], meaning: str, *columns: Column) -> ChangeKind:
    return ChangeKind(name=change.kind, meaning=meaning, columns=columns, make=lambda values: change(**values))


def _candidate(values: Mapping[str, Any]) -> Change:
    own = {name: value for name, value in values.items() if name != "skills"}
    candidate = _TABLE_BY_NAME["candidates"].row_type(**own)
    held = (
        HeldSkill(candidate_id=candidate.candidate_id, skill=entry.skill, level=entry.level)
        for entry in values.get("skills", ())
    )
    return AddCandidate(candidate=candidate, skills=tuple(held))


def _vacancy(values: Mapping[str, Any]) -> Change:
    own = {name: value for name, value in values.items() if name not in ("must", "nice")}
    vacancy = _TABLE_BY_NAME["vacancies"].row_type(**own)
    required = (
        RequiredSkill(vacancy_id=vacancy.vacancy_id, skill=entry.skill, level=entry.level, kind=kind, origin="added")
        for kind in ("must", "nice")
        for entry in values.get(kind, ())
    )
    return AddVacancy(vacancy=vacancy, skills=tuple(required))


_COHORT = _id("cohort_id", "K7", "The cohort.")
_VACANCY = _id("vacancy_id", "V3", "The vacancy.")
_CONTRACT = _id("contract_id", "T5", "The contract.")
_CANDIDATE = _id("candidate_id", "C17", "Pseudonym of the candidate.")
_SKILL = _id("skill", "forklift", "The skill.")
_AT = (
    _key("vacancy_id", ID, "V3", "At this vacancy."),
    _key("contract_id", ID, "T5", "At every vacancy of this contract, in the place of vacancy_id."),
)
_WHEN = (
    _key("start_date", DATE, "2026-10-01", "When it is to begin."),
    _key("days", INTEGER, "-14", "By how many days it moves instead; below 0: earlier."),
)


def _to(name: str, kind: Kind, example: str, what: str) -> tuple[Column, Column]:
    return (
        _key(name, kind, example, f"{what}."),
        _key("by", kind, "2", "How much more instead; below 0: less."),
    )


CHANGE_KINDS: tuple[ChangeKind, ...] = (
    _row(AddCourse, "course", "courses"),
    _row(AddCohort, "cohort", "cohorts"),
    _change(
        CopyCohort,
        "One more cohort like one that is there, of the same length.",
        _id("cohort_id", "K7-2", "Id of the new one."),
        _id("like", "K7", "The one that it resembles."),
        _key("start_date", DATE, "2026-10-05", "Empty: on the same days."),
        _key("seats", INTEGER, "12", "Empty: as many."),
    ),
    _change(MoveCohort, "The cohort begins at another time and takes as long.", _COHORT, *_WHEN),
    _change(CancelCohort, "The cohort is not held.", _COHORT),
    _change(ChangeSeats, "More or fewer seats.", _COHORT, *_to("seats", INTEGER, "16", "How many seats it is to have")),
    _change(
        ChangeCohort,
        "The cohort on other terms.",
        _COHORT,
        *_columns("cohorts", "min_participants", "cost_per_seat", "fixed_cost", "budget_id", "municipality", "status"),
    ),
    _row(AddBudget, "budget", "budgets"),
    _change(
        ChangeBudget,
        "More or less money.",
        _id("budget_id", "B1", "The budget."),
        *_to("amount", DECIMAL, "900000", "How many kronor it is to hold"),
    ),
    _row(AddContract, "contract", "contracts"),
    _change(LoseContract, "The contract falls away, with its vacancies and what it owes.", _CONTRACT),
    _change(
        MoveContract,
        "The contract begins at another time; its end and its vacancies' dates move along.",
        _CONTRACT,
        *_WHEN,
    ),
    _change(
        ChangeObligation,
        "What the contract owes, in its unit, and who counts.",
        _CONTRACT,
        *_to("quantity", DECIMAL, "8", "How much it is to owe"),
        *_columns("contracts", "groups"),
    ),
    ChangeKind(
        name=AddVacancy.kind,
        meaning="A row of `vacancies`, with its columns, and what it asks for.",
        columns=(
            *_TABLE_BY_NAME["vacancies"].columns,
            _key("must", SKILLS, "forklift;swedish:2", "Skills that it requires."),
            _key("nice", SKILLS, "english", "Skills that it prefers."),
        ),
        make=_vacancy,
    ),
    _change(MoveVacancy, "The vacancy begins at another time; its latest start moves along.", _VACANCY, *_WHEN),
    _change(
        ChangePositions,
        "More or fewer positions.",
        _VACANCY,
        *_to("positions", INTEGER, "4", "How many positions it is to have"),
    ),
    _change(DropRequirement, "A skill is not asked for any more.", _SKILL, *_AT),
    _change(
        LowerRequirement,
        "A skill is asked for at another level.",
        _SKILL,
        _key("level", INTEGER, "1", "Lowest level that will do, 1 to 9.", is_required=True),
        *_AT,
    ),
    _change(
        AddRequirement,
        "A skill is asked for in addition.",
        _SKILL,
        _key("level", INTEGER, "2", "Lowest level that will do, 1 to 9; empty: 1."),
        Column(name="skill_kind", kind=WORD, example="must", meaning="Empty: must.", words=("must", "nice")),
        *_AT,
    ),
    ChangeKind(
        name=AddCandidate.kind,
        meaning="A row of `candidates`, with its columns, and what the person can.",
        columns=(
            *_TABLE_BY_NAME["candidates"].columns,
            _key("skills", SKILLS, "forklift;swedish:2", "Skills that the person holds."),
        ),
        make=_candidate,
    ),
    _change(
        MoreCandidates,
        "More candidates like one, or like those of a target group, with the same skills.",
        _key("count", INTEGER, "50", "How many, at least 1.", is_required=True),
        _key("like", ID, "C17", "Like this candidate."),
        _key("group", ID, "youth", "Like the members of this group, in the place of like."),
        _key("available_from", DATE, "2026-08-15", "Empty: like those whom they resemble."),
    ),
    _change(RemoveCandidate, "The candidate has left.", _CANDIDATE),
    _change(
        GiveSkill,
        "The candidate holds a skill, as stated.",
        _CANDIDATE,
        _SKILL,
        *_columns("candidate_skills", "level", "valid_until"),
    ),
    _change(
        ChangeCandidate,
        "The candidate on other terms.",
        _CANDIDATE,
        *_columns(
            "candidates",
            "available_from",
            "available_until",
            "max_distance_km",
            "extent_percent",
            "occupations",
            "max_placements",
            "max_trainings",
        ),
    ),
    _change(PinPair, "The candidate is to have the vacancy.", _CANDIDATE, _VACANCY),
    _change(ForbidPair, "The candidate is not to have the vacancy.", _CANDIDATE, _VACANCY),
    _change(WithdrawDecision, "What was decided about the two is taken back.", _CANDIDATE, _VACANCY),
    _row(AddQuota, "quota", "quotas"),
    _change(
        ChangeQuota,
        "The quota on other terms.",
        _id("quota_id", "Q1", "The quota."),
        *_columns("quotas", "min_count", "max_count", "min_share", "max_share", "hard", "price"),
    ),
    _change(DropQuota, "The quota holds no longer.", _id("quota_id", "Q1", "The quota.")),
    _change(
        ChangeResource,
        "More or less of the resource.",
        _id("resource_id", "R1", "The resource."),
        *_to("limit", DECIMAL, "160", "How much of it there is to be"),
    ),
    ChangeKind(
        name=ChangePolicy.kind,
        meaning="Other values in the policy: its keys are those of policy.toml.",
        columns=(),
        make=lambda values: ChangePolicy(values=dict(values)),
    ),
)
KIND_BY_NAME = {kind.name: kind for kind in CHANGE_KINDS}
