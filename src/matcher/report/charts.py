"""The drawing of charts: positions in a drawing of fixed width, without any markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10

from matcher.whatif.study import Chart, ColumnKind, Point, Series

WIDTH = 1000
LEFT, RIGHT, TOP, BOTTOM = 84, 28, 24, 56
HEIGHT = 400
NAMES = 330  # room for the names of rows
NAME_LENGTH = 46
ROW, LANE = 26, 16  # height of a row with one series, and of every further one
MOST_ROWS = 30
MOST_WHISKERS = 60
MOST_MARKS = 40  # of a curve; beyond that its line says enough
WANTED_TICKS = 6
LETTER = 8.0  # the width of a figure on a scale, rather more than less
LEGEND = 26

ValueText = Callable[[float | date | str, ColumnKind], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line of the scale with what stands beside it."""

    at: float
    text: str

    @property
    def middle(self) -> float:
        """Return where the middle of a text below its line is: no end of it outside the drawing."""
        half = len(self.text) * LETTER / 2
        return min(max(self.at, half), WIDTH - half)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A drawn point: where, the ends of its interval, and what it says when asked."""

    x: float
    y: float
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A drawn series.

    Parameters
    ----------
    title : str
    number : int
        Of its colour and mark.
    path : str
        For an SVG path; empty where points are not joined.
    dots : tuple of Dot
    """

    title: str
    number: int
    path: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The name of a row, shortened where it is long, and its whole."""

    y: float
    text: str
    whole: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart `WIDTH` wide.

    Parameters
    ----------
    height, left, right, top, bottom : float
        Of the drawing, and of the area between the scales.
    is_across : bool
        Whether values go across, with a row per named point; otherwise they go up.
    x_ticks, y_ticks : tuple of Tick
    names : tuple of Name
    lines : tuple of Line
    aim : float or None
        Where the value to be reached is drawn: across if the values go across.
    zero : float
        Where bars begin.
    num_hidden : int
        Rows that only the table has.
    """

    height: float
    left: float
    right: float
    top: float
    bottom: float
    is_across: bool
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    names: tuple[Name, ...]
    lines: tuple[Line, ...]
    aim: float | None
    zero: float
    num_hidden: int


def drawing(chart: Chart, text_of: ValueText) -> Drawing | None:
    """Return the drawing of a chart; ``None`` where it has no point.

    Parameters
    ----------
    chart : Chart
    text_of : callable
        Writes a value of a kind.
    """
    if not any(series.points for series in chart.series):
        return None
    return _rows(chart, text_of) if chart.kind in ("interval", "bar") else _graph(chart, text_of)


class _Scale:
    """Turns values into positions, from nice number to nice number."""

    def __init__(self, values: Sequence[float], begin: float, end: float, kind: ColumnKind) -> None:
        low, high = min(values), max(values)
        if kind == "share" and low >= 0 and high <= 1:
            low, high = (0.0, 1.0) if high > 0.3 or low == high else (0.0, high)
        elif low >= 0 and low < high / 2:
            low = 0.0
        self._step = _nice_step((high - low) or max(1.0, abs(high)), kind)
        self._low = floor(low / self._step + 1e-9) * self._step
        self._high = max(ceil(high / self._step - 1e-9) * self._step, self._low + self._step)
        self._begin, self._end = begin, end

    def at(self, value: float) -> float:
        """Return the position of a value."""
        share = (value - self._low) / (self._high - self._low)
        return round(self._begin + share * (self._end - self._begin), 1)

    def ticks(self) -> list[float]:
        """Return the values that carry a line."""
        number = round((self._high - self._low) / self._step)
        return [round(self._low + place * self._step, 10) for place in range(number + 1)]

    @property
    def zero(self) -> float:
        """Return where bars begin: at 0, or at the end that is nearest to it."""
        return self.at(min(max(0.0, self._low), self._high))


def _nice_step(span: float, kind: ColumnKind) -> float:
    rough = span / WANTED_TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    return max(1.0, step) if kind == "count" else step


def _graph(chart: Chart, text_of: ValueText) -> Drawing:
    has_days = any(isinstance(point.x, date) for series in chart.series for point in series.points)
    across = [_number(point.x) for series in chart.series for point in series.points]
    values = [*_values(chart.series), *([chart.aim] if chart.aim is not None else [])]
    top = TOP + (LEGEND if len(chart.series) > 1 else 0)
    x_kind: ColumnKind = "day" if has_days else "count" if all(x == int(x) for x in across) else "number"
    x_scale = _Scale(across, LEFT, WIDTH - RIGHT, "count" if has_days else x_kind)
    y_scale = _Scale(values, HEIGHT - BOTTOM, top, chart.y_kind)

    def x_text(x: float) -> str:
        return text_of(date.fromordinal(int(x)) if has_days else x, x_kind)

    return Drawing(
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=top,
        bottom=HEIGHT - BOTTOM,
        is_across=False,
        x_ticks=tuple(Tick(at=x_scale.at(x), text=x_text(x)) for x in x_scale.ticks()),
        y_ticks=tuple(Tick(at=y_scale.at(y), text=text_of(y, chart.y_kind)) for y in y_scale.ticks()),
        names=(),
        lines=tuple(
            _line(chart, series, number, x_scale, y_scale, lambda point: _said(point, x_text, chart, text_of))
            for number, series in enumerate(chart.series)
        ),
        aim=None if chart.aim is None else y_scale.at(chart.aim),
        zero=y_scale.zero,
        num_hidden=0,
    )


def _said(point: Point, x_text: Callable[[float], str], chart: Chart, text_of: ValueText) -> str:
    label = point.label or x_text(_number(point.x))
    return f"{label}: {_value_text(point, chart.y_kind, text_of)}"


def _value_text(point: Point, kind: ColumnKind, text_of: ValueText) -> str:
    text = text_of(point.y, kind)
    if point.low is None or point.high is None:
        return text
    return f"{text} ({text_of(point.low, kind)} – {text_of(point.high, kind)})"


def _line(
    chart: Chart, series: Series, number: int, x_scale: _Scale, y_scale: _Scale, say: Callable[[Point], str]
) -> Line:
    has_whiskers = len(series.points) <= MOST_WHISKERS
    dots = tuple(
        Dot(
            x=x_scale.at(_number(point.x)),
            y=y_scale.at(point.y),
            low=None if point.low is None or not has_whiskers else y_scale.at(point.low),
            high=None if point.high is None or not has_whiskers else y_scale.at(point.high),
            text=say(point),
        )
        for point in series.points
    )
    parts = []
    for place, dot in enumerate(dots):
        if place and chart.kind == "step":
            parts.append(f"H{dot.x}V{dot.y}")
        else:
            parts.append(f"{'L' if place else 'M'}{dot.x} {dot.y}")
    return Line(title=series.title, number=number, path="".join(parts), dots=dots)


def _rows(chart: Chart, text_of: ValueText) -> Drawing:
    names = list(dict.fromkeys(str(point.x) for series in chart.series for point in series.points))
    drawn = names[:MOST_ROWS]
    row_of = {name: place for place, name in enumerate(drawn)}
    height_of_row = ROW + LANE * (len(chart.series) - 1)
    top = TOP + 20 + (LEGEND if len(chart.series) > 1 else 0)
    bottom = top + height_of_row * len(drawn)
    values = [*_values(chart.series), *([chart.aim] if chart.aim is not None else [])]
    if chart.kind == "bar":
        values.append(0.0)
    scale = _Scale(values, NAMES + 12, WIDTH - RIGHT - 16, chart.y_kind)
    lines = []
    for number, series in enumerate(chart.series):
        dots = [
            Dot(
                x=scale.at(point.y),
                y=top + height_of_row * row_of[str(point.x)] + ROW / 2 + LANE * number,
                low=None if point.low is None else scale.at(point.low),
                high=None if point.high is None else scale.at(point.high),
                text=f"{point.x}: {_value_text(point, chart.y_kind, text_of)}",
            )
            for point in series.points
            if str(point.x) in row_of
        ]
        lines.append(Line(title=series.title, number=number, path="", dots=tuple(dots)))
    return Drawing(
        height=bottom + 34,
        left=NAMES + 12,
        right=WIDTH - RIGHT - 16,
        top=top,
        bottom=bottom,
        is_across=True,
        x_ticks=tuple(Tick(at=scale.at(value), text=text_of(value, chart.y_kind)) for value in scale.ticks()),
        y_ticks=(),
        names=tuple(
            Name(y=top + height_of_row * (place + 0.5) + 4.5, text=_shortened(name), whole=name)
            for place, name in enumerate(drawn)
        ),
        lines=tuple(lines),
        aim=None if chart.aim is None else scale.at(chart.aim),
        zero=scale.zero,
        num_hidden=len(names) - len(drawn),
    )


def _values(series: Sequence[Series]) -> list[float]:
    points = [point for one in series for point in one.points]
    ends = [end for point in points for end in (point.low, point.high) if end is not None]
    return [*(float(point.y) for point in points), *map(float, ends)]


def _number(x: float | date | str) -> float:
    if isinstance(x, date):
        return float(x.toordinal())
    if isinstance(x, str):
        raise TypeError(f"A point of a line must lie at a number or a day, got {x!r}.")
    return float(x)


def _shortened(name: str) -> str:
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"
