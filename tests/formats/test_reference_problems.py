"""The ready-scored reference problems can be read, fast, and come back equal."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import pytest

from matcher.formats import read_problem, write_problem
from matcher.problem import fingerprint

REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "optimization" / "reference"
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference problems are not beside the repository"),
]


@pytest.mark.parametrize(
    ("name", "candidates", "vacancies", "cohorts", "pairs"),
    [
        ("S", 500, 200, 30, 27_119),
        ("M", 2_000, 600, 60, 120_964),
    ],
)
def test_a_reference_problem_is_read(name: str, candidates: int, vacancies: int, cohorts: int, pairs: int) -> None:
    """With as many rows as docs say, and scores as they stand."""
    begin = time.process_time()
    read = read_problem(REFERENCE / name)

    assert time.process_time() - begin < 5  # about 0.4 s where nothing else runs
    assert [len(read.candidates), len(read.vacancies), len(read.cohorts), len(read.pairs)] == [
        candidates,
        vacancies,
        cohorts,
        pairs,
    ]
    assert read.is_ready_scored
    assert all(each.score == round(each.score, 4) for each in read.pairs)
    if name == "S":
        assert (read.pairs[0].candidate_id, read.pairs[0].score) == ("C181", Decimal("0.5747"))


@pytest.mark.parametrize("ending", ["", ".xlsx", ".json"])
def test_a_reference_problem_comes_back(ending: str, tmp_path: Path) -> None:
    """Through all three containers."""
    given = read_problem(REFERENCE / "S")

    write_problem(given, tmp_path / f"S{ending}")

    read = read_problem(tmp_path / f"S{ending}")
    assert read == given
    assert fingerprint(read) == fingerprint(given)
