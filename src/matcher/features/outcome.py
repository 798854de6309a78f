"""How likely a placement is to last: what the policy believes, or what a municipality's own history teaches.

The fitted model is a logistic regression on the same inputs as the policy's, calibrated by Platt's method: its
decision values for placements that it has not seen are regressed once more on the outcome, which takes back whatever
overconfidence the first fit has (Platt, 1999, Probabilistic outputs for support vector machines; the folds as in
Niculescu-Mizil and Caruana, 2005, Predicting good probabilities with supervised learning).
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from matcher.columns import IntArray
from matcher.features.arrays import FloatArray
from matcher.problem import OutcomePrior, PastPlacement, Problem

LEAST_ROWS = 50
FOLDS = 5
DECIMALS = 9  # far below what data can tell, far above where libraries and machines differ
LONGEST_KM = 100  # a longer way counts as this one
INPUTS = ("nice_share", "per_10_km", "apprenticeship", "internship", "part_time")


def outcome_model(problem: Problem) -> OutcomePrior:
    """Return the coefficients that the problem's forecasts use.

    Those of the policy, unless the problem's history has at least `LEAST_ROWS` rows and each outcome at least as
    often as there are folds: then those fitted to it.
    """
    history = problem.history
    lasted = sum(row.sustained for row in history)
    if len(history) < LEAST_ROWS or min(lasted, len(history) - lasted) < FOLDS:
        return problem.policy.outcome
    return fitted(history, problem.policy.outcome)


def fitted(history: Sequence[PastPlacement], prior: OutcomePrior) -> OutcomePrior:
    """Return coefficients fitted to past placements.

    An input that never varies in the history teaches nothing and keeps the coefficient of `prior`.

    Parameters
    ----------
    history : sequence of PastPlacement
        Each outcome at least `FOLDS` times; the order does not matter.
    prior : OutcomePrior
    """
    rows = sorted(history, key=attrgetter("placement_id"))
    inputs = _inputs(rows)
    lasted = np.array([row.sustained for row in rows], np.int64)
    believed = np.array([getattr(prior, name) for name in INPUTS])
    varies = np.ptp(inputs, axis=0) > 0
    slopes, intercept = _calibrated(inputs[:, varies], lasted)
    coefficients = np.where(varies, 0.0, believed)
    coefficients[varies] = slopes
    # What a constant input has contributed to every outcome is in the intercept already.
    intercept -= float((believed * inputs[0])[~varies].sum())
    values = {name: round(float(value), DECIMALS) for name, value in zip(INPUTS, coefficients, strict=True)}
    return OutcomePrior(intercept=round(intercept, DECIMALS), **values)


def chances(model: OutcomePrior, rows: Sequence[PastPlacement]) -> FloatArray:
    """Return how likely a model holds each placement to last; float64 (rows,), between 0 and 1.

    Parameters
    ----------
    model : OutcomePrior
    rows : sequence of PastPlacement
        What became of them is not looked at.
    """
    if not rows:
        return np.empty(0)
    z = model.intercept + _inputs(rows) @ np.array([getattr(model, name) for name in INPUTS])
    result: FloatArray = 1 / (1 + np.exp(-z))
    return result


def _inputs(rows: Sequence[PastPlacement]) -> FloatArray:
    """Return the inputs of each past placement, as docs/model.md section 3 defines them; float64 (rows, 5)."""
    return np.array(
        [
            (
                row.nice_share,
                min(row.distance_km, LONGEST_KM) / 10,
                row.form == "apprenticeship",
                row.form == "internship",
                1 - row.extent_percent / 100,
            )
            for row in rows
        ],
        np.float64,
    )


def _calibrated(inputs: FloatArray, lasted: IntArray) -> tuple[FloatArray, float]:
    """Return the coefficients of the inputs, and the intercept."""
    from sklearn.model_selection import StratifiedKFold

    if not inputs.shape[1]:
        return np.empty(0), _log_odds(lasted)
    decision = np.empty(len(lasted))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(inputs, lasted):
        slopes, intercept = _regression(inputs[train], lasted[train])
        decision[test] = inputs[test] @ slopes + intercept
    stretch, shift = _platt(decision, lasted)
    slopes, intercept = _regression(inputs, lasted)
    return stretch * slopes, stretch * intercept + shift


def _regression(inputs: FloatArray, lasted: IntArray) -> tuple[FloatArray, float]:
    """Return slopes and intercept of a logistic regression that standardises its inputs and penalises them mildly."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(inputs)
    model = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    model.fit(scaler.transform(inputs), lasted)
    slopes: FloatArray = model.coef_[0] / scaler.scale_
    return slopes, float(model.intercept_[0] - slopes @ scaler.mean_)


def _platt(decision: FloatArray, lasted: IntArray) -> tuple[float, float]:
    """Return the stretch and shift of decision values that fit unseen outcomes best.

    A negative stretch would say that the model is right when it is read backwards, which is noise: the forecast is
    then the same for everybody.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    model.fit(decision.reshape(-1, 1), lasted)
    stretch = float(model.coef_[0, 0])
    return (stretch, float(model.intercept_[0])) if stretch > 0 else (0.0, _log_odds(lasted))


def _log_odds(lasted: npt.NDArray[np.int64]) -> float:
    share = float(lasted.mean())
    return float(np.log(share / (1 - share)))
