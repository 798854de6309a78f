"""Columns in blocks are the same columns, in memory or in files, however little memory there is."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from matcher.column_blocks import ColumnBlocks, ColumnsInParts, WholeColumns
from matcher.columns import ARRAYS_BY_COLUMN, Columns
from matcher.features import build_blocks, build_columns
from matcher.features.blocks import FiledBlocks
from matcher.generate import generate
from matcher.problem import Problem
from matcher.solve import solve_columns
from tests.features.instances import RandomProblem
from tests.strategies import random_problem

TIGHT = 20_000  # bytes, far below what the problems here need


def assert_same(blocks: ColumnBlocks, columns: Columns) -> None:
    """Compare all blocks, one after another, with the columns, down to the dtypes."""
    begin = 0
    for number, block in enumerate(blocks):
        assert blocks.starts[number] == begin
        assert block.routes is blocks.routes
        assert block.limits is blocks.limits
        for name in ARRAYS_BY_COLUMN:
            whole = getattr(columns, name)
            assert getattr(block, name).dtype == whole.dtype
            np.testing.assert_array_equal(getattr(block, name), whole[begin : begin + len(block)], err_msg=name)
        begin += len(block)
    assert begin == len(blocks) == len(columns) == blocks.starts[-1]
    for name in ("start", "cohort", "is_new"):
        np.testing.assert_array_equal(getattr(blocks.routes, name), getattr(columns.routes, name), err_msg=name)


@pytest.fixture(scope="module")
def demo() -> Problem:
    return generate("demo", 1)


def test_without_a_limit_all_columns_are_one_block_in_memory(demo: Problem) -> None:
    """The plain case: nothing is copied."""
    blocks = build_blocks(demo)
    assert isinstance(blocks, WholeColumns)
    assert blocks.block(0) is blocks.columns
    assert_same(blocks, build_columns(demo))


def test_columns_that_just_fit_stay_in_memory(demo: Problem) -> None:
    """A limit is only kept where it is needed."""
    columns = build_columns(demo)
    blocks = build_blocks(demo, max_bytes=columns.nbytes + 8 * len(columns.routes))
    assert isinstance(blocks, WholeColumns)
    assert_same(blocks, columns)


@pytest.mark.parametrize("threads", [1, 3])
def test_columns_that_do_not_fit_are_read_block_by_block(
    demo: Problem, threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the same order, each candidate in one block, two blocks within the limit."""
    monkeypatch.setattr("matcher.features.blocks.LEAST_BLOCK_BYTES", 1)
    with closing(build_blocks(demo, max_bytes=TIGHT, threads=threads, folder=tmp_path)) as blocks:
        assert isinstance(blocks, FiledBlocks)
        assert len(blocks.starts) > 10
        assert_same(blocks, build_columns(demo))
        owners = [set(block.candidate.tolist()) for block in blocks]
        assert sum(map(len, owners)) == len(set().union(*owners))
        assert all(block.nbytes <= TIGHT / 2 for block in blocks if len(set(block.candidate.tolist())) > 1)


def test_blocks_can_be_read_again_and_in_any_order(demo: Problem, tmp_path: Path) -> None:
    """A solver prices them many times."""
    with closing(build_blocks(demo, max_bytes=TIGHT, folder=tmp_path)) as blocks:
        numbers = range(len(blocks.starts) - 1)
        first = [blocks.block(number).weight for number in reversed(numbers)][::-1]
        again = [block.weight for block in blocks]
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))


def test_very_many_columns_in_memory_are_looked_at_in_parts(demo: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a copy of anything, each candidate in one part, and a plan solved and checked so is the same."""
    columns = build_columns(demo)
    whole = solve_columns(demo, build_blocks(demo))
    monkeypatch.setattr("matcher.features.blocks.MOST_AT_ONCE", len(columns) - 1)
    monkeypatch.setattr("matcher.features.blocks.PART", 500)
    blocks = build_blocks(demo)
    assert isinstance(blocks, ColumnsInParts)
    assert len(blocks.starts) > 10
    assert_same(blocks, columns)
    assert all(block.weight.base is not None for block in blocks)
    owners = [set(block.candidate.tolist()) for block in blocks]
    assert sum(map(len, owners)) == len(set().union(*owners))
    in_parts = solve_columns(demo, blocks, threads=2)
    assert in_parts.plan.assignments == whole.plan.assignments
    assert in_parts.plan.certificate == whole.plan.certificate


def test_files_disappear_when_the_blocks_are_closed(demo: Problem, tmp_path: Path) -> None:
    """They hold personal data; nothing of them stays."""
    blocks = build_blocks(demo, max_bytes=TIGHT, folder=tmp_path)
    assert list(tmp_path.iterdir())
    blocks.close()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("seed", range(60))
def test_random_problems_give_the_same_columns_in_files(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promised seats, forbidden pairs, several blocks of neighbours, candidates without any column."""
    monkeypatch.setattr("matcher.features.blocks.LEAST_BLOCK_BYTES", 1)
    drawn = RandomProblem(seed)
    drawn.with_places = True
    problem = drawn.draw()
    columns = build_columns(problem)
    if len(columns):
        with closing(build_blocks(problem, max_bytes=1, threads=1 + seed % 4, folder=tmp_path)) as blocks:
            assert isinstance(blocks, FiledBlocks)
            assert_same(blocks, columns)


def test_a_ready_scored_problem_comes_in_blocks_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pairs are its columns."""
    monkeypatch.setattr("matcher.features.blocks.LEAST_BLOCK_BYTES", 1)
    compared = 0
    for seed in range(60):
        problem = random_problem(seed)
        columns = build_columns(problem)
        if problem.is_ready_scored and len(columns):
            with closing(build_blocks(problem, max_bytes=1, folder=tmp_path)) as blocks:
                assert_same(blocks, columns)
            compared += 1
    assert compared > 5
