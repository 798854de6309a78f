"""Which change of the input made one plan into another: each made alone, and each left out, and solved again.

A change alone says what it brings by itself; everything but this change says what would not have come without it. Where
several changes work together, neither needs to add up, and both are told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from matcher.errors import ContradictoryDecisions, InvalidInput
from matcher.explain.facts import Value
from matcher.explain.plan_difference import PersonDifference, plan_difference
from matcher.explain.proofs.again import TimeIsUp
from matcher.explain.proofs.losses import AimLoss, loss_between
from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import KEY_BY_TABLE, TABLE_NAMES, Problem, SkillLevel, missing_facts
from matcher.solve import solve_columns
from matcher.solver import StopSignal

MOST_CHANGES = 20  # that are tried one by one; more are taken together by table
# Rows that say something about a row of another table belong to it: they come and go together.
OWNER = {"candidate_skills": "candidates", "vacancy_skills": "vacancies"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A column of a row that differs, as it is written in files."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChange:
    """What differs between two problems in one thing.

    Parameters
    ----------
    table : str
        Of the problem folder; ``policy`` for the policy.
    entity_id : str or None
        Parts of a key are joined by `` + ``; ``None`` where the rows of a table are taken together.
    kind : str
        ``added``, ``removed`` or ``changed``.
    fields : tuple of FieldChange
        Where one row is changed.
    """

    table: str
    entity_id: str | None
    kind: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What one change of the input did to the plan.

    Parameters
    ----------
    change : InputChange
    alone : tuple of AimLoss or None
        What the plan before loses in each aim by this change alone; ``None`` where it cannot be made alone.
    people_alone : tuple of str
        Who is placed otherwise by this change alone, in the same way as in the plan after.
    people_for_want : tuple of str
        Who would be placed as before, had everything changed but this.
    """

    change: InputChange
    alone: tuple[AimLoss, ...] | None
    people_alone: tuple[str, ...]
    people_for_want: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Causes:
    """The causes of a difference between two plans; ``is_interrupted`` where time ended before all were tried."""

    found: tuple[Cause, ...]
    is_interrupted: bool = False


Rows = Mapping[str, Mapping[tuple[Any, ...], Any]]
Group = tuple[str, Hashable]  # owner's table, and its key


def input_changes(before: Problem, after: Problem) -> tuple[InputChange, ...]:
    """Return everything in which two problems differ, by table and id."""
    return tuple(_told(group, before, after) for group in _groups(before, after))


def causes(
    before: Problem, plan_before: Plan, after: Problem, plan_after: Plan, *, time_limit_s: float | None = None
) -> Causes:
    """Return which changes of the input made one plan into another.

    Parameters
    ----------
    before, after : Problem
    plan_before, plan_after : Plan
        The best plans of the two.
    time_limit_s : float, optional
        For all solves together.
    """
    stop = StopSignal(time_limit_s)
    differing = {one.candidate_id: one for one in plan_difference(plan_before, plan_after).people}
    groups = _groups(before, after)
    found: list[Cause] = []
    for group in groups:
        try:
            alone = plan_after if len(groups) == 1 else _solved(_moved(before, after, [group]), plan_before, stop)
            others = [other for other in groups if other != group]
            rest = _solved(_moved(before, after, others), plan_after, stop) if others else plan_before
        except TimeIsUp:
            return Causes(found=tuple(found), is_interrupted=True)
        found.append(_cause(_told(group, before, after), plan_before, alone, rest, differing))
    return Causes(found=tuple(found))


def _cause(
    change: InputChange,
    before: Plan,
    alone: Plan | None,
    rest: Plan | None,
    differing: Mapping[str, PersonDifference],
) -> Cause:
    has_same_aims = alone is not None and [tier.name for tier in alone.tiers] == [tier.name for tier in before.tiers]
    return Cause(
        change=change,
        alone=loss_between(before, alone).aims if alone is not None and has_same_aims else None,
        people_alone=() if alone is None else _placed_as(alone, differing, is_after=True),
        people_for_want=() if rest is None else _placed_as(rest, differing, is_after=False),
    )


def _placed_as(plan: Plan, differing: Mapping[str, PersonDifference], *, is_after: bool) -> tuple[str, ...]:
    """Return those of the people who differ whom a plan places as the plan after, or before, does."""
    own: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    for row in plan.assignments:
        own[row.candidate_id].append((row.vacancy_id, row.cohort_ids, row.start_date))
    return tuple(
        name
        for name, one in differing.items()
        if own[name]
        == [(row.vacancy_id, row.cohort_ids, row.start_date) for row in (one.after if is_after else one.before)]
    )


def _solved(problem: Problem | None, earlier: Plan, stop: StopSignal) -> Plan | None:
    if problem is None or missing_facts(problem):
        return None
    if stop.is_due:
        raise TimeIsUp
    try:
        plan = solve_columns(
            problem, build_columns(problem), gap=0.0, seed=earlier.solver.seed, stop=stop, earlier=earlier
        ).plan
    except ContradictoryDecisions:
        return None
    if stop.is_due:
        raise TimeIsUp
    return plan


def _groups(before: Problem, after: Problem) -> list[Group]:
    """Return what differs: each thing by itself, or where these are too many, by table."""
    groups = list(_differing(before, after))
    if before.policy != after.policy:
        groups.append(("policy", None))
    if len(groups) <= MOST_CHANGES:
        return groups
    return list(dict.fromkeys((table, None) for table, _ in groups))


def _differing(before: Problem, after: Problem) -> Iterator[Group]:
    found: dict[Group, None] = {}
    for table in TABLE_NAMES:
        old, new = _rows(before, table), _rows(after, table)
        for key in dict.fromkeys([*old, *new]):
            if old.get(key) != new.get(key):
                found[OWNER.get(table, table), key[:1] if table in OWNER else key] = None
    yield from found


def _rows(problem: Problem, table: str) -> dict[tuple[Any, ...], Any]:
    key = KEY_BY_TABLE[table]
    return {tuple(getattr(row, name) for name in key): row for row in getattr(problem, table)}


def _moved(before: Problem, after: Problem, groups: list[Group]) -> Problem | None:
    """Return the problem before with some things as they are after; ``None`` where that is no problem."""
    tables: dict[str, Any] = {}
    for table in TABLE_NAMES:
        owner = OWNER.get(table, table)
        wanted = {key for name, key in groups if name == owner}
        if wanted:
            old, new = _rows(before, table), _rows(after, table)
            is_moved = {key: None in wanted or (key[:1] if table in OWNER else key) in wanted for key in {**old, **new}}
            kept = {key: row for key, row in old.items() if not is_moved[key] or key in new}
            tables[table] = tuple((kept | {key: row for key, row in new.items() if is_moved[key]}).values())
    if any(name == "policy" for name, _ in groups):
        tables["policy"] = after.policy
    try:
        return replace(before, **tables)
    except InvalidInput:
        return None


def _told(group: Group, before: Problem, after: Problem) -> InputChange:
    table, key = group
    if table == "policy":
        return InputChange(table=table, entity_id=None, kind="changed", fields=_fields(before.policy, after.policy))
    if not isinstance(key, tuple):
        return InputChange(table=table, entity_id=None, kind="changed")
    old, new = _rows(before, table).get(key), _rows(after, table).get(key)
    return InputChange(
        table=table,
        entity_id=" + ".join(";".join(part) if isinstance(part, tuple) else str(part) for part in key),
        kind="added" if old is None else "removed" if new is None else "changed",
        fields=(
            *(_fields(old, new) if old is not None and new is not None else ()),
            *_owned(table, key, before, after),
        ),
    )


def _owned(table: str, key: tuple[Any, ...], before: Problem, after: Problem) -> Iterator[FieldChange]:
    """Yield the rows that belong to a row and differ: skills that are held or asked for, with their levels."""
    for owned, owner in OWNER.items():
        if owner == table:
            old, new = _rows(before, owned), _rows(after, owned)
            for name in dict.fromkeys([*old, *new]):
                if name[:1] == key and old.get(name) != new.get(name):
                    yield FieldChange(field=owned, before=_skill(old.get(name)), after=_skill(new.get(name)))


def _skill(row: Any) -> SkillLevel | None:
    return None if row is None else SkillLevel(skill=row.skill, level=row.level)


def _fields(old: Any, new: Any) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(field=one.name, before=_plain(getattr(old, one.name)), after=_plain(getattr(new, one.name)))
        for one in fields(old)
        if getattr(old, one.name) != getattr(new, one.name)
    )


def _plain(value: Any) -> Value:
    return value if value is None or isinstance(value, str | int | float | date) else str(value)
