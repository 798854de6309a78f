"""SCIP, HiGHS and CP-SAT agree with the engine on every tier of problems that mix all rules."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matcher.plan import Result
from matcher.problem import Decision, Problem
from matcher.problem.policy import TIERS
from matcher.solve import solve
from tests.amounts import some
from tests.oracles.integer_solvers import SOLVERS
from tests.trust import comparison, gaps
from tests.trust.agreement import FILE, PARTS, counted, jobs
from tests.trust.comparison import Size, Verdict, compared, drawn_problem
from tests.trust.keeping import Kept, state_of_code
from tests.trust.occurrence import OUTCOMES, RULES

SMALL = Size(candidates=8, vacancies=6, cohorts=8)
MEDIUM = Size(candidates=30, vacancies=12, cohorts=12)
NUM_PARTS = some(3, of=10)
REFUSED = (326, 2053, 4272)  # whose sound plans once came with cases that do not prove what they claim
FRESH = 1_000_000  # seeds that the stored run has not seen


@pytest.mark.slow
@pytest.mark.parametrize("part", range(NUM_PARTS))
def test_three_solvers_of_the_whole_model_agree_with_the_engine(part: int) -> None:
    """On the promises kept and on the value of every tier, each with the earlier ones held."""
    verdicts = [compared(FRESH + 20 * part + number, SMALL) for number in range(20)]
    verdicts += [compared(FRESH + 10_000 + 3 * part + number, MEDIUM) for number in range(3)]
    for verdict in verdicts:
        assert verdict.disagreements == []
    for name in SOLVERS:
        assert sum(name in verdict.agreed for verdict in verdicts) >= 15
        assert sum(name in verdict.unverified for verdict in verdicts) <= 2


@pytest.mark.parametrize("seed", REFUSED)
def test_what_a_trees_ends_claim_is_proven_where_budgets_have_sums_of_seats(seed: int) -> None:
    """A tree that parted its plans at such sums claimed more of its ends than the checker reads from them."""
    verdict = compared(seed, dict(jobs())[seed])
    assert verdict.status == "optimal"
    assert verdict.disagreements == []


def test_a_wrong_value_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """By every solver: here the engine has forgotten one of the columns that the best plan has."""
    answer = comparison.solve

    def forgetful(problem: Problem, **options: Any) -> Result:
        best = answer(problem, **options).plan
        first = best.assignments[0]
        forbidden = Decision(candidate_id=first.candidate_id, vacancy_id=first.vacancy_id, decision="forbidden")
        return answer(replace(problem, decisions=(*problem.decisions, forbidden)), **options)

    monkeypatch.setattr(comparison, "solve", forgetful)
    verdict = compared(next(seed for seed in range(0, 90, 3) if is_plain(seed)), SMALL)
    assert len(verdict.disagreements) == len(SOLVERS)


def is_plain(seed: int) -> bool:
    """Tell whether a problem has a placement in its best plan, and no decisions."""
    problem = drawn_problem(seed, SMALL)
    return not problem.decisions and problem.policy.tiers == TIERS and bool(solve(problem).plan.assignments)


@pytest.mark.slow
def test_bounds_hold_where_less_is_proven_than_could_be() -> None:
    """At gaps above 0, problems pressed among them; some plans are below their best, within what was said."""
    counts = gaps.tally([gaps.judged(job) for job in gaps.jobs(range(some(60, of=200)))])
    assert list(counts.faults) == []
    assert counts.counts["tiers below it, within the bound"] >= 3


def test_a_bound_below_the_best_plan_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """By every solver: here the engine says of a plan that has forgotten a column that nothing is better."""
    answer = comparison.solve

    def forgetful(problem: Problem, **options: Any) -> Result:
        result = answer(problem, **options)
        tiers = tuple(
            replace(tier, value=tier.value - 1, bound=tier.value - 1) if tier.name == "placements" else tier
            for tier in result.plan.tiers
        )
        return replace(result, plan=replace(result.plan, tiers=tiers))

    monkeypatch.setattr(comparison, "solve", forgetful)
    verdict = compared(next(seed for seed in range(0, 90, 3) if is_plain(seed)), SMALL, 0.2)
    assert len(verdict.disagreements) == len(SOLVERS)


def test_what_solvers_say_is_counted_by_tier() -> None:
    """Agreement, ended time, broken arithmetic and open gaps, each by itself."""
    one = Verdict(seed=1, status="optimal", rules={"seats"}, agreed={"SCIP": ["shortfall", "cost"]})
    other = Verdict(seed=2, status="optimal", undecided={"SCIP": "cost"}, disagreements=["2: differs"])
    counts = counted([one, other])
    assert counts["problems"] == counts["plans"]["optimal"] == 2
    assert counts["rules"]["seats"] == 1
    assert counts["solvers"]["SCIP"]["agreed"] == {"shortfall": 1, "cost": 1}
    assert counts["solvers"]["SCIP"]["undecided"] == {"cost": 1}
    assert counts["disagreements"] == ["2: differs"]


def test_a_run_that_was_ended_goes_on_where_it_was(tmp_path: Path) -> None:
    """What was compared is kept line by line; a line that was cut off is compared again."""
    kept = Kept(tmp_path / "state" / "verdicts.jsonl")
    verdict = Verdict(seed=7, status="optimal", rules={"seats", "budget"}, agreed={"SCIP": ["cost"]})
    kept.add(0.25, verdict)
    with kept.file.open("a", encoding="utf-8") as lines:
        lines.write('{"seed": 8, "sta')
    assert list(kept.read()) == [(0.25, verdict)]


def test_what_another_state_of_the_code_said_does_not_count(tmp_path: Path) -> None:
    """A changed line of the engine or of an oracle begins the run anew."""
    file = tmp_path / "src" / "matcher" / "solver" / "bound.py"
    file.parent.mkdir(parents=True)
    file.write_text("x = 1\n", encoding="utf-8")
    before = state_of_code(tmp_path)
    assert before == state_of_code(tmp_path)
    file.write_text("x = 2\n", encoding="utf-8")
    assert state_of_code(tmp_path) != before


@pytest.mark.skipif(not FILE.exists(), reason="make trust-long has not stored its result yet")
def test_the_stored_run_saw_every_rule_and_no_disagreement() -> None:
    """Five thousand problems, each rule in many of them, each tier compared in most."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    assert stored["problems"] == sum(number for _, number in PARTS) == len(jobs()) >= 5_000
    assert stored["disagreements"] == []
    assert stored["rules"].keys() == RULES.keys()
    assert min(stored["rules"].values()) >= 50
    assert stored["outcomes"].keys() == OUTCOMES.keys()
    assert min(stored["outcomes"].values()) >= 50
    for name in SOLVERS:
        assert (
            stored["solvers"][name]["agreed"]["placements"] >= 0.7 * stored["problems"]
        )  # others have none, or no plan
    assert sum(stored["plans"].values()) == stored["problems"]
