"""The table of security requirements is complete, and what it names is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "security-asvs.md").read_text(encoding="utf-8")
STATES = {"met", "n/a", "gap", "operator"}
# Requirements of levels 1 and 2 in each section of ASVS 5.0.0.
SIZES = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip


def rows() -> list[list[str]]:
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line[:1] == "|"]
    return [row for row in found if row[0][:1].isdigit()]


def test_every_requirement_of_both_levels_has_its_line() -> None:
    """Each number once, and as many in each section as the standard has."""
    numbers = [number for row in rows() for number in row[0].split(", ")]
    assert len(numbers) == len(set(numbers))
    assert Counter(number.rpartition(".")[0] for number in numbers) == Counter(SIZES)


def test_every_line_has_a_state_and_what_is_met_says_by_what() -> None:
    """A gap is told at the top as well."""
    gaps = TEXT.partition("## Gaps")[2].partition("## V1")[0]
    for number, _, short, state, by in rows():
        assert state in STATES, number
        assert short
        assert by or state == "n/a", number
        if state == "gap":
            assert number.split(", ")[0] in gaps, number


# What is a text, a rule that is not there, or another program's: nothing of ours could be tested.
WRITTEN = {"2.1.1", "2.1.3", "4.2.1", "5.1.1", "6.2.10", "6.4.2", "7.1.2", "7.1.3", "15.1.1", "16.2.3"}


def test_what_is_met_is_tested() -> None:
    """Each line names a file of tests, or is one of the few that only a reader can judge."""
    untested = {number.split(", ")[0] for number, _, _, state, by in rows() if state == "met" and "`tests/" not in by}
    assert untested == WRITTEN


def test_what_the_table_names_is_there() -> None:
    """Files and pages."""
    named = re.findall(r"`((?:api|src|tests|docs)/[^`\s]+)`", TEXT)
    pages = re.findall(r"\]\(([a-z-]+\.md)", TEXT)
    assert len(named) > 60
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert [name for name in pages if not (ROOT / "docs" / name).exists()] == []
