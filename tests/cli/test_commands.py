"""Checking, explaining, exporting, comparing, generating, importing, examining, and the demonstration."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import matcher.generate
from matcher.cli import doctor as doctor_module
from matcher.formats import read_problem, write_problem
from matcher.problem import fingerprint
from matcher.sources import SOURCE_NAMES
from tests.cli.conftest import Command
from tests.report.stories import small_city


def test_check_of_a_sound_plan_recomputes_every_aim(matcher: Command, folder: Path, plan: Path) -> None:
    """A plan that holds is said to hold, with what was recomputed."""
    done = matcher("check", folder, plan)

    assert done.status == 0
    assert "The plan holds: every rule for 4 placements, and every bound." in done.out
    assert "Placements expected to last" in done.out


def test_check_of_a_tampered_plan_fails_with_what_is_wrong(matcher: Command, folder: Path, plan: Path) -> None:
    """Somebody who moves a person by hand is found out, in words and as a document."""
    document = json.loads(plan.read_text(encoding="utf-8"))
    document["assignments"][0]["vacancy_id"] = "V3"
    plan.write_text(json.dumps(document), encoding="utf-8")
    refused, programs = matcher("check", folder, plan), matcher("check", folder, plan, "--json")

    assert (refused.status, programs.status) == (6, 6)
    assert "The plan does not hold:" in refused.out
    assert programs.document["is_sound"] is False
    assert programs.document["violations"]


def test_a_plan_that_names_what_is_not_there_is_refused(matcher: Command, folder: Path, plan: Path) -> None:
    """By all that read a plan in its problem; the checker alone judges it."""
    document = json.loads(plan.read_text(encoding="utf-8"))
    document["assignments"][0]["vacancy_id"] = "V77"
    plan.write_text(json.dumps(document), encoding="utf-8")
    for arguments in (("explain", "--candidate", "C1"), ("suggest", "--vacancy", "V1"), ("equality",)):
        done = matcher(arguments[0], folder, plan, *arguments[1:])
        assert done.status == 3, arguments
        assert "plan.json) must name only what stands in vacancies of the problem, got 'V77'" in done.err
    assert matcher("check", folder, plan).status == 6


def test_plan_of_another_problem_is_refused(matcher: Command, folder: Path, plan: Path, tmp_path: Path) -> None:
    """A plan is only ever read against the problem that it answers."""
    write_problem(small_city(quotas=[]), tmp_path / "other")

    for command in (("check",), ("explain", "--candidate", "C1")):
        refused = matcher(command[0], "other", plan, *command[1:])
        assert refused.status == 3
        assert "must answer the problem in 'other'" in refused.err


def test_candidate_is_explained_without_naming_others(matcher: Command, folder: Path, plan: Path) -> None:
    """The explanation of one person has rules, dates and no other person."""
    done = matcher("explain", folder, plan, "--candidate", "C5")

    assert done.status == 0
    assert "Candidate C5 is not placed." in done.out
    assert "Available from 1 January 2027; the latest start is 1 September 2026: too late." in done.out
    assert not any(other in done.out for other in ("C1", "C2", "C3", "C4"))


def test_vacancy_and_pair_are_explained(matcher: Command, folder: Path, plan: Path) -> None:
    """A vacancy shows who is placed; a pair shows every rule between the two."""
    vacancy = matcher("explain", folder, plan, "--vacancy", "V3", "--lang", "sv")
    pair = matcher("explain", folder, plan, "--candidate", "C2", "--vacancy", "V1")

    assert "0 av 2 platser tillsatta." in vacancy.out
    assert "kitchen: granted by Kitchen, cohort K1 ends 30 June 2026" in pair.out


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("--candidate", "C1"), "placements"),
        (("--vacancy", "V1"), "placed"),
        (("--candidate", "C1", "--vacancy", "V1"), "pair"),
    ],
)
def test_explanations_come_as_documents(
    matcher: Command, folder: Path, plan: Path, arguments: tuple[str, ...], key: str
) -> None:
    """Programs get the facts of all three kinds of explanation."""
    assert key in matcher("explain", folder, plan, *arguments, "--json").document


def test_explaining_nobody_or_an_unknown_is_refused(matcher: Command, folder: Path, plan: Path) -> None:
    """Without a name it is wrong usage, with a wrong one invalid input."""
    nobody, unknown = matcher("explain", folder, plan), matcher("explain", folder, plan, "--candidate", "C99")

    assert nobody.status == 2
    assert unknown.status == 3
    assert "Candidate 'C99' must stand in candidates" in unknown.err


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_problem_is_exported_without_loss(matcher: Command, folder: Path, ending: str) -> None:
    """Whatever the format, reading the export gives the same problem."""
    done = matcher("export", folder, "--format", ending, "--out", f"out.{ending}", "--json")

    assert done.document == {"written": f"out.{ending}", "format": ending}
    assert fingerprint(read_problem(f"out.{ending}")) == fingerprint(read_problem(folder))


def test_csv_export_is_a_folder(matcher: Command, folder: Path, plan: Path) -> None:
    """Tables of a problem and of a plan become a file each."""
    assert matcher("export", folder, "--format", "csv", "--out", "tables").status == 0
    assert matcher("export", folder, plan, "--format", "csv", "--out", "placements").status == 0

    assert fingerprint(read_problem("tables")) == fingerprint(read_problem(folder))
    assert "C2" in (Path("placements") / "assignments.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_plan_is_exported(matcher: Command, folder: Path, plan: Path, ending: str) -> None:
    """A plan goes into a workbook for people, or as it is for programs."""
    assert matcher("export", folder, plan, "--format", ending, "--out", f"plan-out.{ending}").status == 0
    assert Path(f"plan-out.{ending}").stat().st_size > 500


@pytest.mark.parametrize("ending", ["mps", "lp"])
def test_model_is_exported_for_other_solvers(matcher: Command, folder: Path, ending: str) -> None:
    """The model of one aim is written in a format that every solver reads."""
    assert matcher("export", folder, "--format", ending, "--out", f"model.{ending}", "--tier", "shortfall").status == 0
    assert "shortfall" in Path(f"model.{ending}").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan.json", "--format", "mps", "--out", "x.mps"), "cannot be exported as mps"),
        (("--format", "xlsx", "--out", "x.csv"), "must end in .xlsx"),
        (("--format", "json", "--out", "plan.json"), "add --force"),
    ],
)
def test_export_that_makes_no_sense_is_refused(
    matcher: Command, folder: Path, plan: Path, arguments: tuple[str, ...], said: str
) -> None:
    """What cannot be meant is wrong usage, and nothing is overwritten."""
    refused = matcher("export", folder, *arguments)

    assert refused.status == 2
    assert said in refused.err


def moved(plan: Path, change: Any) -> Path:
    """Return a copy of a plan with other assignments."""
    document = json.loads(plan.read_text(encoding="utf-8"))
    change(document["assignments"])
    path = Path("moved.json")
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_diff_of_equal_plans_finds_nobody(matcher: Command, plan: Path) -> None:
    """A plan does not differ from itself."""
    done = matcher("diff", plan, plan)

    assert done.status == 0
    assert "0 people are affected by the differences." in done.out


def test_diff_names_the_change_of_the_input_that_made_it(matcher: Command, folder: Path, plan: Path) -> None:
    """With the problems of both plans, each change is tried by solving again, and told with what it did."""
    problem = read_problem(folder)
    fewer = replace(problem, candidates=problem.candidates[1:], candidate_skills=(), enrolments=(), decisions=())
    write_problem(fewer, Path("fewer"))
    assert matcher("solve", "fewer", "--out", "fewer.json").status == 0
    asked = ("diff", plan, "fewer.json", "--problems", folder, "fewer")
    done, programs = matcher(*asked), matcher(*asked, "--json")

    assert done.status == 0
    assert "Cause: candidate C1 was removed" in done.out
    assert {cause["change"]["table"] for cause in programs.document["causes"]["found"]} >= {"candidates"}
    assert programs.document["obligations"] is not None


def test_diff_names_people_and_what_changes_for_them(matcher: Command, plan: Path) -> None:
    """Each person for whom something differs is named once, with before and after."""

    def change(assignments: list[dict[str, Any]]) -> None:
        assignments[0]["candidate_id"] = "C5"
        assignments[1]["cohort_ids"] = []
        assignments[2]["vacancy_id"] = "V3"

    done = matcher("diff", plan, moved(plan, change), "--json")
    kinds = {entry["candidate_id"]: entry["kind"] for entry in done.document["changes"]}

    assert kinds == {"C1": "no_longer_placed", "C2": "other_route", "C3": "moved", "C5": "placed"}
    said = matcher("diff", plan, "moved.json", "--lang", "sv").out
    assert "4 personer berörs av skillnaderna." in said
    assert "inte längre placerad" in said


def test_generated_problem_can_be_read_and_is_the_same_for_the_same_seed(matcher: Command) -> None:
    """A size and a seed name one problem."""
    for name in ("a", "b"):
        done = matcher("generate", "--size", "demo", "--seed", 3, "--out", name, "--json")
        assert done.document["counts"]["candidates"] > 100

    assert fingerprint(read_problem("a")) == fingerprint(read_problem("b"))
    assert matcher("generate", "--out", "a").status == 2


def test_import_brings_a_release_into_a_folder(matcher: Command, tmp_path: Path) -> None:
    """A contracting release becomes a contract, and what nobody stated is listed."""
    release = {
        "ocid": "ocds-1",
        "id": "1",
        "date": "2026-01-01T00:00:00Z",
        "tag": ["award"],
        "buyer": {"name": "City"},
        "awards": [{"id": "A1", "title": "Cleaning", "status": "active", "suppliers": [{"name": "Lingon AB"}]}],
    }
    (tmp_path / "release.json").write_text(json.dumps({"releases": [release]}), encoding="utf-8")
    done = matcher("import", "ocds", "release.json", "--into", "city", "--json")

    assert done.status == 0
    assert done.document["taken"]["new"] >= 1
    assert "Lingon AB" in (tmp_path / "city" / "contracts.csv").read_text(encoding="utf-8")


def test_import_of_nothing_usable_fails(matcher: Command, tmp_path: Path) -> None:
    """A file that is no notice, and a source that nobody knows, are invalid input."""
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")

    assert matcher("import", "ocds", "broken.json", "--into", "city").status == 3
    assert matcher("import", "telegraph", "broken.json", "--into", "city").status == 3


def test_help_of_import_names_every_source(matcher: Command) -> None:
    """The list in the help is the list of the sources."""
    said = " ".join(matcher("import", "--help").out.split())

    assert all(name in said for name in SOURCE_NAMES)


def test_doctor_finds_everything_in_place(matcher: Command) -> None:
    """A whole installation solves its samples."""
    done = matcher("doctor", "--json")

    assert done.status == 0
    assert done.document["is_well"] is True
    assert {"python", "ortools", "write access", "solve"} <= {entry["name"] for entry in done.document["checks"]}


def test_doctor_names_what_is_missing(matcher: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that is not there and a solve that breaks are two findings, not a crash."""

    def breaks() -> str:
        raise RuntimeError("no solver")

    monkeypatch.setattr(doctor_module, "PACKAGES", ("no-such-package",))
    monkeypatch.setattr(doctor_module, "_solves", breaks)
    done = matcher("doctor")

    assert done.status == 1
    assert "✗ no-such-package: not installed" in done.out
    assert "✗ solve: RuntimeError: no solver" in done.out


@pytest.fixture
def _small_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher.generate, "generate", lambda size, seed: small_city())


@pytest.mark.usefixtures("_small_demo")
def test_demo_shows_people_and_writes_problem_plan_and_page(matcher: Command) -> None:
    """One command makes a case, solves it, shows it, and says where everything is."""
    done = matcher("demo", "--lang", "en")

    assert done.status == 0
    assert "4 of 6 positions are filled in time." in done.out
    assert "Kitchen 1 May 2026 – 30 June 2026" in done.out
    assert "matcher explain matcher-demo/problem matcher-demo/PLAN.json --candidate C2" in done.out
    assert sorted(path.name for path in Path("matcher-demo").iterdir()) == ["PLAN.json", "plan.html", "problem"]
    assert matcher("check", "matcher-demo/problem", "matcher-demo/PLAN.json").status == 0


@pytest.mark.usefixtures("_small_demo")
def test_demo_runs_again_but_overwrites_nothing_else(matcher: Command, tmp_path: Path) -> None:
    """The demo replaces its own earlier run and refuses a folder with anything else in it."""
    assert matcher("demo", "--json").document["summary"]["filled"] == 4
    assert matcher("demo").status == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")

    assert matcher("demo", "--out", "mine").status == 2
    assert matcher("demo", "--out", "mine", "--force").status == 0
    assert (tmp_path / "mine" / "letter.txt").exists()
