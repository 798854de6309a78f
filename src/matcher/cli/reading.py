"""Problems and plans from the command line: which problem a plan answers, and what was left out of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from matcher.cli.terminal import Terminal
from matcher.errors import Fault, IncompleteInput, InvalidInput
from matcher.formats import read_plan, read_problem
from matcher.languages import Phrases
from matcher.plan import Plan, plan_fingerprint
from matcher.problem import LeftOut, Problem, fingerprint, missing_facts, without_incomplete

KEY_BY_TABLE = {
    "candidates": "candidate_id",
    "vacancies": "vacancy_id",
    "cohorts": "cohort_id",
    "contracts": "contract_id",
    "quotas": "quota_id",
}


def complete_problem(path: Path, *, skip_incomplete: bool, terminal: Terminal, say: Phrases) -> tuple[Problem, LeftOut]:
    """Return a problem that can be solved, and what was left out of it on request.

    Raises
    ------
    IncompleteInput
        Where facts are missing and leaving them out was not asked for.
    """
    problem = read_problem(path)
    missing = missing_facts(problem)
    if missing and not skip_incomplete:
        raise IncompleteInput(missing)
    kept, left_out = without_incomplete(problem)
    if missing:
        terminal.note(left_out_text(left_out, say))
        for fault in left_out.faults[:10]:
            terminal.note(f"  {fault}")
    return kept, left_out


def plan_with_problem(problem_path: Path, plan_path: Path, terminal: Terminal, say: Phrases) -> tuple[Problem, Plan]:
    """Return a plan and the problem that it answers: the whole one, or the one without what is incomplete.

    Raises
    ------
    InvalidInput
        Where the plan answers another problem, or places somebody whom, or somewhere that, it does not have.
    """
    problem, plan = plan_to_judge(problem_path, plan_path, terminal, say)
    faults = tuple(_unknown(problem, plan, plan_path))
    if faults:
        raise InvalidInput(faults)
    return problem, plan


def plan_to_judge(problem_path: Path, plan_path: Path, terminal: Terminal, say: Phrases) -> tuple[Problem, Plan]:
    """Return the same, whatever the plan says of that problem: it is going to be checked.

    Raises
    ------
    InvalidInput
        Where the plan answers another problem.
    """
    problem, plan = read_problem(problem_path), read_plan(plan_path)
    if plan.problem_hash == fingerprint(problem):
        return problem, plan
    kept, left_out = without_incomplete(problem)
    if left_out.faults and plan.problem_hash == fingerprint(kept):
        terminal.note(left_out_text(left_out, say))
        return kept, plan
    raise InvalidInput([_other_problem(plan_path, problem_path)])


def published_plan(plan: Plan, plan_path: Path, published_path: Path | None) -> Plan | None:
    """Return the published plan against which a plan counts its changes; ``None`` where it counts none.

    Raises
    ------
    InvalidInput
        Where it is missing, or is another one than the plan names.
    """
    published = None if published_path is None else read_plan(published_path)
    found = None if published is None else plan_fingerprint(published)
    if plan.published_hash == found:
        return published
    raise InvalidInput([_other_published(plan, plan_path, published_path)])


def left_out_text(left_out: LeftOut, say: Phrases) -> str:
    """Return what was left out as one sentence."""
    return say.text(
        "{contracts} and {vacancies} were left out.",
        contracts=say.plural("{count} contract", "{count} contracts", len(left_out.contract_ids)),
        vacancies=say.plural("{count} vacancy", "{count} vacancies", len(left_out.vacancy_ids)),
    )


def _unknown(problem: Problem, plan: Plan, path: Path) -> Iterator[Fault]:
    """Yield what a plan that was changed by hand names beside its problem."""
    named = {
        "candidates": {placed.candidate_id for placed in plan.assignments},
        "vacancies": {placed.vacancy_id for placed in plan.assignments} | {row.vacancy_id for row in plan.unfilled},
        "cohorts": {one for placed in plan.assignments for one in placed.cohort_ids}
        | {row.cohort_id for row in plan.cohorts},
        "contracts": {row.contract_id for row in plan.shortfalls},
        "quotas": {row.quota_id for row in plan.quota_breaches},
    }
    for table, ids in named.items():
        there = {getattr(row, KEY_BY_TABLE[table]) for row in getattr(problem, table)}
        for one in sorted(ids - there):
            yield Fault(
                code="unknown_id",
                file=str(path),
                value=one,
                must=f"name only what stands in {table} of the problem",
                remedy="Check the plan, or solve the problem again.",
            )


def _other_problem(plan_path: Path, problem_path: Path) -> Fault:
    return Fault(
        code="other_problem",
        file=str(plan_path),
        must=f"answer the problem in '{problem_path}'",
        remedy="The problem has changed since, or is another one: solve it again, or give the one that was solved.",
    )


def _other_published(plan: Plan, plan_path: Path, published_path: Path | None) -> Fault:
    if plan.published_hash is None:
        must, remedy = "count changes against a published plan", "Check it without --published."
    elif published_path is None:
        must = f"be checked with the published plan {plan.published_hash}, against which it counts changes"
        remedy = "Give that plan with --published."
    else:
        must = f"count changes against '{published_path}'"
        remedy = f"Give the published plan that it names, {plan.published_hash}."
    return Fault(code="other_published", file=str(plan_path), must=must, remedy=remedy)
