"""The latest figures of the service, one file for each part, and their tables in docs/operating.md."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from benchmarks.instance import REPOSITORY
from benchmarks.machine import load, machine
from benchmarks.results import FOLDER
from benchmarks.tables import Table, count

STORED = FOLDER / "service"
PAGE = REPOSITORY / "docs" / "operating.md"
PACKAGES = ("matcher", "fastapi", "starlette", "uvicorn", "sqlalchemy", "pydantic")
MARKED = re.compile(r"(<!-- begin (?P<name>service-[a-z]+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)
SLOW_MS = 300.0  # what a page may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured of one part.

    Parameters
    ----------
    part, size : str
    rows : list of mapping
    measured_on, load : str
    machine, versions : mapping of str to str
    """

    part: str
    size: str
    rows: Sequence[Mapping[str, Any]]
    measured_on: str
    load: str
    machine: Mapping[str, str]
    versions: Mapping[str, str]

    @staticmethod
    def of(part: str, size: str, rows: Iterable[object]) -> Figures:
        """Return what was measured here and today."""
        return Figures(
            part=part,
            size=size,
            rows=[dict(row) if isinstance(row, Mapping) else asdict(cast("Any", row)) for row in rows],
            measured_on=date.today().isoformat(),
            load=load(),
            machine=machine(),
            versions={"python": platform.python_version()} | {package: version(package) for package in PACKAGES},
        )


def merged(before: Figures | None, size: str, row: Any) -> list[object]:
    """Return the rows that are stored for a size, with one that has just been measured in place of its earlier one."""
    kept = [] if before is None or before.size != size else before.rows
    return [*(one for one in kept if one["address"] != row.address), row]


def store(found: Iterable[Figures], folder: Path = STORED) -> None:
    """Write figures in place of the parts' earlier ones."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in found:
        text = json.dumps(asdict(one), indent=1, ensure_ascii=False)
        (folder / f"{one.part}.json").write_text(f"{text}\n", encoding="utf-8")


def stored(folder: Path = STORED) -> dict[str, Figures]:
    """Return the latest figures by part."""
    found = (Figures(**json.loads(file.read_text(encoding="utf-8"))) for file in sorted(folder.glob("*.json")))
    return {one.part: one for one in found}


def renew(figures: Mapping[str, Figures], page: Path = PAGE) -> bool:
    """Render the tables anew between their markers and tell whether anything changed."""
    before = page.read_text(encoding="utf-8")
    after = MARKED.sub(lambda match: f"{match[1]}\n{_section(match['name'], figures)}\n\n{match[3]}", before)
    if after != before:
        page.write_text(after, encoding="utf-8")
    return after != before


def _section(name: str, figures: Mapping[str, Figures]) -> str:
    part = name.removeprefix("service-")
    found = figures.get(part)
    if found is None:
        return "Nothing is stored yet."
    return f"{_TABLES[part](found).as_markdown()}\n\n{_circumstances(found)}"


def _circumstances(found: Figures) -> str:
    where = f"{found.machine['processor']}, {found.machine['cores']} cores, {found.machine['memory']}"
    packages = ", ".join(f"{name} {number}" for name, number in found.versions.items())
    return f"{found.measured_on}: {where}, SQLite, one process; {packages}; the machine's load then: {found.load}."


def _requests(found: Figures) -> Table:
    header = (
        f"at {found.rows[0]['rate']:g} requests a second",
        "median",
        "95 % within",
        "99 % within",
        "failed",
        "processor each",
        "load",
    )
    rows = [
        [
            row["name"],
            *(_ms(row[name]) for name in ("p50_ms", "p95_ms", "p99_ms")),
            f"{row['failed']} of {count(row['requests'])}",
            _ms(row["processor_ms"]),
            row["load"],
        ]
        for row in found.rows
    ]
    return Table(title=f"Other systems, on {found.size}", header=header, rows=rows)


def _pages(found: Figures) -> Table:
    header = (
        *("page", "first reader", "its processor", "next ones: median", "95 % within"),
        *("their processor: mean", "95 % within", "asked", "size", "load"),
    )
    times = ("first_ms", "first_processor_ms", "median_ms", "p95_ms", "processor_ms", "processor_p95_ms")
    rows = [
        [
            f"`{row['address']}`",
            *(_ms(row[name]) for name in times),
            f"{row['asked']}",
            f"{row['kilobytes']:.0f} kB",
            row["load"],
        ]
        for row in found.rows
    ]
    notes = [
        f"Beyond {SLOW_MS:.0f} ms of {what}: {', '.join(_beyond(found, name)) or 'none'}."
        for what, name in (
            ("processor time, 95 % within", "processor_p95_ms"),
            ("waiting, median", "median_ms"),
        )
    ]
    days = sorted({row["measured_on"] for row in found.rows})
    if len(days) > 1:
        notes.append(f"Measured page by page, from {days[0]} to {days[-1]}.")
    return Table(title=f"Pages, on {found.size}", header=header, rows=rows, notes=notes)


def _beyond(found: Figures, name: str) -> list[str]:
    return [f"`{row['address']}` ({_ms(row[name])})" for row in found.rows if row[name] > SLOW_MS]


def _losses(found: Figures) -> Table:
    (row,) = found.rows
    rows = [
        ["placements asked about, one after the other", count(row["pairs"])],
        ["of these, without an answer", count(row["unknown"])],
        [
            "the first answer: by the clock, processor there",
            f"{row['first_s']:.1f} s, {row['first_processor_s']:.1f} s",
        ],
        ["the next ones: median, longest", f"{row['median_s']:.2f} s, {row['longest_s']:.2f} s"],
        ["processor for each of them: there, in the service", f"{row['processor_s']:.2f} s, {row['service_s']:.2f} s"],
        ["memory there, at most", f"{row['memory_mb']:.0f} MB"],
    ]
    return Table(title=f"What deciding costs, on {found.size}", header=("what", "measured"), rows=rows)


def _events(found: Figures) -> Table:
    (row,) = found.rows
    beside = row["beside"]
    told = f"{row['told_first']} and {row['told_last']} of {row['watchers']}"
    rows = [
        ["told how the run stands when they come, and how it ends", told],
        ["told how it stands, the last of them after", _ms(row["first_ms"])],
        ["told that it has ended, the last of them after", _ms(row["last_ms"])],
        ["processor while nothing happens, of one core", f"{row['processor_percent']} %"],
        ["memory for all of them", f"{row['memory_mb']:.0f} MB"],
        [
            "another request beside them: median, 95 % within, processor",
            f"{_ms(beside['p50_ms'])}, {_ms(beside['p95_ms'])}, {_ms(beside['processor_ms'])}",
        ],
    ]
    return Table(title=f"{row['watchers']} who watch one run, on {found.size}", header=("what", "measured"), rows=rows)


def _memory(found: Figures) -> Table:
    header = ("minute", "memory", "processes beside it", "threads", "requests", "failed")
    step = max(1, len(found.rows) // 10)
    shown = [*found.rows[::step], *([found.rows[-1]] if (len(found.rows) - 1) % step else [])]
    rows = [
        [
            f"{row['minute']:.0f}",
            *(f"{row[name]:.0f} MB" for name in ("memory_mb", "beside_mb")),
            *(count(row[name]) for name in ("threads", "requests", "failed")),
        ]
        for row in shown
    ]
    minutes = found.rows[-1]["minute"]
    half = [row["memory_mb"] for row in found.rows if row["minute"] >= minutes / 2]
    note = (
        f"In the second half, when everything has been asked for once, it lay between {min(half):.0f} and "
        f"{max(half):.0f} MB, and ended {half[-1] - half[0]:+.0f} MB from where that began."
    )
    title = f"{minutes:.0f} minutes of pages and requests, on {found.size}"
    return Table(title=title, header=header, rows=rows, notes=[note])


def _ms(value: float) -> str:
    return f"{value:.0f} ms" if value >= 9.95 else f"{value:.1f} ms"


_TABLES = {
    "lists": _requests,
    "suggestions": _requests,
    "pages": _pages,
    "losses": _losses,
    "events": _events,
    "memory": _memory,
}
