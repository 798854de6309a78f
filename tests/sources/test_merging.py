"""Who owns a cell is decided by comparing it with what was imported into it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matcher.sources.merging import is_untouched, merged_row, new_row, overwritten_row, record_of, source_text
from matcher.sources.rows import ImportedRow
from matcher.sources.staging import Origin, StagedRow

COLUMNS = ("a", "b", "c")
_texts = st.sampled_from(["", "x", "y", "z"])
_cells = st.fixed_dictionaries(dict.fromkeys(COLUMNS, _texts))
_versions = st.sampled_from(["", "2026-01", "2026-02", "2026-03"])


def staged(cells: dict[str, str], version: str = "2026-02", states_all: bool = True) -> StagedRow:
    row = ImportedRow(table="contracts", key=("T1",), cells=cells)
    return StagedRow(row=row, record_id="R", version=version, states_all=states_all)


def origins(version: str = "2026-01", **values: str) -> dict[str, Origin]:
    return {column: Origin(source=source_text("eforms", "R", version), value=value) for column, value in values.items()}


def test_an_untouched_cell_follows_the_source() -> None:
    """What was imported yesterday and is still there is replaced by what the source says today."""
    merged = merged_row({"a": "old"}, staged({"a": "new"}), origins(a="old"), "eforms")
    assert merged.cells == {"a": "new"}
    assert merged.origins["a"].value == "new"
    assert merged.is_changed


def test_a_cell_changed_by_hand_stays() -> None:
    """The difference is told instead, and the originally imported value stays on record."""
    merged = merged_row({"a": "mine"}, staged({"a": "new"}), origins(a="old"), "eforms")
    assert merged.cells == {"a": "mine"}
    assert merged.kept == {"a": "new"}
    assert merged.origins == {}
    assert not merged.is_changed


def test_a_cell_filled_in_by_hand_stays() -> None:
    """What the first import left empty belongs to whoever fills it."""
    merged = merged_row({"a": "mine"}, staged({"a": "new"}), origins(b="x"), "eforms")
    assert merged.cells == {"a": "mine"}
    assert merged.kept == {"a": "new"}


def test_a_cell_cleared_by_hand_stays_empty() -> None:
    """Somebody who removes a wrong date does not get it back."""
    merged = merged_row({"a": ""}, staged({"a": "new"}), origins(a="old"), "eforms")
    assert merged.cells == {"a": ""}


def test_a_gap_that_the_source_now_fills_is_filled() -> None:
    """A later version may state what an earlier one did not."""
    merged = merged_row({"a": ""}, staged({"a": "new"}), {}, "eforms")
    assert merged.cells == {"a": "new"}


def test_a_value_that_the_source_withdraws_goes_if_untouched() -> None:
    """A notice repeats everything it knows, so what it no longer says no longer holds."""
    merged = merged_row({"a": "old"}, staged({"a": ""}), origins(a="old"), "eforms")
    assert merged.cells == {"a": ""}
    assert merged.cleared == ("a",)


def test_what_only_tells_news_withdraws_nothing() -> None:
    """A contract release without the award's date does not remove the date."""
    merged = merged_row({"a": "old"}, staged({"a": ""}, states_all=False), origins(a="old"), "ocds")
    assert merged.cells == {"a": "old"}


def test_an_older_version_changes_nothing() -> None:
    """Importing yesterday's file after today's does not turn the clock back."""
    merged = merged_row({"a": "new"}, staged({"a": "old"}, version="2026-01"), origins("2026-02", a="new"), "eforms")
    assert merged.cells == {"a": "new"}
    assert not merged.is_changed


def test_a_hand_made_value_that_the_source_comes_to_agree_with_follows_it_again() -> None:
    """Once both say the same, the cell is no longer a difference."""
    merged = merged_row({"a": "same"}, staged({"a": "same"}), origins(a="old"), "eforms")
    assert merged.origins["a"].value == "same"


@given(_cells, _cells, _versions, st.booleans(), st.dictionaries(st.sampled_from(COLUMNS), _texts, max_size=3))
def test_importing_again_changes_nothing_and_touched_cells_never_change(
    first: dict[str, str], second: dict[str, str], version: str, states_all: bool, by_hand: dict[str, str]
) -> None:
    """For every sequence of import, hand edit, import, import: the last changes nothing and no touched cell changes."""
    created = new_row(staged(first, "2026-01"), ("id",), "eforms")
    known, folder = dict(created.origins), {**created.cells, **by_hand}
    touched = {column for column in COLUMNS if folder[column] != created.cells[column]}
    update = staged(second, version, states_all)
    once = merged_row(folder, update, known, "eforms")
    assert all(once.cells[column] == folder[column] for column in touched)
    after = {**{column: origin for column, origin in known.items() if column not in once.cleared}, **once.origins}
    twice = merged_row(once.cells, update, after, "eforms")
    assert twice.cells == once.cells
    assert not twice.is_changed
    assert {
        **{column: origin for column, origin in after.items() if column not in twice.cleared},
        **twice.origins,
    } == after


def test_the_source_of_a_cell_can_be_read_back() -> None:
    """Record and version stand in sources.csv; what a person wrote there is no record."""
    assert record_of(source_text("ocds", "ocds-1", "2026-01-01T00:00:00Z")) == ("ocds-1", "2026-01-01T00:00:00Z")
    assert record_of(source_text("ocds", "ocds-1", "")) == ("ocds-1", "")
    assert record_of("typed in by hand on Monday") == ("", "")


def test_a_row_is_untouched_only_if_every_cell_is() -> None:
    """A cell added beside the imported ones is a touch too."""
    known = origins(level="2", origin="stated")
    assert is_untouched({"skill": "S", "level": "2", "origin": "stated", "weight": ""}, known, ("skill",))
    assert not is_untouched({"skill": "S", "level": "2", "origin": "stated", "weight": "3"}, known, ("skill",))
    assert not is_untouched({"skill": "S", "level": "3", "origin": "stated"}, known, ("skill",))


def test_a_copied_taxonomy_is_overwritten_where_it_says_something() -> None:
    """Labels of advertisements fill gaps only; the taxonomy itself replaces."""
    taxonomy = StagedRow(
        row=ImportedRow(table="concepts", key=("c",), cells={"label": "new", "code": ""}),
        record_id="R", version="", states_all=False,
    )  # fmt: skip
    filling = StagedRow(
        row=ImportedRow(table="concepts", key=("c",), cells={"label": "ad", "code": "7"}, only_if_absent=True),
        record_id="R", version="", states_all=False,
    )  # fmt: skip
    assert overwritten_row({"label": "old", "code": "1"}, taxonomy).cells == {"label": "new", "code": "1"}
    assert overwritten_row({"label": "old", "code": ""}, filling).cells == {"label": "old", "code": "7"}
