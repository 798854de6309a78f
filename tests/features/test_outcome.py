"""The outcome model: what it learns, what it refuses to learn from, what it can never see."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from random import Random

import numpy as np
import pytest

from matcher.features import outcome_model
from matcher.problem import OutcomePrior, PastPlacement, Policy, Problem

PLANTED = OutcomePrior(
    intercept=-0.4, nice_share=1.6, per_10_km=-0.25, apprenticeship=0.7, internship=-0.9, part_time=-1.2
)


def z_of(model: OutcomePrior, row: PastPlacement) -> float:
    form = {"employment": 0.0, "apprenticeship": model.apprenticeship, "internship": model.internship}[row.form]
    return (
        model.intercept
        + model.nice_share * row.nice_share
        + model.per_10_km * min(row.distance_km, 100) / 10
        + form
        + model.part_time * (1 - row.extent_percent / 100)
    )


def chance(model: OutcomePrior, row: PastPlacement) -> float:
    return 1 / (1 + math.exp(-z_of(model, row)))


def history(rows: int, seed: int = 1, truth: OutcomePrior = PLANTED) -> tuple[PastPlacement, ...]:
    """Return past placements whose outcomes follow known coefficients."""
    random = Random(seed)
    drawn = []
    for number in range(rows):
        row = PastPlacement(
            placement_id=f"p{number:06}",
            sustained=False,
            nice_share=random.choice([0.0, 0.25, 0.5, 1.0]),
            distance_km=random.choice([0.0, 8.0, 35.0, 90.0, 250.0]),
            form=random.choice(["employment", "apprenticeship", "internship"]),
            extent_percent=random.choice([50, 75, 100]),
        )
        drawn.append(replace(row, sustained=random.random() < chance(truth, row)))
    return tuple(drawn)


def test_planted_coefficients_are_recovered() -> None:
    """From 20 000 placements every coefficient is found again to within a tenth or so."""
    model = outcome_model(Problem(history=history(20_000)))

    for field in fields(OutcomePrior):
        assert getattr(model, field.name) == pytest.approx(getattr(PLANTED, field.name), abs=0.15), field.name


def test_forecasts_are_calibrated() -> None:
    """Of placements that the model has not seen and gives a chance of p, a share of p lasts."""
    model = outcome_model(Problem(history=history(3_000, seed=2)))
    unseen = history(40_000, seed=3)
    forecast = np.array([chance(model, row) for row in unseen])
    lasted = np.array([row.sustained for row in unseen])

    for low in np.arange(0.1, 0.9, 0.1):
        inside = (forecast >= low) & (forecast < low + 0.1)
        if inside.sum() >= 500:
            assert lasted[inside].mean() == pytest.approx(forecast[inside].mean(), abs=0.06)


def test_order_of_rows_does_not_matter() -> None:
    """The same history in another order gives the same coefficients, to the last decimal kept."""
    rows = history(400)

    assert outcome_model(Problem(history=rows)) == outcome_model(Problem(history=rows[::-1]))


def test_coefficients_have_nine_decimals() -> None:
    """Coefficients are rounded, so that scores are the same on every machine."""
    model = outcome_model(Problem(history=history(400)))

    for field in fields(OutcomePrior):
        assert getattr(model, field.name) == round(getattr(model, field.name), 9)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        history(49),
        tuple(replace(row, sustained=True) for row in history(300)),
        tuple(replace(row, sustained=number < 4) for number, row in enumerate(history(300))),
    ],
)
def test_too_little_history_leaves_the_policys_belief(rows: tuple[PastPlacement, ...]) -> None:
    """Few rows, or an outcome that hardly ever occurs, teach nothing: the policy's coefficients stand."""
    prior = OutcomePrior(intercept=0.25)

    assert outcome_model(Problem(history=rows, policy=Policy(outcome=prior))) == prior


def test_input_that_never_varies_keeps_the_policys_coefficient() -> None:
    """Without a part-time placement in the history, part time counts as the policy says, and forecasts still fit."""
    rows = tuple(replace(row, extent_percent=50, form="employment") for row in history(2_000))
    model = outcome_model(Problem(history=rows))

    assert model.part_time == OutcomePrior().part_time
    assert model.apprenticeship == OutcomePrior().apprenticeship
    mean = sum(chance(model, row) for row in rows) / len(rows)
    assert mean == pytest.approx(sum(row.sustained for row in rows) / len(rows), abs=0.01)


def test_history_without_variation_gives_everybody_the_same_chance() -> None:
    """Where no input varies, the forecast is the share that lasted."""
    rows = tuple(PastPlacement(placement_id=f"p{number}", sustained=number % 4 == 0) for number in range(100))
    model = outcome_model(Problem(history=rows))

    assert chance(model, rows[0]) == pytest.approx(0.25)


def test_noise_is_not_read_backwards() -> None:
    """Where outcomes have nothing to do with the inputs, forecasts stay near the share that lasted."""
    random = Random(5)
    rows = tuple(replace(row, sustained=random.random() < 0.6) for row in history(60, seed=4))
    model = outcome_model(Problem(history=rows))

    share = sum(row.sustained for row in rows) / len(rows)
    assert all(abs(chance(model, row) - share) < 0.25 for row in rows)


def test_protected_attributes_cannot_be_seen() -> None:
    """The history table has no column for group, sex, age, origin or health, and the model no coefficient."""
    seen = {field.name for field in fields(PastPlacement)} | {field.name for field in fields(OutcomePrior)}

    assert seen == {
        "placement_id",
        "sustained",
        "nice_share",
        "distance_km",
        "form",
        "extent_percent",
        "intercept",
        "per_10_km",
        "apprenticeship",
        "internship",
        "part_time",
    }
