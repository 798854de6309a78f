"""The exported model is the model: another solver that reads it reaches what counting every plan reaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.columns import Columns
from matcher.errors import InvalidInput
from matcher.features import build_columns
from matcher.formats import export_lp, export_mps
from tests.builders import budget, candidate, cohort, contract, course, pair, problem, quota, vacancy
from tests.formats.solving import read_lp, read_mps
from tests.oracles.brute_force import TooLarge, best_plan
from tests.oracles.columns import enumerate_columns
from tests.strategies import random_problem


@pytest.mark.parametrize("seed", range(40))
def test_every_tier_reaches_the_best_value(seed: int, tmp_path: Path) -> None:
    """Tier after tier, with the earlier ones held, both files have the optimum that the enumerator finds."""
    given = random_problem(seed, max_candidates=5, max_vacancies=4, max_cohorts=4)
    try:
        best = best_plan(given, enumerate_columns(given))
    except TooLarge:
        pytest.skip("too many plans to count")
    columns = build_columns(given)
    if best is None:
        export_mps(columns, "placements", tmp_path / "m.mps")
        assert read_mps(tmp_path / "m.mps").solved() is None
        return
    held: dict[str, int] = {}
    counts = "shortfall" in given.policy.tiers
    for tier, value in best.values.items():
        export_mps(columns, tier, tmp_path / "m.mps", held, counts_obligations=counts)
        export_lp(columns, tier, tmp_path / "m.lp", held, counts_obligations=counts)
        for model in (read_mps(tmp_path / "m.mps"), read_lp(tmp_path / "m.lp")):
            solved = model.solved()
            assert solved is not None
            assert solved[0] == (-value if tier == "placements" else value), tier
        held[tier] = value


def small_columns() -> Columns:
    """Return the columns of a problem with every family of limits, ids full of signs that names cannot hold."""
    return build_columns(
        problem(
            candidates=[candidate("C 1", groups=["youth"]), candidate("=C*2")],
            contracts=[contract("T1", obligation_quantity=2)],
            vacancies=[vacancy("V\\1", 2, contract_id="T1"), vacancy("Ö 2")],
            courses=[course()],
            cohorts=[cohort("K 1", cost_per_seat=10, budget_id="B1"), cohort("K2", cost_per_seat=5, budget_id="B1")],
            budgets=[budget()],
            quotas=[quota(min_count=2)],
            pairs=[pair("C 1", "V\\1", cohort_ids=("K 1", "K2")), pair("=C*2", "Ö 2")],
        )
    )


def test_names_tell_positions_and_comments_tell_ids(tmp_path: Path) -> None:
    """Whatever an id looks like, names are safe, and the file says which id each position is."""
    export_mps(small_columns(), "placements", tmp_path / "m.mps")
    text = (tmp_path / "m.mps").read_text("utf-8")

    assert {"x1_0_0_1", "x0_1"} <= set(read_mps(tmp_path / "m.mps").upper)
    assert "* candidate 0 is =C*2\n* candidate 1 is C 1\n" in text
    assert "* cohort 0 is K 1\n" in text


def test_two_seats_of_one_budget_are_one_entry(tmp_path: Path) -> None:
    """A route of two cohorts takes both prices from the budget that pays for both."""
    export_mps(small_columns(), "cost", tmp_path / "m.mps")

    assert read_mps(tmp_path / "m.mps").rows["budget_0"][1] == {"x1_0_0_1": 1500}


def test_equal_columns_have_equal_bytes(tmp_path: Path) -> None:
    """The files say nothing about when and where they were made."""
    for name in ("a.lp", "b.lp"):
        export_lp(small_columns(), "shortfall", tmp_path / name)

    assert (tmp_path / "a.lp").read_bytes() == (tmp_path / "b.lp").read_bytes()


@pytest.mark.parametrize("tier", ["changes", "speed", ""])
def test_a_tier_without_a_model(tier: str, tmp_path: Path) -> None:
    """Changes are counted against a plan, not in the columns: there is no such model to write."""
    with pytest.raises(InvalidInput) as refusal:
        export_mps(small_columns(), tier, tmp_path / "m.mps")

    assert refusal.value.faults[0].code == "unknown_word"


def test_a_problem_without_columns(tmp_path: Path) -> None:
    """A model without variables can be written and solved."""
    columns = build_columns(problem(candidates=[candidate()]))
    export_mps(columns, "placements", tmp_path / "m.mps")
    export_lp(columns, "placements", tmp_path / "m.lp")

    assert read_mps(tmp_path / "m.mps").solved() == (0, set())
    assert read_lp(tmp_path / "m.lp").solved() == (0, set())
