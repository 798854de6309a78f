"""The JobTech taxonomy gives labels, codes, related skills and places."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.ads import FORKLIFT, WAREHOUSE_GROUP, ad, code_tables, concept, place, related_skills
from tests.sources.folders import change, codes, contents, imported, only, table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "problem"


def labels(folder: Path) -> dict[str, tuple[str, str, str]]:
    return {row["concept_id"]: (row["type"], row["label"], row["code"]) for row in table(folder, "concepts")}


def test_code_tables_become_concepts(folder: Path) -> None:
    """Every entry has its type, label and code."""
    report = imported(folder, "jobtech-taxonomy", code_tables())
    assert report.read == 6
    assert labels(folder)[WAREHOUSE_GROUP] == ("occupation-group", "Lager- och terminalpersonal", "4322")


@pytest.mark.parametrize("swap", [False, True])
def test_related_skills_are_joined_with_codes_whatever_the_order(folder: Path, swap: bool) -> None:
    """The code tables' labels win over those of the other file."""
    files = [code_tables(), related_skills()]
    imported(folder, "jobtech-taxonomy", *(reversed(files) if swap else files))
    rows = table(folder, "occupation_skills")
    assert [(row["occupation"], row["skill"]) for row in rows] == [("4322", FORKLIFT), ("4322", "pLoc_abc_888")]
    assert labels(folder)[WAREHOUSE_GROUP] == ("occupation-group", "Lager- och terminalpersonal", "4322")
    assert labels(folder)["pLoc_abc_888"] == ("skill", "Plockvana", "")


def test_a_list_of_concepts_from_the_api_is_read(folder: Path) -> None:
    """Field names of the API carry the codes."""
    found = {"id": "kOmm_abc_555", "preferred_label": "Lerum", "type": "municipality", "lau_2_code_2015": "1441"}
    imported(folder, "jobtech-taxonomy", {"data": {"concepts": [found]}})
    assert labels(folder) == {"kOmm_abc_555": ("municipality", "Lerum", "1441")}


def test_the_main_town_is_the_place_with_the_municipalitys_name(folder: Path) -> None:
    """Also where the list of places has lost a genitive s or a hyphen; another village does not stand in."""
    places = [
        place(),
        place("1441", "Gråbo", 57.8, 12.3),
        place("1427", "Sotenä", 58.4, 11.3),
        place("1427", "Kungshamn", 58.3, 11.2),
    ]
    imported(folder, "jobtech-taxonomy", code_tables(), places)
    rows = {row["municipality"]: (row["latitude"], row["longitude"]) for row in table(folder, "municipalities")}
    assert rows == {"1441": ("57.77051", "12.26904"), "1427": ("58.4", "11.3")}


def test_places_without_names_of_municipalities_ask_for_the_code_tables(folder: Path) -> None:
    """The report says which file is missing; imported later the places are understood."""
    report = imported(folder, "jobtech-taxonomy", [place()])
    assert codes(report) == ["no_main_town"]
    assert "taxonomy_to_concept.json" in report.skipped[0].remedy
    imported(folder, "jobtech-taxonomy", code_tables())
    imported(folder, "jobtech-taxonomy", [place()])
    assert only(table(folder, "municipalities"))["municipality"] == "1441"


def test_a_municipality_without_main_town_is_named(folder: Path) -> None:
    """No other village stands in for it."""
    report = imported(folder, "jobtech-taxonomy", code_tables(), [place("1427", "Kungshamn")])
    assert codes(report) == ["no_main_town"]
    assert "'Sotenäs'" in str(report.skipped[0])


def test_coordinates_moved_by_hand_stay(folder: Path) -> None:
    """Municipalities are part of the problem, so people's changes count."""
    imported(folder, "jobtech-taxonomy", code_tables(), [place()])
    change(folder, "municipalities", latitude="57.7")
    imported(folder, "jobtech-taxonomy", code_tables(), [place()])
    assert only(table(folder, "municipalities"))["latitude"] == "57.7"


def test_labels_of_advertisements_do_not_replace_the_taxonomys(folder: Path) -> None:
    """An advertisement names the same concept in other words."""
    imported(folder, "jobtech-taxonomy", code_tables())
    before = contents(folder)["concepts.csv"]
    imported(folder, "jobtech-ads", ad(must_have={"skills": [concept(FORKLIFT, "Gaffeltruck A+B")]}))
    assert contents(folder)["concepts.csv"] == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"skill": {"1": {"conceptId": "", "preferredTerm": "x"}}}, "bad_concept"),
        ({"skill": {"1": {"conceptId": "a b", "preferredTerm": "x"}}}, "bad_concept"),
        ({"data": {"concepts": [{"id": "abcd_efg_hij", "preferred_label": None}]}}, "bad_concept"),
        ([place(code="14")], "bad_place"),
        ([place(latitude=200.0)], "bad_place"),
        ([{"kommunkod": "1441", "label": "x", "latitud": None, "longitud": "east"}], "bad_place"),
        ({"hits": [ad()]}, "wrong_format"),
        ([1, 2, 3], "wrong_format"),
        ({"a": {"b": {"c": 1}}}, "wrong_format"),
        ("", "empty"),
    ],
)
def test_what_is_no_concept_is_reported(folder: Path, content: object, code: str) -> None:
    """One line each, and nothing is written."""
    report = imported(folder, "jobtech-taxonomy", content)
    assert codes(report) == [code]
    assert table(folder, "concepts") == []
