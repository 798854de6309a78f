"""JobTech advertisements become vacancies; what they leave open is not guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sources.ads import (
    FORKLIFT,
    SWEDISH,
    WAREHOUSE_GROUP,
    WAREHOUSE_WORKER,
    ad,
    code_tables,
    concept,
    related_skills,
)
from tests.sources.folders import change, codes, contents, imported, lines, needed, only, skills_of, table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "problem"


def test_an_advertisement_becomes_a_vacancy(folder: Path) -> None:
    """Occupation, title, positions, form, extent and place are taken; a permanent job has no duration."""
    imported(folder, "jobtech-ads", ad())
    assert only(table(folder, "vacancies")) == {
        "vacancy_id": "ad-777",
        "positions": "2",
        "contract_id": "",
        "occupation": "4322",
        "title": "Lagerarbetare sökes",
        "start_date": "",
        "latest_start_date": "",
        "form": "employment",
        "extent_percent": "100",
        "duration_months": "",
        "municipality": "1441",
        "groups": "",
        "resource_id": "",
        "resource_use": "",
    }


def test_an_advertisement_has_no_start_date(folder: Path) -> None:
    """Words such as "at once" are told to the person who fills it in."""
    report = imported(folder, "jobtech-ads", ad(access="Snarast"))
    assert set(needed(report, "vacancies")) == {"start_date"}
    assert "'Snarast'" in needed(report, "vacancies")["start_date"]


def test_a_start_date_filled_in_by_hand_survives_a_newer_advertisement(folder: Path) -> None:
    """The newer headline arrives, the day stays."""
    imported(folder, "jobtech-ads", ad())
    change(folder, "vacancies", start_date="2026-08-17", contract_id="T1")
    report = imported(folder, "jobtech-ads", ad(headline="Ny rubrik", timestamp=1_780_000_000_000))
    row = only(table(folder, "vacancies"))
    assert (row["title"], row["start_date"], row["contract_id"]) == ("Ny rubrik", "2026-08-17", "T1")
    assert needed(report, "vacancies") == {}


@pytest.mark.parametrize(
    "content",
    [
        ad(),
        [ad()],
        {"total": {"value": 1}, "hits": [ad()]},
        {"took": 5, "hits": {"total": 1, "hits": [{"_index": "platsannons", "_source": ad(), "sort": [1]}]}},
        lines(ad(), ad()),
        ad(777),
        ad(
            occupation_group=[concept(WAREHOUSE_GROUP, "Lagerpersonal", "4322")],
            employment_type=[concept("a_b_c", "x")],
        ),
    ],
)
def test_every_format_gives_the_same_vacancy(folder: Path, content: object) -> None:
    """Search answers, index dumps, streams and historical advertisements differ in wrapping only."""
    imported(folder, "jobtech-ads", content)
    row = only(table(folder, "vacancies"))
    assert (row["vacancy_id"], row["occupation"], row["positions"]) == ("ad-777", "4322", "2")


def test_requirements_keep_their_kind_and_origin(folder: Path) -> None:
    """Skills, languages, experience and licences, must and nice."""
    wanted = ad(
        must_have={
            "skills": [concept(FORKLIFT, "Truckkort", "55", weight=10)],
            "work_experiences": [concept(WAREHOUSE_WORKER, "Lagerarbetare", "1234", weight=10)],
        },
        nice_to_have={
            "languages": [concept(SWEDISH, "Svenska", "502", weight=5)],
            "skills": [concept(FORKLIFT, "Truckkort", weight=5)],
        },
        driving_license_required=True,
        driving_license=[concept("VTK8_WRx_GcM", "B", "3")],
        access_to_own_car=True,
    )
    imported(folder, "jobtech-ads", wanted)
    found = {skill: (row["kind"], row["weight"], row["origin"]) for skill, row in skills_of(folder).items()}
    assert found == {
        FORKLIFT: ("must", "", "stated"),
        f"experience-{WAREHOUSE_WORKER}": ("must", "", "stated"),
        "VTK8_WRx_GcM": ("must", "", "stated"),
        "own_car": ("must", "", "stated"),
        SWEDISH: ("nice", "5", "stated"),
    }
    labels = {row["concept_id"]: (row["type"], row["label"]) for row in table(folder, "concepts")}
    assert labels[FORKLIFT] == ("skill", "Truckkort")
    assert labels[f"experience-{WAREHOUSE_WORKER}"] == ("experience", "Lagerarbetare")


def test_a_licence_that_is_not_required_is_nice_to_have(folder: Path) -> None:
    """Only what is required excludes anybody."""
    imported(folder, "jobtech-ads", ad(driving_license=[concept("VTK8_WRx_GcM", "B", "3")]))
    assert skills_of(folder)["VTK8_WRx_GcM"]["kind"] == "nice"


def test_requirements_that_are_not_named_need_input(folder: Path) -> None:
    """Experience and licences may be required without being listed."""
    report = imported(folder, "jobtech-ads", ad(experience_required=True, driving_license_required=True))
    whys = [gap.why for gap in report.needs_input if gap.column == "skills"]
    assert any("experience" in why for why in whys)
    assert any("driving licence" in why for why in whys)


@pytest.mark.parametrize(
    ("scope", "hours", "extent"),
    [
        ({"min": 100, "max": 100}, None, "100"),
        ({"min": 50, "max": 50}, None, "50"),
        ({"min": 0, "max": 100}, concept("947z_JGS_Uk2", "Deltid", "2"), ""),
        ({"min": 50, "max": 75}, None, ""),
        ({"min": None, "max": None}, concept("6YE1_gAC_R2G", "Heltid", "1"), "100"),
        ({"min": None, "max": None}, concept(None, None), ""),
        (None, None, ""),
        ({"min": 0, "max": 0}, None, ""),
        ({"min": "all", "max": "all"}, None, ""),
    ],
)
def test_only_a_single_extent_is_taken(folder: Path, scope: Any, hours: Any, extent: str) -> None:
    """A range is a question for a person, because an empty cell counts as full time."""
    report = imported(folder, "jobtech-ads", ad(scope_of_work=scope, working_hours_type=hours))
    assert only(table(folder, "vacancies"))["extent_percent"] == extent
    assert ("extent_percent" in needed(report, "vacancies")) == (extent == "")


@pytest.mark.parametrize(
    ("duration", "months", "asks"),
    [
        (concept("a7uU_j21_mkL", "Tills vidare", "1"), "", False),
        (concept("x_y_z", "6 månader", "9"), "6", False),
        (concept("x_y_z", "1 år", "9"), "12", False),
        (concept("qQUd_4qe_NDT", "6 månader eller längre", "2"), "", True),
        (concept("Sy9J_aRd_ALx", "11 dagar - upp till 3 månader", "7"), "", True),
        (concept(None, None), "", True),
        (None, "", True),
    ],
)
def test_only_a_single_duration_is_taken(folder: Path, duration: Any, months: str, asks: bool) -> None:
    """Advertisements state ranges; no bound of a range is the duration."""
    report = imported(folder, "jobtech-ads", ad(duration=duration))
    assert only(table(folder, "vacancies"))["duration_months"] == months
    assert ("duration_months" in needed(report, "vacancies")) == asks


@pytest.mark.parametrize(
    ("label", "form"),
    [("Praktik", "internship"), ("Lärlingsanställning", "apprenticeship"), ("Behovsanställning", "employment")],
)
def test_the_form_is_what_the_employment_is_called(folder: Path, label: str, form: str) -> None:
    """Everything else is employment."""
    imported(folder, "jobtech-ads", ad(employment_type=concept("x_y_z", label)))
    assert only(table(folder, "vacancies"))["form"] == form


def test_a_vacancy_without_any_occupation_says_so(folder: Path) -> None:
    """There is nothing to look up."""
    report = imported(folder, "jobtech-ads", ad(occupation=None, occupation_group=None))
    assert needed(report, "vacancies")["occupation"] == "the advertisement names no occupation group"


def test_what_is_missing_needs_input_and_is_never_guessed(folder: Path) -> None:
    """Nulls, the label "[]" and an address without municipality."""
    bare = ad(
        headline="[]", number_of_vacancies=None, occupation_group=None, workplace_address={"municipality_code": None},
        must_have=None, nice_to_have=[],
    )  # fmt: skip
    report = imported(folder, "jobtech-ads", bare)
    row = only(table(folder, "vacancies"))
    assert (row["positions"], row["occupation"], row["municipality"]) == ("", "", "")
    assert row["title"] == "Lagerarbetare"
    assert set(needed(report, "vacancies")) == {"start_date", "positions", "occupation", "municipality"}


def test_codes_are_found_by_concept_where_the_taxonomy_is_there(folder: Path) -> None:
    """Occupation group and municipality may be named by concept alone."""
    imported(folder, "jobtech-taxonomy", code_tables())
    by_concept = ad(
        occupation_group=concept(WAREHOUSE_GROUP, "Lagerpersonal"),
        workplace_address={"municipality_concept_id": "kOmm_abc_555"},
    )
    imported(folder, "jobtech-ads", by_concept)
    row = only(table(folder, "vacancies"))
    assert (row["occupation"], row["municipality"]) == ("4322", "1441")


def test_related_skills_of_the_occupation_are_nice_and_derived(folder: Path) -> None:
    """Only where a taxonomy was imported, and never as a must."""
    imported(folder, "jobtech-ads", ad())
    assert skills_of(folder) == {}
    imported(folder, "jobtech-taxonomy", code_tables(), related_skills())
    imported(
        folder, "jobtech-ads", ad(must_have={"skills": [concept(FORKLIFT, "Truckkort")]}, timestamp=1_780_000_000_000)
    )
    assert set(skills_of(folder, origin="derived", kind="nice")) == {"pLoc_abc_888"}
    assert set(skills_of(folder, origin="stated", kind="must")) == {FORKLIFT}


def test_levels_of_education_are_one_skill_with_levels(folder: Path) -> None:
    """Whoever has more than the required level meets it too."""
    imported(folder, "jobtech-taxonomy", code_tables())
    imported(
        folder, "jobtech-ads", ad(must_have={"education_level": [concept("nIva_abc_777", "Gymnasial utbildning")]})
    )
    assert skills_of(folder)["education_level"]["level"] == "4"
    imported(folder, "jobtech-ads", ad(778, must_have={"education_level": concept("koDU_EcD_k6Q", "Eftergymnasial")}))
    assert skills_of(folder, vacancy_id="ad-778")["education_level"]["level"] == "6"


def imported_format(**fields: Any) -> dict[str, Any]:
    return {
        "annonsId": 888,
        "annonsrubrik": "Lagerarbetare",
        "antalPlatser": 1,
        "uppdateradTid": 1_770_000_000_000,
        "varaktighetTyp": {"varde": "1", "namn": "Tillsvidare"},
        "arbetstidTyp": {"varde": "1", "namn": "Heltid"},
        "yrkesroll": {"varde": "1234", "namn": "Lagerarbetare"},
        "ingenErfarenhetKravs": False,
        "kompetenser": [{"varde": "55", "namn": "Truckkort", "vikt": 10}, {"varde": "56", "namn": "Excel", "vikt": 5}],
        "yrkeserfarenheter": [
            {"varde": "1234", "namn": "Lagerarbetare", "vikt": 10, "erfarenhetsniva": {"varde": "4", "namn": "2-4 år"}}
        ],
        "korkort": [{"varde": "VTK8_WRx_GcM", "namn": "B"}],
        "kontaktpersoner": [{"fornamn": "Greta", "efternamn": "Hemlig"}],
        "arbetsplatsadress": {"kommun": {"varde": "1441", "namn": "Lerum"}, "land": None},
        "avpublicerad": None,
        **fields,
    }


def test_the_import_format_is_read_with_numbers_and_with_concepts(folder: Path) -> None:
    """Older numbers are turned into concepts by the taxonomy; experience keeps its level."""
    imported(folder, "jobtech-taxonomy", code_tables())
    report = imported(folder, "jobtech-ads", {"testannonser": [imported_format()]})
    row = only(table(folder, "vacancies"))
    assert (row["municipality"], row["extent_percent"], row["positions"]) == ("1441", "100", "1")
    assert "Lagerarbetare" in needed(report, "vacancies")["occupation"]
    found = {skill: (entry["kind"], entry["level"]) for skill, entry in skills_of(folder).items()}
    assert found == {
        FORKLIFT: ("must", ""),
        "skill-56": ("nice", ""),
        f"experience-{WAREHOUSE_WORKER}": ("must", "4"),
        "VTK8_WRx_GcM": ("must", ""),
    }


@pytest.mark.parametrize(
    "content",
    [
        ad(removed=True),
        {"id": "777", "removed": True, "removed_date": "2026-01-01T00:00:00"},
        imported_format(avpublicerad=True),
        ad(number_of_vacancies=0),
    ],
)
def test_a_withdrawn_advertisement_is_no_vacancy(folder: Path, content: object) -> None:
    """It is said so, and is no fault."""
    report = imported(folder, "jobtech-ads", content)
    assert table(folder, "vacancies") == []
    assert codes(report)[0] in ("withdrawn", "no_position")
    assert report.num_faults == 0


def test_an_advertisement_without_id_is_a_fault(folder: Path) -> None:
    """The others of the file are taken."""
    report = imported(folder, "jobtech-ads", {"hits": [ad(None), ad("x y/ö")]})  # type: ignore[arg-type]
    assert codes(report) == ["no_id"]
    assert only(table(folder, "vacancies"))["vacancy_id"].startswith("ad-x-y-")


def test_people_and_employers_are_never_imported(folder: Path) -> None:
    """No contact, no number of an organisation, no text of the advertisement."""
    imported(folder, "jobtech-ads", ad(), imported_format())
    for content in contents(folder).values():
        for secret in (b"Greta", b"hemlig", b"5500000000", b"070123", b"Lager AB"):
            assert secret not in content
