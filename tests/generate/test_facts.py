"""The fact tables agree with one another and with the sources that they name."""

from __future__ import annotations

import csv
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

from matcher.generate.facts import facts
from matcher.generate.names import BUYER_KINDS, SUPPLIER_TRADES

SHARED = Path(__file__).parents[3] / "shared" / "data"
beside_the_repository = pytest.mark.skipif(not SHARED.is_dir(), reason="the sources are not beside the repository")


def test_municipalities_are_the_290_of_sweden() -> None:
    """Codes are unique, coordinates lie in Sweden, weights are positive."""
    places = facts().municipalities
    assert len(places) == 290
    for code, place in places.items():
        assert len(code) == 4
        assert code.isdigit()
        assert 55.3 < place.latitude < 69.1
        assert 10.9 < place.longitude < 24.2
        assert place.ads > 0
        assert place.districts


def test_the_municipalities_of_vastra_gotaland_are_49() -> None:
    """Their codes begin with 14."""
    assert sum(code.startswith("14") for code in facts().municipalities) == 49


def test_places_lie_where_they_should() -> None:
    """Göteborg and Kungälv are neighbours; Kiruna is far away."""
    places = facts().municipalities
    assert (places["1480"].name, places["1480"].main_town) == ("Göteborg", "Göteborg")
    assert abs(places["1480"].latitude - places["1482"].latitude) < 0.3
    assert places["2584"].latitude > 67


def test_occupations_have_codes_labels_and_two_to_seven_skills() -> None:
    """Between 60 and 90 of them; at least one skill is a must."""
    occupations = facts().occupations
    assert 60 <= len(occupations) <= 90
    for code, occupation in occupations.items():
        assert len(code) == 4
        assert code.isdigit()
        assert occupation.ads_sweden >= occupation.ads_goteborg > 0
        assert occupation.title_sv
        assert occupation.title_en
        assert 2 <= len(occupation.skills) <= 7
        assert any(skill.kind == "must" for skill in occupation.skills)
        assert len({skill.skill for skill in occupation.skills}) == len(occupation.skills)


def test_every_skill_is_held_by_somebody_or_granted_by_a_course() -> None:
    """Nothing is required that nobody can have."""
    granted = {skill.skill for course in facts().courses.values() for skill in course.skills}
    for skill in facts().skills.values():
        is_language = skill.skill in ("swedish", "english")  # their levels are drawn for everybody
        assert is_language or skill.held_after_work_per_mille > 0 or skill.skill in granted
        assert 0 <= skill.held_per_mille <= 1000
        assert 0 <= skill.held_after_work_per_mille <= 1000
        assert skill.valid_months is None or skill.valid_months > 0


def test_skills_are_named_in_short_ascii() -> None:
    """Ids are lowercase words with hyphens."""
    assert all(name.replace("-", "").isalnum() and name.isascii() and name.islower() for name in facts().skills)


def test_occupations_and_courses_name_known_skills() -> None:
    """A misspelt id would make a skill that nobody has."""
    known = set(facts().skills)
    for occupation in facts().occupations.values():
        assert {skill.skill for skill in occupation.skills} <= known
    for course in facts().courses.values():
        assert {skill.skill for skill in (*course.skills, *course.prerequisites)} <= known


def test_courses_have_a_length_a_rate_a_price_and_sources() -> None:
    """Own assumptions say that they are."""
    for course in facts().courses.values():
        assert 1 <= course.weeks <= 90
        assert 0 < course.completion_rate <= 1
        assert course.kronor_per_seat_week > 0
        assert course.weeks_source == "own assumption" or course.weeks_source.startswith("AUB: ")
        assert course.completion_source
        assert course.skills


def test_courses_can_be_entered() -> None:
    """Their prerequisites are held by somebody or granted by another course, in no circle."""
    open_courses = {name for name, course in facts().courses.items() if not course.prerequisites}
    assert "sfi-b" in open_courses
    chain = ["sfi-b", "sfi-c", "sfi-d", "swedish-work"]
    for earlier, later in pairwise(chain):
        assert facts().courses[earlier].skills == facts().courses[later].prerequisites


def test_contract_kinds_name_known_occupations_buyers_and_scales() -> None:
    """And every occupation is needed by some contract."""
    used = set()
    for kind in facts().contract_kinds.values():
        assert set(kind.occupations) <= set(facts().occupations)
        assert kind.buyer in BUYER_KINDS
        assert kind.sector in SUPPLIER_TRADES
        assert kind.scale in facts().scales
        assert len(kind.cpv) == 8
        assert kind.cpv.isdigit()
        assert kind.months >= 4  # the shortest contract with a clause in the pilot of Göteborg
        assert kind.frequency > 0
        assert all(1 <= month <= 12 for month in kind.start_months)
        used |= set(kind.occupations)
    assert used == set(facts().occupations)


def test_sizes_of_contracts_meet_the_figures_they_are_calibrated_on() -> None:
    """Persons owed per contract: 2 at Trafikverket, 4.2 in Stockholm, 14 in one school renovation."""
    figure_of = {
        "service": "service_contract_places",
        "large": "large_contract_hires",
        "works": "works_contract_youths",
    }
    for name, figure in figure_of.items():
        scale = facts().scales[name]
        positions = (scale.vacancies_min + scale.vacancies_max) * (scale.positions_min + scale.positions_max) / 4
        assert abs(positions * scale.obliged_percent / 100 - float(facts().figures[figure])) < 0.3


def test_every_figure_names_its_source() -> None:
    """A number without a source is no fact."""
    text = resources.files("matcher.generate.facts").joinpath("figures.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        assert row["source"]
        assert row["scope"]
        assert row["unit"]


@pytest.mark.data
@beside_the_repository
def test_advertisements_are_those_of_the_source() -> None:
    """Per occupation and per municipality, in 2024."""
    occupations = _rows("distributions/ads2024_by_ssyk4.csv", "ssyk4")
    for code, occupation in facts().occupations.items():
        row = occupations[code]
        assert occupation.title_sv == row["label_sv"]
        assert (occupation.ads_sweden, occupation.ads_goteborg) == (
            int(row["ads_sweden_2024"]),
            int(row["ads_goteborg_2024"]),
        )
    municipalities = _rows("distributions/ads2024_by_municipality.csv", "municipality_code")
    assert {code: place.ads for code, place in facts().municipalities.items()} == {
        code: int(row["ads_2024"]) for code, row in municipalities.items()
    }


@pytest.mark.data
@beside_the_repository
def test_course_lengths_are_those_of_the_source() -> None:
    """Rounded to whole weeks."""
    lengths = _rows("distributions/training_lengths_aub.csv", "course_name")
    for course in facts().courses.values():
        if course.weeks_source.startswith("AUB: "):
            row = lengths[course.weeks_source.removeprefix("AUB: ")]
            stated = {float(row["weeks_longest_mentioned"]), float(row["weeks_first_mentioned"])}
            assert any(abs(course.weeks - weeks) <= 0.5 for weeks in stated)


@pytest.mark.data
@beside_the_repository
def test_names_and_cpv_codes_are_those_of_the_code_lists() -> None:
    """Municipalities from the JobTech taxonomy, contracts from CPV 2008."""
    names = _rows("taxonomy/geo/municipalities.csv", "code")
    assert {code: place.name for code, place in facts().municipalities.items()} == {
        code: row["label_sv"] for code, row in names.items()
    }
    codes = _rows("taxonomy/codelists/cpv_2008_sv_en.csv", "code")
    assert all(kind.cpv in codes for kind in facts().contract_kinds.values())


def _rows(path: str, key: str) -> dict[str, dict[str, str]]:
    with (SHARED / path).open(encoding="utf-8") as file:
        return {row[key]: row for row in csv.DictReader(file)}
