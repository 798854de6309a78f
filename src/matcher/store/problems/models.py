"""Outcome models: every trained one is kept; which is used only a named person says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from matcher.errors import Conflict, UnknownId
from matcher.problem import OutcomePrior
from matcher.store.accounts.persons import require_person
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.tables.work import model_switches, outcome_models


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """A trained outcome model.

    Parameters
    ----------
    model_id : int
    coefficients : OutcomePrior
    comparison : mapping
        How it did on held-out outcomes beside the one in use when it was trained.
    trained_by : str
    trained_at : datetime
    """

    model_id: int
    coefficients: OutcomePrior
    comparison: Mapping[str, Any]
    trained_by: str
    trained_at: datetime


def save_model(session: WritingSession, coefficients: OutcomePrior, comparison: Mapping[str, Any], *, by: str) -> int:
    """Save a trained model, which is not used by that; return its number."""
    used = model_in_use(session)
    model_id = session.insert(
        outcome_models,
        coefficients=json.dumps(asdict(coefficients), sort_keys=True),
        comparison=json.dumps(comparison, sort_keys=True),
        trained_by=by,
        trained_at=session.now,
        compared_with=used.model_id if used is not None else None,
    )
    append(session, by, "train", "outcome_models", str(model_id), facts=asdict(coefficients))
    return model_id


def switch_model(session: WritingSession, model_id: int | None, *, by: str, reason: str) -> None:
    """Use another model from now on, or (``None``) what the policy believes.

    Raises
    ------
    UnknownId
        Where there is no such model.
    Conflict
        Where it is not a person who decides it, or no reason is given (``refused_move``).
    """
    require_person(session, by, "outcome_models", str(model_id))
    if not reason.strip():
        raise Conflict(
            "A switch of the outcome model must have its reason, got none. Say why.",
            code="refused_move",
            entity="outcome_models",
            entity_id=str(model_id),
        )
    if model_id is not None:
        stored_model(session, model_id)
    session.insert(model_switches, model_id=model_id, switched_by=by, reason=reason, switched_at=session.now)
    append(session, by, "switch", "outcome_models", None if model_id is None else str(model_id), reason=reason)


def stored_model(session: Session, model_id: int) -> StoredModel:
    """Return a trained model; raises `UnknownId` where there is none of that number."""
    row = session.first(sa.select(outcome_models).where(outcome_models.c.model_id == model_id))
    if row is None:
        raise UnknownId(
            f"Outcome model '{model_id}' must be there. List the trained ones and choose one of them.",
            entity="outcome_models",
            entity_id=str(model_id),
        )
    return StoredModel(
        model_id=row.model_id,
        coefficients=OutcomePrior(**json.loads(row.coefficients)),
        comparison=json.loads(row.comparison),
        trained_by=row.trained_by,
        trained_at=row.trained_at,
    )


def list_models(session: Session) -> list[StoredModel]:
    """Return every trained model, the newest first."""
    numbers = session.rows(sa.select(outcome_models.c.model_id).order_by(outcome_models.c.model_id.desc()))
    return [stored_model(session, row[0]) for row in numbers]


def model_in_use(session: Session) -> StoredModel | None:
    """Return the model that was switched to last; ``None`` where the policy's own belief is used."""
    row = session.first(sa.select(model_switches.c.model_id).order_by(model_switches.c.switch_id.desc()).limit(1))
    return None if row is None or row.model_id is None else stored_model(session, row.model_id)
