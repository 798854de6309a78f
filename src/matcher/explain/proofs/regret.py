"""What a placement is worth: the exact loss when it is forbidden, and what would be instead."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.errors import Fault, InvalidInput
from matcher.explain.candidate import taken_route
from matcher.explain.effects import PlanReading
from matcher.explain.facts import PlacedCandidate, Route, VacancyName
from matcher.explain.proofs.again import Again
from matcher.explain.proofs.losses import Loss, loss_between
from matcher.explain.proofs.ranked import Ranked
from matcher.explain.proofs.ranking import Ranker
from matcher.explain.reading import named

RIVALS = 3  # who competes for a place: so many are named


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPlace:
    """Where somebody would be placed instead."""

    vacancy: VacancyName
    route: Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Regret:
    """What the best plan loses without one placement.

    Parameters
    ----------
    candidate_id : str
    vacancy : VacancyName
    decision : str or None
        ``pinned`` or ``accepted`` where a person has decided the pair: the loss is then what the decision gains, and
        below 0 what it costs.
    loss : Loss or None
        ``None`` where no plan is possible without it.
    next_places : tuple of NextPlace
        Where the candidate is placed in the best plan without it, places that the candidate has anyway left out.
    next_people : tuple of PlacedCandidate
        Who has a position there in that plan and has none now.
    stays_open : bool
        Whether the vacancy has more open positions in that plan.
    rivals : tuple of Ranked
        Who else could have the place, and what the best plan loses by it; the least loss first.
    """

    candidate_id: str
    vacancy: VacancyName
    decision: str | None
    loss: Loss | None
    next_places: tuple[NextPlace, ...] = ()
    next_people: tuple[PlacedCandidate, ...] = ()
    stays_open: bool = False
    rivals: tuple[Ranked, ...] = ()


def regret(
    again: Again, reading: PlanReading, candidate_id: str, vacancy_id: str, ranker: Ranker | None = None
) -> Regret:
    """Return what the best plan loses without one of its placements, found by solving again without it.

    Parameters
    ----------
    again : Again
    reading : PlanReading
        Of the same plan.
    candidate_id, vacancy_id : str
    ranker : Ranker, optional
        Says who else competes for the place.

    Raises
    ------
    InvalidInput
        Where the plan has no such placement.
    """
    reading.reading.person(candidate_id)
    place = reading.reading.place(vacancy_id)
    if all(entry.vacancy_id != vacancy_id for entry in reading.of_candidate.get(candidate_id, ())):
        raise InvalidInput([_not_placed(candidate_id, vacancy_id)])
    decided = reading.reading.decision(candidate_id, vacancy_id)
    decision = None if decided is None else decided.decision
    rivals = () if ranker is None else ranker.ranking(vacancy_id, solve_again=RIVALS).entries[:RIVALS]
    other = again.without_pair(candidate_id, vacancy_id)
    if other is None:
        return Regret(candidate_id=candidate_id, vacancy=named(place), decision=decision, loss=None, rivals=rivals)
    then = PlanReading(reading.reading, other)
    now = {entry.vacancy_id for entry in reading.of_candidate[candidate_id]}
    there = {entry.candidate_id for entry in reading.of_vacancy[vacancy_id]}
    return Regret(
        candidate_id=candidate_id,
        vacancy=named(place),
        decision=decision,
        loss=loss_between(again.plan, other),
        next_places=tuple(
            NextPlace(vacancy=named(reading.reading.place(entry.vacancy_id)), route=taken_route(then, entry))
            for entry in then.of_candidate.get(candidate_id, ())
            if entry.vacancy_id not in now
        ),
        next_people=tuple(
            PlacedCandidate(candidate_id=entry.candidate_id, route=taken_route(then, entry))
            for entry in then.of_vacancy.get(vacancy_id, ())
            if entry.candidate_id not in there
        ),
        stays_open=then.open_positions(place) > reading.open_positions(place),
        rivals=rivals,
    )


def _not_placed(candidate_id: str, vacancy_id: str) -> Fault:
    return Fault(
        code="not_placed",
        table="candidates",
        entity_id=candidate_id,
        must=f"be placed at vacancy {vacancy_id!r} in this plan",
        remedy="Ask for the regret of a placement that the plan has.",
    )
