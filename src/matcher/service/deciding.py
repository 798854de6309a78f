"""Takes a person's decision about a pair, if that person has seen the last one that was taken about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from matcher.errors import Conflict, UnknownId
from matcher.store import (
    REASON_CODES,
    Session,
    Store,
    TakenDecision,
    accept,
    decide,
    decisions_taken,
    proposal_of,
    reject,
    state_of,
    withdraw,
)

Act = Literal["accept", "reject", "pin", "forbid", "withdraw"]
ACTS: tuple[Act, ...] = get_args(Act)
OF_PROPOSALS: tuple[Act, ...] = ("accept", "reject")

__all__ = ["ACTS", "OF_PROPOSALS", "REASON_CODES", "Act", "Wanted", "about_pair", "last_seen", "take_decision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to decide.

    Parameters
    ----------
    act : str
        ``accept`` or ``reject`` a proposal; ``pin``, ``forbid`` or ``withdraw`` for any pair.
    candidate_id, vacancy_id : str
    seen : int
        Number of the last decision about the pair that the person has seen; 0 for none.
    proposal_id, version : int or None
        The proposal, and the version of it that the person has seen.
    reason_code : str or None
        Why a proposal is rejected, one of `REASON_CODES`.
    note : str or None
    together : int
        How many are accepted from one page.
    """

    act: Act
    candidate_id: str
    vacancy_id: str
    seen: int
    proposal_id: int | None = None
    version: int | None = None
    reason_code: str | None = None
    note: str | None = None
    together: int = 1


def take_decision(store: Store, wanted: Wanted, *, by: str) -> None:
    """Take a decision, stored with everything that follows from it, or not at all.

    Raises
    ------
    UnknownId
        Where there is no such candidate, vacancy or proposal, or no decision to withdraw.
    Conflict
        Where somebody has decided about the pair since (``stale_version``), or it cannot be decided so any more
        (``refused_move``).
    """
    pair = (wanted.candidate_id, wanted.vacancy_id)
    with store.writing() as session:
        # Whoever decides about either waits here for the other: vacancies before candidates, as everywhere.
        state_of(session, "vacancies", wanted.vacancy_id)
        state_of(session, "candidates", wanted.candidate_id)
        _require_seen(session, wanted)
        if wanted.act in OF_PROPOSALS:
            proposal_id = _required_proposal(session, wanted)
            if wanted.act == "accept":
                accept(session, proposal_id, by=by, version=wanted.version, together=wanted.together)
            else:
                code = wanted.reason_code or ""
                reject(session, proposal_id, by=by, reason_code=code, note=wanted.note, version=wanted.version)
        elif wanted.act == "withdraw":
            withdraw(session, *pair, by=by, note=wanted.note or "")
        else:
            decide(session, "pin" if wanted.act == "pin" else "forbid", *pair, by=by, note=wanted.note)


def about_pair(session: Session, candidate_id: str, vacancy_id: str) -> list[TakenDecision]:
    """Return what was decided about a pair, in order."""
    return decisions_taken(session, candidate_id=candidate_id, vacancy_id=vacancy_id)


def last_seen(taken: list[TakenDecision]) -> int:
    """Return the number by which a form says what its reader has seen."""
    return taken[-1].decision_id if taken else 0


def _require_seen(session: Session, wanted: Wanted) -> None:
    last = last_seen(about_pair(session, wanted.candidate_id, wanted.vacancy_id))
    if last != wanted.seen:
        which = f"{wanted.candidate_id}|{wanted.vacancy_id}"
        raise Conflict(
            f"Decisions on {which!r} must still end with {wanted.seen}, got {last}: somebody else has decided. "
            "Read them again and decide anew.",
            code="stale_version",
            entity="decisions",
            entity_id=which,
        )


def _required_proposal(session: Session, wanted: Wanted) -> int:
    """Return the number of the pair's proposal: who may decide about one pair may not by it decide about another."""
    if wanted.proposal_id is None:
        which = f"{wanted.candidate_id}|{wanted.vacancy_id}"
        raise Conflict(
            f"Pair {which!r} must be proposed to be accepted or rejected, got no proposal. Pin or forbid it instead.",
            code="refused_move",
            entity="proposals",
            entity_id=which,
        )
    proposal = proposal_of(session, wanted.proposal_id)
    if (proposal.candidate_id, proposal.vacancy_id) != (wanted.candidate_id, wanted.vacancy_id):
        raise UnknownId(
            f"Proposal '{wanted.proposal_id}' must be about the pair that is decided about. Read the pair anew.",
            entity="proposals",
            entity_id=str(wanted.proposal_id),
        )
    return wanted.proposal_id
