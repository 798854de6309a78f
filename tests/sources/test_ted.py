"""Old TED XML: awards of the schema that eForms replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.folders import codes, contents, imported, needed, only, table
from tests.sources.notices import ted_award, ted_description, ted_export


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "problem"


def test_an_award_becomes_a_contract(folder: Path) -> None:
    """Contractor, title in the original language, CPV, region and the day of conclusion are taken."""
    imported(folder, "ted", ted_export(ted_award()))
    row = only(table(folder, "contracts"))
    assert (row["contract_id"], row["buyer"], row["supplier"]) == ("123-2021-1", "Alingsås kommun", "Städ i Väst AB")
    assert (row["title"], row["cpv"], row["start_date"]) == ("Städtjänster", "90910000", "")
    beside = only(table(folder, "notices"))
    assert (beside["nuts"], beside["conclusion_date"], beside["published"]) == (
        "SE232",
        "2021-03-01",
        "2021-03-15T00:00:00Z",
    )


def test_both_names_of_the_source_read_the_same(folder: Path, tmp_path: Path) -> None:
    """A notice imported as ted is known when it comes again as eforms."""
    imported(folder, "ted", ted_export(ted_award()))
    before = contents(folder)
    imported(folder, "eforms", ted_export(ted_award()))
    assert contents(folder) == before


def test_contractors_of_one_award_share_a_contract(folder: Path) -> None:
    """A group of economic operators is one supplier."""
    imported(folder, "ted", ted_export(ted_award(contractors=("A AB", "B AB"))))
    assert only(table(folder, "contracts"))["supplier"] == "A AB + B AB"


def test_withheld_contractors_are_said_to_be_withheld(folder: Path) -> None:
    """An awarded contract without contractors is still a contract."""
    report = imported(folder, "ted", ted_export(ted_award(contractors=())))
    assert only(table(folder, "contracts"))["supplier"] == ""
    assert "withholds" in needed(report, "contracts")["supplier"]


def test_what_was_not_awarded_is_said(folder: Path) -> None:
    """The reason stands in the report; the other awards are taken."""
    report = imported(folder, "ted", ted_export(ted_award(awarded=False) + ted_award("2")))
    assert "PROCUREMENT_UNSUCCESSFUL" in str(report.skipped[0])
    assert len(table(folder, "contracts")) == 1


def test_each_lot_of_an_award_has_its_own_row(folder: Path) -> None:
    """Titles and days are those of the lot."""
    described = ted_description(
        "1", "Skolor", "<DATE_START>2021-05-01</DATE_START><DURATION TYPE='MONTH'>24</DURATION>"
    )
    described += ted_description("2", "Kontor")
    awards = ted_award(lot_no="1") + ted_award("2", lot_no="2") + ted_award("3", lot_no="1, 2")
    imported(folder, "ted", ted_export(awards, described))
    rows = {row["contract_id"]: row for row in table(folder, "contracts")}
    assert set(rows) == {"123-2021-1-1", "123-2021-2-2", "123-2021-1-3", "123-2021-2-3"}
    assert (rows["123-2021-1-1"]["title"], rows["123-2021-1-1"]["end_date"]) == ("Skolor", "2023-04-30")
    assert rows["123-2021-2-2"]["title"] == "Kontor"


def test_an_award_without_lot_number_in_a_form_with_lots_is_about_the_whole(folder: Path) -> None:
    """What differs between the lots is left open."""
    described = ted_description("1", "Skolor") + ted_description("2", "Kontor")
    imported(folder, "ted", ted_export(ted_award() + ted_award("2", lot_no="9"), described))
    assert [(row["title"], row["cpv"]) for row in table(folder, "contracts")] == [("", "90910000"), ("", "90910000")]


def test_a_date_that_is_none_is_left_out(folder: Path) -> None:
    """The contract is taken without it."""
    imported(folder, "ted", ted_export(ted_award()).replace("2021-03-01", "mars 2021").replace("20210315", "idag"))
    row = only(table(folder, "notices"))
    assert (row["conclusion_date"], row["published"]) == ("", "")


def test_awards_with_the_same_item_are_told_apart(folder: Path) -> None:
    """A publisher's repeated number loses no contract."""
    imported(folder, "ted", ted_export(ted_award() + ted_award(contractors=("B AB",)) + ted_award()))
    rows = {row["contract_id"]: row["supplier"] for row in table(folder, "contracts")}
    assert rows == {"123-2021-1": "Städ i Väst AB", "123-2021-1-2": "B AB"}


def test_a_form_that_awards_nothing_is_no_fault(folder: Path) -> None:
    """A call for tenders comes before its award."""
    report = imported(folder, "ted", ted_export())
    assert codes(report) == ["no_award"]
    assert report.num_faults == 0


def test_an_older_schema_is_declined_with_its_name(folder: Path) -> None:
    """Schema 2.0.8 has other elements and is not read."""
    report = imported(folder, "ted", ted_export(version="R2.0.8.S03.E01"))
    assert codes(report) == ["old_schema"]
    assert "2.0.8" in str(report.skipped[0])


def test_contact_details_are_never_imported(folder: Path) -> None:
    """Only names of organisations are."""
    imported(folder, "ted", ted_export(ted_award()))
    assert not any(b"Greta" in content or b"hemlig" in content for content in contents(folder).values())
