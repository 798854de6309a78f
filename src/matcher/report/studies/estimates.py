"""Estimates with their intervals, as cells and in words: the same in every study that draws."""

from __future__ import annotations

from matcher.languages import Phrases
from matcher.whatif.intervals import Estimate
from matcher.whatif.study import Cell, StudyColumn


def interval_text(one: Estimate, say: Phrases, *, is_share: bool = False) -> str:
    """Return the ends of an interval."""
    low, high = (say.percent(end, 1) if is_share else say.number(end, most=1) for end in (one.low, one.high))
    return say.text("{low} to {high}", low=low, high=high)


def estimate_columns(name: str, title: str, kind: str, say: Phrases) -> tuple[StudyColumn, ...]:
    """Return the columns of an estimate: its value, and the two ends of its interval."""
    ends = ((f"{name}_low", say.text("from (interval)")), (f"{name}_high", say.text("to (interval)")))
    is_kept = kind in ("share", "money")
    return tuple(
        StudyColumn(name=key, title=words, kind=kind if is_kept else "number")  # type: ignore[arg-type]
        for key, words in ((name, title), *ends)
    )


def estimate_cells(one: Estimate | None) -> tuple[Cell, ...]:
    """Return the cells of an estimate; of none, three that are not known."""
    return (None, None, None) if one is None else (one.value, one.low, one.high)
