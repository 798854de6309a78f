"""Foreign values become clean cells and safe ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.problem.rules_of_fields import is_identifier
from matcher.sources.cells import clause, cpv_code, is_withheld, joined, plain, safe_id, whole_number


@pytest.mark.parametrize("value", [None, "", "  ", "[]", "null", "{}", [], {}, True, "\x00\x01", "\ud800"])
def test_what_says_nothing_is_an_empty_cell(value: object) -> None:
    """The label "[]" and its kin are absent, not texts."""
    assert plain(value) == ""


def test_a_text_becomes_one_clean_line() -> None:
    """Control characters and reversed reading directions do not reach a cell."""
    assert plain(" Park\r\n och\tVinter\x00 \u202eAB\ufeff ") == "Park och Vinter AB"
    assert plain(17) == "17"


def test_a_formula_is_disarmed_as_everywhere_in_a_problem_folder() -> None:
    """A spreadsheet must not run what a publisher wrote."""
    assert plain('=HYPERLINK("http://x")') == '\'=HYPERLINK("http://x")'
    assert [plain(text)[0] for text in ("+46 31", "-", "@home AB")] == ["'", "'", "'"]


def test_a_long_text_is_cut_visibly() -> None:
    """Nothing grows without bound, and the cut can be seen."""
    assert plain("x" * 1000, 10) == "x" * 9 + "…"


def test_a_clause_keeps_its_lines() -> None:
    """The lines of a clause are its points."""
    assert (
        clause("  Leverantören ska:\r\n\r\n - anställa två\x07 \n - handleda")
        == "Leverantören ska:\n- anställa två\n- handleda"
    )


def test_names_are_joined_without_making_a_list_of_them() -> None:
    """A consortium is one supplier in one cell."""
    assert joined(["A AB", "", "B AB", "A AB"]) == "A AB + B AB"


def test_withheld_names_are_recognised() -> None:
    """A stand-in is not a supplier's name."""
    assert is_withheld(" Unpublished ")
    assert not is_withheld("Publik AB")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("45233130", "45233130"),
        ("45233130-4", "45233130"),
        ("45233130.0", "45233130"),
        (45233130, "45233130"),
        (3000000, "03000000"),
        ("3000000", ""),
        ("45", ""),
        ("abc", ""),
        ("00000000", ""),
        (None, ""),
        (True, ""),
    ],
)
def test_cpv_codes_have_eight_digits(value: object, code: str) -> None:
    """Check digits and the traces of spreadsheets go; nothing else passes for a code."""
    assert cpv_code(value) == code


@given(st.lists(st.one_of(st.none(), st.text(max_size=300), st.integers()), max_size=4))
def test_an_id_is_always_safe_and_the_same(parts: list[str | int | None]) -> None:
    """Whatever a publisher writes, the id can stand in every file and is the same next time."""
    made = safe_id(*parts)
    assert made == safe_id(*parts)
    assert made == "" or (is_identifier(made) and made.isascii() and not made.startswith((".", "-", "=", "+", "@")))
    assert "/" not in made
    assert ".." not in made or "/" not in made


@given(st.text(min_size=1, max_size=400), st.text(min_size=1, max_size=400))
def test_different_originals_get_different_ids(first: str, second: str) -> None:
    """Two awards never share a row because their ids look alike once cleaned."""
    assert (
        (safe_id(first) == safe_id(second)) == (first.strip() == second.strip())
        or not first.strip()
        or not second.strip()
    )


def test_ordinary_ids_stay_as_they_are() -> None:
    """People recognise the publisher's own ids."""
    assert safe_id("ocds-abc-1", "award.2", None, "") == "ocds-abc-1-award.2"


@pytest.mark.parametrize(
    ("value", "number"), [(3, 3), (3.0, 3), ("3", 3), (3.5, None), (True, None), ("3 st", None), (None, None)]
)
def test_whole_numbers(value: object, number: int | None) -> None:
    """A number is taken where it is one."""
    assert whole_number(value) == number
