"""A study as one self-contained HTML page: no script, nothing loaded from anywhere, a table beside each chart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matcher.languages import Language, Phrases, message, phrases
from matcher.report.charts import MOST_MARKS, WIDTH, Drawing, ValueText, drawing
from matcher.report.rendering import environment, style_of
from matcher.whatif.study import NUMERIC_KINDS, Cell, Chart, ColumnKind, Study, StudyColumn, StudyTable

LONG = 40  # letters of a cell that want more than the width of their longest word
MOST_OPEN = 12  # rows of a table that stand open
QUESTIONS = {
    "scenario": message("What if: scenarios"),
    "value": message("What if: the worth of one more"),
    "invest": message("What if: where money does most good"),
    "requirement": message("What if: what can be promised"),
    "simulate": message("What if: things go wrong"),
    "rolling": message("What if: people come one by one"),
}
AUDITS = {"equality": message("Equality")}  # what is no question of what if


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A table with its charts."""

    table: StudyTable
    columns: tuple[ShownColumn, ...]
    charts: tuple[tuple[Chart, Drawing], ...]


def study_page(study: Study, language: Language) -> str:
    """Return the page of a study as HTML.

    Parameters
    ----------
    study : Study
        In that language.
    language : str
        ``en`` or ``sv``.
    """
    say = phrases(language)
    style = style_of("style", "chart")

    def text_of(value: Cell, kind: ColumnKind) -> str:
        return cell_text(value, kind, say)

    return (
        environment()
        .get_template("study.html.jinja")
        .render(
            say=say,
            text=say.text,
            plural=say.plural,
            study=study,
            headline=study.title,
            sentences=study.sentences,
            question=say.text((QUESTIONS | AUDITS)[study.question]),
            parts=study_parts(study, say),
            cell_text=text_of,
            most_open=MOST_OPEN,
            width=WIDTH,
            most_marks=MOST_MARKS,
            style=style.text,
            style_hash=style.digest,
        )
    )


def study_parts(study: Study, say: Phrases) -> list[Part]:
    """Return the tables of a study, each with the charts that show it."""
    return [_part(study, table, lambda value, kind: cell_text(value, kind, say), say) for table in study.tables]


def _part(study: Study, table: StudyTable, text_of: ValueText, say: Phrases) -> Part:
    drawn = [(chart, drawing(chart, text_of)) for chart in study.charts if chart.table == table.name]
    charts = tuple((chart, one) for chart, one in drawn if one is not None)
    return Part(table=table, columns=shown_columns(table, say), charts=charts)


def cell_text(value: Cell, kind: ColumnKind, say: Phrases) -> str:
    """Return a cell as people read it; a dash for what is not known."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return say.day(value)
    if kind == "share":
        return say.percent(value, 1)
    if kind == "money":
        return say.text("{amount} kr", amount=say.number(value, most=0))
    return say.number(value, 0) if kind == "count" else say.number(_without_noise(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownColumn:
    """A column as people read it: an interval stands in the cell of its estimate."""

    title: str
    is_numeric: bool
    cells: tuple[str, ...]

    @property
    def is_long(self) -> bool:
        """Tell whether sentences stand in it, which a narrow column would pile up word by word."""
        return any(len(cell) > LONG for cell in self.cells)


def shown_columns(table: StudyTable, say: Phrases) -> tuple[ShownColumn, ...]:
    """Return the columns of a table as people read them."""
    place = {column.name: number for number, column in enumerate(table.columns)}
    ends = {name: (place.get(f"{name}_low"), place.get(f"{name}_high")) for name in place}
    hidden = {number for low, high in ends.values() if low is not None and high is not None for number in (low, high)}

    def cell(row: tuple[Cell, ...], column: StudyColumn) -> str:
        text = cell_text(row[place[column.name]], column.kind, say)
        low, high = ends[column.name]
        if low is None or high is None or row[low] is None or row[high] is None:
            return text
        return f"{text} ({cell_text(row[low], column.kind, say)} – {cell_text(row[high], column.kind, say)})"

    return tuple(
        ShownColumn(
            title=column.title,
            is_numeric=column.kind in NUMERIC_KINDS,
            cells=tuple(cell(row, column) for row in table.rows),
        )
        for number, column in enumerate(table.columns)
        if number not in hidden
    )


def _without_noise(value: float | Decimal) -> float | Decimal:
    return 0 if value == 0 else value  # no minus before a zero
