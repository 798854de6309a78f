"""No command overwrites what it reads itself, not even with --force."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Command

FOLDER, PLAN, TABLE = "city", "plan.json", "city/candidates.csv"
COMMANDS: dict[str, Sequence[str]] = {
    "solve into a table": ("solve", FOLDER, "--out", TABLE),
    "solve into the policy": ("solve", FOLDER, "--out", f"{FOLDER}/policy.toml"),
    "solve into a table there could be": ("solve", FOLDER, "--out", f"{FOLDER}/History.csv"),
    "solve into the folder": ("solve", FOLDER, "--out", FOLDER),
    "solve into a table by another way": ("solve", FOLDER, "--out", "elsewhere/candidates.csv"),
    "the page into a table": ("solve", FOLDER, "--out", "new.json", "--report", TABLE),
    "plan and page into one file": ("solve", FOLDER, "--out", "new.json", "--report", "new.json"),
    "solve into the problem": ("solve", "city.json", "--out", "city.json"),
    "solve into the problem, linked": ("solve", "city.json", "--out", "linked.json"),
    "solve into the published plan": ("solve", FOLDER, "--out", PLAN, "--published", PLAN),
    "alternatives into the plan": ("alternatives", FOLDER, "alternative-1.json", "--differ", "1", "--out", "."),
    "export into the problem": ("export", "city.json", "--format", "json", "--out", "city.json"),
    "export into the problem's folder": ("export", FOLDER, "--format", "csv", "--out", FOLDER),
    "the audit into the plan": ("equality", FOLDER, PLAN, "--report", PLAN),
    "the study into the problem": ("whatif", "simulate", "city.json", "--report", "city.json"),
    "plans beside the problem": ("whatif", "scenario", "city.json", "--plans", "."),
    "a document into the database": ("law", "instructions", "--database", "sqlite:///here.db", "--out", "here.db"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_command_reads_is_not_overwritten(matcher: Command, folder: Path, plan: Path, name: str) -> None:
    """Wrong usage, said before anything is read; every file stays as it is."""
    assert matcher("export", folder, "--format", "json", "--out", "city.json").status == 0
    Path("linked.json").symlink_to("city.json")
    Path("elsewhere").symlink_to(FOLDER)
    Path("here.db").write_bytes(b"SQLite")
    shutil.copy(plan, "alternative-1.json")
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}

    refused = matcher(*COMMANDS[name], "--force")

    assert refused.status == 2
    assert "Choose another" in refused.err
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


def test_a_plan_to_begin_with_may_be_renewed_in_its_place(matcher: Command, folder: Path, plan: Path) -> None:
    """It has been read by then, and the new one takes its place whole or not at all."""
    before = plan.read_bytes()
    assert matcher("solve", folder, "--warm", plan, "--out", plan, "--seed", 7, "--force").status == 0
    assert plan.read_bytes() != before
    assert matcher("check", folder, plan).status == 0


def test_a_plan_may_lie_in_the_folder_of_its_problem(matcher: Command, folder: Path) -> None:
    """As long as it has no table's name: it is no part of the problem."""
    assert matcher("solve", folder, "--out", folder / "plan.json").status == 0
    assert matcher("check", folder, folder / "plan.json").status == 0
