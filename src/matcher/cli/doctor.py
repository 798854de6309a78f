"""``matcher doctor``: whether everything is here that a solve needs."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from matcher.cli.options import JsonOption
from matcher.cli.terminal import Terminal

if TYPE_CHECKING:
    from matcher.problem import Problem

PACKAGES = (
    "matcher",
    "ortools",
    "numpy",
    "scipy",
    "scikit-learn",
    "pydantic",
    "typer",
    "rich",
    "xlsxwriter",
    "lxml",
    "babel",
    "jinja2",
)
Finding = tuple[str, bool, str]


def doctor(json: JsonOption = False) -> None:
    """Check that everything is in place.

    Python, packages, write access and a sample solve; exit status 1 where something is missing.
    """
    terminal = Terminal(is_json=json)
    findings = [_python(), *map(_package, PACKAGES), _checked("write access", _writes), _checked("solve", _solves)]
    for name, is_well, detail in findings:
        terminal.line(f"{'✓' if is_well else '✗'} {name}: {detail}")
    is_well = all(found for _, found, _ in findings)
    terminal.line("Everything is in place." if is_well else "Something is missing: see the lines marked ✗.")
    checks = [{"name": name, "is_well": found, "detail": detail} for name, found, detail in findings]
    terminal.document({"is_well": is_well, "checks": checks})
    if not is_well:
        raise typer.Exit(1)


def _python() -> Finding:
    detail = f"{sys.version.split()[0]} ({sys.executable})"
    return ("python", True, detail) if sys.version_info >= (3, 11) else ("python", False, f"{detail}; 3.11 is needed")


def _package(name: str) -> Finding:
    try:
        return name, True, version(name)
    except PackageNotFoundError:
        return name, False, "not installed"


def _checked(name: str, check: Callable[[], str]) -> Finding:
    """Return what a check says; whatever goes wrong in it is its finding."""
    try:
        return name, True, check()
    except Exception as error:  # a broken installation may fail in any way
        return name, False, f"{type(error).__name__}: {error}"


def _writes() -> str:
    with tempfile.NamedTemporaryFile(dir=Path.cwd(), prefix=".matcher-", suffix=".part") as file:
        file.write(b"matcher")
    return f"{Path.cwd()} can be written to"


def _solves() -> str:
    """Solve a problem that needs the relaxation, the integer solver and the checker, and one for the network."""
    from matcher.solve import solve

    for problem in (_sample(seats=2), _sample(seats=None)):
        result = solve(problem)
        if len(result.plan.assignments) != 3:
            raise RuntimeError("the sample plan is not the best one")
    return "relaxation, integer solver, network and checker agree on two sample problems"


def _sample(seats: int | None) -> Problem:
    """Return four people and three positions; with `seats`, two of the people need a course that has so many."""
    from datetime import date

    from matcher.problem import Candidate, Cohort, Course, HeldSkill, Problem, Quota, RequiredSkill, SkillLevel, Vacancy

    people = [Candidate(candidate_id=f"C{n}", available_from=date(2026, 1, 1)) for n in range(4)]
    vacancy = Vacancy(vacancy_id="V1", positions=3, start_date=date(2026, 9, 1))
    if seats is None:
        return Problem(candidates=tuple(people), vacancies=(vacancy,))
    cohort = Cohort(cohort_id="K1", course_id="U1", start_date=date(2026, 3, 1), end_date=date(2026, 5, 1), seats=seats)
    return Problem(
        candidates=tuple(people),
        candidate_skills=(HeldSkill(candidate_id="C0", skill="forklift"),),
        vacancies=(vacancy,),
        vacancy_skills=(RequiredSkill(vacancy_id="V1", skill="forklift"),),
        courses=(Course(course_id="U1", skills=(SkillLevel(skill="forklift"),)),),
        cohorts=(cohort,),
        quotas=(Quota(quota_id="Q1", group="youth", max_count=3),),
    )
