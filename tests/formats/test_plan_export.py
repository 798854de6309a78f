"""Plans for people: the plan's rows with titles and dates, safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from matcher.errors import InvalidInput
from matcher.formats import plan_to_csv, plan_to_xlsx
from matcher.formats.workbook_archive import Archive
from matcher.formats.workbook_cells import SheetCells
from matcher.formats.workbook_sheets import open_workbook
from matcher.plan import Assignment, Breach, CohortUse, Delivery, Plan, QuotaBreach, Unfilled
from matcher.problem import Problem
from tests.builders import candidate, cohort, contract, course, problem, quota, vacancy
from tests.formats.plans import rich_plan

TABLES = ("assignments", "cohorts", "shortfalls", "unfilled", "quota_breaches", "breaches", "tiers")


def case() -> tuple[Plan, Problem]:
    """Return a plan and its problem, with texts that a spreadsheet program would compute."""
    given = problem(
        candidates=[candidate("=C1")],
        contracts=[contract("T1", title="=HYPERLINK(1)", supplier='Alfa, "Beta"', obligation_quantity=Decimal(2))],
        vacancies=[vacancy("V1", 3, title="+46 Parkarbetare", contract_id="T1")],
        courses=[course("U1", title="@Truck")],
        cohorts=[cohort("K1", "U1"), cohort("K2", "U1")],
        quotas=[quota("Q1", "youth")],
    )
    plan = replace(
        rich_plan(2),
        assignments=(
            Assignment(
                candidate_id="=C1",
                vacancy_id="V1",
                cohort_ids=("K1", "K2"),
                start_date=date(2026, 9, 1),
                score=Decimal("0.574700"),
            ),
        ),
        cohorts=(CohortUse(cohort_id="K1", enrolled=1, runs=True),),
        shortfalls=(Delivery(contract_id="T1", required=Decimal(2), delivered=Decimal("0.5")),),
        unfilled=(Unfilled(vacancy_id="V1", open=2),),
        quota_breaches=(QuotaBreach(quota_id="Q1", short=Decimal(1), excess=Decimal(0)),),
        breaches=(
            Breach(kind="accepted", candidate_id="=C1", entity_id="V1", reason="closed", price=Decimal("10.50")),
        ),
    )
    return plan, given


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_csv_folder_joins_plan_and_problem(tmp_path: Path) -> None:
    """Titles, suppliers, courses and dates stand beside the ids, and no cell begins like a formula."""
    plan_to_csv(*case(), tmp_path / "out")

    assert {file.stem for file in (tmp_path / "out").iterdir()} == set(TABLES)
    assert rows_of(tmp_path / "out" / "assignments.csv") == [
        {
            "candidate_id": "'=C1",
            "vacancy_id": "V1",
            "title": "'+46 Parkarbetare",
            "contract_id": "T1",
            "contract": "'=HYPERLINK(1)",
            "supplier": 'Alfa, "Beta"',
            "start_date": "2026-09-01",
            "cohort_ids": "K1;K2",
            "courses": "'@Truck, @Truck",
            "score": "0.5747",
        }
    ]
    assert rows_of(tmp_path / "out" / "shortfalls.csv")[0]["short"] == "1.5"
    assert rows_of(tmp_path / "out" / "unfilled.csv")[0]["open"] == "2"
    assert rows_of(tmp_path / "out" / "quota_breaches.csv")[0]["group"] == "youth"
    assert rows_of(tmp_path / "out" / "breaches.csv") == [
        {"kind": "accepted", "candidate_id": "'=C1", "id": "V1", "reason": "closed", "price": "10.5"}
    ]
    assert rows_of(tmp_path / "out" / "cohorts.csv")[0]["end_date"] == "2026-06-30"


def test_the_workbook_holds_the_same(tmp_path: Path) -> None:
    """The sheets have the rows of the CSV files, with days as days and texts that are never computed."""
    plan_to_csv(*case(), tmp_path / "out")
    plan_to_xlsx(*case(), tmp_path / "plan.xlsx")

    with Archive(tmp_path / "plan.xlsx") as archive:
        workbook = open_workbook(archive)
        assert list(workbook.part_by_sheet) == ["readme", *TABLES]
        for table in TABLES:
            header, *rows = [cells for _, cells in SheetCells(workbook, table).rows()]
            names = [str(header[position]) for position in range(len(header))]
            shown = [{name: str(row.get(position, "")) for position, name in enumerate(names)} for row in rows]
            expected = rows_of(tmp_path / "out" / f"{table}.csv")
            if table != "tiers":  # of a gap the workbook shows fifteen digits
                assert shown == expected


def test_equal_plans_have_equal_exports(tmp_path: Path) -> None:
    """Neither export says when it was made."""
    for name in ("a.xlsx", "b.xlsx"):
        plan_to_xlsx(*case(), tmp_path / name)

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_ids_that_the_problem_does_not_know_stand_alone(tmp_path: Path) -> None:
    """A plan for another problem is exported with empty cells rather than refused: checking is another's task."""
    plan_to_csv(case()[0], problem(), tmp_path)

    row = rows_of(tmp_path / "assignments.csv")[0]
    assert (row["vacancy_id"], row["title"], row["contract_id"]) == ("V1", "", "")


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    """A file in the way, or a folder that does not exist, is refused with a sentence."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InvalidInput) as refusal:
        plan_to_csv(*case(), tmp_path / "file")
    assert refusal.value.faults[0].code == "unwritable_file"

    with pytest.raises(InvalidInput) as refusal:
        plan_to_xlsx(*case(), tmp_path / "nowhere" / "plan.xlsx")
    assert refusal.value.faults[0].code == "unwritable_file"
