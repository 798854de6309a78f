"""Draws the people: who they are, where they live, what they can and what they wish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from matcher.generate.draws import BoolArray, Draws, IntArray
from matcher.generate.facts import facts
from matcher.generate.sizes import PLANNING_DAY, Profile
from matcher.problem import Candidate, GroupMembership

GROUPS = ("disabled", "foreign_born", "long_term_unemployed", "youth")

# Own assumptions, per mille.
LONG_TERM_BASE, LONG_TERM_IF_YOUTH, LONG_TERM_IF_DISABLED, LONG_TERM_IF_FOREIGN_BORN = 360, 180, 150, 60
DISTANCES_KM = ((10, 150), (20, 280), (30, 260), (50, 200), (80, 80), (120, 30))
PART_TIME = ((75, 500), (50, 350), (25, 150))
WORKED_IF_YOUTH = 600  # per mille of the chance that others have to be experienced
WORKED_ELSEWHERE = 400  # and of the chance in a second occupation
WISH_IN_SECTOR = 550  # further wishes that stay in the sector of the first
WISH_WHOLE_GROUP = 60  # wishes for a whole three-digit group instead of one occupation


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Candidates, and what the draws of their skills need to know.

    Parameters
    ----------
    candidates : tuple of Candidate
    has_worked : bool (C, occupations)
        Whether each has experience in the occupations of the facts.
    wishes : bool (C, occupations)
        Whether each accepts the occupations of the facts.
    is_foreign_born : bool (C,)
    """

    candidates: tuple[Candidate, ...]
    has_worked: BoolArray
    wishes: BoolArray
    is_foreign_born: BoolArray


@cache
def occupation_weights() -> tuple[int, ...]:
    """Return how often people come from each occupation: half by contracts' demand, half by advertisements."""
    demand = dict.fromkeys(facts().occupations, 0)
    for kind in facts().contract_kinds.values():
        scale = facts().scales[kind.scale]
        persons = (scale.vacancies_min + scale.vacancies_max) * (scale.positions_min + scale.positions_max)
        for occupation in kind.occupations:
            demand[occupation] += 1000 * kind.frequency * persons // len(kind.occupations)
    all_demand = sum(demand.values())
    all_ads = sum(occupation.ads_sweden for occupation in facts().occupations.values())
    return tuple(
        1 + 200_000 * demand[code] // all_demand + 800_000 * occupation.ads_sweden // all_ads
        for code, occupation in facts().occupations.items()
    )


def draw_people(profile: Profile, seed: int) -> People:
    """Draw exactly the profile's number of candidates."""
    size = profile.num_candidates
    groups = _draw_groups(Draws(seed, "groups"), size)
    wished = _wished(Draws(seed, "wishes"), size, profile.max_wishes)
    candidates = _candidates(profile, seed, groups, wished)
    return People(
        candidates=candidates,
        wishes=_accepted(candidates),
        has_worked=_experience(Draws(seed, "experience"), wished, groups["youth"], profile.worked_per_mille),
        is_foreign_born=groups["foreign_born"],
    )


def _draw_groups(draws: Draws, size: int) -> dict[str, BoolArray]:
    known = {name: draws.chance(facts().per_mille(name), size) for name in ("disabled", "foreign_born", "youth")}
    chance = (
        LONG_TERM_BASE
        + LONG_TERM_IF_DISABLED * known["disabled"].astype(np.int64)
        + LONG_TERM_IF_FOREIGN_BORN * known["foreign_born"].astype(np.int64)
    )
    chance = np.where(known["youth"], LONG_TERM_IF_YOUTH, chance)
    return {**known, "long_term_unemployed": draws.chance(chance, size)}


def _candidates(
    profile: Profile, seed: int, groups: dict[str, BoolArray], wished: list[IntArray]
) -> tuple[Candidate, ...]:
    size = profile.num_candidates
    draws = Draws(seed, "circumstances")
    codes = list(profile.weight_by_municipality)
    home = draws.chosen(list(profile.weight_by_municipality.values()), size)
    distance = draws.chosen([weight for _, weight in DISTANCES_KM], size)
    available = _available_from(draws, size)
    ends = np.where(draws.chance(60, size) & groups["foreign_born"], draws.between(200, 700, size), 0)
    extent = _extents(draws, groups["disabled"])
    months = _months_out_of_work(draws, groups["long_term_unemployed"])
    trainings = draws.chosen((850, 50, 100), size)  # as many as the policy allows, none, one
    memberships = _memberships(draws, groups)
    wishes = _wishes(Draws(seed, "number of wishes"), wished[: profile.max_wishes], profile.takes_any_per_mille)
    width = len(str(size))
    return tuple(
        Candidate(
            candidate_id=f"C{nth + 1:0{width}d}",
            available_from=day_after(available[nth]),
            groups=memberships[nth],
            municipality=codes[home[nth]],
            max_distance_km=DISTANCES_KM[distance[nth]][0],
            extent_percent=int(extent[nth]),
            occupations=wishes[nth],
            max_trainings=(None, 0, 1)[trainings[nth]],
            months_out_of_work=int(months[nth]),
            available_until=day_after(ends[nth]) if ends[nth] else None,
        )
        for nth in range(size)
    )


@cache
def _day_after(days: int) -> date:
    return PLANNING_DAY + timedelta(days=days)


def day_after(days: int | np.int64) -> date:
    """Return the day so many days after the planning day; equal days are one object."""
    return _day_after(int(days))


def _available_from(draws: Draws, size: int) -> IntArray:
    """Seven of ten are free already, two within eight weeks, one within half a year."""
    kind = draws.chosen((700, 200, 100), size)
    days = draws.below(1000, size)
    return np.select([kind == 0, kind == 1], [-(days % 180), days % 56], 56 + days % 126).astype(np.int64)


def _extents(draws: Draws, is_disabled: BoolArray) -> IntArray:
    size = len(is_disabled)
    part = np.array([percent for percent, _ in PART_TIME])[draws.chosen([weight for _, weight in PART_TIME], size)]
    return np.where(draws.chance(np.where(is_disabled, 450, 60), size), part, 100).astype(np.int64)


def _months_out_of_work(draws: Draws, is_long_term: BoolArray) -> IntArray:
    """Below twelve months for some; for others longer, with the chance of another year falling."""
    size = len(is_long_term)
    years = 1 + (draws.chance(550, size)).astype(np.int64) * (1 + draws.chosen((50, 27, 14, 9), size))
    return np.where(is_long_term, 12 * years, 0) + draws.below(12, size)


def _memberships(draws: Draws, groups: dict[str, BoolArray]) -> list[tuple[GroupMembership, ...]]:
    size = len(groups["youth"])
    birthday = draws.below(7 * 365, size)  # days to the 25th birthday of somebody of 18 to 24
    decision_ends = np.where(draws.chance(300, size), draws.between(180, 900, size), 0)
    without_end = {name: GroupMembership(group=name) for name in GROUPS}
    found: list[tuple[GroupMembership, ...]] = []
    for nth in range(size):
        held = []
        for name in GROUPS:
            if not groups[name][nth]:
                continue
            until = birthday[nth] if name == "youth" else decision_ends[nth] if name == "disabled" else 0
            held.append(GroupMembership(group=name, until=day_after(until)) if until else without_end[name])
        found.append(tuple(held))
    return found


def _wished(draws: Draws, size: int, most: int) -> list[IntArray]:
    """Draw `most` occupations for everybody: the one each comes from, then further ones, often of its sector."""
    sector = np.array([fact.sector for fact in facts().occupations.values()])
    weights = np.asarray(occupation_weights(), dtype=np.int64)
    first = draws.chosen(weights, size)
    wished = [first]
    for _ in range(max(most, 2) - 1):
        anywhere = draws.chosen(weights, size)
        nearby = np.zeros(size, dtype=np.int64)
        for name in sorted(set(sector.tolist())):
            is_in_sector = sector == name
            nearby = np.where(is_in_sector[first], draws.chosen(np.where(is_in_sector, weights, 0), size), nearby)
        wished.append(np.where(draws.chance(WISH_IN_SECTOR, size), nearby, anywhere))
    return wished


def _accepted(candidates: tuple[Candidate, ...]) -> BoolArray:
    codes = list(facts().occupations)
    row_of: dict[tuple[str, ...], list[bool]] = {}
    for candidate in candidates:
        if candidate.occupations not in row_of:
            row_of[candidate.occupations] = [
                not candidate.occupations or code.startswith(candidate.occupations) for code in codes
            ]
    return np.array([row_of[candidate.occupations] for candidate in candidates], dtype=np.bool_)


def _experience(draws: Draws, wished: list[IntArray], is_youth: BoolArray, per_mille: int) -> BoolArray:
    size = len(is_youth)
    everybody = np.arange(size)
    chance = np.where(is_youth, per_mille * WORKED_IF_YOUTH // 1000, per_mille)
    has_worked = np.zeros((size, len(facts().occupations)), dtype=np.bool_)
    has_worked[everybody, wished[1]] = draws.chance(chance * WORKED_ELSEWHERE // 1000, size)
    has_worked[everybody, wished[0]] |= draws.chance(chance, size)
    return has_worked


def _wishes(draws: Draws, wished: list[IntArray], takes_any_per_mille: int) -> list[tuple[str, ...]]:
    """State the wishes as codes; some people take any occupation, some a whole group of the first."""
    size = len(wished[0])
    codes = list(facts().occupations)
    number = draws.between(1, len(wished), size)
    takes_any = draws.chance(takes_any_per_mille, size)
    whole_group = draws.chance(WISH_WHOLE_GROUP, size)
    wishes: list[tuple[str, ...]] = []
    for nth in range(size):
        named = {codes[occupations[nth]] for occupations in wished[: number[nth]]}
        if whole_group[nth]:
            named = {codes[wished[0][nth]][:3]} | {code for code in named if code[:3] != codes[wished[0][nth]][:3]}
        wishes.append(() if takes_any[nth] else tuple(sorted(named)))
    return wishes
