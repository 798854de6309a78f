"""A plan against another of a problem that differs: by how much every tier, with what is proven of it, and for whom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from matcher.plan import Plan, TierResult


@dataclass(frozen=True, slots=True, kw_only=True)
class TierDifference:
    """What two plans reach in one tier.

    Parameters
    ----------
    tier : str
    base, value : Decimal or None
        Of either plan; ``None`` where it does not pursue the tier.
    bound : Decimal or None
        Of `value`.
    gap : float or None
        Certified, of `value`.
    difference : Decimal or None
        `value` less `base`.
    least, most : Decimal or None
        Between which the difference of the two best plans lies, as far as the certificates say; ``None`` where one of
        the plans is not proven in an earlier tier, so that its bound speaks of other plans.
    """

    tier: str
    base: Decimal | None
    value: Decimal | None
    bound: Decimal | None
    gap: float | None
    difference: Decimal | None
    least: Decimal | None
    most: Decimal | None

    @property
    def is_exact(self) -> bool:
        """Tell whether the difference is proven to the last digit."""
        return self.least is not None and self.least == self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody is placed, and by which cohorts."""

    vacancy_id: str
    cohort_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """Somebody for whom two plans differ.

    Parameters
    ----------
    candidate_id : str
    before, after : tuple of Place
        Empty where the person has no place.
    """

    candidate_id: str
    before: tuple[Place, ...]
    after: tuple[Place, ...]

    @property
    def kind(self) -> str:
        """Return ``placed``, ``no_longer_placed``, ``moved``, or ``other_route`` to the same places."""
        if not self.before:
            return "placed"
        if not self.after:
            return "no_longer_placed"
        same = [place.vacancy_id for place in self.before] == [place.vacancy_id for place in self.after]
        return "other_route" if same else "moved"


def tier_differences(base: Plan, plan: Plan) -> tuple[TierDifference, ...]:
    """Return the difference in every tier that either plan pursues, but for the draw."""
    before, after = ({tier.name: tier for tier in each.tiers} for each in (base, plan))
    names = [name for name in dict.fromkeys([*before, *after]) if name != "tie_break"]
    sure = {id(each): _proven_up_to(each) for each in (base, plan)}
    return tuple(
        _difference(
            name,
            before.get(name),
            after.get(name),
            is_sure=name in sure[id(base)] and name in sure[id(plan)],
        )
        for name in names
    )


def affected_people(base: Plan, plan: Plan) -> tuple[Affected, ...]:
    """Return everybody whose places, or ways to them, are not the same in both plans, by id."""
    before, after = _places(base), _places(plan)
    return tuple(
        Affected(candidate_id=candidate_id, before=before.get(candidate_id, ()), after=after.get(candidate_id, ()))
        for candidate_id in sorted(before.keys() | after.keys())
        if before.get(candidate_id) != after.get(candidate_id)
    )


def interval(tier: TierResult) -> tuple[Decimal, Decimal]:
    """Return between which two values the best lies: the plan's own and its bound."""
    return min(tier.value, tier.bound), max(tier.value, tier.bound)


def _difference(name: str, before: TierResult | None, after: TierResult | None, *, is_sure: bool) -> TierDifference:
    both = before is not None and after is not None
    least = most = None
    if before is not None and after is not None and is_sure:
        (low_before, high_before), (low, high) = interval(before), interval(after)
        least, most = low - high_before, high - low_before
    return TierDifference(
        tier=name,
        base=None if before is None else before.value,
        value=None if after is None else after.value,
        bound=None if after is None else after.bound,
        gap=None if after is None else after.gap,
        difference=after.value - before.value if both and before is not None and after is not None else None,
        least=least,
        most=most,
    )


def _proven_up_to(plan: Plan) -> set[str]:
    """Return the tiers before which everything is proven exactly: their bounds speak of the very best plans."""
    names = set()
    for tier in plan.tiers:
        names.add(tier.name)
        if tier.value != tier.bound:
            break
    return names


def _places(plan: Plan) -> dict[str, tuple[Place, ...]]:
    places: defaultdict[str, list[Place]] = defaultdict(list)
    for entry in plan.assignments:
        places[entry.candidate_id].append(Place(vacancy_id=entry.vacancy_id, cohort_ids=entry.cohort_ids))
    return {candidate_id: tuple(own) for candidate_id, own in places.items()}
