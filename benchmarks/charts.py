"""Charts as SVG, drawn from stored results; each stands beside the table that says the same in figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

from benchmarks.growth import Point, fitted, points
from benchmarks.instance import REPOSITORY
from benchmarks.results import Measurement
from benchmarks.summary import Summary, fastest, peers, ratio, summaries
from benchmarks.tables import count, duration, times
from benchmarks.workers import Bar, bars

FOLDER = REPOSITORY / "docs" / "images"
WIDTH = 720
RIGHT = 60  # room for half of the last mark
STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #222; }
.small { font-size: 11px; fill: #555; }
.axis { stroke: #888; } .grid { stroke: #ddd; }
.one { fill: #0b6e75; stroke: #0b6e75; } .two { fill: #b3541e; stroke: #b3541e; }
.rest { fill-opacity: 0.35; } .open { fill: none; stroke-width: 2; } .line { fill: none; stroke-width: 2; }
.win { fill: #0b6e75; } .lose { fill: #b3541e; }
@media (prefers-color-scheme: dark) {
  text { fill: #eee; } .small { fill: #bbb; } .grid { stroke: #444; }
  .one, .win { fill: #5cc4cc; } .two, .lose { fill: #f0a070; }
  .one { stroke: #5cc4cc; } .two { stroke: #f0a070; } .open { fill: none; }
}
</style>"""


def charts(measurements: Sequence[Measurement]) -> dict[str, tuple[str, str]]:
    """Return the charts that can be drawn: file name to what is seen, in words, and the SVG."""
    drawn = {
        "benchmark-growth.svg": growth_chart(points(measurements)),
        "benchmark-workers.svg": workers_chart(bars(measurements)),
        "benchmark-peers.svg": peers_chart(measurements),
    }
    return {name: found for name, found in drawn.items() if found is not None}


def write(found: Mapping[str, tuple[str, str]], folder: Path = FOLDER) -> None:
    """Write charts, and remove those that cannot be drawn any more."""
    for name in ("benchmark-growth.svg", "benchmark-workers.svg", "benchmark-peers.svg"):
        if name in found:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(found[name][1], encoding="utf-8")
        else:
            (folder / name).unlink(missing_ok=True)


def as_markdown(found: Mapping[str, tuple[str, str]]) -> str:
    """Return the charts for the page."""
    shown = [f"![{words}](images/{name})" for name, (words, _) in found.items()]
    return "\n\n".join(shown) or "Nothing is stored yet."


class _Scale:
    """From amounts to places on a logarithmic axis."""

    def __init__(self, amounts: Iterable[float], begin: float, end: float) -> None:
        found = list(amounts)
        self.low, self.high = math.floor(math.log10(min(found))), math.ceil(math.log10(max(found)))
        if self.low == self.high:
            self.high += 1
        self.begin, self.end = begin, end

    def at(self, amount: float) -> float:
        """Return the place of an amount."""
        share = (math.log10(amount) - self.low) / (self.high - self.low)
        return round(self.begin + share * (self.end - self.begin), 1)

    @property
    def marks(self) -> list[float]:
        """Return the powers of ten on the axis."""
        return [10.0**power for power in range(self.low, self.high + 1)]


def growth_chart(found: Sequence[Point]) -> tuple[str, str] | None:
    """Return time against columns, both logarithmic, with the fitted line; ``None`` where there are no two points."""
    if len({point.num_columns for point in found}) < 2:
        return None
    height, left, bottom = 420, 80, 360
    x = _Scale((point.num_columns for point in found), left, WIDTH - RIGHT)
    y = _Scale((point.seconds for point in found), bottom, 50)
    parts = [_text(left, 28, "Time from problem to checked plan, against columns")]
    for mark in x.marks:
        parts += [
            _line("grid", x.at(mark), bottom, x.at(mark), 50),
            _text(x.at(mark), bottom + 20, count(int(mark)), 0.5),
        ]
    for mark in y.marks:
        parts += [
            _line("grid", left, y.at(mark), WIDTH - RIGHT, y.at(mark)),
            _text(left - 8, y.at(mark) + 4, duration(mark), 1),
        ]
    parts.append(_text((left + WIDTH - RIGHT) / 2, bottom + 44, "columns", 0.5))
    line = fitted([point for point in found if point.workers == 1])
    words = "Time against columns, both axes logarithmic"
    if line is not None:
        slope, intercept = line
        ends = [point.num_columns for point in found if point.is_done and point.workers == 1]
        first, last = ((n, 10 ** (intercept + slope * math.log10(n))) for n in (min(ends), max(ends)))
        parts.append(_line("one line", x.at(first[0]), y.at(first[1]), x.at(last[0]), y.at(last[1])))
        words += f"; the fitted line has slope {slope:.2f}"
        parts.append(_text(x.at(last[0]) - 8, y.at(last[1]) - 12, f"slope {slope:.2f}", 1))
    for point in found:
        kind = ("one" if point.workers == 1 else "two") + ("" if point.is_done else " open")
        label = f"{point.instance}, {_workers(point.workers)}: {duration(point.seconds)}"
        parts.append(
            f'<circle class="{kind}" cx="{x.at(point.num_columns)}" cy="{y.at(point.seconds)}" r="5">'
            f"<title>{escape(label)}</title></circle>"
        )
    for place, (workers, name) in enumerate(((1, "one"), (2, "two"))):
        if any(point.workers == workers for point in found):
            parts.append(f'<circle class="{name}" cx="{left + 20 + 120 * place}" cy="{height - 12}" r="5"/>')
            parts.append(_text(left + 32 + 120 * place, height - 8, _workers(workers)))
    if not all(point.is_done for point in found):
        parts.append(_text(WIDTH - RIGHT, height - 8, "hollow: not within the gap when its time ended", 1))
    return f"{words}.", _svg(height, words, parts)


def _workers(number: int) -> str:
    return "1 worker" if number == 1 else f"{number} workers"


def workers_chart(found: Sequence[Bar]) -> tuple[str, str] | None:
    """Return a bar per engine and number of workers, the shared part dark; ``None`` where none was measured."""
    if not found:
        return None
    height, left, right = 80 + 26 * len(found), 210, 90
    longest = max(bar.seconds for bar in found)
    per_second = (WIDTH - right - left) / longest
    parts = [_text(20, 28, "Time from problem to checked plan, against workers")]
    for place, bar in enumerate(found):
        top = 50 + 26 * place
        name = f"{bar.instance}, {bar.engine}, {_workers(bar.workers)}"
        kind = "one" if bar.workers == 1 else "two"
        parts.append(_text(left - 8, top + 13, name, 1))
        for css, begin, seconds in ((kind, 0.0, bar.solve_s), (f"{kind} rest", bar.solve_s, bar.seconds - bar.solve_s)):
            x, width = left + per_second * begin, max(per_second * seconds, 0.5)
            parts.append(
                f'<rect class="{css}" x="{x:.1f}" y="{top}" width="{width:.1f}" height="18">'
                f"<title>{escape(f'{name}: {duration(seconds)}')}</title></rect>"
            )
        parts.append(_text(left + per_second * bar.seconds + 6, top + 13, duration(bar.seconds), 0, "small"))
    parts.append(
        _text(left, height - 8, "full: solving, which workers share; pale: columns, plan and check", 0, "small")
    )
    words = "Time from problem to checked plan by engine and number of workers"
    return f"{words}.", _svg(height, words, parts)


def peers_chart(measurements: Sequence[Measurement]) -> tuple[str, str] | None:
    """Return a bar per instance: the time of the fastest other method in ours; ``None`` where none was measured."""
    rows = [(each.instance, *found) for each in measurements if (found := _against(summaries(each))) is not None]
    if not rows:
        return None
    height, left, right = 70 + 26 * len(rows), 130, 230
    x = _Scale([*(amount for _, _, amount, _ in rows), 1.0], left, WIDTH - right)
    parts = [_text(20, 28, "How many times longer the fastest other method takes")]
    for mark in x.marks:
        parts += [
            _line("grid", x.at(mark), 44, x.at(mark), height - 20),
            _text(x.at(mark), height - 4, f"{mark:g}", 0.5, "small"),
        ]
    for place, (instance, peer, amount, is_least) in enumerate(rows):
        top = 50 + 26 * place
        begin, end = sorted((x.at(1.0), x.at(amount)))
        kind = "win" if amount >= 1 else "lose"
        parts.append(_text(left - 8, top + 13, instance, 1))
        parts.append(
            f'<rect class="{kind}" x="{begin}" y="{top}" width="{max(1.0, round(end - begin, 1))}" height="18"/>'
        )
        said = f"{times(amount, is_least=is_least)}, {peer}{'' if amount >= 1 else ': faster than Matcher'}"
        parts.append(_text(max(end, x.at(1.0)) + 6, top + 13, said, 0, "small"))
    parts.append(_line("axis", x.at(1.0), 44, x.at(1.0), height - 20))
    words = "Ratio of the fastest other method's time to Matcher's, by instance"
    return f"{words}.", _svg(height, words, parts)


def _against(found: Mapping[str, Summary]) -> tuple[str, float, bool] | None:
    """Return the fastest peer, its time in ours, and whether that is only a least one."""
    own = found.get("ours-placements") or found.get("network-proof")
    others = peers(list(found.values()))
    if own is None or not own.is_done or not others:
        return None
    best = fastest(others)
    if best is not None:
        amount = ratio(best, own)
        return None if amount is None else (best.entry.title, amount, False)
    waited = min(others, key=lambda each: each.middle_s or math.inf)
    amount = ratio(waited, own)
    return None if amount is None else (f"none ended in {duration(waited.middle_s)}", amount, True)


def _svg(height: int, words: str, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(words)}">'
    )
    return "\n".join([head, STYLE, *parts, "</svg>"]) + "\n"


def _text(x: float, y: float, text: str, anchor: float = 0.0, kind: str = "") -> str:
    """Return a text; `anchor` is 0 for one that begins at `x`, 0.5 for one in the middle, 1 for one that ends there."""
    side = {0.0: "start", 0.5: "middle", 1.0: "end"}[anchor]
    styled = f' class="{kind}"' if kind else ""
    return f'<text{styled} x="{round(x, 1)}" y="{round(y, 1)}" text-anchor="{side}">{escape(text)}</text>'


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'
