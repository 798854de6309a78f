"""JSON documents and policies that are broken: each is refused with its place."""

from __future__ import annotations

import os
import random
from contextlib import suppress
from pathlib import Path

import pytest

from matcher.errors import InvalidInput
from matcher.formats import problem_from_text, problem_to_text, read_problem
from matcher.problem import OutcomePrior, Policy
from tests.builders import budget, candidate
from tests.faults.drafts import Written, new_draft
from tests.faults.folders import faults_of, only_fault, valid_folder
from tests.faults.test_broken_folders import measured
from tests.formats.rich import rich_problem


def document(folder: Path, text: str | bytes) -> Path:
    """Write a document."""
    path = folder / "p.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("{", 1, 2),
        ('{"version": 1,\n "budgets": [}', 2, 14),
        ('{"version": 1,\n\n}', 1, 14),
        ('{"version": 1} x', 1, 16),
        ('{"version": 1}\n{}', 2, 1),
        ('{"budgets": [{"budget_id": "B1", "amount": 5,}]}', 1, 45),
        ('{"budgets": [\n{"budget_id": "B1" "amount": 5}]}', 2, 20),
        ('{"budgets": [\n{"budget_id": "B1\n", "amount": 5}]}', 2, 18),
        ('{"budgets": []\n,,}', 2, 2),
        ("{'version': 1}", 1, 2),
        ('{"version" 1}', 1, 12),
        ('{"a": "\\ud8"}', 1, 9),
        ("{\n// note\n}", 2, 1),
    ],
)
def test_what_is_not_json(text: str, line: int, column: int, tmp_path: Path) -> None:
    """The first place that is not JSON is named by line and column."""
    fault = faults_of(document(tmp_path, text))[0]

    assert (fault.code, fault.file, fault.line, fault.column) == ("bad_json", "p.json", line, column)


@pytest.mark.parametrize(
    ("text", "line", "column", "mark"),
    [
        ('{"budgets": [{"budget_id": "B1", "amount": 5},\n]}', 1, 46, "]"),
        ('{"budgets": [{"budget_id": "B1", "amount": 5 , }]}', 1, 46, "}"),
        ('{"budgets": [],\n}', 1, 15, "}"),
        ('{"candidates": [{"candidate_id": "C1", "groups": ["a", ]}]}', 1, 54, "]"),
    ],
)
def test_a_comma_behind_the_last_entry_is_named_as_such(
    text: str, line: int, column: int, mark: str, tmp_path: Path
) -> None:
    """Many programs write one; the place is the comma's, which is to be removed."""
    fault = faults_of(document(tmp_path, text))[0]

    assert (fault.code, fault.line, fault.column, fault.value) == ("bad_json", line, column, ",")
    assert fault.must == f"have no comma before the closing {mark!r}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "wrong_type"),
        ("", "empty_file"),
        ('{"version": 2}', "unknown_version"),
        ('{"version": "1"}', "wrong_type"),
        ('{"version": 1.5}', "bad_integer"),
        ('{"version": null}', "missing_value"),
        ('{"version": true}', "wrong_type"),
        ('{"people": []}', "unknown_table"),
        ('{"budgets": {}}', "wrong_type"),
        ('{"budgets": null}', "wrong_type"),
        ('{"budgets": [5]}', "wrong_type"),
        ('{"budgets": [[]]}', "wrong_type"),
        ('{"budgets": [], "budgets": []}', "repeated_key"),
        ('{"budgets": [{"budget_id": "B1", "budget_id": "B2", "amount": 1}]}', "repeated_key"),
        ('{"policy": []}', "wrong_type"),
        ('{"policy": {"tiers": "cost"}}', "wrong_type"),
        ('{"policy": {"credit": 5}}', "wrong_type"),
        ('{"policy": {"credit": {"youth": {}}}}', "wrong_type"),
        ('{"policy": {"speed": 5}}', "unknown_key"),
        ('{"policy": {"version": 3}}', "unknown_version"),
    ],
)
def test_a_document_of_another_shape(text: str, code: str, tmp_path: Path) -> None:
    """Wrong types, unknown names, repeated keys and unknown versions are told apart."""
    assert only_fault(document(tmp_path, text)).code == code


@pytest.mark.parametrize(
    ("row", "field", "code", "value"),
    [
        ('"candidate_id": 17, "available_from": "2026-01-01"', "candidate_id", "wrong_type", "17"),
        ('"candidate_id": true, "available_from": "2026-01-01"', "candidate_id", "wrong_type", "true"),
        ('"candidate_id": [], "available_from": "2026-01-01"', "candidate_id", "wrong_type", "an array"),
        ('"candidate_id": {}, "available_from": "2026-01-01"', "candidate_id", "wrong_type", "an object"),
        ('"candidate_id": "C1", "available_from": 20260101', "available_from", "wrong_type", "20260101"),
        ('"candidate_id": "C1", "available_from": null', "available_from", "missing_value", None),
        ('"candidate_id": "C1"', "available_from", "missing_value", None),
        (
            '"candidate_id": "C1", "available_from": "2026-01-01", "extent_percent": "50"',
            "extent_percent",
            "wrong_type",
            "50",
        ),
        (
            '"candidate_id": "C1", "available_from": "2026-01-01", "extent_percent": 1e2',
            "extent_percent",
            "bad_integer",
            "1e2",
        ),
        ('"candidate_id": "C1", "available_from": "2026-01-01", "groups": "youth"', "groups", "wrong_type", "youth"),
        ('"candidate_id": "C1", "available_from": "2026-01-01", "groups": [5]', "groups", "wrong_type", "an array"),
        ('"candidate_id": "C1", "available_from": "2026-01-01", "groups": ["a;b"]', "groups", "bad_entry", "a;b"),
        ('"candidate_id": "C1", "available_from": "2026-01-01", "groups": [""]', "groups", "empty_entry", None),
        ('"candidate_id": "\\ud800", "available_from": "2026-01-01"', "candidate_id", "bad_id", "\ud800"),
        ('"candidate_id": "a\\u0000", "available_from": "2026-01-01"', "candidate_id", "bad_id", "a\0"),
    ],
)
def test_values_of_the_wrong_type(row: str, field: str, code: str, value: str | None, tmp_path: Path) -> None:
    """Each value has one JSON type; the pointer leads to it and the line is the one of its object."""
    fault = only_fault(document(tmp_path, f'{{\n"candidates": [\n{{{row}}}\n]}}'))

    assert (fault.code, fault.file, fault.line) == (code, f"p.json#/candidates/0/{field}", 3)
    assert fault.value == value


@pytest.mark.parametrize("number", ["9" * 5000, "1e999999999", "-" + "9" * 5000, "NaN", "-Infinity", "1E400"])
def test_numbers_beyond_all_bounds(number: str, tmp_path: Path) -> None:
    """A number of any length is a fault of its cell, never of the program."""
    fault = only_fault(document(tmp_path, f'{{"budgets": [{{"budget_id": "B1", "amount": {number}}}]}}'))

    assert fault.code == "bad_decimal"
    assert len(str(fault)) < 400


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
@pytest.mark.parametrize("where", ["", '{"budgets": ', '{"budgets": [', '{"budgets": [{"budget_id": ', '{"policy": '])
def test_nesting_without_end(opening: str, where: str, tmp_path: Path) -> None:
    """A hundred thousand brackets neither overflow the stack nor take time."""
    said, seconds, _ = measured(document(tmp_path, where + opening * 100_000))

    assert said.split()[0] in ("nested_too_deeply", "wrong_type", "bad_json", "unknown_table")
    assert seconds < 2


def test_text_outside_the_alphabet_of_json_files(tmp_path: Path) -> None:
    """Encodings other than UTF-8 are refused; a byte order mark is not."""
    assert only_fault(document(tmp_path, '{"a": 1}'.encode("utf-16"))).code == "wrong_encoding"
    assert only_fault(document(tmp_path, '{"å": 1}'.encode("latin-1"))).code == "wrong_encoding"
    assert only_fault(document(tmp_path, b'{"a": "\0"}')).code == "nul_byte"
    marked = b'\xef\xbb\xbf{"budgets": [{"budget_id": "B1", "amount": 5}]}'
    assert read_problem(document(tmp_path, marked)).budgets == (budget("B1", 5),)


def test_faults_before_and_after_a_break_are_told(tmp_path: Path) -> None:
    """What was read before the document ends in the middle is judged too."""
    text = '{"budgets": [{"budget_id": "B1", "amount": "5"}], "candidates": [{"candidate_id"'

    assert [fault.code for fault in faults_of(document(tmp_path, text))] == ["wrong_type", "bad_json"]


def test_importers_tables_and_texts_like_formulas(tmp_path: Path) -> None:
    """Importers' members are not read, and JSON texts may begin with an equals sign: nothing opens them."""
    text = '{"sources": {"x": 1}, "candidates": [{"candidate_id": "=C1", "available_from": "2026-09-01"}]}'

    assert read_problem(document(tmp_path, text)).candidates == (candidate("=C1"),)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("version = 2", "unknown_version", 1),
        ('version = "1"', "wrong_type", 1),
        ("tiers = [", "bad_toml", 1),
        ("a = 1\na = 2", "bad_toml", 2),
        ("name = 5", "wrong_type", 1),
        ('name = ""', "missing_value", 1),
        ('name = " x"', "bad_text", 1),
        ("tiers = []", "missing_value", 1),
        ('tiers = ["cost", "cost"]', "repeated_entry", 1),
        ("tiers = [1]", "wrong_type", 1),
        ("\nmax_route_length = 4", "out_of_range", 2),
        ("max_route_length = 1.5", "bad_integer", 1),
        ("max_route_length = true", "wrong_type", 1),
        ("max_route_length = 2026-01-01", "wrong_type", 1),
        ("hours_per_month = nan", "bad_decimal", 1),
        ("hours_per_month = inf", "bad_decimal", 1),
        ("hours_per_month = 1e2", "bad_decimal", 1),
        (f"hours_per_month = {'9' * 5000}", "bad_toml", None),
        ("[unit_weight]\nhours = -1", "out_of_range", 2),
        ("[unit_weight]\nhorse = 1", "unknown_key", 2),
        ("[outcome]\nage = 1", "unknown_key", 2),
        ("[credit]\n'a:b' = 1", "bad_entry", 1),
        ("[credits]\nyouth = 1", "unknown_key", 1),
        ("unit_weight = 5", "wrong_type", 1),
        ("[[credit]]\nyouth = 1", "wrong_type", 1),
        ("x = " + "[" * 10_000, "nested_too_deeply", None),
        ("x = 1 # " + "x" * 200_000, "file_too_big", None),
        ("name = '\0'", "nul_byte", 1),
    ],
)
def test_a_broken_policy(text: str, code: str, line: int | None, tmp_path: Path) -> None:
    """Every kind of broken policy.toml is told with its line where one line is at fault."""
    folder = valid_folder(tmp_path)
    (folder / "policy.toml").write_text(text, encoding="utf-8")

    fault = only_fault(folder)

    assert (fault.code, fault.file, fault.line) == (code, "policy.toml", line)


def test_several_faults_of_a_policy_come_together(tmp_path: Path) -> None:
    """Keys are judged one by one, and the tables along with them."""
    folder = valid_folder(tmp_path)
    (folder / "policy.toml").write_text("speed = 1\nname = 5\nmax_route_length = 9\n", encoding="utf-8")
    (folder / "history.csv").write_text("placement_id,sustained\nP0,ja\n", encoding="utf-8")

    assert {fault.code for fault in faults_of(folder)} == {"unknown_key", "wrong_type", "out_of_range", "bad_boolean"}


def test_an_unknown_version_is_the_only_thing_said(tmp_path: Path) -> None:
    """Where the version is not known, nothing else can be judged."""
    folder = valid_folder(tmp_path)
    (folder / "policy.toml").write_text("version = 9\nspeed = 1\n", encoding="utf-8")
    (folder / "history.csv").write_text("placement_id,sustained\nP0,ja\n", encoding="utf-8")

    fault = only_fault(folder)

    assert (fault.code, fault.line) == ("unknown_version", 1)
    assert "release" in fault.remedy


def test_missing_keys_take_their_defaults(tmp_path: Path) -> None:
    """A policy that says one thing says nothing about the others."""
    folder = valid_folder(tmp_path)
    (folder / "policy.toml").write_text("[outcome]\nintercept = 0.5\n[unit_weight]\nhours = 0.5\n", encoding="utf-8")
    policy = read_problem(folder).policy

    assert policy.outcome == OutcomePrior(intercept=0.5)
    assert {**policy.unit_weight, "hours": None} == {**Policy().unit_weight, "hours": None}
    assert policy.tiers == Policy().tiers


@pytest.mark.parametrize("seed", range(6))
def test_random_damage_never_ends_in_a_traceback(seed: int, tmp_path: Path) -> None:
    """Random damage in a document, a table or a policy is either harmless or refused."""
    rng = random.Random(seed)
    whole = Written(new_draft(), "json", tmp_path).path.read_bytes()
    folder = valid_folder(tmp_path / "f")
    (folder / "policy.toml").write_text("version = 1\n[outcome]\nintercept = 0.1\n", encoding="utf-8")
    for _ in range(80):
        with suppress(InvalidInput):
            read_problem(document(tmp_path, _damaged(whole, rng)))
        file = rng.choice(sorted(folder.iterdir()))
        original = file.read_bytes()
        file.write_bytes(_damaged(original, rng))
        with suppress(InvalidInput):
            read_problem(folder)
        file.write_bytes(original)


def _damaged(content: bytes, rng: random.Random) -> bytes:
    damaged = bytearray(content)
    pieces = (b"9" * 20, b'"', b",", b";", b"\n", b"\r", b"\0", b"\xff", b"=", b"[", b"{", b"}", b":", b"null", b"\\")
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(damaged))
        if rng.random() < 0.3:
            del damaged[place : place + rng.randint(1, 20)]
        else:
            damaged[place:place] = rng.choice(pieces)
    return bytes(damaged)


@pytest.mark.parametrize(
    "text",
    [
        '{"candidates": [{"candidate_id": "\\ud800\\u0007\\u202e", "available_from": "2026-01-01"}]}',
        '{"\\ud800\\n": 1}',
        '{"policy": {"\\ud800": 1}}',
        '{"policy": {"credit": {"\\ud800\\n": 1}}}',
        '{"budgets": [{"\\ud800": 1, "budget_id": "B1", "amount": 1}]}',
    ],
)
def test_the_sentences_can_be_shown_and_sent(text: str, tmp_path: Path) -> None:
    """Whatever characters a file holds, even halves of them, its faults fit on one line of UTF-8."""
    sentence = str(only_fault(document(tmp_path, text)))

    assert sentence.encode("utf-8")
    assert "\n" not in sentence


def test_a_file_with_an_impossible_name(tmp_path: Path) -> None:
    """File systems allow names that are no text; the fault can be shown all the same."""
    folder = valid_folder(tmp_path)
    (folder / os.fsdecode(b"a\xff\nb.csv")).write_text("a", encoding="utf-8")

    fault = only_fault(folder)

    assert (fault.code, fault.file) == ("unknown_table", "a??b.csv")
    assert str(fault).encode("utf-8")


def test_a_text_is_read_like_a_file() -> None:
    """Services keep problems as texts."""
    given = rich_problem(4)

    assert problem_from_text(problem_to_text(given)) == given
    with pytest.raises(InvalidInput) as refusal:
        problem_from_text("{", "stored problem 7")
    assert refusal.value.faults[0].file == "stored problem 7"


def test_a_plan_in_the_place_of_a_problem(tmp_path: Path) -> None:
    """One sentence, not one for every member that a problem does not have."""
    fault = only_fault(
        document(tmp_path, '{"version": 1,\n"problem_hash": "sha256:0", "status": "optimal", "tiers": []}')
    )
    assert (fault.value, fault.line) == ("a plan", 2)
