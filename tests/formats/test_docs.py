"""docs/formats.md says what the code does: its tables are those of the schema, its codes those that can be raised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from matcher.formats.kinds import MEANING_BY_KIND
from matcher.formats.plan_schema import MEMBERS
from matcher.formats.policy_keys import KEYS
from matcher.formats.scenario_kinds import CHANGE_KINDS
from matcher.formats.schema import Column, Table
from matcher.formats.tables import SIDE_TABLES, TABLES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
_CODE = re.compile(
    r"(?:code=|BrokenFile\(\s*|BadCell\(\s*|refused\(\s*|checks\.add\(\s*|self\.add\(\s*|_Misfit\(\s*|_fault\(\s*"
    r"|self\._report\(\s*|_broken\(\s*|_needs_input\(\s*|if is_\w+ else |else )\"([a-z]+(?:_[a-z]+)+)\""
)


def columns_as_markdown(columns: tuple[Column, ...]) -> str:
    """Return the documentation's table of some columns."""
    lines = ["| column | kind | required | meaning | example |", "|---|---|---|---|---|"]
    for column in columns:
        words = f" One of {', '.join(f'`{word}`' for word in column.words)}." if column.words else ""
        required = "may be empty" if column.may_be_empty else "yes" if column.is_required else ""
        lines.append(
            f"| `{column.name}` | {column.kind.name} | {required} | {column.meaning}{words} | `{column.example}` |"
        )
    return "\n".join(lines)


def policy_as_markdown() -> str:
    """Return the documentation's table of the policy's keys."""
    lines = ["| key | kind | meaning | default or example |", "|---|---|---|---|"]
    lines += [f"| `{key.name}` | {key.kind.name} | {key.meaning} | `{key.example}` |" for key in KEYS]
    return "\n".join(lines)


def kinds_as_markdown() -> str:
    """Return the documentation's table of the kinds of cells."""
    lines = ["| kind | what a cell may hold |", "|---|---|"]
    return "\n".join([*lines, *(f"| {kind} | {meaning} |" for kind, meaning in MEANING_BY_KIND.items())])


def changes_as_markdown() -> str:
    """Return the documentation's table of the kinds of changes."""
    lines = ["| kind | meaning | keys |", "|---|---|---|"]
    for kind in CHANGE_KINDS:
        whole = next((table for table in TABLES if kind.columns[: len(table.columns)] == table.columns), None)
        keys = [f"The columns of `{whole.name}`."] if whole else [] if kind.columns else ["Those of `policy.toml`."]
        for column in kind.columns[len(whole.columns) if whole else 0 :]:
            name = f"**`{column.name}`**" if column.is_required else f"`{column.name}`"
            keys.append(f"{name} ({column.kind.name}): {column.meaning}")
        lines.append(f"| `{kind.name}` | {kind.meaning} | {' '.join(keys)} |")
    return "\n".join(lines)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_is_documented(table: Table) -> None:
    """With its meaning and all its columns, word for word."""
    assert f"### {table.name}\n\n{table.meaning}\n\n{columns_as_markdown(table.columns)}\n" in TEXT


def test_policy_and_kinds_are_documented() -> None:
    """All keys and all kinds of cells."""
    assert policy_as_markdown() in TEXT
    assert kinds_as_markdown() in TEXT


def test_every_kind_of_change_is_documented() -> None:
    """With its meaning and all its keys."""
    assert changes_as_markdown() in TEXT


def test_side_tables_are_documented() -> None:
    """Those that importers write."""
    assert all(f"`{name}`" in TEXT for name in SIDE_TABLES)


def test_every_member_of_a_plan_is_documented() -> None:
    """Every object of the plan file has a line with all its members."""
    section = TEXT[TEXT.index("## Plans") : TEXT.index("## Exports")]
    for members in MEMBERS.values():
        assert all(f"`{member.name}`" in section for member in members)


def test_every_code_is_documented() -> None:
    """Whatever code the sources can raise stands in the list of faults."""
    sources = [
        *(ROOT / "src" / "matcher" / "formats").glob("*.py"),
        *(ROOT / "src" / "matcher" / "problem").rglob("*.py"),
    ]
    codes = {code for source in sources for code in _CODE.findall(source.read_text(encoding="utf-8"))}
    section = TEXT[TEXT.index("## Faults") :]

    assert len(codes) > 40
    assert {code for code in codes if f"`{code}`" not in section} == set()
