"""What a column carries: weight, cost, obligation units and lottery number (docs/model.md section 3), one at a time."""

from __future__ import annotations

import hashlib
import math
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from matcher.check.reading import Offer, Reading
from matcher.check.rules import Route, groups_on, has_skill, is_granted, kilometres
from matcher.columns import UNIT_SCALE, WEIGHT_SCALE
from matcher.problem import Candidate, SkillLevel

FULL_DISTANCE_KM = 100.0  # longer ways lower the forecast no further
_WORD = 2**64
_SPLITMIX64 = (
    (30, 0xBF58476D1CE4E5B9),
    (27, 0x94D049BB133111EB),
)  # Steele, Lea and Flood 2014, doi 10.1145/2660193.2660195
_ROUTE_FACTORS = (5, 7, 9)
_MOST_HASHED = 2**16  # ids that are remembered: a vacancy and a cohort stand in many placements


def forecast_weight(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> int:
    """Return the weight of a derived column in millionths, by the prior of the policy."""
    lasts = 1 / (1 + math.exp(-_tendency(reading, candidate, offer, route, day)))
    completes = math.prod(float(reading.courses[cohort.course_id].completion_rate) for cohort in route)
    return round(WEIGHT_SCALE * lasts * completes * _priority(reading, candidate) * _promptness(reading, offer, day))


def _tendency(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> float:
    prior, vacancy = reading.problem.policy.outcome, offer.vacancy
    distance = kilometres(reading, candidate.municipality, offer.municipality) or 0.0
    form = {"employment": 0.0, "apprenticeship": prior.apprenticeship, "internship": prior.internship}[vacancy.form]
    return (
        prior.intercept
        + prior.nice_share * _nice_share(reading, candidate, offer, route, day)
        + prior.per_10_km * min(distance, FULL_DISTANCE_KM) / 10
        + form
        + prior.part_time * (1 - vacancy.extent_percent / 100)
    )


def _nice_share(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> float:
    total = met = Decimal(0)
    for wish in reading.nice_skills.get(offer.vacancy.vacancy_id, ()):
        needed = SkillLevel(skill=wish.skill, level=wish.level)
        total += wish.weight
        if has_skill(reading, candidate, needed, day) or is_granted(reading, route, needed):
            met += wish.weight
    return float(met / total) if total else 0.0


def _priority(reading: Reading, candidate: Candidate) -> float:
    policy = reading.problem.policy
    years = min(candidate.months_out_of_work / 12, float(policy.priority_max_years))
    return 1 + float(policy.priority_per_year) * years


def _promptness(reading: Reading, offer: Offer, day: int) -> float:
    """Return the share of the weight that is left after the policy's price of every day beyond the vacancy's start."""
    days_late = 0 if offer.start is None else day - offer.start
    return max(0.0, 1 - float(reading.problem.policy.lateness_per_week) / 7 * days_late)


def delivered_units(reading: Reading, candidate: Candidate, offer: Offer, day: int | None) -> int:
    """Return what a placement delivers on its contract's obligation, in hundredths of the contract's unit."""
    contract = offer.contract
    if contract is None or contract.obligation_quantity is None:
        return 0
    memberships = groups_on(candidate, day)
    if contract.groups and not memberships.intersection(contract.groups):
        return 0
    if contract.obligation_unit == "persons":
        return UNIT_SCALE
    if offer.duration_months is None:
        return 0
    policy = reading.problem.policy
    months = offer.duration_months * offer.vacancy.extent_percent / 100
    if contract.obligation_unit == "hours":
        months *= Fraction(policy.hours_per_month)
    elif contract.obligation_unit == "credit":
        months *= max((Fraction(policy.credit.get(group, 0)) for group in memberships), default=Fraction(0))
    return round(months * UNIT_SCALE)


def lottery_number(candidate_id: str, vacancy_id: str, cohort_ids: tuple[str, ...]) -> int:
    """Return the draw of a column, 1 to 2**20, fixed by its ids alone."""
    mixed = _hashed(f"candidate:{candidate_id}") + 3 * _hashed(f"vacancy:{vacancy_id}")
    for factor, cohort_id in zip(_ROUTE_FACTORS, cohort_ids, strict=False):
        mixed += factor * _hashed(f"cohort:{cohort_id}")
    mixed %= _WORD
    for shift, multiplier in _SPLITMIX64:
        mixed = (mixed ^ (mixed >> shift)) * multiplier % _WORD
    mixed ^= mixed >> 31
    return 1 + (mixed >> 44)


@lru_cache(_MOST_HASHED)
def _hashed(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
