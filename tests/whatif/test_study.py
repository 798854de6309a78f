"""A study cannot be put together so that its parts contradict one another."""

from __future__ import annotations

import pytest

from matcher.whatif.study import Chart, Point, Series, Study, StudyColumn, StudyTable

COLUMNS = (StudyColumn(name="seats", title="Seats", kind="count"), StudyColumn(name="placed", title="Placed"))


def table(name: str = "frontier", rows: tuple[tuple[int, int], ...] = ((1, 2),)) -> StudyTable:
    return StudyTable(name=name, title="Frontier", columns=COLUMNS, rows=rows)


def chart(of: str) -> Chart:
    series = Series(name="plan", title="Plan", points=(Point(x=1, y=2.0),))
    return Chart(
        name="drawn", title="Frontier", kind="step", x_title="Seats", y_title="Placed", series=(series,), table=of
    )


def test_a_chart_has_a_table_beside_it() -> None:
    """What is drawn can be read as a table, so a chart that names no table of the study is refused."""
    Study(question="invest", title="Frontier", tables=(table(),), charts=(chart("frontier"),))

    with pytest.raises(ValueError, match="must have a table beside it, got 'other'"):
        Study(question="invest", title="Frontier", tables=(table(),), charts=(chart("other"),))


def test_names_are_unique() -> None:
    """Programs find tables and columns by name."""
    with pytest.raises(ValueError, match=r"tables must have different names, got \['frontier'\]"):
        Study(question="invest", title="Frontier", tables=(table(), table()))
    with pytest.raises(ValueError, match="columns must have different names"):
        StudyTable(name="frontier", title="Frontier", columns=COLUMNS[:1] * 2, rows=())


def test_rows_are_as_wide_as_the_columns() -> None:
    """A cell too few would shift every one after it."""
    with pytest.raises(ValueError, match="must have 2 cells in each row"):
        table(rows=((1, 2, 3),))  # type: ignore[arg-type]


@pytest.mark.parametrize(("low", "high"), [(2.5, 3.0), (1.0, 1.5)])
def test_a_point_lies_in_its_interval(low: float, high: float) -> None:
    """An interval that does not hold its own estimate is a mistake of whoever made it."""
    with pytest.raises(ValueError, match="must lie in its interval"):
        Point(x=1, y=2.0, low=low, high=high)
