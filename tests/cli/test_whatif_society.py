"""``--society`` of what-if studies: what each plan is worth by payer, with the limits beside the numbers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from matcher.formats import write_problem
from tests import builders as b
from tests.cli.conftest import Command
from tests.whatif.test_society import FILE, one_place

PLANS = {
    "value": ["as it is"],
    "invest": ["for 0 kronor", "for 30,000 kronor"],
    "simulate": ["as the plan forecasts", "nobody steps in", "open places are filled again every week"],
}


def test_value_stands_by_payer_and_its_limits_beside_it(matcher: Command, tmp_path: Path) -> None:
    """A table with four payers and their sum; what it does not say is its note, and stands among the limits too."""
    write_problem(one_place(), tmp_path / "town")
    Path("amounts.toml").write_text(FILE, encoding="utf-8")
    shown = matcher("whatif", "scenario", "town", "--society", "amounts.toml", "--json")
    table = next(each for each in shown.document["tables"] if each["name"] == "society")
    (row,) = table["rows"]

    assert shown.status == 0
    assert row["municipality"] + row["region"] + row["state"] + row["person"] == row["total"]
    assert row["difference"] == 0
    assert "not a measured effect" in table["note"]
    assert "not a measured effect" in " ".join(shown.document["limits"])
    assert "Amounts by payer: Invented for this test." in shown.document["assumptions"]
    swedish = matcher("whatif", "scenario", "town", "--society", "amounts.toml", "--lang", "sv", "--report", "v.html")
    assert swedish.status == 0
    assert "ingen uppmätt effekt" in Path("v.html").read_text(encoding="utf-8")


def test_missing_amounts_are_listed(matcher: Command, tmp_path: Path) -> None:
    """No plan is solved for a file in which amounts are missing."""
    write_problem(b.problem(candidates=[b.candidate()], budgets=[b.budget(amount=Decimal(1))]), tmp_path / "town")
    Path("amounts.toml").write_text("years = 2\n", encoding="utf-8")
    done = matcher("whatif", "scenario", "town", "--society", "amounts.toml")

    assert done.status == 3
    assert "must have a section [region]" in done.err


@pytest.mark.parametrize("command", ["value", "invest", "simulate"])
def test_every_study_of_plans_tells_the_value_with_its_limits(matcher: Command, tmp_path: Path, command: str) -> None:
    """Each plan of the study has a row by payer, and what the number does not say stands beside it."""
    problem = replace(
        one_place(),
        cohorts=(b.cohort(cost_per_seat=Decimal(30_000), budget_id="B1", status="optional"),),
        budgets=(b.budget("B1", 60_000),),
    )
    write_problem(problem, tmp_path / "town")
    Path("amounts.toml").write_text(FILE, encoding="utf-8")
    options = ("--replications", 40, "--reaction", "resolve") if command == "simulate" else ()
    done = matcher("whatif", command, "town", *options, "--society", "amounts.toml", "--json")
    table = next(each for each in done.document["tables"] if each["name"] == "society")

    assert done.status == 0
    assert "not a measured effect" in table["note"]
    assert "not a measured effect" in " ".join(done.document["limits"])
    assert "Amounts by payer: Invented for this test." in done.document["assumptions"]
    names = [row[next(iter(row))] for row in table["rows"]]
    assert names[: len(PLANS[command])] == PLANS[command]
    for row in table["rows"]:
        assert row["municipality"] + row["region"] + row["state"] + row["person"] == pytest.approx(row["total"])
    assert matcher("whatif", command, "town", *options, "--society", "amounts.toml", "--lang", "sv").status == 0
