"""Real notices, releases, advertisements and taxonomies pass through with the counts that they are known to have."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from matcher.formats import read_problem
from matcher.sources import ImportReport, import_files
from tests.sources.folders import DATA, codes, contents, needs_data, table

pytestmark = [pytest.mark.data, needs_data]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "problem"


def taken(folder: Path, source: str, *names: str) -> ImportReport:
    """Import real files, check that nothing was unforeseen and that a second import changes nothing."""
    paths = [DATA / name for name in names]
    report = import_files(source, paths, folder)
    assert "unforeseen" not in codes(report)
    before = contents(folder)
    again = import_files(source, paths, folder)
    assert (again.new, again.updated) == (0, 0)
    assert contents(folder) == before
    return report


def test_published_eforms_notices(folder: Path) -> None:
    """Three notices award seven lots; one buyer connected the second lot's contract with no tender."""
    report = taken(folder, "eforms", "awards/eforms_ted")
    assert report.read == 3
    rows = table(folder, "contracts")
    assert len(rows) == 7
    suppliers = Counter(row["supplier"] for row in rows)
    assert suppliers["Belgo Facility Services"] == 4
    assert suppliers[""] == 1
    days = {(row["start_date"], row["end_date"]) for row in rows}
    assert days == {("2023-08-08", "2027-08-07"), ("2024-03-05", "2028-03-04"), ("2024-04-01", "2026-12-31")}


def test_examples_of_the_eforms_sdk(folder: Path) -> None:
    """Ten contracts; drafts without identifier are faults, lots without winner and planned notices are not."""
    report = taken(folder, "eforms", "awards/eforms_sdk_examples")
    assert report.read == 14
    assert len(table(folder, "contracts")) == 10
    assert Counter(codes(report)) == {"no_id": 2, "no_winner": 6, "no_award": 4}
    assert report.num_faults == 2
    assert all("INVALID_" in skipped.file for skipped in report.skipped if skipped.kind == "fault")
    assert {row["bt775"] for row in table(folder, "notices") if "opp" in row["bt775"]} == {"et-eq;acc-all;opp"}


def test_no_placeholder_day_comes_through(folder: Path) -> None:
    """2000-01-01 stands in nearly every notice and in no table."""
    taken(folder, "eforms", "awards/eforms_sdk_examples", "awards/eforms_ted")
    assert not any(
        "2000-01-01" in value
        for name in ("contracts", "notices")
        for row in table(folder, name)
        for value in row.values()
    )


def test_swedish_notices_in_the_old_schema(folder: Path) -> None:
    """Five contracts with contractors, three withheld, one procurement discontinued."""
    report = taken(folder, "ted", "awards/ted_xml_se")
    assert report.read == 3
    rows = table(folder, "contracts")
    assert len(rows) == 8
    assert sum(row["supplier"] == "" for row in rows) == 3
    assert {row["buyer"] for row in rows} == {"LYCKSELE KOMMUN", "Eskilstuna Strängnäs Energi och Miljö Aktiebolag"}
    assert codes(report) == ["no_winner"]


def test_british_award_releases(folder: Path) -> None:
    """Forty releases tell thirty-eight processes with thirty-nine awards, one of them to twelve suppliers."""
    report = taken(folder, "ocds", "awards/ocds_uk")
    assert report.read == 40
    assert report.num_skipped == 0
    rows = table(folder, "contracts")
    assert len(rows) == 39
    assert len({row["procedure_id"] for row in table(folder, "notices")}) == 38
    assert all(row["start_date"] and row["end_date"] and row["cpv"] and row["buyer"] and row["title"] for row in rows)
    assert max(row["supplier"].count(" + ") for row in rows) == 11


def test_fictional_releases_and_record(folder: Path) -> None:
    """All releases of one process, and its record, are one contract."""
    report = taken(folder, "ocds", "awards/ocds_fictional")
    assert report.read == 10
    rows = table(folder, "contracts")
    assert [(row["contract_id"], row["status"], row["cpv"]) for row in rows] == [
        ("ocds-213czf-000-00001-award-01", "active", "45233130")
    ]


def test_examples_of_the_ocds_standard(folder: Path) -> None:
    """An amendment moves the end; consortia and lists in lists are understood; schemas are told to be schemas."""
    report = taken(folder, "ocds", "awards/ocds_standard_examples")
    assert Counter(codes(report)) == {"wrong_format": 3}
    rows = {row["contract_id"]: row for row in table(folder, "contracts")}
    assert len(rows) == 5
    assert rows["ocds-213czf-000-00001-award-01"]["end_date"] == "2011-10-30"
    assert rows["ocds-213czf-0000-1"]["supplier"] == "SIEMENS PUBLIC LIMITED COMPANY + MICROSOFT LIMITED"


def test_advertisements(folder: Path) -> None:
    """Twenty-five advertisements and the reference formats; one of them was withdrawn."""
    report = taken(folder, "jobtech-ads", "ads/jobsearch_25_ads.json")
    assert report.read == 25
    rows = table(folder, "vacancies")
    assert len(rows) == 25
    assert sum(int(row["positions"]) for row in rows) == 32
    assert all(len(row["occupation"]) == 4 and row["start_date"] == "" for row in rows)
    assert sum(row["municipality"] == "" for row in rows) == 1
    assert sum(row["extent_percent"] == "" for row in rows) == 5
    assert Counter(row["kind"] for row in table(folder, "vacancy_skills")) == {"must": 15, "nice": 1}
    reference = taken(folder, "jobtech-ads", "ads/jobtech_reference")
    assert reference.read == 5
    assert codes(reference) == ["withdrawn"]


@pytest.mark.slow
def test_the_taxonomy(folder: Path) -> None:
    """All types, all edges and the main town of every municipality."""
    report = taken(folder, "jobtech-taxonomy", "taxonomy/jobtech")
    assert report.num_skipped == 0
    assert len(table(folder, "municipalities")) == 290
    edges = table(folder, "occupation_skills")
    assert len(edges) == 17_517
    assert len({row["occupation"] for row in edges}) == 400
    kinds = Counter(row["type"] for row in table(folder, "concepts"))
    assert (kinds["occupation-group"], kinds["municipality"], kinds["occupation-name"]) == (400, 290, 3262)
    assert kinds["skill"] == 5514 + 6640 - 5256


@pytest.mark.slow
def test_everything_together_is_a_problem_that_can_be_read(folder: Path) -> None:
    """What imports write is valid, and only what people must supply is missing."""
    for source, names in (
        ("eforms", ("awards/eforms_sdk_examples", "awards/eforms_ted", "awards/ted_xml_se")),
        ("ocds", ("awards/ocds_uk", "awards/ocds_fictional", "awards/ocds_standard_examples")),
        ("jobtech-taxonomy", ("taxonomy/jobtech",)),
        ("jobtech-ads", ("ads",)),
    ):
        import_files(source, [DATA / name for name in names], folder)
    problem = read_problem(folder)
    assert (len(problem.contracts), len(problem.vacancies)) == (10 + 7 + 8 + 39 + 5, 29)
    assert all(contract.obligation_quantity is None for contract in problem.contracts)
    derived = [skill for skill in problem.vacancy_skills if skill.origin == "derived"]
    assert derived
    assert {skill.kind for skill in derived} == {"nice"}


@pytest.mark.parametrize("source", ["ocds", "eforms", "jobtech-ads", "jobtech-taxonomy"])
def test_every_file_of_every_family_may_be_given_to_every_source(folder: Path, source: str) -> None:
    """Wrong files end as lines of the report."""
    files = [path for name in ("awards", "ads", "cv") for path in sorted((DATA / name).rglob("*")) if path.is_file()]
    files += sorted((DATA / "taxonomy" / "codelists").glob("*.gc"))
    report = import_files(source, files, folder)
    assert "unforeseen" not in codes(report)
    assert json.dumps(report.as_json())
