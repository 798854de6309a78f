"""The page about sources names everything that imports write."""

from pathlib import Path

import pytest

from matcher.sources import SOURCE_NAMES
from matcher.sources.tables import CONCEPTS, NOTICES, OCCUPATION_SKILLS, TABLES

PAGE = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*SOURCE_NAMES, *TABLES])
def test_every_source_and_table_is_described(name: str) -> None:
    """A table that appears in a folder can be looked up."""
    assert name in PAGE


@pytest.mark.parametrize("column", sorted({*NOTICES.columns, *CONCEPTS.columns, *OCCUPATION_SKILLS.columns}))
def test_every_column_of_the_tables_of_imports_is_described(column: str) -> None:
    """No other page describes these."""
    assert column in PAGE
