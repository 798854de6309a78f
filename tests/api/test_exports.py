"""Whatever was typed, no export of ours makes a spreadsheet program compute or fetch anything."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from starlette.testclient import TestClient

from matcher.cli import run
from matcher.formats import write_problem
from matcher.problem import Problem
from matcher.service.desk.source import StoredDesks
from matcher.service.running import ask_run
from matcher.service.worker import Worker
from matcher.store import Store, list_plans, list_runs, load_plan, load_snapshot, save_problem
from matcher_api import Settings, create_app
from matcher_api.auth.policy import RULES
from tests.api.conftest import DAY, city
from tests.api.signing import sign_in
from tests.store.databases import SqliteFiles

EVIL = "=HYPERLINK(1)", "+46 1", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", "https://evil.example"
PAGES = ("contracts", "vacancies", "candidates", "proposals", "courses", "figures")


def evil_city() -> Problem:
    """Return the small city with every title, name and id of a kind that a spreadsheet program would run."""
    given = city()
    contracts = [replace(row, title=EVIL[0], buyer=EVIL[1], supplier=EVIL[3]) for row in given.contracts]
    vacancies = [replace(row, title=EVIL[number % len(EVIL)]) for number, row in enumerate(given.vacancies)]
    courses = [replace(row, title=EVIL[4]) for row in given.courses]
    people = [replace(row, occupations=(EVIL[0],)) for row in given.candidates[:1]] + list(given.candidates[1:])
    return replace(
        given,
        candidates=tuple(people),
        contracts=tuple(contracts),
        vacancies=tuple(vacancies),
        courses=tuple(courses),
    )


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a service that holds that city, with a batch done."""
    with Store(SqliteFiles(tmp_path_factory.mktemp("evil")).address()) as store:
        with store.writing() as session:
            save_problem(session, evil_city(), by=EVIL[0])
        ask_run(store, by=EVIL[0], kind="batch", as_of=DAY, horizon_days=200)
        Worker(store).work_once()
        with TestClient(create_app(Settings(), StoredDesks(store, lambda: DAY), store)) as client:
            yield sign_in(client, "matcher", "planner", name="Ada Berg")


def dangers(workbook: bytes) -> list[str]:
    """Return what in a workbook would be computed, fetched or followed."""
    found = []
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8", "replace")
            marks = ("<f>", "<f ", "<hyperlink", 'TargetMode="External"', "<oleObject", "<externalLink", "DDE")
            found += [f"{name}: {mark}" for mark in marks if mark in text]
    return found


def test_every_workbook_of_the_service_is_neutral(evil: TestClient) -> None:
    """Lists, figures, ranking, plan, problem: over all addresses that answer with a workbook."""
    (plan,) = evil.get("/v1/plans").json()["items"]
    addresses = [f"/excel/{kind}" for kind in PAGES]
    addresses += [f"/v1/plans/{plan['plan_id']}/workbook", "/v1/problem?format=xlsx", "/import/workbook"]
    addresses += ["/excel/vacancies/V3/people"]
    for address in addresses:
        answer = evil.get(address)
        assert answer.status_code == 200, address
        assert "spreadsheet" in answer.headers["content-type"]
        assert answer.headers["content-disposition"].startswith("attachment")
        assert dangers(answer.content) == [], address


def test_a_workbook_that_computes_is_noticed(tmp_path: Path) -> None:
    """The test above can fail: a formula and a link are found."""
    with xlsxwriter.Workbook(str(tmp_path / "evil.xlsx")) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, EVIL[0])
        sheet.write(0, 1, EVIL[5])
    assert len(dangers((tmp_path / "evil.xlsx").read_bytes())) == 3


def test_every_address_with_a_workbook_is_tried() -> None:
    """A new one has to join the test above."""
    tried = {"/excel/{kind}", "/excel/figures", "/excel/vacancies/{vacancy_id}/people", "/import/workbook"}
    # Tables of a study by the same writer, which tests/report/test_study.py feeds with formulas.
    needs_more = {"/excel/runs/{run_id}", "/what-if/{run_id}/excel", "/excel/audit", "/excel/imports/{digest}"}
    paths = {rule.path for rule in RULES if rule.method == "GET" and not rule.path.startswith("/v1")}
    there = {path for path in paths if "excel" in path or path.endswith("workbook")}
    assert there == tried | needs_more


def test_every_file_of_the_commands_is_neutral(evil: TestClient, tmp_path: Path) -> None:
    """A problem and its plan as CSV and as a workbook: every text that begins like a formula has its apostrophe."""
    store: Store = evil.app.state.store  # type: ignore[attr-defined]
    with store.reading() as session:
        (made,) = list_runs(session)
        (stored,) = list_plans(session, [made.run_id])
        assert load_plan(session, stored.plan_id).assignments
        write_problem(load_snapshot(session, made.problem_hash), tmp_path / "problem.json")
    (tmp_path / "plan.json").write_text(evil.get(f"/v1/plans/{stored.plan_id}/document").text, encoding="utf-8")
    given = [str(tmp_path / "problem.json"), str(tmp_path / "plan.json")]
    for form, name in (("csv", "out"), ("xlsx", "out.xlsx")):
        assert run(["export", *given, "--format", form, "--out", str(tmp_path / name)]) == 0
    assert dangers((tmp_path / "out.xlsx").read_bytes()) == []
    files = sorted((tmp_path / "out").glob("*.csv"))
    assert files
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines):
                assert not [cell for cell in row if cell[:1] in ("=", "+", "@", "\t", "\r") or cell[:2] == "-2"], file
