"""A hundred scenarios of one change each, beside the problem as it is: by the clock, and in processor time."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.instance import Instance
from benchmarks.machine import load, machine, versions
from benchmarks.results import FOLDER
from benchmarks.tables import Table, duration, gap
from matcher.engine import Threads
from matcher.problem import Problem
from matcher.problem.changes import (
    Change,
    ChangeBudget,
    ChangePositions,
    ChangeSeats,
    LoseContract,
    MoreCandidates,
    MoveCohort,
    MoveContract,
    MoveVacancy,
    RemoveCandidate,
    Scenario,
)
from matcher.whatif import Asking, compare_scenarios
from matcher.whatif.scenarios import ScenarioOutcome

T = TypeVar("T")

STORED = FOLDER / "scenarios"
EACH = 10  # scenarios of each kind
MOST_S = 600.0  # for a hundred of a city on two cores, as asked
HEADER = ("change", "scenarios", "largest gap, placements", "best", "worst", "people affected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The scenarios of one kind of change.

    Parameters
    ----------
    change : str
    gaps : tuple of float
        Certified, of the placements.
    placements : tuple of float
        What each adds to them.
    affected : tuple of int
        People whose place, or way to it, is another one.
    """

    change: str
    gaps: tuple[float, ...]
    placements: tuple[float, ...]
    affected: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenarios:
    """All scenarios of an instance, once.

    Parameters
    ----------
    workers : int
    wall_s, processor_s : float
        From the problem to every difference, the problem as it is included.
    base_s : float
        By the clock, until the problem as it is was solved.
    base_gap : float
        Certified, of its placements.
    kinds : tuple of Kind
    load : str
        How busy the machine was when the measurement began.
    """

    workers: int
    wall_s: float
    processor_s: float
    base_s: float
    base_gap: float
    kinds: tuple[Kind, ...]
    load: str
    machine: Mapping[str, str] = field(default_factory=machine)
    versions: Mapping[str, str] = field(default_factory=versions)
    measured_on: str = field(default_factory=lambda: date.today().isoformat())

    @property
    def count(self) -> int:
        """Return how many scenarios there were."""
        return sum(len(kind.gaps) for kind in self.kinds)


def changes_of(problem: Problem, each: int = EACH) -> dict[str, list[Change]]:
    """Return some changes of every kind that the problem allows, spread over its rows."""
    cohorts = [one.cohort_id for one in problem.cohorts if one.status in ("planned", "optional")]
    contracts = [one.contract_id for one in problem.contracts if one.status not in ("ended", "cancelled")]
    vacancies = [one.vacancy_id for one in problem.vacancies]
    people = [one.candidate_id for one in problem.candidates]
    budgets = [one.budget_id for one in problem.budgets]
    steps = [10_000 * (1 + number) for number in range(each)]
    paid = [budgets[number % len(budgets)] for number in range(each if budgets else 0)]
    found: dict[str, list[Change]] = {
        "a seat more": [ChangeSeats(cohort_id=one, by=1) for one in _spread(cohorts, each)],
        "10 000 to 100 000 kronor more": [
            ChangeBudget(budget_id=one, by=Decimal(amount)) for one, amount in zip(paid, steps, strict=False)
        ],
        "a contract a week later": [MoveContract(contract_id=one, days=7) for one in _spread(contracts, each)],
        "a contract lost": [LoseContract(contract_id=one) for one in _spread(contracts, each, 1)],
        "a candidate more": [MoreCandidates(like=one, count=1) for one in _spread(people, each)],
        "50 candidates more": [MoreCandidates(like=one, count=50) for one in _spread(people, each, 1)],
        "a candidate gone": [RemoveCandidate(candidate_id=one) for one in _spread(people, each, 2)],
        "a position more": [ChangePositions(vacancy_id=one, by=1) for one in _spread(vacancies, each)],
        "a vacancy two weeks later": [MoveVacancy(vacancy_id=one, days=14) for one in _spread(vacancies, each, 1)],
        "a cohort a week later": [MoveCohort(cohort_id=one, days=7) for one in _spread(cohorts, each, 1)],
    }
    return {kind: changes for kind, changes in found.items() if changes}


def _spread(rows: Sequence[T], each: int, after: int = 0) -> list[T]:
    """Return so many rows, as far from one another as can be; none twice."""
    places = {min(len(rows) - 1, len(rows) * number // each + after) for number in range(each)} if rows else set()
    return [rows[place] for place in sorted(places)]


def measured(instance: Instance, workers: int, listener: Callable[[str], None], each: int = EACH) -> Scenarios:
    """Return what all scenarios of an instance take together."""
    busy, problem = load(), instance.make()
    kinds = changes_of(problem, each)
    scenarios = [
        Scenario(name=f"{kind}, {number}", changes=(change,))
        for kind, changes in kinds.items()
        for number, change in enumerate(changes)
    ]
    reached: list[float] = []

    def tell(progress: Any) -> None:
        reached.extend([progress.seconds] if progress.done and not reached else [])
        listener(f"{progress.done} of {progress.total} after {progress.seconds:.0f} s")

    began, used = time.perf_counter(), time.process_time()
    with Threads(workers) as engine:
        matrix = compare_scenarios(problem, scenarios, asking=Asking(engine=engine, on_progress=tell))
    wall_s, processor_s = time.perf_counter() - began, time.process_time() - used
    base, *others = matrix.outcomes
    told = iter(others)
    return Scenarios(
        workers=workers,
        wall_s=wall_s,
        processor_s=processor_s,
        base_s=reached[0],
        base_gap=_gap(base),
        kinds=tuple(_kind(kind, [next(told) for _ in changes]) for kind, changes in kinds.items()),
        load=busy,
    )


def _kind(change: str, outcomes: Sequence[ScenarioOutcome]) -> Kind:
    return Kind(
        change=change,
        gaps=tuple(map(_gap, outcomes)),
        placements=tuple(float(added) for one in outcomes for added in _added(one)),
        affected=tuple(len(one.affected) for one in outcomes),
    )


def _gap(outcome: ScenarioOutcome) -> float:
    tiers = () if outcome.plan is None else outcome.plan.tiers
    return max((tier.gap for tier in tiers if tier.name == "placements"), default=0.0)


def _added(outcome: ScenarioOutcome) -> Iterator[Decimal]:
    return (one.difference for one in outcome.tiers if one.tier == "placements" and one.difference is not None)


def store(instance: str, found: Scenarios, folder: Path = STORED) -> None:
    """Write the latest measurement of an instance."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{instance}.json").write_text(f"{json.dumps(asdict(found), indent=1)}\n", encoding="utf-8")


def stored(folder: Path = STORED) -> dict[str, Scenarios]:
    """Return the latest measurements by instance."""
    return {file.stem: _read(json.loads(file.read_text(encoding="utf-8"))) for file in sorted(folder.glob("*.json"))}


def _read(written: dict[str, Any]) -> Scenarios:
    kinds = []
    for kind in written["kinds"]:
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in kind.items()
        }
        kinds.append(Kind(**fields))
    return Scenarios(**{**written, "kinds": tuple(kinds)})


def scenarios_table(instance: str, found: Scenarios) -> Table:
    """Return one row per kind of change, and what all took together."""
    hundred_s = found.base_s + (found.wall_s - found.base_s) * 100 / found.count
    where = f"{found.machine['processor']}, {found.machine['cores']} cores"
    return Table(
        title=f"{instance}: {found.count} scenarios of one change each",
        header=HEADER,
        rows=[_row(kind) for kind in found.kinds],
        notes=[
            f"Together {duration(found.wall_s)} by the clock and {duration(found.processor_s)} of processor time with "
            f"{found.workers} threads, the problem as it is included, which took {duration(found.base_s)}; its own gap "
            f"is {gap(found.base_gap)}.",
            f"A hundred at this pace take {duration(hundred_s)}; at most {duration(MOST_S)}: "
            f"{'kept' if hundred_s <= MOST_S else '**missed**'}.",
            f"{found.measured_on}: {where}, matcher {found.versions['matcher']}, ortools {found.versions['ortools']}; "
            f"load as it began {found.load}.",
        ],
    )


def _row(kind: Kind) -> list[str]:
    best, worst = (f"{most(kind.placements, default=0.0):+.2f}" for most in (max, min))
    affected = f"{min(kind.affected)} to {max(kind.affected)}, median {statistics.median(kind.affected):g}"
    return [kind.change, str(len(kind.gaps)), gap(max(kind.gaps)), best, worst, affected]
