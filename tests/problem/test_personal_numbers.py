"""Personal numbers are refused wherever somebody writes an id or a text, and ordinary numbers are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import Fault, InvalidInput, UnknownId
from matcher.personal_numbers import has_personal_number, without_personal_numbers
from tests import builders as b

TOLVAN = "121212-1212"  # nobody's: the number that forms have shown as an example for decades


def luhn(digits: str) -> int:
    """Return the check digit of nine digits, worked out in another way than the program does."""
    total = 0
    for place, digit in enumerate(digits):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += sum(map(int, str(value)))
    return -total % 10


def number(day: date, serial: int, *, is_coordination: bool = False) -> str:
    """Return the ten digits of a number of somebody born on a day."""
    born = f"{day:%y%m}{day.day + (60 if is_coordination else 0):02d}"
    digits = f"{born}{serial:03d}"
    return f"{digits}{luhn(digits)}"


@pytest.mark.parametrize(
    "text",
    [
        TOLVAN,
        "19121212-1212",
        "191212121212",
        "1212121212",
        "121212+1212",
        "121212 1212",
        "121212 - 1212",
        "121212\N{EN DASH}1212",
        "P-191212121212",
        "C1212121212",
        "born 121212-1212, wants to work",
        "(191212121212)",
        "pnr:1212121212.",
        "2024-03-01 191212121212",
        "1912-12-12-1212",
        "12 12 12-1212",
        "1912.12.12+1212",
        "121212--1212",
        "19121212\t1212",  # two columns of a table that was copied
        "19121212\N{NO-BREAK SPACE}1212",
        "121212\N{NON-BREAKING HYPHEN}1212",
        "121212\N{MINUS SIGN}1212",
        "121212\N{FULLWIDTH HYPHEN-MINUS}1212",
        "121212\N{FULLWIDTH PLUS SIGN}1212",
        "121212\N{SOFT HYPHEN}1212",
        "1912\N{ZERO WIDTH SPACE}1212-\N{WORD JOINER}1212",
        "".join(chr(ord(each) - ord("0") + 0xFF10) if each.isdigit() else each for each in TOLVAN),  # full width
        "".join(chr(ord(each) - ord("0") + 0x0660) if each.isdigit() else each for each in TOLVAN),  # Arabic
        "Åsa Öberg 121212-1212 →",
        "121272-1219",  # a coordination number
        "19121272+1219",
    ],
)
def test_a_number_is_found_in_whatever_way_it_is_written(text: str) -> None:
    assert has_personal_number(text)
    hidden = without_personal_numbers(text)
    assert not has_personal_number(hidden)
    assert "1212" not in hidden.replace("-", "").replace("1219", "1212")
    assert not any(letter.isdigit() and not letter.isascii() for letter in hidden)


@pytest.mark.parametrize(
    "text",
    [
        "C1",
        "C0000017",
        "121212-1213",  # the check digit is wrong
        "121312-1218",  # no thirteenth month
        "120230-1215",  # no thirtieth of February
        "556036-0793",  # a company's number: its third digit is at least 2
        "2120001355",  # a municipality's
        "202100-5489",  # an authority's
        "0703-12 34 56",
        "070-174 06 05",
        "ocds-213czf-000-00001",
        "2026-09-01",
        "20260901",
        "1912121212123",  # thirteen digits
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "a1212121212b",  # within a longer word
        "45212000",
        "1912-12-12 1212",  # a day, and an hour or an amount after it
        "1912.12.12 1212",
        "121212/1212",
        "121212.1212",
        "12:12:12-1212",
        "121212\n1212",
        "²³¹½ Åland 121212 → 1212",
        "1234567890",
        "9999999999",
    ],
)
def test_an_ordinary_number_passes(text: str) -> None:
    assert not has_personal_number(text)
    assert without_personal_numbers(text) == text


@given(
    st.dates(date(1900, 1, 1), date(2026, 12, 31)),
    st.integers(1, 999),
    st.booleans(),
    st.sampled_from(["", "-", "+", " "]),
    st.booleans(),
)
def test_every_number_of_every_day_is_found_and_no_other_check_digit(
    day: date, serial: int, is_coordination: bool, mark: str, has_century: bool
) -> None:
    digits = number(day, serial, is_coordination=is_coordination)
    century = f"{day:%Y}"[:2] if has_century else ""
    assert has_personal_number(f"{century}{digits[:6]}{mark}{digits[6:]}")
    wrong = f"{digits[:9]}{(int(digits[9]) + 1) % 10}"
    assert not has_personal_number(f"{century}{wrong[:6]}{mark}{wrong[6:]}")


FIELDS: tuple[tuple[Any, str], ...] = (
    (b.candidate, "candidate_id"),
    (lambda text: b.candidate("C1", groups=(text,)), "groups"),
    (lambda text: b.candidate("C1", municipality=text), "municipality"),
    (lambda text: b.candidate("C1", occupations=(text,)), "occupations"),
    (lambda text: b.held_skill(text, "forklift"), "candidate_id"),
    (lambda text: b.held_skill("C1", text), "skill"),
    (b.contract, "contract_id"),
    (lambda text: b.contract("T1", supplier=text), "supplier"),
    (lambda text: b.contract("T1", title=f"For {text} alone"), "title"),
    (b.vacancy, "vacancy_id"),
    (lambda text: b.vacancy("V1", title=text), "title"),
    (b.course, "course_id"),
    (b.budget, "budget_id"),
    (lambda text: b.enrolment(text, "K1"), "candidate_id"),
)


@pytest.mark.parametrize(("make", "field"), FIELDS)
def test_no_id_and_no_text_of_a_problem_takes_one(make: Any, field: str) -> None:
    """The fault says which field it is and what to do, and does not repeat the number."""
    with pytest.raises(InvalidInput) as raised:
        make(TOLVAN)
    fault = next(fault for fault in raised.value.faults if fault.code == "personal_number")
    assert fault.field == field
    assert TOLVAN not in str(raised.value)
    assert TOLVAN not in repr(fault)


def test_no_message_repeats_a_number() -> None:
    """Whatever a fault is about, neither its id nor its field nor its value shows one, and no other error does."""
    fault = Fault(code="x", must="be", remedy="Be.", entity_id=f"C{TOLVAN}", field=TOLVAN, value=f"born {TOLVAN}")
    moved = replace(fault, line=3)
    assert TOLVAN not in f"{fault!r} {fault} {moved}"
    assert TOLVAN not in str(UnknownId(f"Candidate {TOLVAN!r} must be there.", entity="candidates", entity_id=""))
