"""The pairs of a changed problem, taken over from an earlier reading, are those that the problem has."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from matcher.check import check_plan, prepare
from matcher.check import scored_pairs as module
from matcher.check.scored_pairs import ScoredPairs
from matcher.features import build_columns
from matcher.problem import Pair
from matcher.solve import resolve
from tests import builders as build
from tests.solve.changes import changed
from tests.strategies import random_problem


def by_key(rows: tuple[Pair, ...]) -> dict[module.PairKey, Pair]:
    """Return all pairs by what they are known by."""
    return {(row.candidate_id, row.vacancy_id, row.cohort_ids): row for row in rows}


@pytest.mark.parametrize("few", [0, 100])
@pytest.mark.parametrize("seed", range(12))
def test_after_any_changes_the_same_pairs_are_found_as_afresh(
    seed: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that are gone are not, those that are new or otherwise are, and nothing else answers for another."""
    monkeypatch.setattr(module, "FEW", few)
    problem, draw = random_problem(seed, is_ready_scored=True), random.Random(seed)
    pairs, asked = ScoredPairs(problem.pairs), set(by_key(problem.pairs))
    for _ in range(6):
        asked |= set(by_key(problem.pairs))
        some = set(draw.sample(sorted(asked), len(asked) // 2))
        assert pairs.named(some) == {key: row for key, row in by_key(problem.pairs).items() if key in some}
        assert not pairs.named([("nobody", "nowhere", ())])
        problem = changed(problem, draw)
        pairs = pairs.now(problem.pairs)


def test_a_pair_that_has_another_score_now_is_not_believed_to_have_the_old_one() -> None:
    """The plan of the earlier problem is refused, whatever was read before."""
    problem = build.problem(
        candidates=(build.candidate("C1"), build.candidate("C2")),
        contracts=(build.contract("K1"),),
        vacancies=(build.vacancy("V1", contract_id="K1"),),
        pairs=(build.pair("C1", "V1", "0.5"), build.pair("C2", "V1", "0.25")),
    )
    first = resolve(problem)
    cheaper = replace(problem, pairs=(replace(problem.pairs[0], score=Decimal("0.375")), problem.pairs[1]))
    columns = build_columns(cheaper)
    prepared = prepare(cheaper, columns, None, first.kept.reading)
    report = check_plan(cheaper, first.plan, columns, problem_hash=first.plan.problem_hash, prepared=prepared)
    assert "score" in {violation.code for violation in report.violations}
    gone = replace(problem, pairs=problem.pairs[1:])
    prepared = prepare(gone, columns, None, first.kept.reading)
    report = check_plan(gone, first.plan, columns, problem_hash=first.plan.problem_hash, prepared=prepared)
    assert "unknown_pair" in {violation.code for violation in report.violations}
