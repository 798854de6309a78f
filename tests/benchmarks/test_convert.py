"""OR-Library's files become problems whose best plan is the least cost."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from typer.testing import CliRunner

from benchmarks.command import app
from benchmarks.convert.assignment import best_of_cost, cost_of_best, problem_from, read_costs
from benchmarks.convert.gap import gap_instances, problem_from_gap
from benchmarks.convert.scores import score_of
from benchmarks.instance import DATA
from matcher.formats import read_problem
from matcher.problem import Problem
from matcher.solve import solve

ORLIB = DATA / "optimization" / "orlib_assignment"
GAP = DATA / "optimization" / "orlib_gap"
DENSE = "3\n 5 1 9\n 2 8\n 7 4 3 6\n"
SPARSE = "3\n 1 1 5\n 1 2 1\n 2 1 2\n 2 2 8\n 3 2 3\n 3 3 6\n 2 3 7\n"


def total_score(problem: Problem) -> Decimal:
    """Return the value of the best plan, found by the public solve."""
    (tier,) = solve(problem).plan.tiers
    assert tier.gap == 0.0
    return tier.value


def test_a_dense_file_lists_every_cost() -> None:
    """The n x n costs of a dense file are read row by row, wherever the lines break."""
    costs = read_costs(DENSE)

    assert costs.size == 3
    assert costs.left.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert costs.right.tolist() == [0, 1, 2] * 3
    assert costs.cost.tolist() == [5, 1, 9, 2, 8, 7, 4, 3, 6]


def test_a_sparse_file_lists_the_pairs_that_exist() -> None:
    """Lines of a sparse file count people and places from 1."""
    costs = read_costs(SPARSE)

    assert list(zip(costs.left.tolist(), costs.right.tolist(), costs.cost.tolist(), strict=True))[-1] == (1, 2, 7)


def test_a_file_that_fits_both_forms_asks_for_a_word() -> None:
    """Nine numbers from 1 to 3 may be nine costs or three pairs; nothing is guessed."""
    text = "3\n 1 1 3\n 2 2 3\n 3 3 1\n"

    with pytest.raises(ValueError, match="Say which form"):
        read_costs(text)
    assert len(read_costs(text, "sparse").cost) == 3
    assert len(read_costs(text, "dense").cost) == 9


@pytest.mark.parametrize("text", ["2\n 1 2 3 4 5", "2\n 1 1 5\n 3 1 4\n", "2\n 1 1 5\n 1 1 4\n"])
def test_a_file_of_neither_form_is_refused(text: str) -> None:
    """Too few costs, a person beyond the last and a pair that stands twice are told, not read."""
    with pytest.raises(ValueError, match="fit neither"):
        read_costs(text)


@pytest.mark.parametrize(
    ("kind", "content", "told"),
    [
        ("assignment", b"", "at least 1 number"),
        ("assignment", b"hello world", "whole numbers alone, got 'hello'"),
        ("assignment", b"2 1 2 3 4.5", "whole numbers alone, got '4.5'"),
        ("assignment", b"2 1 2 3 99999999999999999999", "must lie below"),
        ("assignment", b"2 1 2 3 -4", "A cost must be from 0"),
        ("assignment", b"3 1 1 3 2 2 3 3 3 1", "Say which form"),
        ("assignment", b"\xff\xfe1\x00", "UTF-8"),
        ("gap", b"", "at least 2 numbers"),
        ("gap", b"0 0", "at least 1 agent"),
        ("gap", b"3 1 1 5 3 3", "holds 3 instances"),
        ("gap", b"1 1 -5 1 1", "cost"),
        ("skill-allocation", b"nMaxJobs = 5;", "engineer_skills"),
        ("skill-allocation", b"engineer_skills = [|1,x|]; jobs = [|1,1,1,1,0|];", "got 'x'"),
    ],
)
def test_a_file_that_cannot_be_converted_is_told_in_a_sentence(
    kind: str, content: bytes, told: str, tmp_path: Path
) -> None:
    """With exit status 3 as for any input, and nothing written."""
    (tmp_path / "file").write_bytes(content)
    result = CliRunner().invoke(app, ["convert", kind, str(tmp_path / "file"), str(tmp_path / "out")])
    assert result.exit_code == 3
    assert told in result.output
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Like any other input."""
    result = CliRunner().invoke(app, ["convert", "gap", str(tmp_path / "nothing"), str(tmp_path / "out")])
    assert result.exit_code == 3
    assert "nothing" in result.output


def test_marks_of_windows_are_passed_over_and_the_form_may_be_said(tmp_path: Path) -> None:
    """A byte order mark, CR LF and a missing last line end; what fits both forms is told apart by an option."""
    (tmp_path / "file").write_bytes(b"\xef\xbb\xbf3\r\n 1 1 3\r\n 2 2 3\r\n 3 3 1")
    for form, number in (("dense", 9), ("sparse", 3)):
        folder = tmp_path / form
        result = CliRunner().invoke(app, ["convert", "assignment", str(tmp_path / "file"), str(folder), "--form", form])
        assert result.exit_code == 0, result.output
        assert len(read_problem(folder).pairs) == number


def test_one_person_more_is_worth_more_than_all_costs() -> None:
    """Whoever can be placed is, at whatever cost, and only then the costs count."""
    costs = read_costs("2\n 1 1 1\n 1 2 900\n 2 1 900\n")

    assert total_score(problem_from(costs)) == best_of_cost(2, 1800)


def test_a_cost_that_no_score_can_say_is_refused() -> None:
    """Scores have six decimals and lie between 0 and 1."""
    assert score_of(10**6) == 0
    with pytest.raises(ValueError, match="got 1000001"):
        score_of(10**6 + 1)
    with pytest.raises(ValueError, match="got -1"):
        score_of(-1)


def test_cost_and_score_say_the_same() -> None:
    """A total score leads back to the total cost."""
    assert cost_of_best(800, best_of_cost(800, 2239)) == 2239


def test_small_assignments_reach_the_optimum_of_scipy() -> None:
    """On random matrices the plan costs what SciPy's assignment costs."""
    random = np.random.RandomState(5)
    for size in (1, 2, 5, 12):
        matrix = random.randint(0, 50, (size, size))
        text = f"{size}\n" + " ".join(map(str, matrix.ravel()))
        left, right = linear_sum_assignment(matrix)

        value = total_score(problem_from(read_costs(text, "dense")))

        assert cost_of_best(size, value) == matrix[left, right].sum()


@pytest.mark.no_cover
@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "size", "least_cost"), [("assign100", 100, 305), ("assign200", 200, 475), ("assignp800", 800, 2239)]
)
def test_converted_files_of_the_library_reach_their_optima(
    name: str, size: int, least_cost: int, tmp_path: Path
) -> None:
    """The converter's folder, read and solved as any other, costs what the OR-Library says is least."""
    file = ORLIB / f"{name}.txt"
    if not file.exists():
        pytest.skip(f"{name} is not there")

    result = CliRunner().invoke(app, ["convert", "assignment", str(file), str(tmp_path / name)])

    assert result.exit_code == 0, result.output
    assert cost_of_best(size, total_score(read_problem(tmp_path / name))) == least_cost


def least_cost_with_capacities(problem: Problem) -> int:
    """Return the least cost of placing every job, by HiGHS on the problem's pairs and resources."""
    pairs = problem.pairs
    jobs = {each.candidate_id: number for number, each in enumerate(problem.candidates)}
    agents = {each.resource_id: number for number, each in enumerate(problem.resources)}
    served, used = np.zeros((len(jobs), len(pairs))), np.zeros((len(agents), len(pairs)))
    for number, pair in enumerate(pairs):
        assert pair.resource_id is not None
        assert pair.resource_use is not None
        served[jobs[pair.candidate_id], number] = 1
        used[agents[pair.resource_id], number] = float(pair.resource_use)
    capacity = [float(each.limit) for each in problem.resources]
    cost = np.array([float(pair.cost or 0) for pair in pairs])
    result = milp(
        cost,
        constraints=[LinearConstraint(served, 1, 1), LinearConstraint(used, -np.inf, capacity)],
        bounds=Bounds(0, 1),
        integrality=np.ones(len(pairs)),
    )
    least: int = round(result.fun)
    return least


def test_a_generalized_assignment_keeps_its_capacities() -> None:
    """Each agent's uses stand on its pairs and its capacity on its resource."""
    problem = problem_from_gap("2 2\n 3 4\n 1 9\n 2 2\n 2 2\n 2\n 3\n")

    assert [(p.candidate_id, p.vacancy_id, p.cost) for p in problem.pairs] == [
        ("J1", "A1", 3),
        ("J1", "A2", 1),
        ("J2", "A1", 4),
        ("J2", "A2", 9),
    ]
    assert [resource.limit for resource in problem.resources] == [2, 3]
    assert least_cost_with_capacities(problem) == 5


def test_a_generalized_assignment_with_a_number_missing_is_refused() -> None:
    """The first two numbers say how many must follow."""
    with pytest.raises(ValueError, match="must go on with 10 numbers, got 9"):
        problem_from_gap("2 2\n 3 4\n 1 9\n 2 2\n 2 2\n 2\n")


@pytest.mark.data
def test_converted_generalized_assignments_have_the_librarys_optima() -> None:
    """Solved from the converted problem by another solver, all fifteen files cost what is known to be least."""
    if not GAP.exists():
        pytest.skip("the generalized assignment files are not there")
    rows = [line.split(",") for line in (GAP / "optima.csv").read_text(encoding="ascii").splitlines()[1:]]
    for row in rows:
        name, least_cost = row[0].rpartition("/")[2], int(row[6])

        assert least_cost_with_capacities(problem_from_gap((GAP / name).read_text(encoding="ascii"))) == least_cost


def test_several_instances_in_one_file_are_taken_apart() -> None:
    """A first number that says how many there are is told from a single instance by the count of numbers."""
    one, other = "2 2 3 4 1 9 2 2 2 2 2 3", "1 2 3 4 1 1 2"

    assert gap_instances(one) == [one]
    assert gap_instances(f"2 {one} {other}") == [one, other]
    with pytest.raises(ValueError, match="holds 3 instances must hold so many, got 2"):
        gap_instances(f"3 {one} {other}")


def test_numbers_may_be_profits() -> None:
    """What a pair costs is then what it earns less than the best pair, so that least cost is most profit."""
    problem = problem_from_gap("1 2 3 4 1 1 2", is_most=True)

    assert [(p.candidate_id, p.cost) for p in problem.pairs] == [("J1", 1), ("J2", 0)]


@pytest.mark.no_cover
@pytest.mark.data
def test_every_generalized_assignment_is_proven_optimal_by_the_certificate() -> None:
    """All fifteen files, through the public solve: every job placed, at the least cost, with no gap left."""
    if not GAP.exists():
        pytest.skip("the generalized assignment files are not there")
    for line in (GAP / "optima.csv").read_text(encoding="ascii").splitlines()[1:]:
        row = line.split(",")
        name, jobs, least_cost = row[0].rpartition("/")[2], int(row[3]), int(row[6])
        plan = solve(problem_from_gap((GAP / name).read_text(encoding="ascii"))).plan

        assert [(tier.value, tier.bound) for tier in plan.tiers] == [(jobs, jobs), (least_cost, least_cost)], name
        assert plan.status == "optimal"
