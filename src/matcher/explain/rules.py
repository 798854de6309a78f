"""The rules that one look at the dates, the terms and the person decides; skills and routes stand in `pair`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from matcher.explain.facts import Fact, failed, met, met_if
from matcher.explain.reading import Person, Place, Reading
from matcher.problem import GroupMembership


def contract(place: Place) -> Iterator[Fact]:
    """Yield whether the contract still takes people, where there is one."""
    owner = place.terms.contract
    if owner is not None:
        kinds = ("contract_open", f"contract_{owner.status}")
        yield met_if(place.terms.is_open, "contract", kinds, contract=owner.contract_id)


def start(person: Person, place: Place, first: date, day: date) -> Fact:
    """Return whether a day, the earliest on which the person can begin, is not after the latest start."""
    latest = place.terms.latest_start_date
    holds = latest is None or day <= latest
    if day == first:
        return met_if(holds, "start", ("start_on_first_day", "start_on_first_day"), start=day)
    if day == person.candidate.available_from:
        kinds = ("start_when_available", "available_too_late")
        return met_if(holds, "start", kinds, day=day, start=first, latest=latest)
    last = max(person.enrolled, key=lambda cohort: cohort.end_date)
    kinds = ("start_after_promise", "promise_too_late")
    return met_if(holds, "start", kinds, day=day, latest=latest, cohort=last.cohort_id, end=last.end_date)


def available_until(person: Person, day: date) -> Fact:
    """Return whether a job may still begin on a day."""
    until = person.candidate.available_until
    if until is None:
        return met("available_until", "available_without_end")
    kinds = ("available_long_enough", "available_not_long_enough")
    return met_if(day <= until, "available_until", kinds, until=until, day=day)


def group(person: Person, place: Place, day: date) -> Fact:
    """Return whether the person is a member of a group that the place is open to, on a day."""
    wanted = place.terms.groups
    if not wanted:
        return met("group", "group_not_asked")
    counting = [one for one in person.candidate.groups if one.group in wanted]
    if not counting:
        held = tuple(one.group for one in person.candidate.groups)
        return failed("group", "group_other" if held else "group_none", wanted=wanted, held=held)
    longest = max(counting, key=_last_day)
    if not longest.holds_on(day):
        return failed("group", "group_ended", group=longest.group, until=longest.until, day=day)
    if longest.until is None:
        return met("group", "group_member", group=longest.group)
    return met("group", "group_member_until", group=longest.group, until=longest.until, day=day)


def occupation(person: Person, place: Place) -> Fact:
    """Return whether the person accepts the occupation."""
    accepted, offered = person.candidate.occupations, place.terms.vacancy.occupation
    if not accepted:
        return met("occupation", "occupation_any")
    if offered is None:
        return met("occupation", "occupation_not_stated")
    holds = any(offered.startswith(code) for code in accepted)
    kinds = ("occupation_accepted", "occupation_not_accepted")
    return met_if(holds, "occupation", kinds, occupation=offered, accepted=accepted)


def extent(person: Person, place: Place) -> Fact:
    """Return whether the person can work as much as the place asks for."""
    needed, possible = place.terms.vacancy.extent_percent, person.candidate.extent_percent
    return met_if(
        needed <= possible, "extent", ("extent_possible", "extent_too_much"), needed=needed, possible=possible
    )


def distance(reading: Reading, person: Person, place: Place) -> Fact:
    """Return whether the place is near enough."""
    limit, home, there = person.candidate.max_distance_km, person.candidate.municipality, place.terms.municipality
    if limit is None or home is None:
        return met("distance", "distance_without_limit")
    if there is None:
        return met("distance", "distance_no_place")
    km = reading.distance_km(home, there)
    if km is None:
        return met("distance", "distance_unknown")
    return met_if(km <= limit, "distance", ("distance_near_enough", "distance_too_far"), km=km, limit=limit)


def decision(reading: Reading, person: Person, place: Place) -> Fact:
    """Return what a person decided about the pair."""
    candidate_id = person.candidate.candidate_id
    found = reading.decision(candidate_id, place.terms.vacancy.vacancy_id)
    if found is None:
        return met("decision", "decision_none")
    holds = found.decision != "forbidden"
    if found.reason is None or _names_another(reading, candidate_id, found.reason):
        kind = f"decision_{found.decision}"
        return met_if(holds, "decision", (kind, kind))
    kind = f"decision_{found.decision}_because"
    return met_if(holds, "decision", (kind, kind), reason=found.reason)


def _last_day(membership: GroupMembership) -> date:
    return membership.until or date.max


def _names_another(reading: Reading, candidate_id: str, reason: str) -> bool:
    """Tell whether a reason written by hand names another candidate, who must not be shown."""
    return any(
        other in reason and re.search(rf"(?<!\w){re.escape(other)}(?!\w)", reason) is not None
        for other in reading.people
        if other != candidate_id
    )
