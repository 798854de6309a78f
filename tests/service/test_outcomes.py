"""The outcome model learns from follow-ups, is compared on what it has not seen, and is switched by a person alone."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from datetime import date

import pytest
from sklearn.metrics import brier_score_loss, log_loss

from matcher.errors import Conflict, InvalidInput
from matcher.features.outcome import chances, fitted
from matcher.problem import OutcomePrior, PastPlacement, Problem
from matcher.service.outcomes import compared, is_held_out, train_model
from matcher.service.placing import begin_placement, outcome_inputs
from matcher.store import (
    OutcomeInputs,
    Store,
    decide,
    list_models,
    load_problem,
    model_in_use,
    past_placements,
    save_problem,
    switch_model,
)
from tests.builders import (
    candidate,
    cohort,
    contract,
    course,
    enrolment,
    held_skill,
    municipality,
    problem,
    required_skill,
    vacancy,
)
from tests.features.test_outcome import PLANTED, chance, history

UNLIKE = OutcomePrior(intercept=-1.5, nice_share=-1.0)


def stored(store: Store, rows: tuple[PastPlacement, ...]) -> None:
    """Put past placements in."""
    with store.writing() as session:
        save_problem(session, Problem(history=rows), by="Ada")


def test_chances_are_the_models_own() -> None:
    """The chance of each placement is the logistic curve over the model's inputs, longer ways counting as 100 km."""
    rows = history(50)

    assert chances(PLANTED, rows).tolist() == pytest.approx([chance(PLANTED, row) for row in rows])
    assert chances(PLANTED, ()).tolist() == []


def test_figures_equal_those_of_another_library() -> None:
    """Log loss and Brier score are those that scikit-learn computes, for the new model and the one in use."""
    rows = history(200, seed=4)
    lasted = [row.sustained for row in rows]

    comparison = compared(PLANTED, UNLIKE, rows, 0, 12)

    for score, model in ((comparison.new, PLANTED), (comparison.used, UNLIKE)):
        assert score.log_loss == pytest.approx(log_loss(lasted, chances(model, rows)))
        assert score.brier == pytest.approx(brier_score_loss(lasted, chances(model, rows)))
        assert sum(group.count for group in score.groups) == 200
        assert sum(group.count * group.lasted for group in score.groups) == pytest.approx(sum(lasted))
        assert [group.forecast for group in score.groups] == sorted(group.forecast for group in score.groups)
    assert comparison.gain == pytest.approx(comparison.used.log_loss - comparison.new.log_loss)


def test_a_better_model_is_told_from_luck() -> None:
    """The truth is better than a wrong belief by more than chance explains; a model is not better than itself."""
    rows = history(400, seed=9)

    assert compared(PLANTED, UNLIKE, rows, 0, 12).is_better
    assert not compared(UNLIKE, PLANTED, rows, 0, 12).is_better
    assert not compared(PLANTED, PLANTED, rows, 0, 12).is_better


def test_training_compares_on_what_was_not_seen_and_switches_nothing(store: Store) -> None:
    """The model is fitted to four fifths and judged on the fifth; what is in use stays in use."""
    rows = history(1000)
    stored(store, rows)

    model, comparison = train_model(store, months=12, by="Ada")

    seen = [row for row in rows if not is_held_out(row)]
    assert model.coefficients == fitted(seen, OutcomePrior())
    assert (comparison.trained_on, comparison.held_out) == (len(seen), 1000 - len(seen))
    assert 150 < comparison.held_out < 250
    assert comparison.is_better
    assert max(abs(group.forecast - group.lasted) for group in comparison.new.groups) < 0.2
    with store.reading() as session:
        assert model_in_use(session) is None
        assert [row.comparison for row in list_models(session)] == [model.comparison]
        assert model.comparison["gain"] == comparison.gain
        assert load_problem(session, date(2026, 9, 1)).policy.outcome == OutcomePrior()


def test_the_next_model_is_compared_with_the_one_in_use(store: Store) -> None:
    """Once a person has switched, later models are measured against that one; equal data gains nothing."""
    stored(store, history(1000))
    first, _ = train_model(store, months=12, by="Ada")
    with store.writing() as session:
        switch_model(session, first.model_id, by="Bo", reason="better")

    _, comparison = train_model(store, months=12, by="Ada")

    assert comparison.gain == 0
    assert not comparison.is_better


@pytest.mark.parametrize(
    ("by", "reason", "must"),
    [
        ("", "better", "must have the name of the person"),
        ("Bo", " ", "must have its reason"),
        ("cron", "better", "must be taken by a person, got 'cron'"),
        ("schedule", "better", "must be taken by a person, got 'schedule'"),
    ],
)
def test_a_switch_has_a_name_and_a_reason(store: Store, by: str, reason: str, must: str) -> None:
    """Without the name of a person, or without a reason, nothing is switched."""
    with pytest.raises(Conflict, match=must), store.writing() as session:
        switch_model(session, None, by=by, reason=reason)
    with store.reading() as session:
        assert model_in_use(session) is None


def test_too_few_outcomes_are_all_told_at_once(store: Store) -> None:
    """Where there is too little to learn from, every lack is listed, and no model is stored."""
    stored(store, tuple(replace(row, sustained=True) for row in history(20)))

    with pytest.raises(InvalidInput, match="at least 50 outcomes") as caught:
        train_model(store, months=6, by="Ada")
    assert [fault.code for fault in caught.value.faults] == ["too_few_outcomes"] * 3
    with store.reading() as session:
        assert list_models(session) == []


def test_what_is_noted_is_what_the_forecast_would_see(store: Store) -> None:
    """Beginning a job notes nice skills held or trained by then, the way, form and extent; nothing else."""
    given = problem(
        candidates=[candidate("C1", municipality="1480", groups=["youth"])],
        candidate_skills=[held_skill("C1", "swedish", level=3), held_skill("C1", "old", valid_until="2026-08-31")],
        contracts=[contract("T1", municipality="1490")],
        vacancies=[vacancy("V1", contract_id="T1", form="apprenticeship", extent_percent=75)],
        vacancy_skills=[
            required_skill("V1", "swedish", level=2, kind="nice", weight=2),
            required_skill("V1", "forklift", kind="nice", weight=1),
            required_skill("V1", "welding", kind="nice", weight=3),
            required_skill("V1", "old", kind="nice", weight=2),
        ],
        courses=[course("U1", skills=["forklift"]), course("U2", skills=["welding"])],
        cohorts=[cohort("K1", "U1"), cohort("K2", "U2", status="cancelled")],
        enrolments=[enrolment("C1", "K1"), enrolment("C1", "K2")],
        municipalities=[municipality(), municipality("1490", 57.7210, 12.9401)],
    )
    with store.writing() as session:
        save_problem(session, given, by="Ada")
        with pytest.raises(Conflict, match="must have been accepted"):
            begin_placement(session, "C1", "V1", start_date=date(2026, 9, 1), by="Bo")
        decide(session, "pin", "C1", "V1", by="Bo")

    seen = outcome_inputs(given, date(2026, 9, 1))

    assert seen == OutcomeInputs(nice_share=3 / 8, distance_km=57.8, form="apprenticeship", extent_percent=75)
    assert set(asdict(seen)) == {"nice_share", "distance_km", "form", "extent_percent"}
    with store.reading() as session:
        assert past_placements(session, 3) == ()
    z = PLANTED.intercept + PLANTED.nice_share * 3 / 8 + PLANTED.per_10_km * 5.78
    z += PLANTED.apprenticeship + PLANTED.part_time * 0.25
    row = PastPlacement(placement_id="P1", sustained=True, **asdict(seen))
    assert chances(PLANTED, [row])[0] == pytest.approx(1 / (1 + math.exp(-z)))
