"""What a trial is: something that must hold, tried so many times, in portions whose counts add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What is to be tried now.

    Parameters
    ----------
    first, count : int
        The numbers from `first` on are seeds: another portion tries others.
    folder : Path
        For files, removed afterwards.
    workers : int
        Processes that may compute at the same time.
    """

    first: int
    count: int
    folder: Path
    workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What came of a portion.

    Parameters
    ----------
    counts : mapping of str to number
        Added up over portions; those whose name begins with "most" are not: the largest stays.
    faults : sequence of str
        A sentence for each thing that did not hold.
    """

    counts: Mapping[str, float] = field(default_factory=dict)
    faults: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Something that must hold.

    Parameters
    ----------
    name : str
        By which it is started alone.
    claim : str
        What must hold, as one sentence.
    unit : str
        What is counted.
    short, full : int
        How many `make trust` and `make trust-long` try.
    run : callable
        Tries a portion.
    at_once : int
        Most of one portion: after each the counts are stored, so that a long run can be ended and gone on with.
    """

    name: str
    claim: str
    unit: str
    short: int
    full: int
    run: Callable[[Portion], Tally]
    at_once: int = 1_000_000


def added(tallies: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return counts over several portions."""
    total: dict[str, float] = {}
    for counts in tallies:
        for name, number in counts.items():
            known = total.get(name, 0)
            total[name] = max(known, number) if name.startswith("most") else known + number
    return total
