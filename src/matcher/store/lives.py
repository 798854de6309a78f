"""The lives of vacancies, candidates and proposals: their states, and the moves that are allowed, all in one place."""

from __future__ import annotations

from collections.abc import Mapping

from matcher.errors import Conflict
from matcher.problem import Problem

# From each state, where it may go. A state that leads nowhere is the end.
MOVES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "vacancies": {
        "forecast": ("tendered", "awarded", "open", "ended"),
        "tendered": ("awarded", "open", "ended"),
        "awarded": ("open", "proposed", "ended"),
        "open": ("proposed", "accepted", "ended"),
        "proposed": ("open", "accepted", "ended"),
        "accepted": ("open", "started", "ended"),
        "started": ("open", "sustained", "ended"),
        "sustained": ("ended",),
        "ended": (),
    },
    "candidates": {
        "available": ("proposed", "accepted", "paused", "left"),
        "proposed": ("available", "accepted", "paused", "left"),
        "accepted": ("available", "started", "paused", "left"),
        "started": ("available", "sustained", "left"),
        "sustained": ("available", "left"),
        "paused": ("available", "left"),
        "left": ("available",),
    },
    "proposals": {
        "proposed": ("accepted", "rejected", "superseded"),
        "accepted": ("withdrawn",),
        "rejected": (),
        "superseded": (),
        "withdrawn": (),
    },
}

# Who can be planned for: a candidate who has accepted one job may take another beside it.
PLANNABLE = {
    "vacancies": ("awarded", "open", "proposed", "accepted"),
    "candidates": ("available", "proposed", "accepted"),
}
_STATE_BY_CONTRACT_STATUS = {
    "forecast": "forecast",
    "tendered": "tendered",
    "awarded": "awarded",
    "active": "open",
    "ended": "ended",
    "cancelled": "ended",
}


def check_move(entity: str, entity_id: str, state: str, wanted: str) -> None:
    """Raise `Conflict` where a thing in `state` cannot become `wanted`."""
    allowed = MOVES[entity][state]
    if wanted in allowed:
        return
    known = ", ".join(allowed) if allowed else "nothing: it has come to its end"
    raise Conflict(
        f"{THING_BY_ENTITY[entity]} {entity_id!r} is {state} and must become one of {known}, got {wanted}. "
        "Read its present state and choose an allowed one.",
        code="refused_move",
        entity=entity,
        entity_id=entity_id,
    )


THING_BY_ENTITY = {"vacancies": "Vacancy", "candidates": "Candidate", "proposals": "Proposal"}


def first_states(problem: Problem) -> dict[str, dict[str, str]]:
    """Return the state in which each vacancy and candidate of a problem begins, by table and id."""
    status = {contract.contract_id: contract.status for contract in problem.contracts}
    accepted = [decision for decision in problem.decisions if decision.decision == "accepted"]
    places = {decision.vacancy_id for decision in accepted}
    people = {decision.candidate_id for decision in accepted}
    vacancies = {}
    for vacancy in problem.vacancies:
        of_contract = status.get(vacancy.contract_id) if vacancy.contract_id is not None else None
        state = _STATE_BY_CONTRACT_STATUS[of_contract] if of_contract is not None else "open"
        is_taken = vacancy.vacancy_id in places and state in ("awarded", "open")
        vacancies[vacancy.vacancy_id] = "accepted" if is_taken else state
    candidates = {
        candidate.candidate_id: "accepted" if candidate.candidate_id in people else "available"
        for candidate in problem.candidates
    }
    return {"vacancies": vacancies, "candidates": candidates}
