"""Rows taken over from an earlier problem are those that are written anew."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.instances.drawn import draw_planning
from matcher.columns import Columns
from matcher.features import build_columns, changed_columns
from matcher.problem import Problem
from matcher.solver.again import rewritten
from matcher.solver.again.moved_columns import same_columns
from matcher.solver.again.rewritten import rewritten_rows
from matcher.solver.model import assembly
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.model.links import with_links
from matcher.solver.model.rows import Rows
from tests.solve.changes import changed
from tests.strategies import random_problem

ARRAYS = ("limit", "least", "is_equation", "lower", "upper", "largest", "row_of_variable", "step", "cohort", "stage")


def assert_same(found: Rows, expected: Rows) -> None:
    """Compare everything but the scale, which is at least as large as the largest coefficient."""
    assert found.kinds == expected.kinds
    assert found.entity_ids == expected.entity_ids
    for name in (*ARRAYS, "origin", "candidate", "vacancy", "person"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), name)
    for name in ("matrix", "relief"):
        np.testing.assert_array_equal(getattr(found, name).toarray(), getattr(expected, name).toarray(), name)
    assert found.objectives.keys() == expected.objectives.keys()
    for tier, objective in expected.objectives.items():
        np.testing.assert_array_equal(found.objectives[tier], objective, tier)
    assert found.divisors == expected.divisors
    assert (found.scale >= expected.scale).all()


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(4))
def test_rows_after_changes_are_those_written_anew(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever changes, several times in a row, links of optional cohorts among the rows of then; mostly taken over."""
    monkeypatch.setattr(rewritten, "MOST_WRITTEN", 1)
    num_taken, num_asked = 0, 0
    for seed in range(part * 40, part * 40 + 40):
        problem: Problem = random_problem(seed, max_candidates=12, is_ready_scored=seed % 3 == 0)
        columns, draw = build_columns(problem), random.Random(seed)
        rows = assemble_rows(columns)
        for _ in range(4):
            before, problem = problem, changed(problem, draw)
            now = changed_columns(problem, before, columns) if draw.random() < 0.5 else build_columns(problem)
            published = np.arange(0, len(now), 3) if draw.random() < 0.5 else None
            expected = assemble_rows(now, published=published)
            found = rewritten_rows(now, columns, rows, counts_obligations=True, published=published)
            num_asked += 1
            if found is not None:
                num_taken += 1
                assert_same(found, expected)
            openings = np.flatnonzero(expected.cohort >= 0)
            links = [(0, owner, other) for owner in range(min(2, len(now.limits.candidate_ids))) for other in openings]
            rows = with_links(expected, np.array(links, dtype=np.int64).reshape(-1, 3))
            columns = now
    assert num_taken > num_asked // 3


def drawn(candidates: int) -> Problem:
    """Return a ready-scored problem with the first of some candidates."""
    everything = draw_planning(12, 6, 4)
    names = {f"C{i}" for i in range(candidates)}
    own = {
        table: tuple(row for row in getattr(everything, table) if row.candidate_id in names)
        for table in ("candidates", "pairs")
    }
    return replace(everything, **own)


def test_only_what_is_new_or_otherwise_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """One candidate more: the columns of everybody else are found where they are, and not looked at again."""
    before, columns = (build_columns(drawn(candidates)) for candidates in (11, 12))
    place = same_columns(before, columns)
    assert (place >= 0).all()
    assert len(before) < len(columns)

    written: list[int] = []

    def noted(part: Columns, **options: object) -> Rows:
        written.append(len(part))
        return assembly.assemble_rows(part, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(rewritten, "MOST_WRITTEN", 1)
    monkeypatch.setattr(rewritten, "assemble_rows", noted)
    assert rewritten_rows(columns, before, assemble_rows(before), counts_obligations=True, published=None) is not None
    assert written == [len(columns) - len(before)]
