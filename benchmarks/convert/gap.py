"""OR-Library's generalized assignment files (agents, jobs, costs, uses, capacities) as problems with resources.

A job is a candidate, an agent a vacancy with a position for every job, an agent's capacity a resource. The aims are to
place every job, then least cost, so that a gap in cost is a gap of the second aim and nothing hides it.

Files of the library proper hold several instances, a first number saying how many: `gap_instances` takes them apart.
The optima of gap1 to gap12 that the library prints are of the form of most, in which the numbers are profits: `is_most`
asks for it, and what a pair costs is then what it earns less than the best pair of all.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from benchmarks.convert.assignment import DAY
from benchmarks.convert.numbers import whole_numbers
from matcher.problem import Candidate, Pair, Policy, Problem, Resource, Vacancy


def gap_instances(text: str) -> list[str]:
    """Return the instances in a file, each as a text of its own; one that holds a single instance stays as it is."""
    numbers = text.split()
    if len(numbers) == _length(numbers):
        return [text]
    rest, found = numbers[1:], []
    while rest:
        found.append(" ".join(rest[: _length(rest)]))
        rest = rest[_length(rest) :]
    if str(len(found)) != numbers[0]:
        raise ValueError(f"A file that says it holds {numbers[0]} instances must hold so many, got {len(found)}.")
    return found


def _length(numbers: list[str]) -> int:
    agents, jobs = whole_numbers(numbers[:2], 2)
    if agents < 1 or jobs < 1:
        raise ValueError(f"An instance must have at least 1 agent and 1 job, got {agents} and {jobs}. Check the file.")
    return 2 + agents * (2 * jobs + 1)


def problem_from_gap(text: str, *, is_most: bool = False) -> Problem:
    """Return the problem whose plan places every job at the least cost, or at the greatest profit.

    Raises
    ------
    ValueError
        When something is no whole number, or they are not as many as the first two say.
    """
    words = text.split()
    length, numbers = _length(words), np.array(whole_numbers(words, 2), dtype=np.int64)
    agents, jobs, rest = int(numbers[0]), int(numbers[1]), numbers[2:]
    if len(numbers) != length:
        raise ValueError(
            f"A file of {agents} agents and {jobs} jobs must go on with {length - 2} numbers, "
            f"got {len(rest)}. Check the file."
        )
    cost = rest[: agents * jobs].reshape(agents, jobs).tolist()
    use = rest[agents * jobs : 2 * agents * jobs].reshape(agents, jobs).tolist()
    best = max(map(max, cost))
    capacity = rest[2 * agents * jobs :].tolist()
    return Problem(
        candidates=tuple(Candidate(candidate_id=f"J{j + 1}", available_from=DAY) for j in range(jobs)),
        vacancies=tuple(Vacancy(vacancy_id=f"A{a + 1}", positions=jobs) for a in range(agents)),
        resources=tuple(
            Resource(resource_id=f"R{a + 1}", limit=Decimal(capacity[a]), scope="vacancy", scope_id=f"A{a + 1}")
            for a in range(agents)
        ),
        pairs=tuple(
            Pair(
                candidate_id=f"J{j + 1}",
                vacancy_id=f"A{a + 1}",
                score=Decimal(1),
                cost=Decimal(best - cost[a][j] if is_most else cost[a][j]),
                resource_id=f"R{a + 1}",
                resource_use=Decimal(use[a][j]),
            )
            for j in range(jobs)
            for a in range(agents)
        ),
        policy=Policy(name="generalized assignment", tiers=("placements", "cost")),
    )
