"""Single cells: what each kind accepts, how it is shown, and what is done to texts that look like formulas."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.formats.kinds import (
    BOOLEAN,
    DATE,
    DECIMAL,
    GROUPS,
    INTEGER,
    LIST,
    MEANING_BY_KIND,
    NUMBER,
    SKILLS,
    TEXT,
    BadCell,
    Kind,
)
from matcher.formats.schema import Column
from matcher.formats.spreadsheet_text import cell_value, neutral
from matcher.formats.tables import TABLES
from matcher.problem import TABLE_NAMES, GroupMembership, SkillLevel


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (DATE, "2024-02-29", date(2024, 2, 29)),
        (DATE, "1900-01-01", date(1900, 1, 1)),
        (DATE, "2200-12-31", date(2200, 12, 31)),
        (INTEGER, "0", 0),
        (INTEGER, "-7", -7),
        (INTEGER, "007", 7),
        (DECIMAL, "12.50", Decimal("12.5")),
        (DECIMAL, "-0", Decimal(0)),
        (NUMBER, "1e-07", 1e-7),
        (NUMBER, "57.7072", 57.7072),
        (BOOLEAN, "TRUE", True),
        (BOOLEAN, "False", False),
        (LIST, "a;b", ("a", "b")),
        (
            GROUPS,
            "youth:2027-03-31;x",
            (GroupMembership(group="youth", until=date(2027, 3, 31)), GroupMembership(group="x")),
        ),
        (SKILLS, "a", (SkillLevel(skill="a"),)),
        (SKILLS, "a:3", (SkillLevel(skill="a", level=3),)),
        (SKILLS, "http://x/y", (SkillLevel(skill="http://x/y"),)),
        (SKILLS, "http://x/y:2", (SkillLevel(skill="http://x/y", level=2),)),
        (SKILLS, "esco:ab", (SkillLevel(skill="esco:ab"),)),
    ],
)
def test_a_cell_is_read(kind: Kind, text: str, value: Any) -> None:
    """Valid texts become values."""
    assert kind.read(text) == value


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (DECIMAL, Decimal("1E+3"), "1000"),
        (DECIMAL, Decimal("1.2300"), "1.23"),
        (DECIMAL, Decimal("-0.0"), "0"),
        (DECIMAL, 5, "5"),
        (NUMBER, 25, "25.0"),
        (NUMBER, -0.0, "0.0"),
        (NUMBER, 1e-7, "1e-07"),
        (SKILLS, (SkillLevel(skill="a:b"),), "a:b:1"),
        (SKILLS, (SkillLevel(skill="a"), SkillLevel(skill="b", level=2)), "a;b:2"),
        (GROUPS, (), ""),
        (TEXT, None, ""),
    ],
)
def test_a_value_is_shown(kind: Kind, value: Any, text: str) -> None:
    """Equal values have one text."""
    assert kind.write(value) == text


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@1", "'=1", "''@", "=", "-"])
def test_texts_like_formulas_are_neutral_and_come_back(text: str) -> None:
    """With an apostrophe no program computes them; reading takes it away again."""
    column = Column(name="title", kind=TEXT, meaning="", example="")

    assert neutral(text) == f"'{text}"
    assert cell_value(column, neutral(text)) == text


@given(st.text(min_size=1))
def test_any_text_comes_back(text: str) -> None:
    """Neutralising is undone exactly, whatever the text."""
    column = Column(name="title", kind=TEXT, meaning="", example="")

    assert cell_value(column, neutral(text)) == text
    assert neutral(text)[0] not in "=+-@"


@pytest.mark.parametrize("text", ["'", "'x", "x=", "1", "é", "''"])
def test_other_texts_are_left_alone(text: str) -> None:
    """An apostrophe that hides no formula is part of the text."""
    assert neutral(text) == text


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_description_fits_the_classes(table: Any) -> None:
    """Every field has its column, required columns come first, and every example is a valid cell."""
    assert [column.name for column in table.columns] == list(table.row_type.__slots__)
    required = [column.is_required for column in table.columns]
    assert required == sorted(required, reverse=True)
    for column in table.columns:
        assert column.meaning.endswith(".")
        assert cell_value(column, column.example) is not None
        assert not column.words or column.example in column.words
        assert column.kind.name in MEANING_BY_KIND
    row = {column.name: column.kind.read(column.example) for column in table.columns}
    for name, empty in {"scope_id": "scope"}.items():
        if row.get(empty) == "all":
            row[name] = None
    assert table.row_type(**row)


def test_all_tables_are_described() -> None:
    """In the order of the problem's fields."""
    assert tuple(table.name for table in TABLES) == TABLE_NAMES


def test_a_bad_cell_names_its_part() -> None:
    """Within a list the entry at fault is the value."""
    with pytest.raises(BadCell) as refusal:
        GROUPS.read("youth;x:2026-02-30")

    assert (refusal.value.code, refusal.value.value) == ("bad_date", "2026-02-30")


@pytest.mark.parametrize(
    ("kind", "text", "must"),
    [
        (INTEGER, "1" * 16, "have {field} as a whole number of at most 15 digits"),
        (INTEGER, "-" + "1" * 16, "have {field} as a whole number of at most 15 digits"),
        (INTEGER, "1.5", "have {field} as a whole number in the digits 0 to 9"),
        (NUMBER, "1e400", "have {field} as a number like 12.5"),
    ],
)
def test_a_number_that_is_too_large_is_told_as_it_was_written(kind: Kind, text: str, must: str) -> None:
    """What is said of it is what is wrong with it."""
    with pytest.raises(BadCell) as refusal:
        kind.parse(text)

    assert (refusal.value.must, refusal.value.value) == (must, text)
    assert INTEGER.parse("-" + "1" * 15) == -111_111_111_111_111
