"""Why positions stayed open: one reason from a closed list, and only where the problem and the plan prove it.

No price of the solver is used. Everybody who is eligible for an unfilled vacancy is accounted for: placed in it
already, placed elsewhere, kept out by a limit that every route of theirs meets, or kept out by nothing that was found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from matcher.columns import Columns
from matcher.explain.candidate import count_rules
from matcher.explain.crowd import Crowd
from matcher.explain.effects import PlanReading
from matcher.explain.facts import Blocker, Route, RuleCount, UnfilledCode, UnfilledReason
from matcher.explain.reading import Place, Reading
from matcher.plan import Plan
from matcher.problem import Problem

RoutesByCandidate = Mapping[str, Sequence[Route]]


def unfilled_reasons(problem: Problem, plan: Plan, columns: Columns) -> tuple[UnfilledReason, ...]:
    """Return why the positions that a plan leaves open stayed open.

    Parameters
    ----------
    problem : Problem
    plan : Plan
    columns : Columns
        Of the same problem.

    Returns
    -------
    tuple of UnfilledReason
        One for each entry of ``plan.unfilled``, in the same order.
    """
    reading = Reading(problem)
    in_plan = PlanReading(reading, plan)
    routes = _routes_by_vacancy(reading, columns, {entry.vacancy_id for entry in plan.unfilled})
    counts = _RuleCounts(reading)
    return tuple(
        unfilled_reason(
            in_plan,
            reading.place(entry.vacancy_id),
            routes[entry.vacancy_id],
            () if routes[entry.vacancy_id] else counts.of(reading.place(entry.vacancy_id)),
        )
        for entry in plan.unfilled
    )


def unfilled_reason(
    plan: PlanReading, place: Place, routes: RoutesByCandidate, excluded: tuple[RuleCount, ...]
) -> UnfilledReason:
    """Return why positions of one vacancy stayed open.

    Parameters
    ----------
    plan : PlanReading
    place : Place
        With open positions.
    routes : mapping of candidate id to sequence of Route
        Everybody who is eligible for it.
    excluded : tuple of RuleCount
        People by first failing rule, where nobody is eligible.
    """
    vacancy_id = place.terms.vacancy.vacancy_id
    placed_here = {entry.candidate_id for entry in plan.of_vacancy.get(vacancy_id, ())}
    counts = Counter[str]()
    limits = Counter[Blocker]()
    for candidate_id, ways in routes.items():
        person = plan.reading.person(candidate_id)
        if candidate_id in placed_here:
            counts["here"] += 1
        elif not plan.has_free_time(person):
            counts["elsewhere"] += 1
        else:
            met = [plan.blockers(person, place, route) for route in ways]
            counts["blocked" if all(met) else "free"] += 1
            if all(met):
                limits.update({blocker for one in met for blocker in one})
    blockers = tuple(
        Blocker(kind=limit.kind, entity_id=limit.entity_id, people=limits[limit])
        for limit in sorted(limits, key=lambda limit: (-limits[limit], limit.kind, limit.entity_id))
    )
    return UnfilledReason(
        vacancy_id=vacancy_id,
        open=plan.open_positions(place),
        code=_code(place, len(routes), counts, blockers, excluded),
        eligible=len(routes),
        here=counts["here"],
        elsewhere=counts["elsewhere"],
        blocked=counts["blocked"],
        free=counts["free"],
        blockers=blockers,
        excluded=excluded,
    )


def _code(
    place: Place,
    eligible: int,
    counts: Counter[str],
    blockers: Sequence[Blocker],
    excluded: Sequence[RuleCount],
) -> UnfilledCode:
    if not place.terms.is_open:
        return "closed"
    if eligible == 0:
        return "decision" if any(entry.rule == "decision" for entry in excluded) else "no_eligible"
    if counts["free"]:
        return "unproven"
    if counts["blocked"]:
        kinds = {blocker.kind for blocker in blockers}
        return next(iter(kinds)) if len(kinds) == 1 else "several"
    return "placed_elsewhere" if counts["elsewhere"] else "all_placed_here"


def _routes_by_vacancy(reading: Reading, columns: Columns, vacancy_ids: set[str]) -> dict[str, dict[str, list[Route]]]:
    """Return the routes of the columns of some vacancies, by vacancy and candidate."""
    limits = columns.limits
    wanted = np.array([vacancy_id in vacancy_ids for vacancy_id in limits.vacancy_ids], dtype=bool)
    found: dict[str, dict[str, list[Route]]] = {vacancy_id: defaultdict(list) for vacancy_id in vacancy_ids}
    known: dict[object, Route] = {}  # a city's columns share few routes
    for column in np.flatnonzero(wanted[columns.vacancy]).tolist():
        entries = columns.route_entries(column)
        day = int(columns.start_day[column])
        cohorts, is_new = columns.routes.cohort[entries], columns.routes.is_new[entries]
        key = (day, cohorts.tobytes(), is_new.tobytes())
        if key not in known:
            steps = zip((reading.cohorts[limits.cohort_ids[k]] for k in cohorts), is_new.tolist(), strict=True)
            known[key] = Route(
                steps=tuple(reading.step(cohort, is_new=new) for cohort, new in steps),
                start_date=date.fromordinal(day) if day else None,
            )
        candidate_id = limits.candidate_ids[columns.candidate[column]]
        found[limits.vacancy_ids[columns.vacancy[column]]][candidate_id].append(known[key])
    return found


class _RuleCounts:
    """People by the first rule that excludes them, counted once for vacancies that ask for the same."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._crowd = Crowd(reading)
        self._known: dict[object, tuple[RuleCount, ...]] = {}
        self._judged_alone = {decision.vacancy_id for decision in reading.problem.decisions}

    def of(self, place: Place) -> tuple[RuleCount, ...]:
        """Return the counts for a vacancy for which nobody is eligible, the most frequent rule first."""
        key = self._asked(place)
        if key not in self._known:
            failures = (rule for _, rule in self._crowd.first_failures(place))
            self._known[key] = count_rules(rule for rule in failures if rule is not None)
        return self._known[key]

    def _asked(self, place: Place) -> object:
        terms, vacancy = place.terms, place.terms.vacancy
        if vacancy.vacancy_id in self._judged_alone or self._reading.problem.is_ready_scored:
            return vacancy.vacancy_id
        musts = tuple((required.skill, required.level) for required in place.musts)
        dates = (terms.start_date, terms.latest_start_date)
        return dates, terms.groups, vacancy.occupation, vacancy.extent_percent, terms.municipality, musts, terms.is_open
