"""OR-Library's generalized assignment files (agents, jobs, costs, uses, capacities) as problems with resources.

A job is a candidate, an agent a vacancy with a position for every job, an agent's capacity a resource.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from benchmarks.convert.assignment import DAY
from benchmarks.convert.scores import score_of
from matcher.problem import Candidate, Pair, Policy, Problem, Resource, Vacancy


def problem_from_gap(text: str) -> Problem:
    """Return the problem whose plan of greatest score places every job at the least cost.

    Raises
    ------
    ValueError
        When the numbers are not as many as the first two say.
    """
    numbers = np.array(text.split(), dtype=np.int64)
    agents, jobs, rest = int(numbers[0]), int(numbers[1]), numbers[2:]
    if len(rest) != agents * (2 * jobs + 1):
        raise ValueError(
            f"A file of {agents} agents and {jobs} jobs must go on with {agents * (2 * jobs + 1)} numbers, "
            f"got {len(rest)}. Check the file."
        )
    cost = rest[: agents * jobs].reshape(agents, jobs).tolist()
    use = rest[agents * jobs : 2 * agents * jobs].reshape(agents, jobs).tolist()
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
                score=score_of(cost[a][j]),
                resource_id=f"R{a + 1}",
                resource_use=Decimal(use[a][j]),
            )
            for j in range(jobs)
            for a in range(agents)
        ),
        policy=Policy(name="generalized assignment", tiers=("placements",)),
    )
