"""Trains the outcome model on what has become of placements, and compares it with the one in use.

The comparison is made on outcomes that the new model has not seen: one placement in five, drawn by its id alone, so
that the same placements are held out each time. Nothing is switched here: a named person does that.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from matcher.errors import Fault, InvalidInput
from matcher.features.outcome import FOLDS, LEAST_ROWS, chances, fitted
from matcher.problem import OutcomePrior, PastPlacement
from matcher.store import Store, StoredModel, model_in_use, past_placements, policy_in_force, save_model, stored_model

HELD_OUT = 5  # one in so many
GROUPS = 5
LEAST_HELD_OUT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationGroup:
    """A fifth of the held-out placements, by their forecast: how likely they were held to last, and how many did.

    Parameters
    ----------
    count : int
    forecast, lasted : float
        Mean chance, and share.
    """

    count: int
    forecast: float
    lasted: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a model did on held-out outcomes.

    Parameters
    ----------
    log_loss, brier : float
        Smaller is better.
    groups : tuple of CalibrationGroup
    """

    log_loss: float
    brier: float
    groups: tuple[CalibrationGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A new model beside the one in use.

    Parameters
    ----------
    months : int
        After so many months it was asked whether placements lasted.
    trained_on, held_out : int
        Numbers of placements.
    new, used : Score
    gain : float
        By how much the new model's log loss is smaller; below 0 it is worse.
    standard_error : float
        Of the gain; twice as much is the least that chance does not easily explain.
    """

    months: int
    trained_on: int
    held_out: int
    new: Score
    used: Score
    gain: float
    standard_error: float

    @property
    def is_better(self) -> bool:
        """Tell whether the new model is better by more than chance easily explains."""
        return self.gain > 2 * self.standard_error


def train_model(store: Store, *, months: int, by: str) -> tuple[StoredModel, Comparison]:
    """Train a model on what is known of placements after so many months, compare it, and store both.

    Raises
    ------
    InvalidInput
        Where there are too few outcomes to learn from and to compare by.
    """
    with store.reading() as session:
        rows = past_placements(session, months)
        used, policy = model_in_use(session), policy_in_force(session, session.now.date())
    prior = policy.policy.outcome if policy is not None else OutcomePrior()
    seen = [row for row in rows if not is_held_out(row)]
    unseen = [row for row in rows if is_held_out(row)]
    _require_enough(seen, unseen, months)
    model = fitted(seen, prior)
    comparison = compared(model, used.coefficients if used is not None else prior, unseen, len(seen), months)
    with store.writing() as session:
        return stored_model(session, save_model(session, model, asdict(comparison), by=by)), comparison


def compared(
    new: OutcomePrior, used: OutcomePrior, unseen: Sequence[PastPlacement], trained_on: int, months: int
) -> Comparison:
    """Return how two models do on outcomes that the new one has not seen."""
    lasted = np.array([row.sustained for row in unseen], np.float64)
    losses = [_losses(chances(model, unseen), lasted) for model in (new, used)]
    differences = losses[1] - losses[0]
    spread = float(differences.std(ddof=1)) if len(unseen) > 1 else 0.0
    return Comparison(
        months=months,
        trained_on=trained_on,
        held_out=len(unseen),
        new=_score(chances(new, unseen), lasted),
        used=_score(chances(used, unseen), lasted),
        gain=float(differences.mean()),
        standard_error=spread / math.sqrt(len(unseen)),
    )


def is_held_out(row: PastPlacement) -> bool:
    """Tell whether a placement is one of those by which models are compared."""
    return hashlib.sha256(f"held out:{row.placement_id}".encode()).digest()[0] % HELD_OUT == 0


def _losses(forecast: np.ndarray, lasted: np.ndarray) -> np.ndarray:
    bounded = np.clip(forecast, 1e-12, 1 - 1e-12)
    result: np.ndarray = -(lasted * np.log(bounded) + (1 - lasted) * np.log(1 - bounded))
    return result


def _score(forecast: np.ndarray, lasted: np.ndarray) -> Score:
    order = np.argsort(forecast, kind="stable")
    groups = [part for part in np.array_split(order, GROUPS) if len(part)]
    return Score(
        log_loss=float(_losses(forecast, lasted).mean()),
        brier=float(((forecast - lasted) ** 2).mean()),
        groups=tuple(
            CalibrationGroup(count=len(part), forecast=float(forecast[part].mean()), lasted=float(lasted[part].mean()))
            for part in groups
        ),
    )


def _require_enough(seen: Sequence[PastPlacement], unseen: Sequence[PastPlacement], months: int) -> None:
    lasted = sum(row.sustained for row in seen)
    rarer = min(lasted, len(seen) - lasted)
    faults = [
        Fault(
            code="too_few_outcomes",
            table="history",
            value=found,
            must=f"have {must} after {months} months",
            remedy=remedy,
        )
        for found, least, must, remedy in (
            (len(seen), LEAST_ROWS, f"at least {LEAST_ROWS} outcomes to learn from", "Record more follow-ups."),
            (
                len(unseen),
                LEAST_HELD_OUT,
                f"at least {LEAST_HELD_OUT} outcomes to compare by",
                "Record more follow-ups.",
            ),
            (rarer, FOLDS, f"each outcome at least {FOLDS} times", "Wait until there are more of the rarer one."),
        )
        if found < least
    ]
    if faults:
        raise InvalidInput(faults)
