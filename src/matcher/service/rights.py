"""What candidates may ask for: everything that is known of them, a letter that explains, what became of requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matcher.explain import CandidateExplanation, explain_candidate
from matcher.explain.proofs import Again, Prover, TimeIsUp, WhyNot, without_others
from matcher.service.desk.desk import Desk
from matcher.store import (
    Hindrance,
    MasterKeys,
    RightsRequest,
    Session,
    Store,
    TakenDecision,
    append,
    decisions_taken,
    everything_about,
    hindrances,
    is_erased,
    is_known,
    list_requests,
    load_snapshot,
    look_at,
    snapshot_hashes,
)

PATIENCE_S = 20.0
FORMAT = "matcher access 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsPage:
    """What stands about one candidate beside the plan: who it is known to be, what was asked, what keeps it.

    Parameters
    ----------
    candidate_id : str
    is_known, is_erased : bool
        Whether the vault holds who it is; whether it was erased.
    requests : sequence of RightsRequest
    taken : sequence of TakenDecision
    hindrances : sequence of Hindrance
        Why the person cannot be erased now; none where it is possible.
    """

    candidate_id: str
    is_known: bool
    is_erased: bool
    requests: Sequence[RightsRequest]
    taken: Sequence[TakenDecision]
    hindrances: Sequence[Hindrance]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a candidate is told of a plan, without a word about anybody else.

    Parameters
    ----------
    candidate_id : str
    explanation : CandidateExplanation
    why_not : WhyNot or None
        Why there is no place, proven by solving again, with what would have to be otherwise; ``None`` where there is a
        place, or it was not asked for.
    is_interrupted : bool
        Whether time ended before that was worked out.
    """

    candidate_id: str
    explanation: CandidateExplanation
    why_not: WhyNot | None
    is_interrupted: bool


def rights_page(store: Store, candidate_id: str) -> RightsPage:
    """Return what stands about one candidate beside the plan; raises `UnknownId` where there is none."""
    with store.reading() as session:
        return RightsPage(
            candidate_id=candidate_id,
            hindrances=hindrances(session, candidate_id),
            is_known=is_known(session, candidate_id),
            is_erased=is_erased(session, candidate_id),
            requests=list_requests(session, candidate_id=candidate_id),
            taken=decisions_taken(session, candidate_id=candidate_id),
        )


def access_document(
    store: Store, keys: MasterKeys | None, candidate_id: str, *, by: str, reason: str, with_runs: bool = False
) -> dict[str, Any]:
    """Return everything that is stored about somebody, for that person to read; that it was given is in the audit log.

    Parameters
    ----------
    store : Store
    keys : MasterKeys or None
        Without them it cannot be told who the person is, and the document says so.
    candidate_id : str
    by, reason : str
    with_runs : bool
        Also what every run has read about the person, as it was then.

    Raises
    ------
    UnknownId
        Where there is no such candidate.
    """
    with store.writing() as session:
        tables = everything_about(session, candidate_id)
        identity = None if keys is None else look_at(session, keys, candidate_id, by=by, reason=reason)
        document: dict[str, Any] = {
            "format": FORMAT,
            "candidate_id": candidate_id,
            "made_at": session.now.isoformat(),
            "identity": None if identity is None else {name: getattr(identity, name) for name in identity.__slots__},
            "is_identity_readable": keys is not None or not is_known(session, candidate_id),
            "tables": tables,
        }
        if with_runs:
            document["read_by_runs"] = list(_snapshots(session, candidate_id))
        append(session, by, "export", "candidates", candidate_id, reason=reason, facts=_counts(tables))
    return document


def letter(desk: Desk, candidate_id: str, *, is_proven: bool, patience_s: float = PATIENCE_S) -> Letter:
    """Return what a candidate is told of a plan.

    Raises
    ------
    InvalidInput
        Where the plan's problem has no such candidate.
    """
    explanation = explain_candidate(desk.in_plan, candidate_id)
    found, is_interrupted = None, False
    if is_proven and not explanation.placements:
        again = Again(desk.problem, desk.plan, published=desk.published, time_limit_s=patience_s)
        try:
            found = Prover(again, desk.in_plan).why_not_placed(candidate_id)
        except TimeIsUp:
            is_interrupted = True
    return Letter(
        candidate_id=candidate_id,
        explanation=explanation,
        why_not=None if found is None else without_others(found, candidate_id),
        is_interrupted=is_interrupted,
    )


def _snapshots(session: Session, candidate_id: str) -> Sequence[dict[str, Any]]:
    """Return what runs have read about somebody: each different content of it once, with the first moment."""
    found: dict[str, dict[str, Any]] = {}
    for problem_hash, saved_at in snapshot_hashes(session):
        problem = load_snapshot(session, problem_hash)
        rows = {
            name: [repr(row) for row in getattr(problem, name) if row.candidate_id == candidate_id]
            for name in ("candidates", "candidate_skills", "decisions", "enrolments", "pairs")
        }
        rows = {name: texts for name, texts in rows.items() if texts}
        if rows:
            found.setdefault(repr(rows), {"read_at": _moment(saved_at), "rows": rows})
    return list(found.values())


def _moment(at: datetime) -> str:
    return at.isoformat()


def _counts(tables: dict[str, Any]) -> dict[str, int]:
    return {name: len(rows) for name, rows in tables.items()}
