"""The lives of vacancies, candidates and proposals: their states, and the moves that are allowed, all in one place."""

from __future__ import annotations

from collections import Counter
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
    takers = Counter(decision.vacancy_id for decision in accepted)
    people = {decision.candidate_id for decision in accepted}
    vacancies = {}
    for vacancy in problem.vacancies:
        state = state_by_contract(status.get(vacancy.contract_id or ""))
        is_full = takers[vacancy.vacancy_id] >= vacancy.positions and state in ("awarded", "open")
        vacancies[vacancy.vacancy_id] = "accepted" if is_full else state
    candidates = {
        candidate.candidate_id: "accepted" if candidate.candidate_id in people else "available"
        for candidate in problem.candidates
    }
    return {"vacancies": vacancies, "candidates": candidates}


def state_by_contract(status: str | None) -> str:
    """Return the state of a vacancy that only its contract's status tells of; ``None`` stands for no contract."""
    return "open" if status is None else _STATE_BY_CONTRACT_STATUS[status]


def follows_contract(state: str, wanted: str) -> bool:
    """Tell whether a vacancy in a state moves along when its contract's status says another.

    Up to the award the contract leads; from then on people do, until the contract ends.
    """
    return wanted in MOVES["vacancies"][state] and (wanted == "ended" or state in ("forecast", "tendered", "awarded"))
