"""Plan against plan: who is placed otherwise, which places and promises differ, and what each plan reaches."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from matcher.plan import Assignment, Plan

PersonKind = Literal["placed", "no_longer_placed", "moved", "other_route"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDifference:
    """Somebody for whom something differs.

    Parameters
    ----------
    candidate_id : str
    kind : str
        ``placed`` newly, ``no_longer_placed``, ``moved`` to another vacancy, or by ``other_route`` (or start).
    before, after : tuple of Assignment
    """

    candidate_id: str
    kind: PersonKind
    before: tuple[Assignment, ...]
    after: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDifference:
    """How many positions of a vacancy are filled, where that differs."""

    vacancy_id: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDifference:
    """What a contract is short of, in its own unit, where that differs."""

    contract_id: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TierDifference:
    """What each plan reaches in one aim; ``None`` where it does not pursue it."""

    name: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDifference:
    """Everything in which two plans differ, by ids; tiers all of them, in their order."""

    people: tuple[PersonDifference, ...]
    places: tuple[PlaceDifference, ...]
    deliveries: tuple[DeliveryDifference, ...]
    tiers: tuple[TierDifference, ...]


def plan_difference(before: Plan, after: Plan) -> PlanDifference:
    """Return in what two plans differ.

    Parameters
    ----------
    before, after : Plan
        Of the same problem or of two.
    """
    return PlanDifference(
        people=_people(before, after),
        places=_places(before, after),
        deliveries=_deliveries(before, after),
        tiers=_tiers(before, after),
    )


def _people(before: Plan, after: Plan) -> tuple[PersonDifference, ...]:
    old, new = _by_candidate(before), _by_candidate(after)
    return tuple(
        PersonDifference(
            candidate_id=name,
            kind=_kind(old.get(name, ()), new.get(name, ())),
            before=old.get(name, ()),
            after=new.get(name, ()),
        )
        for name in sorted(old.keys() | new.keys())
        if _promised(old.get(name, ())) != _promised(new.get(name, ()))
    )


def _by_candidate(plan: Plan) -> Mapping[str, tuple[Assignment, ...]]:
    found: dict[str, tuple[Assignment, ...]] = defaultdict(tuple)
    for row in plan.assignments:
        found[row.candidate_id] = (*found[row.candidate_id], row)
    return found


def _promised(rows: tuple[Assignment, ...]) -> list[tuple[object, ...]]:
    """Return what is told to people: a score that differs is no difference for them."""
    return [(row.vacancy_id, row.cohort_ids, row.start_date) for row in rows]


def _kind(old: tuple[Assignment, ...], new: tuple[Assignment, ...]) -> PersonKind:
    if not old:
        return "placed"
    if not new:
        return "no_longer_placed"
    return "other_route" if [row.vacancy_id for row in old] == [row.vacancy_id for row in new] else "moved"


def _places(before: Plan, after: Plan) -> tuple[PlaceDifference, ...]:
    old, new = (Counter(row.vacancy_id for row in plan.assignments) for plan in (before, after))
    return tuple(
        PlaceDifference(vacancy_id=name, before=old[name], after=new[name])
        for name in sorted(old.keys() | new.keys())
        if old[name] != new[name]
    )


def _deliveries(before: Plan, after: Plan) -> tuple[DeliveryDifference, ...]:
    old, new = (
        {row.contract_id: max(Decimal(0), row.required - row.delivered) for row in plan.shortfalls}
        for plan in (before, after)
    )
    nothing = Decimal(0)
    return tuple(
        DeliveryDifference(contract_id=name, before=old.get(name, nothing), after=new.get(name, nothing))
        for name in sorted(old.keys() | new.keys())
        if old.get(name, nothing) != new.get(name, nothing)
    )


def _tiers(before: Plan, after: Plan) -> tuple[TierDifference, ...]:
    old, new = ({tier.name: tier.value for tier in plan.tiers} for plan in (before, after))
    return tuple(
        TierDifference(name=name, before=old.get(name), after=new.get(name)) for name in dict.fromkeys([*old, *new])
    )
