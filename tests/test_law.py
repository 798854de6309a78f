"""docs/law.md is true: every duty has a source, something that serves it, and a test that is there."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from matcher.report.legal import TEMPLATES
from matcher_api.auth.policy import POLICY

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
CODE = re.compile(r"`([^`]+)`")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith("| duty")
]


def names_of(path: Path) -> set[str]:
    """Return the functions that a module defines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_each_duty_has_a_source_a_feature_and_a_test_that_is_there(row: list[str]) -> None:
    """A test that is renamed or removed, a page or a document that is gone, fails here."""
    duty, source, feature, tests = row
    assert duty
    assert re.search(r"art\.|annex|§|kap\.", source), source
    named = CODE.findall(tests)
    assert named, duty
    for test in named:
        file, _, function = test.partition("::")
        assert (ROOT / file).is_file(), file
        assert file.startswith("tests/")
        functions = names_of(ROOT / file)
        assert function in functions if function else any(name.startswith("test_") for name in functions), test
    for code in CODE.findall(feature):
        if code.startswith("matcher law "):
            assert code.removeprefix("matcher law ") in TEMPLATES
        elif code.startswith("/"):
            path = code.replace("ID", "C1")
            assert POLICY.find("GET", path).methods or POLICY.find("POST", path).methods, code
    for file in re.findall(r"docs/\w+\.md", feature):
        assert (ROOT / file).is_file(), file


def test_the_page_says_when_it_was_checked_and_covers_each_law() -> None:
    found = re.search(r"Checked on (\d{4}-\d{2}-\d{2})", TEXT)
    assert found is not None
    assert date(2026, 11, 26) <= date.fromisoformat(found[1])
    assert len(ROWS) >= 45
    for law in ("2024/1689", "2016/679", "2008:567", "2009:400", "1990:782", "2018:1937", "2026/1744"):
        assert law in TEXT
