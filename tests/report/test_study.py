"""Any study as a page, a workbook and JSON: the same numbers, readable by everybody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from matcher.errors import InvalidInput
from matcher.formats.workbook_archive import Archive
from matcher.formats.workbook_cells import SheetCells
from matcher.formats.workbook_sheets import open_workbook
from matcher.languages import Language
from matcher.report import study_page, write_study
from matcher.report.charts import LETTER, MOST_ROWS, WIDTH, drawing
from matcher.report.rendering import style_of
from matcher.whatif.study import Chart, KeyFigure, Point, Series, Study, StudyColumn, StudyTable
from tests.languages.strict import strict_phrases
from tests.report.test_page import Outline, text_of


@pytest.fixture(autouse=True)
def _strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.report.study_html.phrases", strict_phrases)


def frontier() -> Study:
    """Return a study with a frontier over money, an interval per cohort, a day, and something that is not known."""
    money = StudyTable(
        name="frontier",
        title="What money buys",
        columns=(
            StudyColumn(name="budget", title="Budget", kind="money"),
            StudyColumn(name="placed", title="Placed", kind="number"),
            StudyColumn(name="placed_low", title="from", kind="number"),
            StudyColumn(name="placed_high", title="to", kind="number"),
            StudyColumn(name="until", title="Until", kind="day"),
        ),
        rows=(
            (Decimal(100_000), 12.5, 11.0, 14.0, date(2026, 9, 1)),
            (Decimal(200_000), 20.0, None, None, None),
        ),
        note="Each point is solved on its own.",
    )
    chances = StudyTable(
        name="cohorts",
        title="Cohorts",
        columns=(StudyColumn(name="cohort", title="Cohort"), StudyColumn(name="met", title="Chance", kind="share")),
        rows=(("<K1>", 0.25), ("K2 =1+1", 1.0)),
    )
    points = (Point(x=100_000, y=12.5, low=11.0, high=14.0), Point(x=200_000, y=20.0))
    named = (Point(x="<K1>", y=0.25, low=0.2, high=0.3), Point(x="K2 =1+1", y=1.0))
    line = Chart(
        name="frontier",
        title="The frontier",
        kind="step",
        x_title="kronor",
        y_title="placements",
        series=(Series(name="plan", title="best plan", points=points), Series(name="hand", title="by hand", points=())),
        table="frontier",
    )
    rows = Chart(
        name="cohorts",
        title="Chances",
        kind="interval",
        x_title="",
        y_title="chance",
        y_kind="share",
        series=(Series(name="met", title="met", points=named),),
        table="cohorts",
        aim=0.9,
    )
    return Study(
        question="invest",
        title="200 000 kr place 20 people.",
        sentences=("Twice the money is not twice the people.",),
        figures=(KeyFigure(name="share", title="Share", value=0.125, kind="share", note="of everybody"),),
        tables=(money, chances),
        charts=(line, rows),
        assumptions=("Prices stay as they are.",),
        limits=("Nothing is known about next year.",),
        made_from=(("problem", "sha256:0"),),
    )


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_page_says_everything_and_is_whole(language: Language) -> None:
    """Title, tables with intervals in the cells of their estimates, assumptions and limits; proper elements."""
    html = study_page(frontier(), language)
    said = text_of(html)

    Outline(html)
    assert "200 000 kr place 20 people. Twice the money" in said
    assert "Prices stay as they are." in said
    assert "Nothing is known about next year." in said
    assert "Each point is solved on its own." in said
    assert ("12.5 (11 – 14)" if language == "en" else "12,5 (11 – 14)") in said
    assert ("1 September 2026" if language == "en" else "2026-09-01") in said
    assert "–" in said


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    """Its policy allows its own style and nothing else, and what comes from a problem is text, not markup."""
    html = study_page(frontier(), "en")
    style = style_of("style", "chart")

    assert "<script" not in html
    assert "http" not in html.replace("http-equiv", "")
    assert "style=" not in html.replace("style-src", "")
    assert f"'sha256-{style.digest}'" in html
    assert "<K1>" not in html
    assert "&lt;K1&gt;" in html


def test_each_chart_is_an_image_with_words_and_its_table_in_the_same_part() -> None:
    """Screen readers get title and description of each drawing, a region to scroll, and the table under it."""
    page = Outline(study_page(frontier(), "en"))
    drawings = [attributes for attributes in page.all("svg") if attributes.get("role") == "img"]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]

    assert len(drawings) == 2
    assert len(ids) == len(set(ids))
    for attributes in drawings:
        labels = (attributes["aria-labelledby"] or "").split()
        assert len(labels) == 2
        assert set(labels) <= set(ids)
    assert len(page.all("table")) == 2
    for attributes in page.all("div"):
        if attributes.get("role") == "region":
            assert attributes["tabindex"] == "0"
            assert attributes["aria-label"]


def test_points_are_drawn_where_their_values_are() -> None:
    """Twice as far on the scale is twice as far in the drawing; the step holds its value until the next point."""
    line, rows = frontier().charts
    drawn = drawing(line, lambda value, kind: str(value))
    assert drawn is not None
    first, second = drawn.lines[0].dots
    by_text = {tick.text: tick.at for tick in drawn.y_ticks}

    assert by_text["20.0"] == second.y
    assert by_text["10.0"] - first.y == pytest.approx((by_text["10.0"] - by_text["20.0"]) / 4, abs=0.1)
    assert drawn.lines[0].path == f"M{first.x} {first.y}H{second.x}V{second.y}"
    assert (first.low, first.high) != (None, None)
    assert first.low is not None
    assert first.high is not None
    assert first.low > first.y > first.high
    across = drawing(rows, lambda value, kind: str(value))
    assert across is not None
    assert across.aim == pytest.approx(across.left + 0.9 * (across.right - across.left), abs=0.1)
    assert [name.text for name in across.names] == ["<K1>", "K2 =1+1"]
    assert across.lines[0].dots[1].x == pytest.approx(across.right, abs=0.1)


def test_long_charts_leave_rows_to_the_table() -> None:
    """So many rows that nobody could read the drawing: the first are drawn, and the others counted."""
    points = tuple(Point(x=f"K{number}", y=0.5) for number in range(MOST_ROWS + 5))
    chart = replace(frontier().charts[1], series=(Series(name="met", title="met", points=points),))
    drawn = drawing(chart, lambda value, kind: str(value))

    assert drawn is not None
    assert (len(drawn.names), drawn.num_hidden) == (MOST_ROWS, 5)


def test_days_make_a_scale_and_nothing_makes_no_drawing() -> None:
    """A timeline has days on its scale; a chart without points is left out."""
    line = frontier().charts[0]
    days = tuple(Point(x=date(2026, month, 1), y=float(month)) for month in (1, 4, 9))
    drawn = drawing(
        replace(line, kind="line", series=(Series(name="a", title="a", points=days),)), lambda value, kind: str(value)
    )

    assert drawn is not None
    assert all(len(tick.text) == len("2026-01-01") for tick in drawn.x_ticks)
    half = len("2026-01-01") * LETTER / 2
    assert all(half <= tick.middle <= WIDTH - half for tick in drawn.x_ticks)  # no end of a day is cut off
    assert [tick.middle for tick in drawn.x_ticks[:-1]] == [tick.at for tick in drawn.x_ticks[:-1]]
    assert drawn.x_ticks[-1].middle < drawn.x_ticks[-1].at
    assert drawing(replace(line, series=()), lambda value, kind: str(value)) is None
    with pytest.raises(TypeError, match="must lie at a number or a day"):
        drawing(
            replace(line, series=(Series(name="a", title="a", points=(Point(x="K", y=1.0),)),)), lambda v, k: str(v)
        )


def test_json_holds_rows_by_name(tmp_path: Path) -> None:
    """Programs find cells by the names of columns, numbers as numbers, days as ISO text, nothing as null."""
    write_study(frontier(), tmp_path / "study.json", "en")
    document = json.loads((tmp_path / "study.json").read_text(encoding="utf-8"))
    money = document["tables"][0]

    assert money["rows"][0] == {
        "budget": 100000,
        "placed": 12.5,
        "placed_low": 11.0,
        "placed_high": 14.0,
        "until": "2026-09-01",
    }
    assert money["rows"][1]["until"] is None
    assert document["charts"][0]["series"][0]["points"][0] == {"x": 100000, "y": 12.5, "low": 11.0, "high": 14.0}
    assert document["made_from"] == {"problem": "sha256:0"}


def test_a_workbook_has_a_sheet_per_table_and_no_formula(tmp_path: Path) -> None:
    """Words first, then each table with numbers and days as such; a text that looks like a formula stays a text."""
    write_study(frontier(), tmp_path / "study.xlsx", "en")
    with Archive(tmp_path / "study.xlsx") as archive:
        workbook = open_workbook(archive)
        assert list(workbook.part_by_sheet) == ["Study", "frontier", "cohorts"]
        sheets = {
            name: [
                {place: str(value) for place, value in cells.items()} for _, cells in SheetCells(workbook, name).rows()
            ]
            for name in workbook.part_by_sheet
        }

    assert list(sheets["frontier"][0].values()) == ["Budget", "Placed", "from", "to", "Until"]
    assert list(sheets["frontier"][1].values()) == ["100000", "12.5", "11", "14", "2026-09-01"]
    assert sorted(sheets["frontier"][2]) == [0, 1]
    assert "K2 =1+1" in sheets["cohorts"][2][0]
    assert "Nothing is known about next year." in [row.get(1) for row in sheets["Study"]]


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    """The ending says the format, and there are three."""
    with pytest.raises(InvalidInput, match=r"must end in \.html, \.xlsx or \.json"):
        write_study(frontier(), tmp_path / "study.pdf", "en")
