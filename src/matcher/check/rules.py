"""Which columns exist: the rules of docs/model.md section 2, one function each, for one column at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise

from matcher.check.reading import Offer, Reading
from matcher.problem import Candidate, Cohort, Municipality, SkillLevel

EARTH_RADIUS_KM = 6371.0088

Route = tuple[Cohort, ...]
Rule = Callable[[Reading, Candidate, Offer, Route, int], str | None]


def start_day(reading: Reading, candidate: Candidate, offer: Offer, route: Route) -> int | None:
    """Return the ordinal of the first day on which nothing stands in the way; ``None`` where no start is stated."""
    if offer.start is None:
        return None
    promised = (reading.cohorts[cohort_id] for cohort_id in reading.enrolled.get(candidate.candidate_id, ()))
    days_after = [cohort.end_date.toordinal() + 1 for cohort in (*route, *promised)]
    return max(offer.start, candidate.available_from.toordinal(), *days_after)


def groups_on(candidate: Candidate, day: int | None) -> frozenset[str]:
    """Return the target groups of a candidate on a day; on an open day every membership holds."""
    return frozenset(
        [
            membership.group
            for membership in candidate.groups
            if day is None or membership.until is None or day <= membership.until.toordinal()
        ]
    )


def kilometres(reading: Reading, home: str | None, place: str | None) -> float | None:
    """Return the great-circle distance in km, rounded to 0.1; ``None`` where a place or its coordinates are unknown."""
    if home is None or place is None:
        return None
    if home == place:
        return 0.0
    if home not in reading.places or place not in reading.places:
        return None
    return _great_circle(reading.places[home], reading.places[place])


def _great_circle(a: Municipality, b: Municipality) -> float:
    """Return the length of the arc by the haversine formula (Sinnott 1984), in km."""
    phi_a, phi_b = math.radians(a.latitude), math.radians(b.latitude)
    across = math.radians(a.longitude - b.longitude)
    h = math.sin((phi_a - phi_b) / 2) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(across / 2) ** 2
    return round(2 * EARTH_RADIUS_KM * math.atan2(math.sqrt(h), math.sqrt(max(0.0, 1 - h))), 1)


def has_skill(reading: Reading, candidate: Candidate, needed: SkillLevel, day: int) -> bool:
    """Tell whether a candidate holds a skill at the level or higher, valid on a day."""
    held = reading.held_skills.get(candidate.candidate_id, {}).get(needed.skill)
    if held is None or held.level < needed.level:
        return False
    return held.valid_until is None or day <= held.valid_until.toordinal()


def is_granted(reading: Reading, route: Route, needed: SkillLevel) -> bool:
    """Tell whether some cohort of a route grants a skill at the level or higher."""
    return any(
        granted.skill == needed.skill and granted.level >= needed.level
        for cohort in route
        for granted in reading.courses[cohort.course_id].skills
    )


def broken_rules(reading: Reading, candidate: Candidate, offer: Offer, route: Route) -> Iterator[tuple[str, str]]:
    """Yield the name of every rule that a column breaks, and what it would take.

    Parameters
    ----------
    reading : Reading
    candidate : Candidate
    offer : Offer
    route : tuple of Cohort
        In the order taken.

    Yields
    ------
    code, message : str
        The message continues "... must ...".
    """
    yield from _broken_but_minimality(reading, candidate, offer, route)
    for size in range(len(route)):
        for shorter in combinations(route, size):
            if next(_broken_but_minimality(reading, candidate, offer, shorter), None) is None:
                ids = ", ".join(cohort.cohort_id for cohort in shorter) or "no cohort at all"
                yield "route_not_minimal", f"take no cohort that the place does not require ({ids} would do)"
                return


def _broken_but_minimality(
    reading: Reading, candidate: Candidate, offer: Offer, route: Route
) -> Iterator[tuple[str, str]]:
    day = start_day(reading, candidate, offer, route)
    if day is None:
        yield "start", "have a vacancy with a start date"
        return
    for code, rule in RULES.items():
        message = rule(reading, candidate, offer, route, day)
        if message is not None:
            yield code, message


def _open(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    return None if offer.is_open else "name a vacancy whose contract is not closed"


def _start(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    late = offer.latest_start is None or day > offer.latest_start
    return "start no later than the vacancy's latest start" if late else None


def _available_until(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    until = candidate.available_until
    return "start while the candidate is available" if until is not None and day > until.toordinal() else None


def _group(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    if not offer.groups or groups_on(candidate, day).intersection(offer.groups):
        return None
    return f"have a candidate who on the start day belongs to one of: {', '.join(offer.groups)}"


def _occupation(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    wanted, code = candidate.occupations, offer.vacancy.occupation
    if not wanted or not code or any(code.startswith(listed) for listed in wanted):
        return None
    return f"have an occupation that the candidate accepts, not {code}"


def _extent(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    asked, able = offer.vacancy.extent_percent, candidate.extent_percent
    return f"ask for at most the candidate's {able} percent, not {asked}" if asked > able else None


def _distance(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    return _too_far(reading, candidate, offer.municipality)


def _too_far(reading: Reading, candidate: Candidate, place: str | None) -> str | None:
    if candidate.max_distance_km is None or place is None:
        return None
    distance = kilometres(reading, candidate.municipality, place)
    if distance is not None and distance <= candidate.max_distance_km:
        return None
    return f"lie within {candidate.max_distance_km} km of the candidate's home, not {distance}"


def _skill(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    for required in reading.must_skills.get(offer.vacancy.vacancy_id, ()):
        needed = SkillLevel(skill=required.skill, level=required.level)
        if not has_skill(reading, candidate, needed, day) and not is_granted(reading, route, needed):
            return f"meet the required skill {needed.skill!r} at level {needed.level} on the start day"
    return None


def _decision(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    is_forbidden = (candidate.candidate_id, offer.vacancy.vacancy_id) in reading.forbidden
    return "not be a forbidden pair" if is_forbidden else None


def _route_length(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    longest = reading.problem.policy.max_route_length
    if candidate.max_trainings is not None:
        longest = min(longest, candidate.max_trainings)
    return f"take at most {longest} cohorts, not {len(route)}" if len(route) > longest else None


def _new(reading: Reading, candidate: Candidate, route: Route) -> Route:
    enrolled = reading.enrolled.get(candidate.candidate_id, frozenset())
    return tuple(cohort for cohort in route if cohort.cohort_id not in enrolled)


def _route_open(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    for cohort in _new(reading, candidate, route):
        if cohort.status in ("running", "cancelled"):
            return f"take nobody new into {cohort.status} cohort {cohort.cohort_id!r}"
    return None


def _route_dates(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    for before, after in pairwise(route):
        if after.start_date <= before.end_date:
            return f"start cohort {after.cohort_id!r} after {before.cohort_id!r} has ended"
    promised = [reading.cohorts[cohort_id] for cohort_id in reading.enrolled.get(candidate.candidate_id, ())]
    for cohort in _new(reading, candidate, route):
        for other in promised:
            if cohort.start_date <= other.end_date and other.start_date <= cohort.end_date:
                return f"not take cohort {cohort.cohort_id!r} during {other.cohort_id!r}, which is promised"
    return None


def _route_reach(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    for cohort in _new(reading, candidate, route):
        if cohort.start_date < candidate.available_from:
            return f"not start cohort {cohort.cohort_id!r} before the candidate is available"
        if _too_far(reading, candidate, cohort.municipality) is not None:
            return f"take cohort {cohort.cohort_id!r} only within {candidate.max_distance_km} km"
    return None


def _route_prerequisites(reading: Reading, candidate: Candidate, offer: Offer, route: Route, day: int) -> str | None:
    for place, cohort in enumerate(route):
        if cohort.cohort_id in reading.enrolled.get(candidate.candidate_id, ()):
            continue
        for needed in reading.courses[cohort.course_id].prerequisites:
            held = has_skill(reading, candidate, needed, cohort.start_date.toordinal())
            if not held and not is_granted(reading, route[:place], needed):
                return f"enter cohort {cohort.cohort_id!r} with skill {needed.skill!r} at level {needed.level}"
    return None


RULES: dict[str, Rule] = {
    "closed_contract": _open,
    "start": _start,
    "available_until": _available_until,
    "group": _group,
    "occupation": _occupation,
    "extent": _extent,
    "distance": _distance,
    "skill": _skill,
    "decision": _decision,
    "route_length": _route_length,
    "route_open": _route_open,
    "route_dates": _route_dates,
    "route_reach": _route_reach,
    "route_prerequisites": _route_prerequisites,
}
