"""Vacancies as arrays: what each asks for, where and from when, and what a placement in it delivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from matcher.columns import RESOURCE_SCALE, UNIT_SCALE, BoolArray, IndexArray, IntArray
from matcher.features.arrays import NEVER, FloatArray, days, rounded
from matcher.features.needs import Needs
from matcher.features.places import Places
from matcher.problem import Policy, RequiredSkill, VacancyTerms

GroupSet = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """V vacancies, with what they take over from their contracts.

    Parameters
    ----------
    is_open : bool (V,)
    start, latest : int32 (V,)
        First and last day on which the job may begin; `NEVER` where a ready-scored problem does not say.
    place : int32 (V,)
        Position in `Places`.
    extent : int64 (V,)
    forms : tuple of str
        Length V.
    occupations : tuple of str or None
        Length V.
    group_sets : tuple of tuple of str
        Distinct sets of groups; the first is the empty one.
    groups, counted_groups : int32 (V,)
        Position in `group_sets` of whom the vacancy is open to, and of who counts for its contract's obligation.
    units : int64 (V,)
        What one placement delivers, in hundredths of the contract's unit; 0 where the contract counts credit.
    credit_levels : list of Decimal
        Distinct amounts of credit in rising order; the first is 0, for members of no group that has any.
    credits : int64 (L, V)
        What one placement delivers to a contract that counts credit, by level of the candidate's best group; 0
        elsewhere.
    resource : int32 (V,)
        Position of the resource that every placement uses, -1 for none.
    resource_use : int64 (V,)
        How much of it, in millionths of its unit.
    """

    is_open: BoolArray
    start: IndexArray
    latest: IndexArray
    place: IndexArray
    extent: IndexArray
    forms: tuple[str, ...]
    occupations: tuple[str | None, ...]
    group_sets: tuple[GroupSet, ...]
    groups: IndexArray
    counted_groups: IndexArray
    units: IntArray
    credit_levels: list[Decimal]
    credits: IntArray
    resource: IndexArray
    resource_use: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSkills:
    """The skills of one kind that vacancies ask for, padded to the longest list.

    Parameters
    ----------
    need : int32 (V, Q)
        Position in `Needs`, -1 beyond the end of the list.
    weight : float64 (V, Q)
    """

    need: IndexArray
    weight: FloatArray


def asked_skills(rows: Sequence[RequiredSkill], needs: Needs, vacancy_position: dict[str, int]) -> AskedSkills:
    """Return the skills asked for by each vacancy, in order of need."""
    lists: list[list[tuple[int, float]]] = [[] for _ in vacancy_position]
    for row in rows:
        entry = (needs.position[row.skill, row.level], float(row.weight))
        lists[vacancy_position[row.vacancy_id]].append(entry)
    longest = max(map(len, lists), default=0)
    need = np.full((len(lists), longest), -1, np.int32)
    weight = np.zeros((len(lists), longest))
    for vacancy, entries in enumerate(lists):
        for slot, (position, amount) in enumerate(sorted(entries)):
            need[vacancy, slot] = position
            weight[vacancy, slot] = amount
    return AskedSkills(need=need, weight=weight)


def work_arrays(
    terms: Sequence[VacancyTerms], policy: Policy, places: Places, resource_position: Mapping[str, int]
) -> Work:
    """Return the arrays of all vacancies, whose terms are given in order of their ids."""
    use = np.array([_resource_use(entry) for entry in terms], np.int64)
    resource = [resource_position[name] if (name := entry.vacancy.resource_id) else -1 for entry in terms]
    owed = [entry.contract.groups if entry.contract else () for entry in terms]
    group_sets = tuple(sorted({(), *owed, *(entry.groups for entry in terms)}))
    position = {groups: number for number, groups in enumerate(group_sets)}
    levels = sorted({Decimal(0), *policy.credit.values()})
    return Work(
        is_open=np.array([entry.is_open for entry in terms], np.bool_),
        start=days([entry.start_date for entry in terms], missing=NEVER),
        latest=days([entry.latest_start_date for entry in terms], missing=NEVER),
        place=places.indices(entry.municipality for entry in terms),
        extent=np.array([entry.vacancy.extent_percent for entry in terms], np.int32),
        forms=tuple(entry.vacancy.form for entry in terms),
        occupations=tuple(entry.vacancy.occupation for entry in terms),
        group_sets=group_sets,
        groups=np.array([position[entry.groups] for entry in terms], np.int32),
        counted_groups=np.array([position[groups] for groups in owed], np.int32),
        units=np.array([_units(entry, policy) for entry in terms], np.int64),
        credit_levels=levels,
        credits=np.array([[_credit(entry, level) for entry in terms] for level in levels], np.int64),
        resource=np.where(use > 0, np.array(resource, np.int32), np.int32(-1)),
        resource_use=use,
    )


def _owes(terms: VacancyTerms, unit: str) -> bool:
    contract = terms.contract
    return contract is not None and contract.obligation_quantity is not None and contract.obligation_unit == unit


def _units(terms: VacancyTerms, policy: Policy) -> int:
    if _owes(terms, "persons"):
        return UNIT_SCALE
    if _owes(terms, "person_months"):
        return rounded(_full_time_months(terms), UNIT_SCALE)
    if _owes(terms, "hours"):
        return rounded(_full_time_months(terms) * Fraction(policy.hours_per_month), UNIT_SCALE)
    return 0


def _credit(terms: VacancyTerms, credit: Decimal) -> int:
    if credit == 0 or not _owes(terms, "credit"):
        return 0
    return rounded(_full_time_months(terms) * Fraction(credit), UNIT_SCALE)


def _resource_use(terms: VacancyTerms) -> int:
    vacancy = terms.vacancy
    if vacancy.resource_id is None:
        return 0
    amount = _full_time_months(terms) if vacancy.resource_use is None else Fraction(vacancy.resource_use)
    return rounded(amount, RESOURCE_SCALE)


def _full_time_months(terms: VacancyTerms) -> Fraction:
    return Fraction(terms.duration_months or 0) * Fraction(terms.vacancy.extent_percent, 100)
