"""Exports plans for people: a folder of CSV files or an Excel workbook that no program takes for formulas."""

from __future__ import annotations

import os
from pathlib import Path

from matcher.formats.csv_writing import csv_line
from matcher.formats.kinds import TEXTUAL
from matcher.formats.plan_tables import PlanTable, plan_tables
from matcher.formats.spreadsheet_text import neutral
from matcher.formats.whole_files import unwritable, write_text
from matcher.formats.workbook_writing import new_workbook
from matcher.plan import Plan
from matcher.problem import Problem

_MEANINGS = {
    "assignments": "Who is proposed for which vacancy, prepared in which cohorts, from which day.",
    "cohorts": "How many take part in each cohort, promises already given included.",
    "shortfalls": "What each contract is owed, and gets.",
    "unfilled": "Positions that stay open.",
    "quota_breaches": "Quotas that are not met, and by how many persons.",
    "breaches": "Promises that the plan does not keep, and why.",
    "tiers": "What was reached for each aim, and how much better any plan could be.",
}


def plan_to_csv(plan: Plan, problem: Problem, folder: str | os.PathLike[str]) -> None:
    """Write a plan as a folder of CSV files, one for each of its tables.

    Parameters
    ----------
    plan : Plan
    problem : Problem
        That the plan answers; titles, names and dates come from it.
    folder : str or path

    Raises
    ------
    InvalidInput
        Where the files cannot be written.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from None
    for table in plan_tables(plan, problem):
        write_text(folder / f"{table.name}.csv", _csv_lines(table))


def plan_to_xlsx(plan: Plan, problem: Problem, path: str | os.PathLike[str]) -> None:
    """Write a plan as an Excel workbook, one sheet for each of its tables; parameters as for `plan_to_csv`."""
    tables = plan_tables(plan, problem)
    with new_workbook(Path(path)) as workbook:
        explained = [("Plan", f"Status: {plan.status}. A proposal; a human decides."), ("Problem", plan.problem_hash)]
        workbook.add_text("readme", explained + [(table.name, _MEANINGS[table.name]) for table in tables])
        for table in tables:
            workbook.add_table(table.name, table.columns, table.rows)


def _csv_lines(table: PlanTable) -> list[str]:
    lines = [csv_line(column.name for column in table.columns)]
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        texts = [(column.kind in TEXTUAL, column.kind.write(value)) for column, value in cells]
        lines.append(csv_line(neutral(text) if is_text else text for is_text, text in texts))
    return lines
