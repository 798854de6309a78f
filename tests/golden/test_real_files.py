"""From real advertisements and award notices to a checked plan: what a person has to fill in, and nothing more."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from matcher.errors import IncompleteInput
from matcher.formats import read_problem
from matcher.problem import missing_facts, without_incomplete
from matcher.solve import solve
from matcher.sources import import_files
from tests.golden.stories import has_only_one_best_plan, told
from tests.sources.folders import DATA, needs_data, table

pytestmark = [pytest.mark.data, needs_data]

B_LICENCE, SWEDISH, TYRE_FITTER = "VTK8_WRx_GcM", "zSLA_vw2_FXN", "experience-KRGZ_uFp_LuK"
TYRES, PIPES, SALES = "ad-30016566", "ad-30016596", "ad-30016561"
TRANSPORT = "316423-2021-1"

CANDIDATES = """\
candidate_id,available_from,groups,municipality,max_distance_km,occupations,months_out_of_work
R1,2025-12-01,long_term_unemployed,1480,40,8213,14
R2,2025-12-01,long_term_unemployed,1480,60,7114;8213,20
R3,2026-01-01,foreign_born,0380,30,3322,8
R4,2025-11-01,long_term_unemployed,0484,25,83,30
R5,2025-11-01,youth,0484,25,83,4
"""
CANDIDATE_SKILLS = f"""\
candidate_id,skill
R1,{TYRE_FITTER}
R3,{SWEDISH}
R4,{B_LICENCE}
R5,{B_LICENCE}
"""


@pytest.fixture(scope="module")
def all_imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Import three Swedish award notices, 25 advertisements and the places of the municipalities."""
    folder = tmp_path_factory.mktemp("real") / "problem"
    for source, name in (
        ("ted", "awards/ted_xml_se"),
        ("jobtech-taxonomy", "taxonomy/jobtech"),
        ("jobtech-ads", "ads/jobsearch_25_ads.json"),
    ):
        assert import_files(source, [DATA / name], folder).num_faults == 0
    return folder


@pytest.fixture
def imported(all_imported: Path, tmp_path: Path) -> Path:
    """Return a copy of what was imported, for one person to fill in."""
    return Path(shutil.copytree(all_imported, tmp_path / "problem"))


def edit(folder: Path, name: str, change: Callable[[dict[str, str]], None], *added: dict[str, str]) -> None:
    """Change a table as a person would in a spreadsheet: some cells filled in, some rows added."""
    rows = table(folder, name)
    header = list(rows[0])
    for row in rows:
        change(row)
    rows += [dict.fromkeys(header, "") | row for row in added]
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def fill_in(folder: Path) -> None:
    """Supply what no notice says: days, what one clause asks for and its place, and the people."""

    def of_contract(row: dict[str, str]) -> None:
        if row["contract_id"] == TRANSPORT:
            row |= {"start_date": "2026-02-02", "municipality": "0484", "end_date": "2028-02-01"}
            row |= {"obligation_quantity": "1", "groups": "long_term_unemployed"}

    def of_advertisement(row: dict[str, str]) -> None:
        row["start_date"] = "2026-01-12"

    edit(folder, "contracts", of_contract)
    driver = {"vacancy_id": "forare", "positions": "1", "contract_id": TRANSPORT, "occupation": "8329"}
    edit(folder, "vacancies", of_advertisement, driver)
    edit(folder, "vacancy_skills", lambda row: None, {"vacancy_id": "forare", "skill": B_LICENCE, "origin": "added"})
    (folder / "candidates.csv").write_text(CANDIDATES, encoding="utf-8")
    (folder / "candidate_skills.csv").write_text(CANDIDATE_SKILLS, encoding="utf-8")


def test_what_was_imported_cannot_be_solved_before_a_person_has_filled_it_in(imported: Path) -> None:
    """Every empty cell that matters is listed: a day and an obligation for a contract, a day for an advertisement."""
    problem = read_problem(imported)

    with pytest.raises(IncompleteInput) as caught:
        solve(problem)

    fields = [(fault.table, fault.field) for fault in caught.value.faults]
    assert {field: fields.count(field) for field in set(fields)} == {
        ("contracts", "start_date"): 8,
        ("contracts", "obligation_quantity"): 8,
        ("vacancies", "start_date"): 25,
    }


def test_after_that_the_plan_places_who_can_do_the_work(imported: Path) -> None:
    """A tyre fitter in Göteborg, a pipe layer in Alingsås, a seller in Uppsala, the driver that a clause asks for."""
    fill_in(imported)
    problem, left_out = without_incomplete(read_problem(imported))
    assert len(left_out.contract_ids) == 7
    assert missing_facts(problem) == ()

    story = told(problem)

    assert has_only_one_best_plan(story)
    assert story.placed == {"R1": TYRES, "R2": PIPES, "R3": SALES, "R4": "forare"}
    assert story.values["shortfall"] == 0


def test_importing_again_keeps_what_a_person_has_filled_in(imported: Path) -> None:
    """The same notices once more, the day after: no date that a person has supplied is lost, and the plan stays."""
    fill_in(imported)
    before = read_problem(imported)
    import_files("ted", [DATA / "awards/ted_xml_se"], imported)
    import_files("jobtech-ads", [DATA / "ads/jobsearch_25_ads.json"], imported)

    assert read_problem(imported) == before
