"""One candidate and one vacancy: what speaks for it, how it stands, what can be decided, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matcher.explain import PairInPlan, explain_pair_in_plan
from matcher.explain.proofs import Ranked, Regret
from matcher.explain.reading import Person
from matcher.problem import Decision
from matcher.service.deciding import Act, about_pair, last_seen
from matcher.service.desk.desk import Desk
from matcher.service.desk.vacancies import VacancyRow, vacancy_row
from matcher.store import Proposal, Session, Store, Stored, TakenDecision, list_proposals, list_stored, state_of

Crowded = Literal["place", "person"]
BEGUN = ("started", "sustained")
PATIENCE_S = 0.15  # a page does not wait longer for a cost: it looks again


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What the plan that people work by loses where the pair comes about, and where it does not.

    Parameters
    ----------
    is_planned : bool
        Whether that plan has the pair: then nothing is lost with it, and `without` is what is lost otherwise.
    with_pair : Ranked or None
        What is lost with a pair that is not planned; ``None`` where no plan has it.
    without : Regret or None
        What is lost without a planned pair; ``None`` where that is not known.
    is_pending : bool
        Whether it is being worked out.
    """

    is_planned: bool
    with_pair: Ranked | None
    without: Regret | None
    is_pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPage:
    """Everything about one candidate and one vacancy.

    Parameters
    ----------
    row : VacancyRow
    person : Person
    explanation : PairInPlan
        Every rule between the two, and the route.
    proposal : Proposal or None
        The last one of the pair.
    standing : tuple of Decision
        What holds for the next plans.
    taken : tuple of TakenDecision
        What was decided, in order.
    seen : int
        Number of the last decision; a form sends it back.
    acts : tuple of str
        What can be decided now.
    costs : Costs
    crowded : tuple of str
        ``place`` where as many others are pinned to it as it has positions, ``person`` where that one is pinned to as
        many other places as a plan may give: with another pin there is no plan.
    """

    row: VacancyRow
    person: Person
    explanation: PairInPlan
    proposal: Proposal | None
    standing: tuple[Decision, ...]
    taken: tuple[TakenDecision, ...]
    seen: int
    acts: tuple[Act, ...]
    costs: Costs
    crowded: tuple[Crowded, ...]


def pair_page(desk: Desk, store: Store, candidate_id: str, vacancy_id: str) -> PairPage:
    """Return everything about one candidate and one vacancy.

    Raises
    ------
    InvalidInput
        Where the plan's problem has one of the two not.
    """
    person, row = desk.reading.person(candidate_id), vacancy_row(desk, vacancy_id)
    with store.reading() as session:
        taken = about_pair(session, candidate_id, vacancy_id)
        standing = tuple(
            found.entity
            for found in list_stored(session, "decisions", candidate_id=candidate_id, vacancy_id=vacancy_id)
        )
        proposals = list_proposals(session, candidate_id=candidate_id, vacancy_id=vacancy_id)
        begun = _has_begun(session, candidate_id, vacancy_id)
        crowded = _crowded(session, person, row)
    explanation = explanation_of(desk, candidate_id, vacancy_id)
    proposal = next((one for one in reversed(proposals) if one.state == "proposed"), None)
    proposal = proposal or (proposals[-1] if proposals else None)
    can_have_it = explanation.pair.eligibility != "none"
    return PairPage(
        row=row,
        person=person,
        explanation=explanation,
        proposal=proposal,
        standing=standing,
        taken=tuple(taken),
        seen=last_seen(taken),
        acts=_acts(proposal, {row.decision for row in standing}, begun=begun, can_have_it=can_have_it),
        costs=pair_costs(desk, explanation),
        crowded=crowded,
    )


def explanation_of(desk: Desk, candidate_id: str, vacancy_id: str) -> PairInPlan:
    """Return every rule between two; raises `InvalidInput` where the problem lacks one of them."""
    return desk.kept_lately(
        ("pair", candidate_id, vacancy_id), lambda: explain_pair_in_plan(desk.in_plan, candidate_id, vacancy_id)
    )


def pair_costs(desk: Desk, explanation: PairInPlan) -> Costs:
    """Return what the plan loses with a pair and without it: exactly, or between two proven ends."""
    candidate_id, vacancy_id = explanation.pair.candidate_id, explanation.pair.vacancy.vacancy_id
    planned = any(entry.vacancy_id == vacancy_id for entry in desk.in_plan.of_candidate.get(candidate_id, ()))
    if planned:
        found = desk.losses.of(candidate_id, vacancy_id, PATIENCE_S)
        pending = found == "pending"
        return Costs(is_planned=True, with_pair=None, without=None if found == "pending" else found, is_pending=pending)
    with_pair = None
    if explanation.pair.eligibility != "none":
        ranking = desk.ranking(vacancy_id)
        with_pair = next((entry for entry in ranking.entries if entry.candidate_id == candidate_id), None)
    return Costs(is_planned=False, with_pair=with_pair, without=None)


def _has_begun(session: Session, candidate_id: str, vacancy_id: str) -> bool:
    return (
        state_of(session, "candidates", candidate_id) in BEGUN and state_of(session, "vacancies", vacancy_id) in BEGUN
    )


def _crowded(session: Session, person: Person, row: VacancyRow) -> tuple[Crowded, ...]:
    candidate_id, vacancy_id = person.candidate.candidate_id, row.vacancy.vacancy_id

    def num_others(found: list[Stored]) -> int:
        own = (candidate_id, vacancy_id)
        decided = (one.entity for one in found)
        return sum(one.decision == "pinned" and (one.candidate_id, one.vacancy_id) != own for one in decided)

    found: list[Crowded] = []
    if num_others(list_stored(session, "decisions", vacancy_id=vacancy_id)) >= row.vacancy.positions:
        found.append("place")
    if num_others(list_stored(session, "decisions", candidate_id=candidate_id)) >= person.candidate.max_placements:
        found.append("person")
    return tuple(found)


def _acts(proposal: Proposal | None, standing: set[str], *, begun: bool, can_have_it: bool) -> tuple[Act, ...]:
    waits = proposal is not None and proposal.state == "proposed"
    if begun:
        return ()
    if not standing:
        if waits:
            return ("accept", "reject", "pin")
        return ("pin", "forbid") if can_have_it else ("forbid",)
    if standing == {"pinned"} and waits:
        return ("accept", "withdraw")
    return ("withdraw",)
