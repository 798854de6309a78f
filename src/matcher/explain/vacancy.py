"""A vacancy: who has its positions, how many could have them, by which rule the others are excluded, why it is open."""

from __future__ import annotations

from collections import Counter

from matcher.explain.candidate import count_eligible, count_rules, taken_route
from matcher.explain.crowd import Crowd
from matcher.explain.effects import PlanReading
from matcher.explain.facts import Eligibility, PlacedCandidate, Route, Rule, VacancyExplanation
from matcher.explain.pair import JudgedPair
from matcher.explain.reading import named
from matcher.explain.unfilled import unfilled_reason


def explain_vacancy(plan: PlanReading, vacancy_id: str, crowd: Crowd | None = None) -> VacancyExplanation:
    """Return who has a vacancy's positions, who could have them, and why positions stay open.

    Parameters
    ----------
    plan : PlanReading
    vacancy_id : str
    crowd : Crowd, optional
        Everybody, from an earlier question about the same problem.

    Raises
    ------
    InvalidInput
        Where the problem has no such vacancy.
    """
    place = plan.reading.place(vacancy_id)
    has_open = plan.open_positions(place) > 0
    routes: dict[str, list[Route]] = {}
    failing: Counter[Rule] = Counter()
    eligibilities: list[Eligibility] = []
    for person, failure in (crowd or Crowd(plan.reading)).first_failures(place):
        if failure is None:
            judged = JudgedPair(plan.reading, person, place)
            eligibilities.append("direct" if judged.is_direct else "training")
            if has_open:
                routes[person.candidate.candidate_id] = list(judged.routes_of_eligible())
        else:
            failing[failure] += 1
            eligibilities.append("none")
    excluded = count_rules(failing.elements())
    placed = plan.of_vacancy.get(vacancy_id, ())
    return VacancyExplanation(
        vacancy=named(place),
        placed=tuple(
            PlacedCandidate(candidate_id=entry.candidate_id, route=taken_route(plan, entry)) for entry in placed
        ),
        eligible=count_eligible(eligibilities),
        excluded=excluded,
        unfilled=unfilled_reason(plan, place, routes, excluded if not routes else ()) if has_open else None,
    )
