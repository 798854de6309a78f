"""Tables as text for a terminal and as Markdown for the documentation, and how figures are written in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

MISSING = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its title and with sentences after it; all columns but the first stand to the right."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def as_text(self) -> str:
        """Return the table with aligned columns."""
        widths = [max(map(len, cells)) for cells in zip(self.header, *self.rows, strict=True)]
        rows = (self.header, ["-" * width for width in widths], *self.rows)
        return "\n".join([self.title, *(_aligned(row, widths) for row in rows), *self.notes])

    def as_markdown(self) -> str:
        """Return the table as Markdown."""
        rows = [self.header, ["---", *["---:"] * (len(self.header) - 1)], *self.rows]
        table = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)
        notes = "\n".join(f"- {note}" for note in self.notes)
        return "\n\n".join(part for part in (f"**{self.title}**", table, notes) if part)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]).rstrip()


def duration(seconds: float | None) -> str:
    """Return seconds with three digits that matter."""
    if seconds is None:
        return MISSING
    if seconds < 0.9995:
        return f"{seconds * 1000:.3g} ms" if seconds < 0.09995 else f"{seconds * 1000:.0f} ms"
    return f"{seconds:.3g} s" if seconds < 99.95 else f"{seconds:.0f} s"


def megabytes(size: int | None) -> str:
    """Return a size in millions of bytes."""
    return MISSING if size is None else f"{size / 10**6:.0f} MB"


def gap(value: float | None) -> str:
    """Return a relative gap."""
    if value is None:
        return MISSING
    return "0" if value < 1e-12 else f"{value:.1e}"


def amount(value: Decimal | None) -> str:
    """Return an exact amount."""
    return MISSING if value is None else f"{value.normalize():f}"


def times(ratio: float | None, *, is_least: bool = False) -> str:
    """Return a ratio; `is_least` where it may be larger."""
    if ratio is None:
        return MISSING
    number = f"{ratio:.0f}" if ratio >= 99.5 else f"{ratio:.1f}" if ratio >= 9.95 else f"{ratio:.2f}"
    return f"{'> ' if is_least else ''}{number}x"


def percent(share: float | None) -> str:
    """Return a share."""
    return MISSING if share is None else f"{100 * share:.1f} %"


def count(number: int) -> str:
    """Return a number with thin groups of three digits."""
    return f"{number:,}".replace(",", " ")
