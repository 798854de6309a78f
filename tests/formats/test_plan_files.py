"""Plans through their JSON: exact, the same bytes for the same plan, and distrustful on the way in."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from matcher.errors import Fault, InvalidInput
from matcher.formats import plan_from_text, plan_to_json, plan_to_text, read_plan, write_plan
from matcher.formats.plan_schema import MEMBERS
from tests.formats.plans import rich_plan


def faults_of(text: str) -> tuple[Fault, ...]:
    """Return what reading reports."""
    with pytest.raises(InvalidInput) as refusal:
        plan_from_text(text)
    assert str(refusal.value)
    return refusal.value.faults


def spoilt(change: Any, seed: int = 3) -> str:
    """Return the text of a plan after a change to its parsed JSON."""
    document = json.loads(plan_to_text(rich_plan(seed)))
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize("seed", range(40))
def test_a_plan_comes_back_equal(seed: int, tmp_path: Path) -> None:
    """Every value survives, decimals with all their digits."""
    plan = rich_plan(seed)

    write_plan(plan, tmp_path / "plan.json")

    assert read_plan(tmp_path / "plan.json") == plan
    assert plan_from_text(plan_to_text(plan)) == plan


def test_equal_plans_have_equal_bytes() -> None:
    """However an amount is spelled, and however often it is written."""
    plan = rich_plan(5)
    other = replace(plan, tiers=tuple(replace(tier, value=tier.value * Decimal("1.000")) for tier in plan.tiers))

    assert plan == other
    assert plan_to_text(plan) == plan_to_text(other) == plan_to_text(plan_from_text(plan_to_text(plan)))


def test_the_file_is_the_one_that_is_documented() -> None:
    """The members, their order and how numbers are written."""
    document = json.loads(plan_to_text(replace(rich_plan(3), published_hash=None, breaches=())))

    assert list(document) == [
        "version",
        "problem_hash",
        "status",
        "gap_limit",
        "tiers",
        "assignments",
        "cohorts",
        "shortfalls",
        "unfilled",
        "quota_breaches",
        "certificate",
        "solver",
    ]
    assert set(document["tiers"][0]) == {"name", "value", "bound", "gap", "claimed_gap"}
    assert set(document["assignments"][0]) == {"candidate_id", "vacancy_id", "cohort_ids", "start_date", "score"}
    assert set(document["solver"]) == {"name", "version", "seed"}
    assert all(
        set(price) == {"kind", "id", "price"} for case in document["certificate"]["cases"] for price in case["prices"]
    )


def test_only_an_alternative_says_what_it_differs_from() -> None:
    """A plan that is best of all has no such member, and nothing may be missing in it where it stands."""
    plan = rich_plan(4)

    def remove(document: Any) -> None:
        del document["difference"]["worst"]

    assert set(json.loads(plan_to_text(plan))["difference"]) == {"differ_by", "plans", "worst"}
    assert "difference" not in json.loads(plan_to_text(replace(plan, difference=None)))
    assert [fault.code for fault in faults_of(spoilt(remove, seed=4))] == ["missing_value"]


def test_no_field_of_a_plan_is_forgotten() -> None:
    """Every field of every class that a plan is made of has its member in the file."""
    for of, members in MEMBERS.items():
        assert {member.field for member in members} == {field.name for field in fields(of)}, of


def test_run_times_are_not_in_the_file() -> None:
    """Nothing that differs from run to run stands in it."""
    assert "seconds" not in plan_to_text(rich_plan(3))
    assert "threads" not in plan_to_text(rich_plan(3))


def test_amounts_are_plain_numbers() -> None:
    """No exponent and no float noise: what is 0.000001 is written so."""
    plan = replace(rich_plan(0), assignments=())
    tiers = (replace(plan.tiers[0], value=Decimal("0.000001"), bound=Decimal("1E+3")),)

    text = plan_to_text(replace(plan, tiers=tiers))

    assert '"value": 0.000001, "bound": 1000' in text


@pytest.mark.parametrize("seed", range(5))
def test_the_dictionary_is_plain_json(seed: int) -> None:
    """For answers over HTTP: numbers are numbers, and the text of it can be read back but for digits beyond fifteen."""
    document = plan_to_json(rich_plan(seed))

    assert json.loads(json.dumps(document)) == document
    assert plan_from_text(json.dumps(document)).assignments == rich_plan(seed).assignments
    assert isinstance(document["assignments"] and document["assignments"][0]["score"], (int, float, list))


def at(document: Any, pointer: str) -> tuple[Any, Any]:
    """Return the container and key that a pointer such as ``tiers/0/value`` names."""
    *way, last = [int(part) if part.isdigit() else part for part in pointer.split("/")]
    for part in way:
        document = document[part]
    return document, last


@pytest.mark.parametrize(
    ("pointer", "value", "code"),
    [
        ("version", 2, "unknown_version"),
        ("version", "1", "unknown_version"),
        ("version", None, "unknown_version"),
        ("problem_hash", 5, "wrong_type"),
        ("problem_hash", "", "bad_text"),
        ("problem_hash", "a\nb", "bad_text"),
        ("problem_hash", "x" * 1001, "bad_text"),
        ("status", "best", "unknown_word"),
        ("gap_limit", "0", "wrong_type"),
        ("gap_limit", float("nan"), "bad_decimal"),
        ("gap_limit", float("inf"), "bad_decimal"),
        ("gap_limit", True, "wrong_type"),
        ("tiers", {}, "wrong_type"),
        ("tiers/0", [], "wrong_type"),
        ("tiers/0/value", "1", "wrong_type"),
        ("tiers/0/value", 1e-77, "bad_decimal"),
        ("tiers/0/value", float("inf"), "bad_decimal"),
        ("tiers/1/gap", [], "wrong_type"),
        ("assignments/0/cohort_ids", "K1", "wrong_type"),
        ("assignments/0/cohort_ids", [1], "wrong_type"),
        ("assignments/0/start_date", "2026-02-30", "bad_date"),
        ("assignments/0/start_date", 20260101, "wrong_type"),
        ("assignments/0/score", None, "wrong_type"),
        ("assignments/0/candidate_id", "\ud800", "bad_text"),
        ("cohorts/0/enrolled", 1.5, "bad_integer"),
        ("cohorts/0/enrolled", 10**70, "bad_integer"),
        ("cohorts/0/runs", 1, "wrong_type"),
        ("certificate", None, "wrong_type"),
        ("certificate/price_scale", 1e6, "bad_integer"),
        ("certificate/cases", [[]], "wrong_type"),
        ("solver/seed", "7", "wrong_type"),
        ("difference", None, "wrong_type"),
        ("difference/differ_by", 1.5, "bad_integer"),
        ("difference/worst/0/value", "1", "wrong_type"),
    ],
)
def test_a_spoilt_value_is_found_by_its_pointer(pointer: str, value: Any, code: str) -> None:
    """Every wrong type, word or number is reported with the way to it."""

    def change(document: Any) -> None:
        container, key = at(document, pointer)
        container[key] = value

    (fault,) = faults_of(spoilt(change, seed=7))

    assert fault.code == code
    assert str(fault.file).startswith(f"plan#/{pointer}")


@pytest.mark.parametrize(
    "pointer", ["status", "tiers/0/bound", "assignments/0/vacancy_id", "certificate/cases", "solver"]
)
def test_missing_and_unknown_members(pointer: str) -> None:
    """Nothing may be left out and nothing added."""

    def remove(document: Any) -> None:
        container, key = at(document, pointer)
        del container[key]

    def add(document: Any) -> None:
        container, _ = at(document, pointer)
        container["note"] = 1

    assert [fault.code for fault in faults_of(spoilt(remove))] == ["missing_value"]
    assert [(fault.code, fault.value) for fault in faults_of(spoilt(add))] == [("unknown_key", "note")]


def test_all_faults_of_a_plan_come_together() -> None:
    """Faults in different places are reported in one go."""

    def change(document: Any) -> None:
        document["status"] = "best"
        document["tiers"][0]["gap"] = "0"
        document["solver"]["seed"] = 1.5

    assert {fault.code for fault in faults_of(spoilt(change))} == {"unknown_word", "wrong_type", "bad_integer"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_json"),
        ("[]", "wrong_type"),
        ("null", "wrong_type"),
        ("{", "bad_json"),
        ("[" * 100_000, "nested_too_deeply"),
        ('{"version": 1, "version": 1}', "repeated_key"),
        ('{"version": 1} {}', "bad_json"),
    ],
)
def test_what_is_no_plan(text: str, code: str) -> None:
    """A text of another kind is refused with a sentence."""
    assert faults_of(text)[0].code == code


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing files, folders and other encodings are told apart."""
    (tmp_path / "latin.json").write_bytes('{"å": 1}'.encode("latin-1"))
    codes = {}
    for name in ("nowhere.json", ".", "latin.json", "a\0b"):
        with pytest.raises(InvalidInput) as refusal:
            read_plan(tmp_path / name)
        codes[name] = refusal.value.faults[0].code

    assert codes == {
        "nowhere.json": "missing_file",
        ".": "not_a_file",
        "latin.json": "wrong_encoding",
        "a\0b": "missing_file",
    }


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """Writing into a folder that does not exist is refused with a sentence."""
    with pytest.raises(InvalidInput) as refusal:
        write_plan(rich_plan(1), tmp_path / "nowhere" / "plan.json")

    assert refusal.value.faults[0].code == "unwritable_file"


@pytest.mark.parametrize("seed", range(20))
def test_random_damage_never_ends_in_a_traceback(seed: int) -> None:
    """Random damage gives a plan or a refusal."""
    rng = random.Random(seed)
    text = plan_to_text(rich_plan(seed))
    for _ in range(60):
        place = rng.randrange(len(text))
        piece = rng.choice(("9" * 5000, '"', ",", "[", "{", "}", "null", "1e999", "\\ud800", "-", "\0", "٣"))
        with suppress(InvalidInput):
            plan_from_text(text[:place] + piece + text[place + rng.randint(0, 5) :])


def test_a_plan_that_counts_no_changes_says_nothing_of_a_published_one() -> None:
    """Files of an earlier release are read as they are, and equal plans still have the same bytes as then."""
    made = replace(rich_plan(1), published_hash=None)
    text = plan_to_text(made)

    assert "published_hash" not in text
    assert plan_from_text(text) == made
