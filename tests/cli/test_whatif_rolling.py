"""``matcher whatif rolling``: years decided week by week, in a terminal and in files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.formats import write_problem
from tests import builders as b
from tests.cli.conftest import Command
from tests.whatif.rolling.test_roll import quarter


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Return the folder of sixty people and a quarter's jobs."""
    write_problem(quarter(), tmp_path / "town")
    return Path("town")


def test_shares_of_hindsight_are_shown_and_written(matcher: Command, town: Path) -> None:
    """The answer in a sentence, each way of deciding, each year; a page and a document hold the same."""
    arguments = ("whatif", "rolling", town, "--replications", 2, "--known", 0.3, "--futures", 2)
    shown = matcher(*arguments, "--report", "years.html", "--keep", "kept")
    document = matcher(*arguments, "--report", "years.json", "--keep", "kept", "--json").document

    assert shown.status == 0
    assert "Looking ahead reaches" in shown.out
    assert "What each way of deciding reaches" in shown.out
    assert document == json.loads(Path("years.json").read_text(encoding="utf-8")) | {"report": "years.json"}
    tables = {table["name"]: table for table in document["tables"]}
    assert len(tables["policies"]["rows"]) == 3
    assert len(tables["years"]["rows"]) == 2
    assert document["title"] in Path("years.html").read_text(encoding="utf-8")


def test_it_speaks_swedish(matcher: Command, town: Path) -> None:
    """Every word has its translation."""
    arguments = ("whatif", "rolling", town, "--replications", 2, "--known", 0.9, "--futures", 1, "--arrivals", 3)
    done = matcher(*arguments, "--lang", "sv")

    assert done.status == 0
    assert "Att blicka framåt når" in done.out


@pytest.mark.parametrize("language", ["en", "sv"])
def test_contracts_may_come_and_go(matcher: Command, town: Path, language: str) -> None:
    """What was assumed of contracts stands among the assumptions, in both languages."""
    arguments = ("whatif", "rolling", town, "--replications", 2, "--futures", 1, "--lang", language, "--json")
    contracts = ("--contracts-known", 0.4, "--contracts-dropped", 0.2, "--lead-weeks", 3)
    plain, done = matcher(*arguments), matcher(*arguments, *contracts)
    only = set(done.document["assumptions"]) - set(plain.document["assumptions"])

    assert done.status == plain.status == 0
    assert len(only) == 4
    assert "40" in min(only, key=lambda text: "40" not in text)
    assert matcher(*arguments, "--lead-weeks", 0).status == 2


def test_a_problem_without_dates_is_refused_in_words(matcher: Command, tmp_path: Path) -> None:
    """Pairs without days cannot come one after the other."""
    undated = b.problem(candidates=[b.candidate()], vacancies=[b.vacancy(start_date=None)], pairs=[b.pair()])
    write_problem(undated, tmp_path / "undated")
    done = matcher("whatif", "rolling", "undated", "--replications", 2)

    assert done.status == 2
    assert "Every place must have a date" in done.err


def test_decisions_that_exclude_one_another_end_as_they_do_when_a_plan_is_asked_for(
    matcher: Command, tmp_path: Path
) -> None:
    """Two people pinned to one place: the same words and the same exit status."""
    town = quarter()
    pins = [b.decision(name, "V0a") for name in ("C00", "C01", "C02")]
    write_problem(replace(town, decisions=tuple(pins)), tmp_path / "pinned")
    of_plan = matcher("solve", "pinned", "--out", "plan.json")
    of_years = matcher("whatif", "rolling", "pinned", "--replications", 2)

    assert of_years.status == of_plan.status == 4
    assert of_years.err.splitlines()[:2] == of_plan.err.splitlines()[:2]
